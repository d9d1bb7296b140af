//! An item as a JSON object: flat content, or the shape that the API takes.

use serde_json::value::RawValue;
use std::borrow::Cow;

use super::{Calendar, DateError, Members, MembersError, Moment, Priority, QueueItem, Rule, Value, ValueError, key};

/// A text is no item.
#[derive(Debug, thiserror::Error)]
pub enum JsonItemError {
    /// Not one JSON object.
    #[error("not an item in JSON")]
    NotAnObject(#[source] serde_json::Error),
    /// A key comes twice; JSON readers would silently take one of the two.
    #[error("the key `{key}` comes twice")]
    Twice {
        /// The key.
        key: String,
    },
    /// The object has the API's shape, and a member that an item does not have.
    #[error(
        "`{member}` is no member of an item; beside SpecificContent there are Reference, Priority, DueDate, DeferDate, \
         RiskSlaDate and Progress"
    )]
    UnknownMember {
        /// The member.
        member: String,
    },
    /// A member holds something else than a string.
    #[error("`{member}` has to be a string")]
    NotText {
        /// The member.
        member: &'static str,
    },
    /// The priority is none.
    #[error("`Priority`: {}", Rule::Priority)]
    Priority,
    /// A date is none.
    #[error("`{member}`")]
    Date {
        /// The member.
        member: &'static str,
        /// What is wrong with it.
        source: DateError,
    },
    /// A key cannot be one of SpecificContent.
    #[error("key `{key}`: {rule}")]
    Key {
        /// The key.
        key: String,
        /// The rule it breaks.
        rule: Rule,
    },
    /// A value cannot be one of SpecificContent.
    #[error("value of `{key}`")]
    Value {
        /// The key.
        key: String,
        /// What is wrong with it.
        source: ValueError,
    },
}

/// Reads an item from a JSON object.
///
/// An object whose `SpecificContent` is itself an object has the API's shape; content is flat, so nothing else can look like it.
/// Every other object is the content. Numbers keep their digits, and no key may come twice.
pub fn item_from_json(text: &str, calendar: &Calendar) -> Result<QueueItem<'static>, JsonItemError> {
    // Editors on Windows begin a file with a byte order mark, which JSON does not know.
    let members = Members::read(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    if members.specific_content().is_none() {
        return Ok(QueueItem { content: content(members)?, ..QueueItem::default() });
    }
    let mut item = QueueItem::default();
    for (member, raw) in members.0 {
        match &*member {
            "SpecificContent" => {
                item.content = content(Members::read(raw.get())?)?;
            }
            "Reference" => item.reference = text_of("Reference", raw)?.map(Cow::Owned),
            "Progress" => item.progress = text_of("Progress", raw)?.map(Cow::Owned),
            "Priority" => {
                if let Some(name) = text_of("Priority", raw)? {
                    item.priority = Priority::parse(&name).ok_or(JsonItemError::Priority)?;
                }
            }
            "DueDate" => item.due = moment_of("DueDate", raw, calendar)?,
            "DeferDate" => item.defer = moment_of("DeferDate", raw, calendar)?,
            "RiskSlaDate" => item.risk_sla = moment_of("RiskSlaDate", raw, calendar)?,
            _ => return Err(JsonItemError::UnknownMember { member: member.into_owned() }),
        }
    }
    Ok(item)
}

fn content(members: Members<'_>) -> Result<Vec<(Cow<'static, str>, Value<'static>)>, JsonItemError> {
    let member = |(name, raw): (Cow<'_, str>, &RawValue)| {
        let name = name.into_owned();
        key::check(&name).map_err(|rule| JsonItemError::Key { key: name.clone(), rule })?;
        match Value::from_raw(raw) {
            Ok(value) => Ok((Cow::Owned(name), value.into_owned())),
            Err(source) => Err(JsonItemError::Value { key: name, source }),
        }
    };
    members.0.into_iter().map(member).collect()
}

impl From<MembersError> for JsonItemError {
    fn from(error: MembersError) -> Self {
        match error {
            MembersError::NotAnObject(error) => Self::NotAnObject(error),
            MembersError::Twice { key } => Self::Twice { key },
        }
    }
}

fn text_of(member: &'static str, raw: &RawValue) -> Result<Option<String>, JsonItemError> {
    match Value::from_raw(raw) {
        Ok(Value::Text(text)) => Ok(Some(text.into_owned())),
        Ok(Value::Null) => Ok(None),
        _ => Err(JsonItemError::NotText { member }),
    }
}

