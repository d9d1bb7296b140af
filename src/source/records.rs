//! Comma-separated values, cut into records.
//!
//! The cutting is done by [`cut()`] where it is simple, and by `csv-core` where it is not. What stands around it is what a load needs and
//! a general reader leaves out: rows numbered as a spreadsheet shows them (blank lines count, breaks within quotes do not), a limit to
//! what one row may take, and the line of a quote that is never closed.

use csv_core::ReadRecordResult;

use super::cut::cut;
use super::row::{Cells, Content};
use super::text::Text;
use super::{Delimiter, Encoding, Fingerprint, Row, SourceError};
use crate::rows::RowNumber;

/// The most that one row may take: more than any request (30,000,000 bytes is the default limit of the web server under
/// Orchestrator), so nothing that could be sent is lost, and a quote that is never closed cannot fill the memory.
pub(super) const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The most cells that one row may have: eight times what Excel has columns. Each takes eight bytes, also when empty.
const MOST_CELLS: usize = 128 * 1024;

/// The records of an input, one at a time in buffers that are used again.
#[derive(Debug)]
pub(super) struct Records {
    name: String,
    pub(super) text: Text,
    core: csv_core::Reader,
    delimiter: u8,
    /// The cells of the record, one behind the other, and where each ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    cut: usize,
    place: Place,
    blank_lines: u64,
}

/// Where the next byte stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    row: u64,
    line: u64,
    /// The last row ended with a carriage return; a line feed behind it belongs to the same line end.
    after_return: bool,
    /// Where the row in the buffers began.
    row_line: u64,
}

impl Records {
    /// The records of what `text` still has.
    pub(super) fn new(name: &str, text: Text, delimiter: Delimiter) -> Self {
        let mut core = csv_core::ReaderBuilder::new().delimiter(delimiter.byte()).build();
        // The core drops a byte order mark from the first bytes it sees, but the one of the input is already gone, and bytes that
        // look like another belong to a cell. So the first thing it sees is a blank line, which it ignores.
        core.read_record(b"\n", &mut [0], &mut [0]);
        Self {
            name: name.to_owned(),
            text,
            core,
            delimiter: delimiter.byte(),
            cells: vec![0; 4 * 1024],
            ends: vec![0; 64],
            filled: 0,
            cut: 0,
            place: Place { row: 0, line: 1, after_return: false, row_line: 1 },
            blank_lines: 0,
        }
    }

