//! `KEY=text` and `KEY:=json`, as they are typed.

use std::borrow::Cow;

use super::{Rule, Value, ValueError, key};

/// An argument is no assignment.
#[derive(Debug, thiserror::Error)]
pub enum AssignmentError {
    /// There is no `=` in it.
    #[error("`{argument}` is not KEY=text (a string) or KEY:=json (a number, true, false or null)")]
    Form {
        /// The argument.
        argument: String,
    },
    /// The key cannot be one of SpecificContent.
    #[error("key `{key}`: {rule}")]
    Key {
        /// The key.
        key: String,
        /// The rule it breaks.
        rule: Rule,
    },
    /// What follows `:=` is no value.
    #[error("value of `{key}`")]
    Value {
        /// The key.
        key: String,
        /// What is wrong with the value.
        source: ValueError,
    },
}

/// Reads one assignment. The first `=` divides it; a text may hold more of them, and may be empty.
pub fn parse(argument: &str) -> Result<(String, Value<'static>), AssignmentError> {
    let Some((left, right)) = argument.split_once('=') else {
        return Err(AssignmentError::Form { argument: argument.to_owned() });
    };
    let (name, json) = left.strip_suffix(':').map_or((left, None), |name| (name, Some(right)));
    key::check(name).map_err(|rule| AssignmentError::Key { key: name.to_owned(), rule })?;
    let value = match json {
        Some(json) => {
            Value::from_json(json).map_err(|source| AssignmentError::Value { key: name.to_owned(), source })?
        }
        None => Value::Text(Cow::Owned(right.to_owned())),
    };
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_taken_as_it_is() {
        assert_eq!(parse("Note=a=b := \"c\"").unwrap(), ("Note".into(), Value::Text("a=b := \"c\"".into())));
        assert_eq!(parse("Note=").unwrap(), ("Note".into(), Value::Text("".into())));
        assert_eq!(parse("Amount=1").unwrap(), ("Amount".into(), Value::Text("1".into())));
    }

    #[test]
    fn json_keeps_its_type_and_its_digits() {
        let digits = "123456789012345678901234567890.10";
        assert_eq!(parse(&format!("N:={digits}")).unwrap(), ("N".into(), Value::Number(digits.into())));
        assert_eq!(parse("B:=false").unwrap(), ("B".into(), Value::Bool(false)));
        assert_eq!(parse("Z:=null").unwrap(), ("Z".into(), Value::Null));
        assert_eq!(parse("S:=\"a=b\"").unwrap(), ("S".into(), Value::Text("a=b".into())));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let message = |argument| {
            let error = parse(argument).unwrap_err();
            match std::error::Error::source(&error) {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            }
        };
        insta::assert_snapshot!(message("Amount"), @"`Amount` is not KEY=text (a string) or KEY:=json (a number, true, false or null)");
        insta::assert_snapshot!(message("=x"), @"key ``: a key of SpecificContent needs a name");
        insta::assert_snapshot!(message("a.b=x"), @r#"key `a.b`: the name holds `.`; Orchestrator takes no key of SpecificContent with one of : . , @ " #"#);
        insta::assert_snapshot!(message("Lines:=[1,2]"), @"value of `Lines`: SpecificContent is flat: an object or array goes in as text (`KEY=text`), and the robot parses it");
        insta::assert_snapshot!(message("N:=1,5"), @r#"value of `N`: not JSON; text goes in double quotes (`"text"`), or after `=` as it is"#);
    }
}
