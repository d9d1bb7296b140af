//! A rule that an item breaks, and the words that help to mend the file.

use std::fmt;

use super::limits;
use super::{DateError, Decimal, Kind};

/// One rule broken once. File and row are known to whoever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The column; none where the row as a whole is meant, or where there are no columns.
    pub column: Option<String>,
    /// The value, shortened and fit for a terminal; none where there is none to show.
    pub value: Option<String>,
    /// What was broken.
    pub rule: Rule,
}

/// The rules. `Display` says what is wrong and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The reference is longer than Orchestrator takes.
    ReferenceTooLong {
        /// Its length in UTF-16 units.
        length: usize,
    },
    /// A key of SpecificContent holds a character that Orchestrator refuses.
    KeyCharacter {
        /// The first such character.
        character: char,
    },
    /// A key of SpecificContent is empty.
    KeyEmpty,
    /// Not one of the three priorities.
    Priority,
    /// Not a date.
    Date(DateError),
    /// The deadline comes before the time until which the item is postponed, so it can never be met.
    DeadlineBeforePostpone,
    /// The progress text is longer than Orchestrator takes.
    ProgressTooLong {
        /// Its length in UTF-16 units.
        length: usize,
    },
    /// SpecificContent is larger than Orchestrator takes.
    ContentTooLarge {
        /// Its size as JSON.
        bytes: usize,
    },
    /// The row has more or fewer cells than the header.
    Ragged {
        /// The columns of the header.
        expected: usize,
        /// The cells of the row.
        found: usize,
    },
    /// The bytes of the cell are no text in the file's encoding.
    NotText {
        /// The encoding.
        encoding: &'static str,
        /// The first byte that cannot be read, where it is known.
        byte: Option<u8>,
        /// Its place in the cell, in bytes of its text in UTF-8; the first is 0.
        offset: usize,
    },
    /// The text is no value of the column's type.
    NotOfKind {
        /// The type.
        kind: Kind,
        /// How numbers are written.
        decimal: Decimal,
    },
    /// The content does not follow the queue's schema.
    Schema {
        /// What the schema says.
        message: String,
    },
    /// The row is no JSON object.
    Json {
        /// What the reader says.
        message: String,
    },
    /// An object in the shape of the API has a member that an item does not have.
    UnknownMember,
    /// A field of the item holds something else than a text.
    FieldNotText,
    /// Two columns, or a column and `--set`, give the same key.
    SameKey {
        /// What came first.
        first: String,
    },
    /// A column that is a field of the item was given a type.
    TypedField,
    /// A flag names a column that the header does not have.
    NoSuchColumn {
        /// The flag.
        flag: &'static str,
    },
    /// A column that the reference is made of is empty, or missing.
    ReferencePart,
    /// The cell of a spreadsheet holds an error.
    CellError,
    /// The object holds nothing but what a rejects file says about a row.
    OnlyReason,
    /// A JSON object has a key twice; readers would silently take one of the two.
    KeyTwice,
    /// Two columns have the same name.
    DuplicateColumn,
    /// Two columns mean the same field of the item.
    SameField {
        /// The column that came first.
        first: String,
    },
    /// A cell has a value where the header has no name for it.
    NoHeader,
    /// A value is a JSON object or array.
    Nested,
    /// The queue takes no item without a reference.
    ReferenceRequired,
    /// An earlier row of the file has the same reference.
    DuplicateReference {
        /// The row that came first.
        first: u64,
    },
}

