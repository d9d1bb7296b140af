//! The formats that rows come in.

use std::path::Path;

/// A format of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, whatever separates them.
    Csv,
    /// A JSON object a line.
    JsonLines,
    /// A JSON array of objects; also one object, or several behind each other.
    Json,
    /// A spreadsheet of Excel.
    Xlsx,
}

impl Format {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format that an extension promises.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" | "tsv" | "tab" | "psv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "json" => Some(Self::Json),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// The format that a file's first bytes have, where they can be nothing else.
    pub(super) fn by_signature(beginning: &[u8]) -> Option<Self> {
        beginning.starts_with(b"PK\x03\x04").then_some(Self::Xlsx)
    }

    /// The format of a text without an extension, by its first lines: an object that ends in the line it begins in is one of several.
    pub(super) fn by_text(beginning: &[u8]) -> Self {
        let trimmed = beginning.trim_ascii_start();
        match trimmed.first() {
            Some(b'[') => Self::Json,
            Some(b'{') => {
                let line = trimmed.split(|byte| *byte == b'\n').next().unwrap_or_default();
                if line.trim_ascii_end().ends_with(b"}") { Self::JsonLines } else { Self::Json }
            }
            _ => Self::Csv,
        }
    }

    /// What a row is called, and its number counted by.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Csv | Self::Xlsx => "row",
            Self::JsonLines => "line",
            Self::Json => "element",
        }
    }

    /// The format that rejected rows come back in. Spreadsheets are read and not written.
    #[must_use]
    pub fn of_rejects(self) -> Self {
        match self {
            Self::Csv | Self::Xlsx => Self::Csv,
            Self::JsonLines => Self::JsonLines,
            Self::Json => Self::Json,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_promises_a_format() {
        let of = |name: &str| Format::of(Path::new(name)).map(Format::name);
        assert_eq!((of("a.CSV"), of("b/a.tsv"), of("a.ndjson")), (Some("csv"), Some("csv"), Some("jsonl")));
        assert_eq!((of("a.json"), of("a.xlsm"), of("a.txt"), of("a")), (Some("json"), Some("xlsx"), None, None));
    }

    #[test]
    fn without_one_the_first_bytes_tell() {
        assert_eq!(Format::by_text(b"\n [1]"), Format::Json);
        assert_eq!(Format::by_text(b"{\"a\": 1}\r\n{\"a\": 2}\n"), Format::JsonLines);
        assert_eq!(Format::by_text(b"{\n \"a\": 1\n}"), Format::Json);
        assert_eq!(Format::by_text(b"a,b\n1,2\n"), Format::Csv);
    }
}
