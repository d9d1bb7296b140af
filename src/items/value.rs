//! The values that SpecificContent may hold: flat, and without a float in between.

use std::borrow::Cow;

use serde_json::value::RawValue;

/// A value of SpecificContent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string, as it stood in the cell.
    Text(Cow<'a, str>),
    /// A number by its JSON text, so that every digit arrives; a double would keep 15 of them.
    Number(Cow<'a, str>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// A text is no value.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// The text is not JSON.
    #[error("not JSON; text goes in double quotes (`\"text\"`), or after `=` as it is")]
    NotJson(#[source] serde_json::Error),
    /// The text is an object or an array, which Orchestrator refuses inside SpecificContent.
    #[error("SpecificContent is flat: an object or array goes in as text (`KEY=text`), and the robot parses it")]
    Nested,
}

impl Value<'_> {
    /// Reads one JSON value. A number keeps its digits as they were written.
    pub fn from_json(text: &str) -> Result<Value<'static>, ValueError> {
        let raw: &RawValue = serde_json::from_str(text).map_err(ValueError::NotJson)?;
        Value::from_raw(raw).map(Value::into_owned)
    }

    /// Reads a JSON value that was already found to be one.
    pub fn from_raw(raw: &RawValue) -> Result<Value<'_>, ValueError> {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'"') => {
                // Without an escape, what stands between the quotes is the text.
                match text.get(1..text.len().saturating_sub(1)).filter(|inner| !inner.contains('\\')) {
                    Some(plain) => Ok(Value::Text(Cow::Borrowed(plain))),
                    None => serde_json::from_str(text).map(Cow::Owned).map(Value::Text).map_err(ValueError::NotJson),
                }
            }
            Some(b'{' | b'[') => Err(ValueError::Nested),
            Some(b't') => Ok(Value::Bool(true)),
            Some(b'f') => Ok(Value::Bool(false)),
            Some(b'n') => Ok(Value::Null),
            _ => Ok(Value::Number(Cow::Borrowed(text))),
        }
    }

    /// Makes the value independent of the row it was borrowed from.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Number(digits) => Value::Number(Cow::Owned(digits.into_owned())),
            Self::Bool(truth) => Value::Bool(truth),
            Self::Null => Value::Null,
        }
    }

    /// The bytes of the value as it is; what is neither text nor number has at most five as JSON.
    pub(super) fn raw_len(&self) -> usize {
        match self {
            Self::Text(text) | Self::Number(text) => text.len(),
            Self::Bool(_) | Self::Null => 5,
        }
    }

    /// The bytes that the value takes as JSON.
    pub(super) fn json_len(&self) -> usize {
        match self {
            Self::Text(text) => json_string_len(text),
            Self::Number(digits) => digits.len(),
            Self::Bool(true) | Self::Null => 4,
            Self::Bool(false) => 5,
        }
    }
}

/// The bytes that `text` takes as a JSON string, quotes included, escaped no more than JSON demands.
pub(super) fn json_string_len(text: &str) -> usize {
    let escapes: usize = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
            0..0x20 => 5,
            _ => 0,
        })
        .sum();
    text.len() + escapes + 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_keeps_every_digit() {
        for digits in ["12345678901234567890.000000000001", "-0", "1e400", "0.10"] {
            assert_eq!(Value::from_json(digits).unwrap(), Value::Number(digits.into()));
        }
    }

    #[test]
    fn the_other_scalars() {
        assert_eq!(Value::from_json(r#" "a\u00fc\n" "#).unwrap(), Value::Text("aü\n".into()));
        assert_eq!(Value::from_json("true").unwrap(), Value::Bool(true));
        assert_eq!(Value::from_json("false").unwrap(), Value::Bool(false));
        assert_eq!(Value::from_json("null").unwrap(), Value::Null);
    }

    #[test]
    fn nested_json_and_broken_json_are_refused_with_advice() {
        insta::assert_snapshot!(Value::from_json("[1]").unwrap_err(), @"SpecificContent is flat: an object or array goes in as text (`KEY=text`), and the robot parses it");
        insta::assert_snapshot!(Value::from_json("").unwrap_err(), @r#"not JSON; text goes in double quotes (`"text"`), or after `=` as it is"#);
        for text in ["01", "tru", "1 2", "NaN", "'a'", "+1"] {
            assert!(matches!(Value::from_json(text), Err(ValueError::NotJson(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_length_as_json_is_what_a_json_writer_writes(text in any::<String>()) {
            prop_assert_eq!(json_string_len(&text), serde_json::to_string(&text).unwrap().len());
        }
    }
}
