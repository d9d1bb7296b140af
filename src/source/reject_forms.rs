//! How rejected rows are written down, format by format.
//!
//! # CSV
//! The input's delimiter, and its byte order mark if it has one. The input's own columns in their order, then `_uiq_row` (the row in
//! the input), `_uiq_error_code` and `_uiq_error`. Cells are written as they were, also those that a spreadsheet would take for a
//! formula: the file has to load unchanged. A row with too many cells keeps the surplus behind the reason; one with too few is filled
//! up and gets a surplus cell of its own. Neither loads before it was mended. Spreadsheets become CSV, too.
//!
//! # JSON Lines, JSON array
//! The object with its members and their values as they were written, then the same three names. What was no object stands as text
//! in `_uiq_text` of an object that holds nothing but the reason, and does not load before it was mended.

use std::io::{self, Write};

use serde_json::json;

use super::columns::OWN_PREFIX;
use super::row::{Cells, Content};
use super::text::Mark;
use super::transcode::Transcode;
use super::{Delimiter, Format, Reader, Row};
use crate::fs::Replacement;
use crate::items::Members;

/// The names that say why a row is here.
const REASON: [&str; 3] = ["_uiq_row", "_uiq_error_code", "_uiq_error"];

type Draft = Transcode<Replacement>;

/// A rejects file in the making.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // there is one of it
pub(super) enum RejectForm {
    Cells {
        writer: csv::Writer<Draft>,
        /// Which of the input's columns are its own: all but ours from an earlier load.
        own: Vec<bool>,
    },
    Lines(io::BufWriter<Draft>),
    Array {
        writer: io::BufWriter<Draft>,
        rows: u64,
    },
}

impl RejectForm {
    /// Writes what comes before the first row.
    pub(super) fn begin(reader: &Reader, draft: Replacement) -> io::Result<Self> {
        let mut draft = Transcode::new(draft, reader.encoding());
        if reader.mark() == Mark::Present {
            draft.write_all("\u{feff}".as_bytes())?;
        }
        match reader.format().of_rejects() {
            Format::JsonLines => Ok(Self::Lines(io::BufWriter::new(draft))),
            Format::Json => Ok(Self::Array { writer: io::BufWriter::new(draft), rows: 0 }),
            Format::Csv | Format::Xlsx => {
                let names = reader.columns().names();
                let own: Vec<bool> = names.iter().map(|name| !name.starts_with(OWN_PREFIX)).collect();
                let delimiter = reader.delimiter().unwrap_or(Delimiter::COMMA);
                let mut builder = csv::WriterBuilder::new();
                let mut writer = builder.delimiter(delimiter.byte()).flexible(true).from_writer(draft);
                let names = names.iter().zip(&own).filter(|(_, own)| **own);
                writer.write_record(names.map(|(name, _)| name.as_str()).chain(REASON))?;
                Ok(Self::Cells { writer, own })
            }
        }
    }

    /// Writes a row and its reason.
    pub(super) fn write(&mut self, row: &Row<'_>, code: &str, message: &str) -> io::Result<()> {
        let reason = [row.number.to_string(), code.to_owned(), message.to_owned()];
        match (self, row.content) {
            (Self::Cells { writer, own }, Content::Cells(cells)) => write_cells(writer, own, &cells, &reason),
            (Self::Lines(writer), Content::Object(text)) => {
                write_object(writer, text, &reason)?;
                writer.write_all(b"\n")
            }
            (Self::Array { writer, rows }, Content::Object(text)) => {
                writer.write_all(if *rows == 0 { b"[\n" } else { b",\n" })?;
                *rows += 1;
                write_object(writer, text, &reason)
            }
            (Self::Cells { .. }, Content::Object(_)) | (Self::Lines(_) | Self::Array { .. }, Content::Cells(_)) => {
                Err(io::Error::other("the row is not of the input's format"))
            }
        }
    }

    /// Writes what comes behind the last row.
    pub(super) fn finish(self) -> io::Result<Replacement> {
        match self {
            Self::Cells { writer, .. } => {
                Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?.into_inner())
            }
            Self::Lines(writer) => Ok(writer.into_inner().map_err(io::IntoInnerError::into_error)?.into_inner()),
            Self::Array { mut writer, .. } => {
                writer.write_all(b"\n]\n")?;
                Ok(writer.into_inner().map_err(io::IntoInnerError::into_error)?.into_inner())
            }
        }
    }
}

fn write_cells(
    writer: &mut csv::Writer<Draft>,
    own: &[bool],
    cells: &Cells<'_>,
    reason: &[String; 3],
) -> io::Result<()> {
    let padded = cells.raws().chain(std::iter::repeat(&[][..]));
    for (cell, _) in padded.zip(own).filter(|(_, own)| **own) {
        writer.write_field(cell)?;
    }
    for part in reason {
        writer.write_field(part)?;
    }
    for surplus in cells.raws().skip(own.len()) {
        writer.write_field(surplus)?;
    }
    if cells.len() < own.len() {
        writer.write_field(b"")?;
    }
    Ok(writer.write_record(None::<&[u8]>)?)
}

fn write_object(writer: &mut impl Write, text: &[u8], [row, code, message]: &[String; 3]) -> io::Result<()> {
    writer.write_all(b"{")?;
    match std::str::from_utf8(text).ok().and_then(|text| Members::read(text).ok()) {
        Some(members) => {
            for (name, raw) in members.0.iter().filter(|(name, _)| !name.starts_with(OWN_PREFIX)) {
                write!(writer, "{}:{},", json!(name), raw.get())?;
            }
        }
        None => write!(writer, "\"_uiq_text\":{},", json!(String::from_utf8_lossy(text)))?,
    }
    write!(writer, "\"_uiq_row\":{row},\"_uiq_error_code\":{},\"_uiq_error\":{}}}", json!(code), json!(message))
}