impl Rule {
    /// A stable name: the key for grouping, and the `_uiq_error_code` of a rejects file.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ReferenceTooLong { .. } => "ReferenceTooLong",
            Self::KeyCharacter { .. } => "KeyCharacter",
            Self::KeyEmpty => "KeyEmpty",
            Self::Priority => "Priority",
            Self::Date(_) => "Date",
            Self::DeadlineBeforePostpone => "DeadlineBeforePostpone",
            Self::ProgressTooLong { .. } => "ProgressTooLong",
            Self::ContentTooLarge { .. } => "ContentTooLarge",
            Self::Ragged { .. } => "Ragged",
            Self::NotText { .. } => "NotText",
            Self::NotOfKind { .. } => "NotOfType",
            Self::Schema { .. } => "Schema",
            Self::Json { .. } => "Json",
            Self::UnknownMember => "UnknownMember",
            Self::FieldNotText => "FieldNotText",
            Self::SameKey { .. } => "SameKey",
            Self::TypedField => "TypedField",
            Self::NoSuchColumn { .. } => "NoSuchColumn",
            Self::ReferencePart => "ReferencePart",
            Self::CellError => "CellError",
            Self::OnlyReason => "OnlyReason",
            Self::KeyTwice => "KeyTwice",
            Self::DuplicateColumn => "DuplicateColumn",
            Self::SameField { .. } => "SameField",
            Self::NoHeader => "NoHeader",
            Self::Nested => "Nested",
            Self::ReferenceRequired => "ReferenceRequired",
            Self::DuplicateReference { .. } => "DuplicateReference",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReferenceTooLong { length } => {
                write!(f, "a reference has at most {} characters, this one has {length}", limits::REFERENCE)
            }
            Self::KeyCharacter { character } => write!(
                f,
                "the name holds `{character}`; Orchestrator takes no key of SpecificContent with one of : . , @ \" #"
            ),
            Self::KeyEmpty => f.write_str("a key of SpecificContent needs a name"),
            Self::Priority => {
                f.write_str("not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3")
            }
            Self::Date(error) => error.fmt(f),
            Self::DeadlineBeforePostpone => {
                f.write_str("the deadline comes before the time until which the item is postponed")
            }
            Self::ProgressTooLong { length } => {
                write!(f, "a progress text has at most {} characters, this one has {length}", limits::PROGRESS)
            }
            Self::ContentTooLarge { bytes } => write!(
                f,
                "SpecificContent takes {bytes} bytes as JSON, Orchestrator takes at most {} (500 KB) an item",
                limits::CONTENT
            ),
            Self::Ragged { expected, found } => {
                let cells = if *found == 1 { "cell" } else { "cells" };
                let columns = if *expected == 1 { "column" } else { "columns" };
                write!(f, "the row has {found} {cells}, the header {expected} {columns}")?;
                f.write_str("; a value that holds the delimiter goes in double quotes")
            }
            Self::NotText { encoding, byte, offset } => {
                match byte {
                    Some(byte) => write!(f, "not {encoding}: byte 0x{byte:02X} at offset {offset} of the cell")?,
                    None => write!(f, "not {encoding}: no text at offset {offset} of the cell")?,
                }
                f.write_str("; `--encoding` names another encoding, or save the file as UTF-8")
            }
            Self::NotOfKind { kind, decimal } => f.write_str(of_kind(*kind, *decimal)),
            Self::Schema { message } => write!(f, "the queue's schema: {message}"),
            Self::Json { message } => write!(f, "not one JSON object: {message}"),
            Self::UnknownMember => f.write_str(
                "no member of an item; beside SpecificContent there are Reference, Priority, DueDate, DeferDate, RiskSlaDate \
                 and Progress",
            ),
            Self::FieldNotText => f.write_str("a field of the item has to be a string"),
            Self::SameKey { first } => write!(f, "this and {first} give the same key of SpecificContent"),
            Self::TypedField => f.write_str("this column is a field of the item, which has a type of its own"),
            Self::NoSuchColumn { flag } => write!(f, "`{flag}` names it, and the header has no such column"),
            Self::ReferencePart => f.write_str("`--reference-from` names this column, and it is empty in this row"),
            Self::CellError => f.write_str("the cell holds an error of the spreadsheet, not a value"),
            Self::OnlyReason => f.write_str(
                "nothing but the reason of a rejects file; mend what `_uiq_text` holds, and put it in the place of the object",
            ),
            Self::KeyTwice => f.write_str("the object has this key twice"),
            Self::DuplicateColumn => f.write_str("the header has this column twice"),
            Self::SameField { first } => write!(f, "this column and `{first}` mean the same field of the item"),
            Self::NoHeader => f.write_str("the cell has a value, but its column has no name in the header"),
            Self::Nested => {
                f.write_str("SpecificContent is flat; an object or array goes in as text (`COLUMN:string`), and the robot parses it")
            }
            Self::ReferenceRequired => {
                f.write_str("the row has no reference, and the queue enforces unique references")
            }
            Self::DuplicateReference { first } => write!(f, "row {first} has the same reference"),
        }
    }
}

