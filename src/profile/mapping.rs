//! What the rows of a queue's files mean, written down: a file of its own, or part of a profile.
//!
//! ```toml
//! types = "auto"
//! decimal = ","
//! reference-from = "RE-{Nummer}"
//! except = ["Kommentar"]
//! set = ["Source=SAP", "Year:=2026"]
//!
//! [map]
//! Betrag = "Amount:number"
//! Faellig = "DueDate"
//! ```
//!
//! In a profile the same stands below `[profile.NAME.queue.QUEUE]`. The words are those of the flags of `uiq load`, which overrule them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The flags of `uiq load` that shape items, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RowMapping {
    /// `--format`
    pub format: Option<String>,
    /// `--delimiter`
    pub delimiter: Option<String>,
    /// `--encoding`
    pub encoding: Option<String>,
    /// `--sheet`
    pub sheet: Option<String>,
    /// `--headers`
    pub headers: Option<String>,
    /// `--types`
    pub types: Option<String>,
    /// `--decimal`
    pub decimal: Option<String>,
    /// `--map`, by column
    pub map: BTreeMap<String, String>,
    /// `--only`
    pub only: Vec<String>,
    /// `--except`
    pub except: Vec<String>,
    /// `--set`
    pub set: Vec<String>,
    /// `--reference-from`
    pub reference_from: Option<String>,
    /// `--priority`
    pub priority: Option<String>,
    /// `--due`
    pub due: Option<String>,
    /// `--defer`
    pub defer: Option<String>,
    /// `--risk-sla`
    pub risk_sla: Option<String>,
    /// `--timezone`
    pub timezone: Option<String>,
}

/// A text is no mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct MappingError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl RowMapping {
    /// Reads a mapping from TOML.
    pub fn read(text: &str) -> Result<Self, MappingError> {
        toml_edit::de::from_str(text).map_err(|error| MappingError {
            line: super::file::line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().trim().replace('\n', ", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_read() {
        let mapping = RowMapping::read(include_str!("../../samples/mapping.toml")).unwrap();
        assert_eq!(mapping.map["Betrag"], "Amount:number");
        assert_eq!(
            (mapping.decimal.as_deref(), mapping.reference_from.as_deref()),
            (Some(","), Some("{Reference}/2026"))
        );
    }

    #[test]
    fn a_misspelt_word_is_refused_with_its_line() {
        let error = RowMapping::read("types = \"auto\"\ndecimals = \",\"\n").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.message.starts_with("unknown field `decimals`"), "{error}");
    }
}
