//! Why an input cannot be read, or no longer be trusted.

use std::io;
use std::path::PathBuf;

use crate::rows::RowNumber;

/// An input cannot be read. What is wrong with single rows is a violation, not an error.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system gives no thread to read on, or the thread died.
    #[error("the thread that reads the input could not start, or died")]
    Thread(#[source] io::Error),
    /// There is no such file.
    #[error("{name}: no such file")]
    Missing {
        /// The input.
        name: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The path is a folder.
    #[error("{name}: this is a folder, not a file")]
    Folder {
        /// The input.
        name: String,
    },
    /// A pipe or a device, which gives its content once only.
    #[error(
        "{name}: this is a pipe or a device, and the input is read more than once; give a file, or `-` for standard input"
    )]
    NotAFile {
        /// The input.
        name: String,
    },
    /// The system refuses to open the file.
    #[error("{name}: cannot be opened")]
    Open {
        /// The input.
        name: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The system fails to go on reading.
    #[error("{name}: cannot be read on from line {line}")]
    Read {
        /// The input.
        name: String,
        /// The line that was being read.
        line: u64,
        /// The system's reason.
        source: io::Error,
    },
    /// The first bytes are those of another format.
    #[error("{name}: this is {format}, and no format that is read; save it as XLSX or as \"CSV UTF-8\"")]
    OtherFormat {
        /// The input.
        name: String,
        /// What it is.
        format: &'static str,
    },
    /// It is a program, a picture, an archive: bytes that are no letters.
    #[error(
        "{name}: this is no text: the byte at offset {offset} is zero; if it is text all the same, `--encoding` says how it is \
         written (`--encoding utf-16le`)"
    )]
    NoText {
        /// The input.
        name: String,
        /// Where the first such byte is, from 0.
        offset: usize,
    },
    /// It was said to be one format, and is another.
    #[error("{name}: this is {found}, and it was to be read as {wanted}; `--format {found}` reads it")]
    WrongFormat {
        /// The input.
        name: String,
        /// What it is.
        found: &'static str,
        /// What it was to be.
        wanted: &'static str,
    },
    /// JSON whose brackets or commas are wrong, so that nobody can say where the next element begins.
    #[error("{name}, line {line}: {what}")]
    Broken {
        /// The input.
        name: String,
        /// The line.
        line: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The spreadsheet cannot be read.
    #[error("{name}: the spreadsheet cannot be read: {message}")]
    Sheet {
        /// The input.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// There is no sheet of that name.
    #[error("{name}: there is no sheet `{sheet}`; there are {}", sheets.join(", "))]
    NoSuchSheet {
        /// The input.
        name: String,
        /// What was asked for.
        sheet: String,
        /// What there is.
        sheets: Vec<String>,
    },
    /// There is no object in the file.
    #[error("{name}: there is no object in the file")]
    NoObjects {
        /// The input.
        name: String,
    },
    /// There is nothing in the file.
    #[error("{name}: the file is empty; its first row has to name the columns")]
    Empty {
        /// The input.
        name: String,
    },
    /// There is a header, and nothing below it.
    #[error("{name}: there is no row below the header")]
    HeaderOnly {
        /// The input.
        name: String,
    },
    /// A column's name is no text in the file's encoding.
    #[error(
        "{name}, line {line}: the name of column {column} is not {encoding}; `--encoding` names another encoding, or save the \
         file as UTF-8"
    )]
    HeaderNotText {
        /// The input.
        name: String,
        /// The line of the header.
        line: u64,
        /// The column as a spreadsheet letters it.
        column: String,
        /// The encoding.
        encoding: &'static str,
    },
    /// A quoted cell has no end.
    #[error("{name}, line {line}: the quote that opens a cell here is never closed")]
    UnclosedQuote {
        /// The input.
        name: String,
        /// The line of the opening quote.
        line: u64,
    },
    /// A row is larger than any that could be sent.
    #[error(
        "{name}: the row that begins in line {line} goes on for more than {limit}; look for a quote that is not closed"
    )]
    RowTooLarge {
        /// The input.
        name: String,
        /// The line in which the row begins.
        line: u64,
        /// What it exceeds.
        limit: &'static str,
    },
    /// The content is not the one that was checked.
    #[error("{name}: the file has changed since it was checked")]
    Changed {
        /// The input.
        name: String,
    },
    /// A row that was asked for is not in the input, or comes before one already taken.
    #[error("{name}: there is no row {row} to reject")]
    NoSuchRow {
        /// The input.
        name: String,
        /// The row.
        row: RowNumber,
    },
    /// The rejects file cannot be written.
    #[error("{}: cannot be written", path.display())]
    Rejects {
        /// The rejects file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}