    /// Puts the next record that is not a blank line into the buffers; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, SourceError> {
        self.filled = 0;
        self.cut = 0;
        if !self.skip_blank_lines()? {
            return Ok(false);
        }
        self.place.row += 1;
        self.place.row_line = self.place.line;
        if !self.cut_quickly()? {
            return self.cut_thoroughly();
        }
        Ok(true)
    }

    /// Cuts the record, if it is a simple one that stands in the buffer as a whole.
    fn cut_quickly(&mut self) -> Result<bool, SourceError> {
        let line = self.place.line;
        let input = self.text.fill().map_err(|source| unreadable(&self.name, line, source))?;
        let Some(cut) = cut(input, self.delimiter, &mut self.cells, &mut self.ends) else { return Ok(false) };
        self.place.after_return = input.get(cut.read - 1) == Some(&b'\r');
        self.place.line += cut.line_feeds;
        (self.filled, self.cut) = (cut.filled, cut.count);
        self.text.consume(cut.read);
        Ok(true)
    }

    /// Cuts whatever record comes, byte by byte.
    fn cut_thoroughly(&mut self) -> Result<bool, SourceError> {
        let lines_before = self.core.line();
        let last = loop {
            let line = self.place.line;
            let input = self.text.fill().map_err(|source| unreadable(&self.name, line, source))?;
            let at_end = input.is_empty();
            // At the end a line break is fed in: a record takes it as its end, a quoted cell as one more of its characters.
            let input = if at_end { b"\n" } else { input };
            let free = &mut self.cells[self.filled..];
            let (result, read, wrote, cut) = self.core.read_record(input, free, &mut self.ends[self.cut..]);
            let last = read.checked_sub(1).and_then(|at| input.get(at)).copied();
            self.filled += wrote;
            self.cut += cut;
            if !at_end {
                self.text.consume(read);
            }
            match result {
                ReadRecordResult::Record => break last,
                ReadRecordResult::InputEmpty if at_end && read > 0 => return Err(self.unclosed_quote()),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.grow_cells()?,
                ReadRecordResult::OutputEndsFull => self.grow_ends()?,
                ReadRecordResult::End => return Ok(false),
            }
        };
        // The core counts line feeds only, and one that follows a carriage return is still to come.
        self.place.line += self.core.line() - lines_before;
        self.place.after_return = last == Some(b'\r');
        Ok(true)
    }

    /// Moves to the next byte that is not part of a blank line, counting rows and lines; false at the end.
    fn skip_blank_lines(&mut self) -> Result<bool, SourceError> {
        loop {
            let line = self.place.line;
            let input = self.text.fill().map_err(|source| unreadable(&self.name, line, source))?;
            let Some(first) = input.first().copied() else { return Ok(false) };
            if self.place.after_return {
                self.place.after_return = false;
                self.place.line += 1;
                if first == b'\n' {
                    self.text.consume(1);
                    continue;
                }
            }
            match first {
                b'\n' => self.place.line += 1,
                b'\r' => self.place.after_return = true,
                _ => return Ok(true),
            }
            self.text.consume(1);
            self.place.row += 1;
            self.blank_lines += 1;
        }
    }

    /// The record in the buffers.
    pub(super) fn row(&self) -> Row<'_> {
        let (line, cells) = self.cells();
        Row { number: RowNumber(self.place.row), line, content: Content::Cells(cells) }
    }

    /// The line in which the record begins, and its cells.
    pub(super) fn cells(&self) -> (u64, Cells<'_>) {
        let cells = self.cells.get(..self.filled).unwrap_or_default();
        (self.place.row_line, Cells::new(cells, self.ends.get(..self.cut).unwrap_or_default()))
    }

    /// Tells whether nothing is in any cell of the record.
    pub(super) fn is_blank(&self) -> bool {
        self.filled == 0
    }

    /// How many blank lines were skipped.
    pub(super) fn blank_lines(&self) -> u64 {
        self.blank_lines
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.text.encoding
    }

    /// Reads what is left and says what the whole was.
    pub(super) fn fingerprint(&mut self) -> Result<Option<Fingerprint>, SourceError> {
        self.text.drain().map_err(|source| unreadable(&self.name, self.place.line, source))
    }

    fn grow_cells(&mut self) -> Result<(), SourceError> {
        if self.cells.len() >= MOST_BYTES {
            return Err(self.too_large("32 MB"));
        }
        self.cells.resize(self.cells.len() * 2, 0);
        Ok(())
    }

    fn grow_ends(&mut self) -> Result<(), SourceError> {
        if self.ends.len() >= MOST_CELLS {
            return Err(self.too_large("131,072 cells"));
        }
        self.ends.resize(self.ends.len() * 2, 0);
        Ok(())
    }

    fn too_large(&self, limit: &'static str) -> SourceError {
        SourceError::RowTooLarge { name: self.name.clone(), line: self.place.row_line, limit }
    }

    /// The quote that opened the last cell of the buffers: breaks in the cells before it lie between the row's line and its own.
    fn unclosed_quote(&self) -> SourceError {
        let opened = self.cut.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
        let before = self.cells.get(..opened).unwrap_or_default();
        let breaks = before.split(|byte| *byte == b'\n').count() as u64 - 1;
        SourceError::UnclosedQuote { name: self.name.clone(), line: self.place.row_line + breaks }
    }
}

fn unreadable(name: &str, line: u64, source: std::io::Error) -> SourceError {
    SourceError::Read { name: name.to_owned(), line, source }
}
