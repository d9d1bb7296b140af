//! The schema itself: what types its keys have, and whether a content follows it.
//!
//! Assumptions, as UiPath documents the upload of a schema and not its dialect: the draft is the one that `$schema` names, and draft 7
//! where it names none; references lead only into the schema itself; `format` is an annotation, and nothing is refused by it.

use std::sync::Arc;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value as Json};

use crate::items::{Kind, Members, QueueItem, Rule, Value, Violation};

/// A JSON schema for SpecificContent.
#[derive(Clone, Debug)]
pub struct Schema {
    validator: Arc<Validator>,
    document: Arc<Json>,
    /// The keys that it describes, in its order, which the document does not keep.
    order: Arc<[String]>,
}

/// The queue's schema is none.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Not JSON.
    #[error("the queue's schema is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// JSON, but no schema.
    #[error("the queue's schema cannot be used: {0}")]
    Invalid(String),
}

/// What the schema says about one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The type that a text is read as.
    pub kind: Kind,
    /// What becomes of an empty text that is no value of the type.
    pub empty: Empty,
}

/// What an empty text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// `null`, which the schema takes.
    Null,
    /// Nothing: the key is left out, and the schema says whether it may be.
    Absent,
    /// An empty string.
    Text,
}

impl Schema {
    /// Reads a schema.
    pub fn new(text: &str) -> Result<Self, SchemaError> {
        let text = text.trim_start_matches('\u{feff}');
        let document: Json = serde_json::from_str(text).map_err(SchemaError::NotJson)?;
        let mut options = jsonschema::options();
        if document.get("$schema").is_none() {
            options = options.with_draft(Draft::Draft7);
        }
        let validator = options.build(&document).map_err(|error| SchemaError::Invalid(error.masked().to_string()))?;
        Ok(Self { validator: Arc::new(validator), document: Arc::new(document), order: order(text).into() })
    }

    pub(super) fn document(&self) -> &Json {
        &self.document
    }

    pub(super) fn order(&self) -> &[String] {
        &self.order
    }

    /// What it says about a key; none where it says nothing about the type.
    pub fn declared(&self, key: &str) -> Option<Declared> {
        let own = self.document.get("properties").and_then(|properties| properties.get(key));
        let schema = self.followed(own.or_else(|| self.document.get("additionalProperties"))?);
        let names: Vec<&str> = match schema.get("type")? {
            Json::String(name) => vec![name],
            Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
            _ => return None,
        };
        // A text is a string wherever it may be one: nothing is guessed.
        let kind = ["string", "boolean", "integer", "number"].into_iter().find(|name| names.contains(name));
        let kind = match kind? {
            "string" => match schema.get("format").and_then(Json::as_str) {
                Some("date") => Kind::Date,
                Some("date-time") => Kind::DateTime,
                _ => Kind::Text,
            },
            "boolean" => Kind::Boolean,
            "integer" => Kind::Integer,
            _ => Kind::Number,
        };
        let empty = match kind {
            Kind::Text => Empty::Text,
            _ if names.contains(&"null") => Empty::Null,
            _ => Empty::Absent,
        };
        Some(Declared { kind, empty })
    }