fn of_kind(kind: Kind, decimal: Decimal) -> &'static str {
    match (kind, decimal) {
        (Kind::Number, Decimal::Point) => {
            "not a number; allowed are digits with a decimal point, as in -1249.00 (`--decimal ,` reads 1.249,00)"
        }
        (Kind::Number, Decimal::Comma) => {
            "not a number; allowed are digits with a decimal comma, as in -1249,00 or 1.249,00"
        }
        (Kind::Integer, _) => "not an integer; allowed are digits, with a minus in front if need be",
        (Kind::Boolean, _) => "not a boolean; allowed are true, false, yes, no, 1 and 0",
        (Kind::Json, _) => "not JSON; text goes in double quotes (\"text\")",
        (Kind::Text | Kind::Date | Kind::DateTime, _) => "not a value of its type",
    }
}

impl Violation {
    /// A violation of the row or item as a whole.
    pub fn whole(rule: Rule) -> Self {
        Self { column: None, value: None, rule }
    }

    /// A violation by a column's name rather than by one of its values.
    pub fn column(name: &str, rule: Rule) -> Self {
        Self { column: Some(shorten(name)), value: None, rule }
    }

    /// A violation by the cell of a column.
    pub fn cell(column: &str, value: &str, rule: Rule) -> Self {
        Self { column: Some(shorten(column)), value: Some(shorten(value)), rule }
    }

    /// A violation by a part of an item that came from no file.
    pub fn value(value: &str, rule: Rule) -> Self {
        Self { column: None, value: Some(shorten(value)), rule }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.column, &self.value) {
            (Some(column), Some(value)) => write!(f, "column `{column}`, value `{value}`: ")?,
            (Some(column), None) => write!(f, "column `{column}`: ")?,
            (None, Some(value)) => write!(f, "`{value}`: ")?,
            (None, None) => {}
        }
        self.rule.fmt(f)
    }
}

/// Longest value in a message, in characters: enough to find the cell, short enough for a line.
const SHOWN: usize = 40;