fn moment_of(member: &'static str, raw: &RawValue, calendar: &Calendar) -> Result<Option<Moment>, JsonItemError> {
    let Some(text) = text_of(member, raw)? else { return Ok(None) };
    calendar.moment(&text).map(Some).map_err(|source| JsonItemError::Date { member, source })
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use jiff::tz::TimeZone;

    use super::*;

    fn read(text: &str) -> Result<QueueItem<'static>, JsonItemError> {
        let calendar = Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() };
        item_from_json(text, &calendar)
    }

    fn failure(text: &str) -> String {
        let error = read(text).unwrap_err();
        error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
    }

    #[test]
    fn an_object_is_the_content_in_its_order_with_every_digit() {
        let item =
            read(r#" {"b": 12345678901234567890.10, "a": "\u00fc", "Reference": "is content here", "n": null} "#)
                .unwrap();
        assert_eq!(item.reference, None);
        assert_eq!(
            item.content,
            [
                ("b".into(), Value::Number("12345678901234567890.10".into())),
                ("a".into(), Value::Text("ü".into())),
                ("Reference".into(), Value::Text("is content here".into())),
                ("n".into(), Value::Null),
            ]
        );
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_object() {
        assert_eq!(read("\u{feff}{}").unwrap(), QueueItem::default());
    }

    #[test]
    fn the_shape_of_the_api_is_recognised_by_its_specific_content() {
        let item = read(
            r#"{"Reference": "INV-1", "Priority": "high", "DueDate": "2026-12-01 17:00", "DeferDate": null,
                "RiskSlaDate": "+2h", "Progress": "new", "SpecificContent": {"Amount": 1.0}}"#,
        )
        .unwrap();
        assert_eq!((item.reference.as_deref(), item.progress.as_deref()), (Some("INV-1"), Some("new")));
        assert_eq!(item.priority, Priority::High);
        assert_eq!(item.due.unwrap().to_string(), "2026-12-01T17:00:00Z");
        assert_eq!((item.defer, item.risk_sla.unwrap().to_string().as_str()), (None, "1970-01-01T02:00:00Z"));
        assert_eq!(item.content, [("Amount".into(), Value::Number("1.0".into()))]);
    }

    #[test]
    fn the_sample_keeps_the_rules() {
        let item = read(include_str!("../../samples/single.json")).unwrap();
        assert_eq!(item.violations(), []);
        assert_eq!(item.content[1].1, Value::Number("12345678901234567.89".into()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        insta::assert_snapshot!(failure("[1]"), @"not an item in JSON: invalid type: sequence, expected a JSON object at line 1 column 0");
        insta::assert_snapshot!(failure(r#"{"a": 1} {"a": 2}"#), @"not an item in JSON: trailing characters at line 1 column 10");
        insta::assert_snapshot!(failure(r#"{"a": 1, "a": 2}"#), @"the key `a` comes twice");
        insta::assert_snapshot!(failure(r#"{"SpecificContent": {"a": 1, "a": 2}}"#), @"the key `a` comes twice");
        insta::assert_snapshot!(failure(r#"{"a": {"b": 1}}"#), @"value of `a`: SpecificContent is flat: an object or array goes in as text (`KEY=text`), and the robot parses it");
        insta::assert_snapshot!(failure(r#"{"a@odata.type": "x"}"#), @r##"key `a@odata.type`: the name holds `@`; Orchestrator takes no key of SpecificContent with one of : . , @ " #"##);
        insta::assert_snapshot!(failure(r#"{"Status": "New", "SpecificContent": {}}"#), @"`Status` is no member of an item; beside SpecificContent there are Reference, Priority, DueDate, DeferDate, RiskSlaDate and Progress");
        insta::assert_snapshot!(failure(r#"{"Reference": 1, "SpecificContent": {}}"#), @"`Reference` has to be a string");
        insta::assert_snapshot!(failure(r#"{"Priority": "Urgent", "SpecificContent": {}}"#), @"`Priority`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3");
        insta::assert_snapshot!(failure(r#"{"DueDate": "2026-02-30", "SpecificContent": {}}"#), @"`DueDate`: there is no such date or time; months go to 12, days to the end of their month, hours to 23");
    }
}
