//! SpecificContent: one flat object of scalars, kept as it came.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A flat object as compact JSON, members in the order in which they came.
#[derive(Debug)]
pub(super) struct Content(pub(super) String);

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpecificContent as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
        let mut text = String::from("{");
        let mut names = HashSet::new();
        while let Some(Name(name)) = map.next_key()? {
            let value: &RawValue = map.next_value()?;
            if is_annotation(&name) {
                continue;
            }
            check_name::<A::Error>(&name)?;
            if text.len() > 1 {
                text.push(',');
            }
            push_string(&mut text, &name);
            text.push(':');
            push_scalar(&mut text, &name, value.get())?;
            if let Some(name) = names.replace(name) {
                return Err(A::Error::custom(format!("SpecificContent has '{name}' twice")));
            }
        }
        text.push('}');
        Ok(Content(text))
    }
}

/// The name of a member, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);
        Borrowed::deserialize(deserializer).map(|Borrowed(name)| Name(name))
    }
}

/// `Amount@odata.type` says how to read `Amount`; it is taken note of by OData and not stored.
fn is_annotation(name: &str) -> bool {
    name.split_once('@').is_some_and(|(member, annotation)| !member.is_empty() && annotation == "odata.type")
}

/// Refuses names that OData reads as annotations.
///
/// Assumption: the request is refused. The documentation forbids `@` and `.` (and more, which the server is not known to refuse).
fn check_name<E: Error>(name: &str) -> Result<(), E> {
    match name.chars().find(|letter| matches!(letter, '@' | '.')) {
        Some(letter) => Err(E::custom(format!("the name '{name}' in SpecificContent contains '{letter}'"))),
        None => Ok(()),
    }
}

/// Numbers stay as they were written. Assumption: the real server keeps what a .NET decimal holds and rounds the rest.
fn push_scalar<E: Error>(text: &mut String, name: &str, value: &str) -> Result<(), E> {
    match value.as_bytes().first() {
        Some(b'{' | b'[') => Err(E::custom(format!("'{name}' in SpecificContent is no scalar"))),
        // An escape counts against the size as the character that it stands for.
        Some(b'"') if value.contains('\\') => {
            let plain: String = serde_json::from_str(value).map_err(E::custom)?;
            push_string(text, &plain);
            Ok(())
        }
        _ => {
            text.push_str(value);
            Ok(())
        }
    }
}

fn push_string(text: &mut String, plain: &str) {
    text.push_str(&serde_json::Value::from(plain).to_string());
}

#[cfg(test)]
mod tests {
    use super::Content;

    fn read(json: &str) -> Result<String, String> {
        serde_json::from_str(json).map(|Content(text)| text).map_err(|error| error.to_string())
    }

    #[test]
    fn scalars_keep_their_order_and_spelling() {
        let json =
            r#"{ "b": "x", "a" : 1.50, "c":true, "d":null, "big":12345678901234567890, "e":"\u00fc\n", "B":"" }"#;
        let kept = r#"{"b":"x","a":1.50,"c":true,"d":null,"big":12345678901234567890,"e":"ü\n","B":""}"#;
        assert_eq!(read(json).unwrap(), kept);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

        #[test]
        fn any_text_is_kept(name in "[^@.]{0,8}", text in proptest::prelude::any::<String>()) {
            let sent = serde_json::json!({ name: text }).to_string();
            proptest::prop_assert_eq!(read(&sent), Ok(sent));
        }
    }

    #[test]
    fn annotations_are_taken_and_not_stored() {
        assert_eq!(read(r##"{"A@odata.type":"#String","A":"x"}"##).unwrap(), r#"{"A":"x"}"#);
    }

    #[test]
    fn nested_values_repeated_names_and_annotation_characters_are_refused() {
        for (json, reason) in [
            (r#"{"a":{"b":1}}"#, "'a' in SpecificContent is no scalar"),
            (r#"{"a":[1]}"#, "'a' in SpecificContent is no scalar"),
            (r#"{"a":1,"a":2}"#, "SpecificContent has 'a' twice"),
            (r#"{"a.b":1}"#, "the name 'a.b' in SpecificContent contains '.'"),
            (r#"{"a@b":1}"#, "the name 'a@b' in SpecificContent contains '@'"),
            ("[]", "SpecificContent as an object"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(reason), "{json}: {error}");
        }
    }
}
