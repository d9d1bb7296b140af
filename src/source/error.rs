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
    #[error("{name}: this is {format}, not CSV in UTF-8; save it as \"CSV UTF-8\"")]
    OtherFormat {
        /// The input.
        name: String,
        /// What it is.
        format: &'static str,
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
    /// A column's name is not UTF-8.
    #[error("{name}, line {line}: the name of column {column} is not UTF-8; save the file as UTF-8")]
    HeaderNotUtf8 {
        /// The input.
        name: String,
        /// The line of the header.
        line: u64,
        /// The column as a spreadsheet letters it.
        column: String,
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