/// Cuts a value to what a message has room for, and escapes what would move the cursor or colour the terminal.
fn shorten(text: &str) -> String {
    let mut shown = String::new();
    let mut characters = text.chars();
    for character in characters.by_ref().take(SHOWN) {
        if character.is_control() { shown.extend(character.escape_default()) } else { shown.push(character) }
    }
    if characters.next().is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_cut_and_cannot_move_the_cursor() {
        let shown = Violation::cell("A\tB", "\u{1b}[2J\r\n", Rule::Priority).to_string();
        insta::assert_snapshot!(shown, @r"column `A\tB`, value `\u{1b}[2J\r\n`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3");
        assert_eq!(Violation::value(&"é".repeat(41), Rule::Nested).value.unwrap(), format!("{}...", "é".repeat(40)));
        assert_eq!(Violation::value(&"é".repeat(40), Rule::Nested).value.unwrap(), "é".repeat(40));
    }

    #[test]
    fn each_rule_says_what_is_allowed() {
        let rules = [
            Rule::ReferenceTooLong { length: 129 },
            Rule::KeyCharacter { character: '#' },
            Rule::KeyEmpty,
            Rule::Priority,
            Rule::Date(DateError::NoSuchTime),
            Rule::DeadlineBeforePostpone,
            Rule::ProgressTooLong { length: 104_858 },
            Rule::ContentTooLarge { bytes: 512_001 },
            Rule::Ragged { expected: 5, found: 4 },
            Rule::Ragged { expected: 1, found: 2 },
            Rule::NotText { encoding: "UTF-8", byte: Some(0xfc), offset: 3 },
            Rule::NotText { encoding: "UTF-16LE", byte: None, offset: 3 },
            Rule::NotOfKind { kind: Kind::Integer, decimal: Decimal::Point },
            Rule::Schema { message: String::from("the value is less than the minimum of 1") },
            Rule::Json { message: String::from("EOF while parsing an object") },
            Rule::UnknownMember,
            Rule::FieldNotText,
            Rule::SameKey { first: String::from("column `A`") },
            Rule::TypedField,
            Rule::NoSuchColumn { flag: "--map" },
            Rule::ReferencePart,
            Rule::CellError,
            Rule::OnlyReason,
            Rule::ReferenceRequired,
            Rule::KeyTwice,
            Rule::DuplicateColumn,
            Rule::SameField { first: String::from("Deadline") },
            Rule::NoHeader,
            Rule::Nested,
            Rule::DuplicateReference { first: 17 },
        ];
        let words: Vec<String> = rules.iter().map(|rule| format!("{}: {rule}", rule.code())).collect();
        insta::assert_snapshot!(words.join("\n"), @r##"
        ReferenceTooLong: a reference has at most 128 characters, this one has 129
        KeyCharacter: the name holds `#`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
        KeyEmpty: a key of SpecificContent needs a name
        Priority: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
        Date: there is no such date or time; months go to 12, days to the end of their month, hours to 23
        DeadlineBeforePostpone: the deadline comes before the time until which the item is postponed
        ProgressTooLong: a progress text has at most 104857 characters, this one has 104858
        ContentTooLarge: SpecificContent takes 512001 bytes as JSON, Orchestrator takes at most 512000 (500 KB) an item
        Ragged: the row has 4 cells, the header 5 columns; a value that holds the delimiter goes in double quotes
        Ragged: the row has 2 cells, the header 1 column; a value that holds the delimiter goes in double quotes
        NotText: not UTF-8: byte 0xFC at offset 3 of the cell; `--encoding` names another encoding, or save the file as UTF-8
        NotText: not UTF-16LE: no text at offset 3 of the cell; `--encoding` names another encoding, or save the file as UTF-8
        NotOfType: not an integer; allowed are digits, with a minus in front if need be
        Schema: the queue's schema: the value is less than the minimum of 1
        Json: not one JSON object: EOF while parsing an object
        UnknownMember: no member of an item; beside SpecificContent there are Reference, Priority, DueDate, DeferDate, RiskSlaDate and Progress
        FieldNotText: a field of the item has to be a string
        SameKey: this and column `A` give the same key of SpecificContent
        TypedField: this column is a field of the item, which has a type of its own
        NoSuchColumn: `--map` names it, and the header has no such column
        ReferencePart: `--reference-from` names this column, and it is empty in this row
        CellError: the cell holds an error of the spreadsheet, not a value
        OnlyReason: nothing but the reason of a rejects file; mend what `_uiq_text` holds, and put it in the place of the object
        ReferenceRequired: the row has no reference, and the queue enforces unique references
        KeyTwice: the object has this key twice
        DuplicateColumn: the header has this column twice
        SameField: this column and `Deadline` mean the same field of the item
        NoHeader: the cell has a value, but its column has no name in the header
        Nested: SpecificContent is flat; an object or array goes in as text (`COLUMN:string`), and the robot parses it
        DuplicateReference: row 17 has the same reference
        "##);
    }
}
