//! The rejects file: rows that were not taken, as they were, with the reason beside them.
//!
//! # Layout
//! CSV with the input's delimiter, and its byte order mark if it has one. The input's own columns in their order, then `_uiq_row`
//! (the row in the input), `_uiq_error_code` and `_uiq_error`. Columns of the input that begin with `_uiq_` are left out: they are
//! the reasons of an earlier load. Such columns are ignored on input, so a rejects file loads again as it is once mended.
//!
//! Cells are written as they were, also those that a spreadsheet would take for a formula: the file has to load unchanged.
//!
//! A row with too many cells keeps the surplus behind the reason; one with too few is filled up and gets a surplus cell of its
//! own. Neither loads before it was mended.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::columns::OWN_PREFIX;
use super::csv::Bom;
use super::{Fingerprint, Input, Reader, Row, SourceError};
use crate::fs::Replacement;
use crate::rows::RowNumber;

/// The columns that say why a row is here.
const REASON: [&str; 3] = ["_uiq_row", "_uiq_error_code", "_uiq_error"];

/// Where the rejected rows of `input` go unless the user says otherwise: `NAME.rejects.csv` beside it.
pub fn rejects_path(input: &Path) -> PathBuf {
    input.with_extension("rejects.csv")
}

/// Writes a rejects file in one more pass over the input, so that no row has to be kept in memory or journal: after a crash,
/// the row numbers and reasons alone make the whole file anew.
///
/// Nothing is created before the first row is added, and the file appears under its name, whole, with [`Rejects::commit`].
#[derive(Debug)]
pub struct Rejects<'a> {
    input: &'a Input,
    expected: Fingerprint,
    target: PathBuf,
    pass: Option<Pass>,
}

impl<'a> Rejects<'a> {
    /// Prepares to write `target` from `input`, whose content has to be the one that was checked.
    pub fn new(input: &'a Input, expected: Fingerprint, target: impl Into<PathBuf>) -> Self {
        Self { input, expected, target: target.into(), pass: None }
    }

    /// Adds a row. Rows come in the order of the input, each once.
    pub fn add(&mut self, row: RowNumber, code: &str, message: &str) -> Result<(), SourceError> {
        let pass = match &mut self.pass {
            Some(pass) => pass,
            none => none.insert(Pass::begin(self.input, &self.expected, &self.target)?),
        };
        loop {
            match pass.reader.next_row()? {
                Some(found) if found.number < row => {}
                Some(found) if found.number == row => {
                    let written = write_row(&mut pass.writer, &pass.own, &found, [code, message]);
                    return written.map_err(|error| unwritable(&self.target, error));
                }
                _ => return Err(SourceError::NoSuchRow { name: self.input.name().to_owned(), row }),
            }
        }
    }

    /// Puts the file in place. False where there was nothing to write, and then there is no file.
    pub fn commit(self) -> Result<bool, SourceError> {
        let Some(mut pass) = self.pass else { return Ok(false) };
        pass.reader.verify(&self.expected)?;
        let refused = |source| SourceError::Rejects { path: self.target.clone(), source };
        let file = pass.writer.into_inner().map_err(|error| refused(error.into_error()))?;
        file.commit().map_err(refused)?;
        Ok(true)
    }
}

/// The pass over the input, and the draft it fills.
#[derive(Debug)]
struct Pass {
    reader: Reader,
    /// Which of the input's columns are its own: all but ours from an earlier load.
    own: Vec<bool>,
    writer: csv::Writer<Replacement>,
}

impl Pass {
    fn begin(input: &Input, expected: &Fingerprint, target: &Path) -> Result<Self, SourceError> {
        let reader = input.open_again(expected)?;
        let own: Vec<bool> = reader.columns().names().iter().map(|name| !name.starts_with(OWN_PREFIX)).collect();
        let refused = |source| SourceError::Rejects { path: target.to_owned(), source };
        let mut draft = Replacement::begin(target).map_err(refused)?;
        if reader.bom() == Bom::Present {
            draft.write_all("\u{feff}".as_bytes()).map_err(refused)?;
        }
        let mut writer =
            csv::WriterBuilder::new().delimiter(reader.delimiter().byte()).flexible(true).from_writer(draft);
        let names = reader.columns().names().iter().zip(&own).filter(|(_, own)| **own);
        let header = names.map(|(name, _)| name.as_str()).chain(REASON);
        writer.write_record(header).map_err(|error| unwritable(target, error))?;
        Ok(Self { reader, own, writer })
    }
}

fn write_row(
    writer: &mut csv::Writer<Replacement>,
    own: &[bool],
    row: &Row<'_>,
    [code, message]: [&str; 2],
) -> Result<(), csv::Error> {
    let padded = row.raw_cells().chain(std::iter::repeat(&[][..]));
    for (cell, _) in padded.zip(own).filter(|(_, own)| **own) {
        writer.write_field(cell)?;
    }
    writer.write_field(row.number.to_string())?;
    writer.write_field(code)?;
    writer.write_field(message)?;
    for surplus in row.raw_cells().skip(own.len()) {
        writer.write_field(surplus)?;
    }
    if row.len() < own.len() {
        writer.write_field(b"")?;
    }
    writer.write_record(None::<&[u8]>)
}

fn unwritable(target: &Path, error: csv::Error) -> SourceError {
    SourceError::Rejects { path: target.to_owned(), source: error.into() }
}
