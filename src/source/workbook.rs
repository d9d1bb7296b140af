//! From a workbook to rows of texts.

use std::fmt::Write;
use std::io::Cursor;
use std::mem;
use std::sync::mpsc::SyncSender;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use super::SourceError;
use super::row::Sort;
use super::sheet::Message;

/// Rows that go to the other thread at a time.
const PACK: usize = 256;

/// Excel has so many columns; a cell beyond them is damage.
const COLUMNS: u32 = 16_384;

/// The most that a part of the workbook may take unpacked: a hundred times what a sheet of a million short rows takes. A damaged or
/// malicious file packs gigabytes of zeros into a kilobyte.
const MOST_UNPACKED: u64 = 2 * 1024 * 1024 * 1024;

/// A row of a sheet: texts behind each other, each up to its end.
#[derive(Debug, Default)]
pub(super) struct SheetRow {
    pub(super) number: u64,
    pub(super) bytes: String,
    pub(super) ends: Vec<usize>,
    pub(super) sorts: Vec<Sort>,
}

impl SheetRow {
    pub(super) fn texts(&self) -> Vec<String> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let cells = starts.zip(self.ends.iter().copied());
        cells.map(|(start, end)| self.bytes.get(start..end).unwrap_or_default().to_owned()).collect()
    }

    /// Fills up to a width; a sheet has no short rows.
    pub(super) fn pad(&mut self, width: usize) {
        let end = self.bytes.len();
        while self.ends.len() < width {
            self.ends.push(end);
            self.sorts.push(Sort::Text);
        }
    }

    fn put(&mut self, column: usize, value: &DataRef<'_>) {
        if matches!(value, DataRef::Empty) || column < self.ends.len() {
            return;
        }
        let before = self.bytes.len();
        let sort = write_value(&mut self.bytes, value);
        if self.bytes.len() == before {
            return;
        }
        self.ends.resize(column, before);
        self.sorts.resize(column, Sort::Text);
        self.ends.push(self.bytes.len());
        self.sorts.push(sort);
    }
}

/// Sends the rows of a sheet that have anything in them.
pub(super) fn rows(
    workbook: Cursor<Vec<u8>>,
    name: &str,
    sheet: Option<&str>,
    outlet: &SyncSender<Message>,
) -> Result<(), SourceError> {
    let broken = |message: String| SourceError::Sheet { name: name.to_owned(), message };
    bounded(&workbook).map_err(broken)?;
    let mut workbook: Xlsx<_> = Xlsx::new(workbook).map_err(|error| broken(words(&error)))?;
    let sheets = workbook.sheet_names();
    let sheet = match sheet {
        Some(wanted) if !sheets.iter().any(|sheet| sheet == wanted) => {
            return Err(SourceError::NoSuchSheet { name: name.to_owned(), sheet: wanted.to_owned(), sheets });
        }
        Some(wanted) => wanted.to_owned(),
        None => sheets.into_iter().next().ok_or_else(|| broken(String::from("it has no sheet")))?,
    };
    let mut cells = workbook.worksheet_cells_reader(&sheet).map_err(|error| broken(words(&error)))?;
    let last = u64::from(cells.dimensions().end.0).max(1);
    let (mut pack, mut row) = (Vec::with_capacity(PACK), SheetRow::default());
    while let Some(cell) = cells.next_cell().map_err(|error| broken(words(&error)))? {
        let (line, column) = cell.get_position();
        let number = u64::from(line) + 1;
        if column >= COLUMNS || number < row.number {
            return Err(broken(format!("its rows and columns are out of order at row {number}")));
        }
        if number > row.number {
            let done = mem::replace(&mut row, SheetRow { number, ..SheetRow::default() });
            pack.extend((!done.ends.is_empty()).then_some(done));
            if pack.len() >= PACK {
                let read = (number * 1_024 / last).min(1_024);
                if outlet.send(Message::Rows(mem::take(&mut pack), read)).is_err() {
                    return Ok(());
                }
            }
        }
        row.put(column as usize, cell.get_value());
    }
    pack.extend((!row.ends.is_empty()).then_some(row));
    let _ = outlet.send(Message::Rows(pack, 1_024));
    Ok(())
}

/// Refuses a workbook that says it unpacks to more than could be meant.
fn bounded(workbook: &Cursor<Vec<u8>>) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook.get_ref())).map_err(|error| error.to_string())?;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| error.to_string())?;
        if entry.size() > MOST_UNPACKED {
            return Err(String::from("a part of it takes more than 2 GB unpacked; save the sheet as CSV"));
        }
    }
    Ok(())
}

fn words(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => String::from("it is protected by a password; save it without one"),
        other => other.to_string(),
    }
}

/// Writes a value as Excel would show it without any format of its own: whole numbers without a fraction, dates in the form that
/// every other date has here.
fn write_value(text: &mut String, value: &DataRef<'_>) -> Sort {
    match value {
        DataRef::Int(number) => {
            let _ = write!(text, "{number}");
            Sort::Number
        }
        // A double's shortest digits that read back as the same: 0.1 is 0.1, and 1250 has no fraction.
        DataRef::Float(number) => {
            let _ = write!(text, "{number}");
            Sort::Number
        }
        DataRef::SharedString(shown) => {
            text.push_str(shown);
            Sort::Text
        }
        DataRef::Bool(truth) => {
            text.push_str(if *truth { "TRUE" } else { "FALSE" });
            Sort::Truth
        }
        DataRef::DateTime(moment) => {
            write_moment(text, *moment);
            Sort::Text
        }
        DataRef::String(shown) | DataRef::DateTimeIso(shown) | DataRef::DurationIso(shown) => {
            text.push_str(shown);
            Sort::Text
        }
        DataRef::Error(error) => {
            let _ = write!(text, "{error}");
            Sort::Error
        }
        DataRef::Empty => Sort::Text,
    }
}

/// `2026-12-01`, `2026-12-01 17:00:00`, a time of day as `17:00:00`, a duration as `26:00:00`.
fn write_moment(text: &mut String, moment: ExcelDateTime) {
    let days = moment.as_f64();
    if !(0.0..=2_958_466.0).contains(&days) {
        // Beyond the year 9999, or before Excel's first day: a number in the clothes of a date.
        let _ = write!(text, "{days}");
        return;
    }
    if moment.is_duration() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the range above
        let seconds = (days * 86_400.0).round() as u64;
        let _ = write!(text, "{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
        return;
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    if days >= 1.0 {
        let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    }
    if days < 1.0 || (hour, minute, second, milli) != (0, 0, 0, 0) {
        let space = if days >= 1.0 { " " } else { "" };
        let _ = write!(text, "{space}{hour:02}:{minute:02}:{second:02}");
    }
}
