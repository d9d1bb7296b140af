//! What makes two items the same for us, one as it was sent and one as the queue shows it: reference and SpecificContent.
//!
//! Two that mean the same must never differ, for a row that is not recognised is sent again. That two which differ are taken for the
//! same only makes the answer less clear; so where a server might write a value in another way, only its meaning counts.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use crate::orchestrator::StoredItem;

/// A digest of reference and content, and one of the keys alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Likeness {
    shape: Shape,
    whole: [u8; 32],
}

/// A digest of the keys of an item's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shape([u8; 32]);

/// The parts of an item that count, with values as they were written: a number may be larger than any that we could hold.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    specific_content: BTreeMap<String, Box<RawValue>>,
}

impl Likeness {
    /// The likeness of an item as it is sent.
    pub(super) fn of_sent(item: &[u8]) -> Self {
        let Sent { reference, specific_content } =
            serde_json::from_slice(item).unwrap_or(Sent { reference: None, specific_content: BTreeMap::new() });
        let members = specific_content.iter().map(|(key, value)| (key.as_str(), meaning(value.get())));
        Self::new(reference.as_deref(), members.collect())
    }

    /// The likeness of an item in the queue.
    pub(super) fn of_stored(item: &StoredItem) -> Self {
        let members = item.content.iter().map(|(key, value)| (key.as_str(), meaning(&value.to_string())));
        Self::new(item.reference.as_deref(), members.collect())
    }

    pub(super) fn shape(self) -> Shape {
        self.shape
    }

    fn new(reference: Option<&str>, mut members: Vec<(&str, String)>) -> Self {
        members.sort();
        let keys: Vec<&str> = members.iter().map(|(key, _)| *key).collect();
        let whole = (reference.unwrap_or_default(), &members);
        Self { shape: Shape(digest(&keys)), whole: digest(&whole) }
    }
}

fn digest(value: &impl serde::Serialize) -> [u8; 32] {
    Sha256::digest(serde_json::to_vec(value).unwrap_or_default()).into()
}

/// A value, given as JSON, in the form in which two that mean the same are equal.
fn meaning(json: &str) -> String {
    match json.as_bytes().first() {
        Some(b'"') => match serde_json::from_str::<String>(json) {
            Ok(text) => moment(&text).unwrap_or_else(|| format!("text {text}")),
            Err(_) => json.to_owned(),
        },
        // `1.0` for `1`, `100` for `1e2`, `0` for `-0`; what a double cannot tell apart is the same.
        Some(b'-' | b'0'..=b'9') => {
            json.parse::<f64>().map_or_else(|_| json.to_owned(), |number| format!("{:?}", number + 0.0))
        }
        _ => json.to_owned(),
    }
}

/// A date with a time, which .NET's JSON libraries are known to read and write anew: with more or fewer digits of a second, or in
/// another zone.
fn moment(text: &str) -> Option<String> {
    let looks_like_one = text.len() >= 16 && text.as_bytes().get(10) == Some(&b'T');
    if !looks_like_one {
        return None;
    }
    let instant = text.parse::<Timestamp>().map(|instant| format!("instant {instant}"));
    instant.or_else(|_| text.parse::<DateTime>().map(|time| format!("time {time}"))).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(reference: Option<&str>, value: &str) -> Likeness {
        let reference = reference.map(|text| format!("\"Reference\":{},", json!(text))).unwrap_or_default();
        Likeness::of_sent(
            format!("{{\"Priority\":\"Low\",{reference}\"SpecificContent\":{{\"k\":{value}}}}}").as_bytes(),
        )
    }

    fn stored(reference: Option<&str>, value: &str) -> Likeness {
        Likeness::of_stored(&StoredItem {
            id: 1,
            key: String::new(),
            retry_number: 0,
            reference: reference.map(str::to_owned),
            content: serde_json::from_str(&format!("{{\"k\":{value}}}")).unwrap(),
        })
    }

    #[test]
    fn a_value_is_recognised_in_every_form_a_server_may_give_it() {
        for (ours, theirs) in [
            ("1", "1.0"),
            ("1.50", "1.5"),
            ("-0", "0"),
            ("1e2", "100"),
            ("12345678901234567890.000000000001", "12345678901234567890"),
            ("0.1", "0.10000000000000001"),
            (r#""ü 😀""#, r#""\u00fc \ud83d\ude00""#),
            (r#""a/b\u007f""#, "\"a\\/b\u{7f}\""),
            (r#""2026-11-24T05:40:00.000Z""#, r#""2026-11-24T05:40:00Z""#),
            (r#""2026-11-24T05:40:00+01:00""#, r#""2026-11-24T04:40:00Z""#),
            (r#""2026-11-24T05:40:00""#, r#""2026-11-24T05:40:00.0000000""#),
            ("true", "true"),
            ("null", "null"),
        ] {
            assert_eq!(sent(None, ours), stored(None, theirs), "{ours} and {theirs}");
        }
    }

    #[test]
    fn values_that_differ_are_told_apart() {
        let values = [
            "1",
            "2",
            r#""1""#,
            "true",
            r#""true""#,
            "null",
            r#""null""#,
            r#""""#,
            r#""a""#,
            r#""A""#,
            r#""a ""#,
            "1e999",
            "2e999",
            r#""2026-11-24T05:40:00Z""#,
            r#""2026-11-24T05:40:01Z""#,
            r#""2026-11-24T05:40:00""#,
            r#""2026-11-24""#,
        ];
        let mut seen = std::collections::HashSet::new();
        assert!(values.iter().filter(|value| !value.contains("e999")).all(|value| seen.insert(sent(None, value))));
    }

    #[test]
    fn a_number_beyond_all_doubles_does_not_hide_the_rest_of_its_item() {
        assert_ne!(sent(Some("A"), "1e999"), sent(Some("B"), "1e999"));
        assert_ne!(sent(None, "1e999"), sent(None, "1"));
    }

    #[test]
    fn an_empty_reference_is_none_and_others_count() {
        assert_eq!(sent(Some(""), "1"), stored(None, "1"));
        assert_ne!(sent(Some("A"), "1"), stored(Some("B"), "1"));
        assert_ne!(sent(Some("A"), "1"), stored(None, "1"));
    }

    #[test]
    fn the_shape_is_that_of_the_keys() {
        assert_eq!(sent(Some("A"), "1").shape(), stored(None, "2").shape());
        assert_ne!(sent(None, "1").shape(), Likeness::of_sent(br#"{"SpecificContent":{"other":1}}"#).shape());
    }
}
