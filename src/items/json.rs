//! An item as a JSON object: flat content, or the shape that the API takes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Calendar, DateError, Moment, Priority, QueueItem, Rule, Value, ValueError, key};

/// A text is no item.
#[derive(Debug, thiserror::Error)]
pub enum JsonItemError {
    /// Not one JSON object, or one with the same key twice.
    #[error("not one JSON object")]
    NotAnObject(#[source] serde_json::Error),
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
/// Every other object is the content. Numbers keep their digits; a key that comes twice is refused, where JSON readers
/// would silently take one of the two.
pub fn item_from_json(text: &str, calendar: &Calendar) -> Result<QueueItem<'static>, JsonItemError> {
    let members: Members<'_> = serde_json::from_str(text).map_err(JsonItemError::NotAnObject)?;
    let is_api_shape =
        |(key, value): &(Cow<'_, str>, &RawValue)| key == "SpecificContent" && value.get().starts_with('{');
    if !members.0.iter().any(is_api_shape) {
        return Ok(QueueItem { content: content(members)?, ..QueueItem::default() });
    }
    let mut item = QueueItem::default();
    for (member, raw) in members.0 {
        match &*member {
            "SpecificContent" => {
                item.content = content(serde_json::from_str(raw.get()).map_err(JsonItemError::NotAnObject)?)?;
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
        key::check(&name).map_err(|rule| JsonItemError::Key { key: name.clone().into_owned(), rule })?;
        match Value::from_raw(raw) {
            Ok(value) => Ok((Cow::Owned(name.into_owned()), value)),
            Err(source) => Err(JsonItemError::Value { key: name.into_owned(), source }),
        }
    };
    members.0.into_iter().map(member).collect()
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

/// The members of an object in their order, values unread; no key twice.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
        let mut seen = HashSet::new();
        while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
            if !seen.insert(key.clone()) {
                return Err(de::Error::custom(format_args!("the key `{key}` comes twice")));
            }
            members.push((Cow::Owned(key), value));
        }
        Ok(Members(members))
    }
}
