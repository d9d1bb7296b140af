//! The members of a JSON object.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object in their order, values unread.
#[derive(Clone, Debug)]
pub struct Members<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

/// A text is no object with members.
#[derive(Debug, thiserror::Error)]
pub enum MembersError {
    /// Not one JSON object.
    #[error("not a JSON object")]
    NotAnObject(#[source] serde_json::Error),
    /// A key comes twice; JSON readers would silently take one of the two.
    #[error("the key `{key}` comes twice")]
    Twice {
        /// The key.
        key: String,
    },
}

/// Up to so many members, a look at all pairs is quicker than a set.
const FEW: usize = 24;

impl<'a> Members<'a> {
    /// Reads them, and refuses a key that comes twice.
    pub fn read(text: &'a str) -> Result<Self, MembersError> {
        let members: Self = serde_json::from_str(text).map_err(MembersError::NotAnObject)?;
        match members.repeated() {
            Some(key) => Err(MembersError::Twice { key: key.to_owned() }),
            None => Ok(members),
        }
    }

    fn repeated(&self) -> Option<&str> {
        if self.0.len() <= FEW {
            let earlier = |index: usize, key: &str| self.0.iter().take(index).any(|(other, _)| other == key);
            return self
                .0
                .iter()
                .enumerate()
                .find(|(index, (key, _))| earlier(*index, key))
                .map(|(_, (key, _))| &**key);
        }
        let mut seen = HashSet::new();
        self.0.iter().find(|(key, _)| !seen.insert(&**key)).map(|(key, _)| &**key)
    }

    /// The content of an object in the shape of the API: its `SpecificContent` is an object itself. Content is flat, so nothing
    /// else can look like it.
    pub fn specific_content(&self) -> Option<&'a RawValue> {
        let of_the_api =
            |(key, value): &&(Cow<'_, str>, &RawValue)| key == "SpecificContent" && value.get().starts_with('{');
        self.0.iter().find(of_the_api).map(|(_, value)| *value)
    }
}

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
        let mut members = Vec::new();
        while let Some((Name(key), value)) = map.next_entry()? {
            members.push((key, value));
        }
        Ok(Members(members))
    }
}

/// A key, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
