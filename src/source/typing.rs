//! From the text of a cell, or a value of JSON, to a value of SpecificContent.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::MappingOptions;
use super::row::Sort;
use crate::items::{Decimal, Empty, Kind, Rule, Schema, Value, recognise};

/// What becomes of the texts of columns without a type of their own; `--types`.
#[derive(Clone, Debug, Default)]
pub enum Types {
    /// Texts stay texts, as in Orchestrator's own upload; what JSON says stays as it is said.
    #[default]
    AsWritten,
    /// Every value becomes a text; also what is a number, a truth or nested in JSON.
    Text,
    /// Numbers and truths are recognised, where nothing is lost by it.
    Auto,
    /// The queue's schema says.
    Schema(Schema),
}

/// A cell, and what the spreadsheet says about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'r> {
    pub(super) text: &'r str,
    pub(super) sort: Option<Sort>,
}

impl MappingOptions {
    /// The value that a cell stands for; none where the schema wants a key rather absent than empty.
    pub(super) fn value<'r>(&self, given: Given<'r>, kind: Option<Kind>, key: &str) -> Result<Option<Value<'r>>, Rule> {
        let Given { text, sort } = given;
        // A spreadsheet's numbers have a point, whatever its owner sees.
        let decimal = if sort == Some(Sort::Number) { Decimal::Point } else { self.decimal };
        if let Some(kind) = kind {
            return kind.read(text, decimal, &self.calendar).map(Some);
        }
        match &self.types {
            Types::AsWritten | Types::Text => Ok(Some(Value::Text(Cow::Borrowed(text)))),
            Types::Auto => Ok(Some(match sort {
                Some(Sort::Text | Sort::Error) => Value::Text(Cow::Borrowed(text)),
                Some(Sort::Number | Sort::Truth) | None => recognise(text, decimal),
            })),
            Types::Schema(schema) => self.declared(schema, text, decimal, key),
        }
    }

    fn declared<'r>(
        &self,
        schema: &Schema,
        text: &'r str,
        decimal: Decimal,
        key: &str,
    ) -> Result<Option<Value<'r>>, Rule> {
        let Some(declared) = schema.declared(key) else { return Ok(Some(Value::Text(Cow::Borrowed(text)))) };
        if text.is_empty() {
            return Ok(match declared.empty {
                Empty::Null => Some(Value::Null),
                Empty::Absent => None,
                Empty::Text => Some(Value::Text(Cow::Borrowed(text))),
            });
        }
        match declared.kind.read(text, decimal, &self.calendar) {
            // A format is an annotation: what is no date stays the text it is, and the schema decides.
            Err(_) if matches!(declared.kind, Kind::Date | Kind::DateTime) => {
                Ok(Some(Value::Text(Cow::Borrowed(text))))
            }
            other => other.map(Some),
        }
    }

    /// The value that JSON says. A type of its own, or one that the schema declares, turns a text into what the text stands for.
    pub(super) fn json_value<'r>(
        &self,
        raw: &'r RawValue,
        kind: Option<Kind>,
        key: &str,
    ) -> Result<Option<Value<'r>>, Rule> {
        let read = Value::from_raw(raw);
        if kind == Some(Kind::Text) || matches!((&self.types, kind), (Types::Text, None)) {
            return Ok(Some(Value::Text(match read {
                Ok(Value::Text(text)) => text,
                Ok(Value::Null) => Cow::Borrowed(""),
                Ok(Value::Number(_) | Value::Bool(_)) | Err(_) => Cow::Borrowed(raw.get()),
            })));
        }
        let value = read.map_err(|_| Rule::Nested)?;
        let declared = match &self.types {
            Types::Schema(schema) => schema.declared(key).map(|declared| declared.kind),
            Types::AsWritten | Types::Text | Types::Auto => None,
        };
        match (kind.or(declared), value) {
            (Some(kind), Value::Text(text)) if kind != Kind::Text && !text.is_empty() => {
                let from_schema = kind_is_annotation(kind) && declared.is_some();
                match kind.read(&text, self.decimal, &self.calendar) {
                    Err(_) if from_schema => Ok(Some(Value::Text(text))),
                    read => read.map(|value| Some(value.into_owned())),
                }
            }
            (Some(kind), value @ (Value::Number(_) | Value::Bool(_))) if declared.is_none() => kind
                .read(raw.get(), Decimal::Point, &self.calendar)
                .map(|read| Some(if kind == Kind::Json { value } else { read.into_owned() })),
            (_, value) => Ok(Some(value)),
        }
    }
}

fn kind_is_annotation(kind: Kind) -> bool {
    matches!(kind, Kind::Date | Kind::DateTime)
}
