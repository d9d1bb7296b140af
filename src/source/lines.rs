//! JSON Lines: an object a line.
//!
//! A line that is no object is the problem of one row, and the lines behind it are read all the same.

use memchr::memchr;

use super::columns::Columns;
use super::fingerprint::Fingerprint;
use super::records::MOST_BYTES;
use super::row::{Content, Row};
use super::text::Text;
use super::{Encoding, SourceError};
use crate::rows::RowNumber;

/// The lines of an input, one at a time in a buffer that is used again.
#[derive(Debug)]
pub(super) struct Lines {
    name: String,
    pub(super) text: Text,
    columns: Columns,
    line: Vec<u8>,
    number: u64,
    blank: u64,
}

impl Lines {
    pub(super) fn new(name: &str, text: Text) -> Self {
        let columns = Columns::open(text.encoding);
        Self { name: name.to_owned(), text, columns, line: Vec::new(), number: 0, blank: 0 }
    }

    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.text.encoding
    }

    /// Puts the next line with something in it into the buffer; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, SourceError> {
        loop {
            self.line.clear();
            self.number += 1;
            if !self.read_line()? {
                return Ok(false);
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
            self.blank += 1;
        }
    }

    /// Reads to the end of the line or of the input; false where there is nothing more.
    fn read_line(&mut self) -> Result<bool, SourceError> {
        loop {
            let unreadable = |source| SourceError::Read { name: self.name.clone(), line: self.number, source };
            let input = self.text.fill().map_err(unreadable)?;
            if input.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let end = memchr(b'\n', input);
            let piece = &input[..end.unwrap_or(input.len())];
            if self.line.len() + piece.len() > MOST_BYTES {
                let (name, line) = (self.name.clone(), self.number);
                return Err(SourceError::RowTooLarge { name, line, limit: "32 MB" });
            }
            self.line.extend_from_slice(piece);
            let taken = piece.len() + usize::from(end.is_some());
            self.text.consume(taken);
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// The line in the buffer.
    pub(super) fn row(&self) -> Row<'_> {
        let content = Content::Object(self.line.trim_ascii());
        Row { number: RowNumber(self.number), line: self.number, content }
    }

    pub(super) fn blank(&self) -> u64 {
        self.blank
    }

    pub(super) fn fingerprint(&mut self) -> Result<Option<Fingerprint>, SourceError> {
        let line = self.number;
        self.text.drain().map_err(|source| SourceError::Read { name: self.name.clone(), line, source })
    }
}
