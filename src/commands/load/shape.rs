//! What is loaded, and what its rows mean, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::items::{Decimal, assignment};
use crate::orchestrator::CommitType;
use crate::source::{Delimiter, Encoding, Format, Headers, Template};

/// What is loaded, and what its rows mean. All of it shapes items, so a resumed run must not change it.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
#[command(next_help_heading = "Rows")]
pub struct Shape {
    /// Format; by default by the extension or the first bytes
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<FormatChoice>,
    /// Character between two cells, or `tab`; by default found from the header
    #[arg(long, value_name = "C")]
    pub delimiter: Option<Delimiter>,
    /// Encoding, e.g. utf-16le or windows-1252; by default found from the byte order mark or the bytes
    #[arg(long, value_name = "E")]
    pub encoding: Option<Encoding>,
    /// Sheet of a spreadsheet; by default the first
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Which column names are special: both (as it is without this), the upload page's only, or none
    #[arg(long, value_name = "WHICH")]
    pub headers: Option<HeadersChoice>,
    /// A column to another key, or to Reference, Priority, DueDate, DeferDate, RiskSlaDate, Progress; TARGET:type gives a type
    #[arg(long, value_name = "COLUMN=TARGET", value_parser = mapped)]
    pub map: Vec<String>,
    /// The only columns that become content; Reference, dates and the like stay what they are
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Columns to leave out
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub except: Vec<String>,
    /// Content that every item gets: KEY=text, or KEY:=json for a number, true, false or null
    #[arg(long, value_name = "KEY=VALUE", value_parser = assigned)]
    pub set: Vec<String>,
    /// References of rows that have none, made of columns: 'INV-{Number}-{Line}'
    #[arg(long, value_name = "TEMPLATE", value_parser = template)]
    pub reference_from: Option<String>,
    /// Values of columns without a type of their own (`Amount:number`): string (as it is without this), auto, or by the queue's schema
    /// (as it is without this where the queue has one); JSON keeps its own types unless this says string
    #[arg(long, value_name = "TYPES")]
    pub types: Option<TypesChoice>,
    /// What stands before the fraction of a number: . (as it is without this) or ,
    #[arg(long, value_name = "C")]
    pub decimal: Option<DecimalChoice>,
    /// A file with these options, so that the command line stays short; flags overrule it
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Priority of rows that have none: low, normal, high
    #[arg(long, value_name = "P")]
    pub priority: Option<String>,
    /// Deadline of rows that have none: 2026-12-01, 2026-12-01 17:00, RFC 3339, or from now: +2h, +3d
    #[arg(long, value_name = "WHEN")]
    pub due: Option<String>,
    /// Not to be worked on before, of rows that have none
    #[arg(long, value_name = "WHEN")]
    pub defer: Option<String>,
    /// Date of the risk zone, of rows that have none
    #[arg(long, value_name = "WHEN")]
    pub risk_sla: Option<String>,
    /// Time zone of dates without an offset, e.g. Europe/Berlin; by default that of this machine
    #[arg(long, value_name = "TZ")]
    pub timezone: Option<String>,
    /// Load the rows that keep the rules, although others break one; those come back in the rejects file
    #[arg(long, conflicts_with = "atomic")]
    pub skip_invalid: bool,
    /// What Orchestrator does with a request of which some items fail
    #[arg(long, value_name = "HOW", default_value = "independent")]
    pub commit: CommitChoice,
    /// The whole file in one all-or-nothing request, or not at all (15,000 rows at most)
    #[arg(long, conflicts_with_all = ["commit", "batch_size", "jobs", "rate"])]
    pub atomic: bool,
}

/// A format of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatChoice {
    /// Comma-separated values, whatever separates them
    Csv,
    /// The same, with tabs
    Tsv,
    /// A JSON object a line
    Jsonl,
    /// A JSON array of objects
    Json,
    /// A spreadsheet of Excel
    Xlsx,
}

/// Which column names are special.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum HeadersChoice {
    /// Reference, Priority, Deadline, Postpone and the API's DueDate, DeferDate, RiskSlaDate, Progress
    #[default]
    Both,
    /// Reference, Priority, Deadline, Postpone, as on Orchestrator's upload page
    Upload,
    /// None: every column is content
    None,
}

/// What becomes of values without a type of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TypesChoice {
    /// Every value a string, as Orchestrator's own upload does
    String,
    /// By the queue's JSON schema
    Schema,
    /// Numbers and booleans recognised; what begins with a zero stays text
    Auto,
}

/// What stands before the fraction of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DecimalChoice {
    /// 1249.00
    #[value(name = ".", alias = "point")]
    Point,
    /// 1249,00 or 1.249,00
    #[value(name = ",", alias = "comma")]
    Comma,
}

/// What Orchestrator does with a request of which some items fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CommitChoice {
    /// Every row stands for itself
    #[default]
    Independent,
    /// A refused row takes back its whole request
    AllOrNothing,
    /// Nothing after the first refused row is taken
    StopOnFirstFailure,
}

impl Shape {
    /// The commit type of each request.
    pub fn commit_type(&self) -> CommitType {
        match (self.atomic, self.commit) {
            (true, _) | (_, CommitChoice::AllOrNothing) => CommitType::AllOrNothing,
            (_, CommitChoice::Independent) => CommitType::Independent,
            (_, CommitChoice::StopOnFirstFailure) => CommitType::StopOnFirstFailure,
        }
    }

    /// How the input is to be read.
    pub fn reading(&self) -> crate::source::Options {
        let tabs = (self.format == Some(FormatChoice::Tsv)).then_some(Delimiter::TAB);
        crate::source::Options {
            delimiter: self.delimiter.or(tabs),
            format: self.format.map(Format::from),
            encoding: self.encoding,
            sheet: self.sheet.clone(),
        }
    }
}

impl From<FormatChoice> for Format {
    fn from(choice: FormatChoice) -> Self {
        match choice {
            FormatChoice::Csv | FormatChoice::Tsv => Self::Csv,
            FormatChoice::Jsonl => Self::JsonLines,
            FormatChoice::Json => Self::Json,
            FormatChoice::Xlsx => Self::Xlsx,
        }
    }
}

impl From<HeadersChoice> for Headers {
    fn from(choice: HeadersChoice) -> Self {
        match choice {
            HeadersChoice::Both => Self::Both,
            HeadersChoice::Upload => Self::Upload,
            HeadersChoice::None => Self::None,
        }
    }
}

impl From<DecimalChoice> for Decimal {
    fn from(choice: DecimalChoice) -> Self {
        match choice {
            DecimalChoice::Point => Self::Point,
            DecimalChoice::Comma => Self::Comma,
        }
    }
}

fn mapped(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((column, target)) if !column.is_empty() && !target.is_empty() => Ok(text.to_owned()),
        _ => Err(String::from("a column and its target, as in Betrag=Amount or Betrag=Amount:number")),
    }
}

fn assigned(text: &str) -> Result<String, String> {
    match assignment::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        }),
    }
}

fn template(text: &str) -> Result<String, String> {
    text.parse::<Template>().map(|_| text.to_owned()).map_err(|error| error.to_string())
}