    /// Follows references within the schema, a few steps: longer chains are circles.
    pub(super) fn followed<'s>(&'s self, mut schema: &'s Json) -> &'s Json {
        for _ in 0..8 {
            let reference = schema.get("$ref").and_then(Json::as_str).and_then(|name| name.strip_prefix('#'));
            match reference.and_then(|pointer| self.document.pointer(pointer)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// Adds what the content breaks.
    ///
    /// Numbers beyond 64 bits are compared as doubles; what is sent keeps its digits.
    pub fn check(&self, item: &QueueItem<'_>, problems: &mut Vec<Violation>) {
        let content: Map<String, Json> =
            item.content.iter().map(|(key, value)| (key.to_string(), json(value))).collect();
        let content = Json::Object(content);
        if self.validator.is_valid(&content) {
            return;
        }
        for error in self.validator.iter_errors(&content) {
            let rule = Rule::Schema { message: error.masked_with("the value").to_string() };
            let path = error.instance_path().to_string();
            let key = path.strip_prefix('/').map(|key| key.replace("~1", "/").replace("~0", "~"));
            let value = key.as_ref().and_then(|key| item.content.iter().find(|(name, _)| name == key));
            problems.push(match (key.as_deref(), value) {
                (Some(key), Some((_, value))) => Violation::cell(key, &shown(value), rule),
                _ => Violation::whole(rule),
            });
        }
    }
}

/// The names below `properties`, in the order in which they are written.
fn order(text: &str) -> Vec<String> {
    let members = |text| serde_json::from_str::<Members<'_>>(text).map(|Members(members)| members).unwrap_or_default();
    let top = members(text);
    let properties = top.iter().rfind(|(name, _)| name == "properties").map(|(_, value)| members(value.get()));
    let mut names: Vec<String> = Vec::new();
    for (name, _) in properties.unwrap_or_default() {
        if !names.iter().any(|known| *known == name) {
            names.push(name.into_owned());
        }
    }
    names
}

fn json(value: &Value<'_>) -> Json {
    match value {
        Value::Text(text) => Json::String(text.to_string()),
        Value::Number(digits) => digits.parse().map_or(Json::Null, Json::Number),
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Null => Json::Null,
    }
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) | Value::Number(text) => text.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => String::from("null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVOICE: &str = r##"{
        "definitions": {"money": {"type": ["number", "null"]}},
        "type": "object",
        "properties": {
            "Number": {"type": "string", "pattern": "^INV-"}, "Amount": {"$ref": "#/definitions/money"},
            "Lines": {"type": "integer", "minimum": 1}, "Paid": {"type": ["boolean", "string"]}, "Day": {"type": "string", "format": "date"}
        },
        "required": ["Number"],
        "additionalProperties": {"type": "string"}
    }"##;

    fn problems(content: &[(&'static str, Value<'static>)]) -> String {
        let item = QueueItem {
            content: content.iter().map(|(k, v)| ((*k).into(), v.clone())).collect(),
            ..QueueItem::default()
        };
        let mut problems = Vec::new();
        Schema::new(INVOICE).unwrap().check(&item, &mut problems);
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_key_has_the_type_that_the_schema_declares() {
        let schema = Schema::new(INVOICE).unwrap();
        let of = |key: &str| schema.declared(key).map(|declared| (declared.kind, declared.empty));
        assert_eq!(of("Number"), Some((Kind::Text, Empty::Text)));
        assert_eq!(of("Amount"), Some((Kind::Number, Empty::Null)));
        assert_eq!(of("Lines"), Some((Kind::Integer, Empty::Absent)));
        assert_eq!(of("Paid"), Some((Kind::Text, Empty::Text)), "a string wherever it may be one");
        assert_eq!(of("Day"), Some((Kind::Date, Empty::Absent)));
        assert_eq!(of("Other"), Some((Kind::Text, Empty::Text)));
        assert_eq!(Schema::new("{}").unwrap().declared("a"), None);
        let circle = r##"{"properties": {"a": {"$ref": "#/properties/a"}}}"##;
        assert_eq!(Schema::new(circle).ok().and_then(|schema| schema.declared("a")), None);
    }

    #[test]
    fn what_breaks_the_schema_is_named_by_key_and_value() {
        let number = |digits: &'static str| Value::Number(digits.into());
        assert_eq!(
            problems(&[("Number", Value::Text("INV-1".into())), ("Amount", number("12345678901234567890.5"))]),
            ""
        );
        insta::assert_snapshot!(problems(&[("Number", Value::Text("7".into())), ("Lines", number("0")), ("x", Value::Bool(true))]), @r#"
        column `Lines`, value `0`: the queue's schema: the value is less than the minimum of 1
        column `Number`, value `7`: the queue's schema: the value does not match "^INV-"
        column `x`, value `true`: the queue's schema: the value is not of type "string"
        "#);
        insta::assert_snapshot!(problems(&[]), @r#"the queue's schema: "Number" is a required property"#);
    }

    #[test]
    fn a_schema_that_is_none_says_so() {
        insta::assert_snapshot!(Schema::new("{").unwrap_err(), @"the queue's schema is not JSON");
        insta::assert_snapshot!(Schema::new(r#"{"type": 1}"#).unwrap_err(), @"the queue's schema cannot be used: value is not valid under any of the schemas listed in the 'anyOf' keyword");
        assert!(
            Schema::new(r#"{"$ref": "http://example.com/other.json"}"#).is_err(),
            "nothing is loaded from elsewhere"
        );
    }
}
