//! A sheet of an Excel workbook, a row at a time.
//!
//! The file itself, compressed as it is, and the workbook's table of texts are held in memory, for that is how the format is made:
//! texts stand in one table, and cells refer to it. The cells are read one by one on a thread of their own, because the reader borrows
//! the workbook. Formulas give the values that Excel saved with them; nothing is computed.

use std::io::Cursor;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::columns::Columns;
use super::feed::Feed;
use super::fingerprint::Fingerprint;
use super::row::{Cells, Content, Row};
use super::workbook::{self, SheetRow};
use super::{Encoding, SourceError};
use crate::rows::RowNumber;

/// The largest file that is read. Excel's own limit of 1,048,576 rows fits with ease.
const MOST_BYTES: usize = 512 * 1024 * 1024;

/// Rows that wait between the threads, in packs: few enough to take little memory, enough that the threads seldom wait.
const PACKS: usize = 4;

/// What the reading thread has to say.
pub(super) enum Message {
    /// Some rows, and how far the sheet is read: a fraction of 1,024.
    Rows(Vec<SheetRow>, u64),
    Failed(SourceError),
    End,
}

/// The rows of a sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    name: String,
    inlet: Receiver<Message>,
    fingerprint: Fingerprint,
    columns: Columns,
    pack: std::vec::IntoIter<SheetRow>,
    row: SheetRow,
    read: u64,
    last: u64,
    blank: u64,
}

impl Sheet {
    /// Reads the first row with anything in it as the header.
    pub(super) fn open(mut feed: Feed, name: &str, sheet: Option<&str>) -> Result<Self, SourceError> {
        let unreadable = |source| SourceError::Read { name: name.to_owned(), line: 1, source };
        let Some(bytes) = feed.take_all(MOST_BYTES).map_err(unreadable)? else {
            let message = String::from("it is larger than 512 MB; save it as CSV");
            return Err(SourceError::Sheet { name: name.to_owned(), message });
        };
        let changed = || SourceError::Changed { name: name.to_owned() };
        let fingerprint = feed.drain().map_err(unreadable)?.ok_or_else(changed)?;
        let (outlet, inlet) = sync_channel(PACKS);
        let (of, wanted) = (name.to_owned(), sheet.map(str::to_owned));
        thread::Builder::new()
            .name(String::from("sheet"))
            .spawn(move || read(bytes, &of, wanted.as_deref(), &outlet))
            .map_err(SourceError::Thread)?;
        let mut opened = Self {
            name: name.to_owned(),
            inlet,
            fingerprint,
            columns: Columns::new(Vec::new(), Encoding::UTF_8),
            pack: Vec::new().into_iter(),
            row: SheetRow::default(),
            read: 0,
            last: 0,
            blank: 0,
        };
        if !opened.advance()? {
            return Err(SourceError::Empty { name: opened.name });
        }
        opened.columns = Columns::new(opened.row.texts(), Encoding::UTF_8);
        Ok(opened)
    }

    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Takes the next row with anything in it; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, SourceError> {
        loop {
            if let Some(mut row) = self.pack.next() {
                row.pad(self.columns.names().len());
                self.blank += row.number.saturating_sub(self.last + 1);
                self.last = row.number;
                self.row = row;
                return Ok(true);
            }
            match self.inlet.recv() {
                Ok(Message::Rows(rows, read)) => {
                    self.pack = rows.into_iter();
                    self.read = read;
                }
                Ok(Message::Failed(error)) => return Err(error),
                Ok(Message::End) => {
                    self.read = 1_024;
                    return Ok(false);
                }
                // The thread is gone without a word: the library that reads workbooks gave up on this one.
                Err(_) => {
                    let message = String::from("it is damaged in a way that the reader does not understand");
                    return Err(SourceError::Sheet { name: self.name.clone(), message });
                }
            }
        }
    }

    /// The row.
    pub(super) fn row(&self) -> Row<'_> {
        let cells = Cells::new(self.row.bytes.as_bytes(), &self.row.ends).sorted(&self.row.sorts);
        Row { number: RowNumber(self.row.number), line: self.row.number, content: Content::Cells(cells) }
    }

    pub(super) fn blank(&self) -> u64 {
        self.blank
    }

    /// How far it is read, as if the rows were spread evenly over the bytes.
    pub(super) fn position(&self) -> u64 {
        self.fingerprint.length / 1_024 * self.read
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

fn read(bytes: Vec<u8>, name: &str, sheet: Option<&str>, outlet: &SyncSender<Message>) {
    let last = match workbook::rows(Cursor::new(bytes), name, sheet, outlet) {
        Ok(()) => Message::End,
        Err(error) => Message::Failed(error),
    };
    // Whoever took the rows may have had enough.
    let _ = outlet.send(last);
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
