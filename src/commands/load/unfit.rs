//! What the name of a file says about it, where a pattern or a shell has named it and no person has.

use std::path::Path;

use super::shape::FormatChoice;
use crate::source::Format;

/// Why a file is left alone that is in the way of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Somebody is still writing it, or has put it aside.
    Partial,
    /// Nothing says what is in it. A log would be read as CSV, a row a line.
    Unknown,
}

/// Endings of uploads (WinSCP, browsers, rsync and whoever renames when all is there), of copies that `sed` and editors keep, and of vim.
const PARTIAL: [&str; 6] = [".part", ".tmp", ".filepart", ".crdownload", ".bak", ".swp"];

impl Unfit {
    /// What is wrong with the name; nothing, if it is that of an input.
    pub(super) fn by_name(file: &Path, format: Option<FormatChoice>) -> Option<Self> {
        let name = file.file_name()?.to_string_lossy().to_lowercase();
        // Excel keeps `~$book.xlsx` beside a spreadsheet that is open.
        let is_draft = name.starts_with('.') || name.starts_with("~$") || name.ends_with('~');
        if is_draft || PARTIAL.iter().any(|ending| name.ends_with(ending)) {
            return Some(Self::Partial);
        }
        (format.is_none() && Format::of(file).is_none()).then_some(Self::Unknown)
    }

    /// The reason in a word, as scripts see it.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::Unknown => "unknown",
        }
    }

    /// The reason for a person.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Partial => "its name says that it is not whole",
            Self::Unknown => "its name does not tell its format; `--format` says what it is",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_that_a_file_is_not_whole() {
        for name in ["k.csv.part", "K.CSV.TMP", "k.csv.filepart", "k.crdownload", "k.csv.bak", ".k.csv.swp", "k.csv~"] {
            for format in [None, Some(FormatChoice::Csv)] {
                assert_eq!(Unfit::by_name(&Path::new("in").join(name), format), Some(Unfit::Partial), "{name}");
            }
        }
        for name in [".k.csv", "~$k.xlsx"] {
            assert_eq!(Unfit::by_name(Path::new(name), None), Some(Unfit::Partial), "{name}");
        }
    }

    #[test]
    fn what_has_no_known_extension_is_an_input_when_its_format_is_given() {
        for name in ["k.csv", "k.TSV", "k.jsonl", "k.ndjson", "k.json", "k.xlsx", "part.csv", "in.tmp/k.csv"] {
            assert_eq!(Unfit::by_name(Path::new(name), None), None, "{name}");
        }
        for name in ["notes.txt", "k.csv.gz", "k"] {
            assert_eq!(Unfit::by_name(Path::new(name), None), Some(Unfit::Unknown), "{name}");
            assert_eq!(Unfit::by_name(Path::new(name), Some(FormatChoice::Csv)), None, "{name}");
        }
    }
}
