//! An input from beginning to end, a row at a time, whatever its format.

use std::io::Read;

use super::columns::letter;
use super::elements::Elements;
use super::encoding::Evidence;
use super::feed::Feed;
use super::lines::Lines;
use super::records::Records;
use super::sheet::Sheet;
use super::text::{Mark, Text};
use super::{Columns, Delimiter, Encoding, Fingerprint, Format, Options, Row, SourceError};

/// Reads an input from beginning to end, lending one row after the other.
#[derive(Debug)]
pub struct Reader {
    name: String,
    body: Body,
    lent: u64,
    blank: u64,
}

/// The format's own reader.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // there is one of it
enum Body {
    Csv { records: Records, delimiter: Delimiter, evidence: Evidence, columns: Columns },
    Lines(Lines),
    Elements(Elements),
    Sheet(Sheet),
}

impl Reader {
    /// Finds out format and encoding of `input`, unless they are given, and reads the header where there is one. Messages call the
    /// input `name`.
    pub fn new(input: Box<dyn Read + Send>, name: &str, options: &Options) -> Result<Self, SourceError> {
        Self::of(Feed::new(input, None), name, options)
    }

    /// The same for a feed that may expect what it brings.
    pub(super) fn of(mut feed: Feed, name: &str, options: &Options) -> Result<Self, SourceError> {
        let unreadable = |source| SourceError::Read { name: name.to_owned(), line: 1, source };
        let beginning = feed.fill().map_err(unreadable)?;
        if beginning.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(SourceError::OtherFormat { name: name.to_owned(), format: "a spreadsheet of old (XLS)" });
        }
        let signed = Format::by_signature(beginning);
        let body = match (options.format, signed) {
            (Some(Format::Xlsx), _) | (None, Some(Format::Xlsx)) => {
                Body::Sheet(Sheet::open(feed, name, options.sheet.as_deref())?)
            }
            (Some(wanted), Some(found)) => {
                let (found, wanted) = (found.name(), wanted.name());
                return Err(SourceError::WrongFormat { name: name.to_owned(), found, wanted });
            }
            (wanted, _) => {
                // Whoever names the encoding says that it is text.
                if let (None, Some(offset)) = (options.encoding, Encoding::binary_at(beginning)) {
                    return Err(SourceError::NoText { name: name.to_owned(), offset });
                }
                let mut text = Text::new(feed, options.encoding).map_err(unreadable)?;
                let beginning = text.fill().map_err(unreadable)?;
                match wanted.unwrap_or_else(|| Format::by_text(beginning)) {
                    Format::JsonLines => Body::Lines(Lines::new(name, text)),
                    Format::Json => Body::Elements(Elements::new(name, text)),
                    Format::Csv | Format::Xlsx => {
                        let (delimiter, evidence) = match options.delimiter {
                            Some(given) => (given, Evidence::Given),
                            None => (Delimiter::detect(beginning), Evidence::Guessed),
                        };
                        let mut records = Records::new(name, text, delimiter);
                        let columns = header(name, &mut records)?;
                        Body::Csv { records, delimiter, evidence, columns }
                    }
                }
            }
        };
        Ok(Self { name: name.to_owned(), body, lent: 0, blank: 0 })
    }

    /// The header; open where every row names its own columns.
    pub fn columns(&self) -> &Columns {
        match &self.body {
            Body::Csv { columns, .. } => columns,
            Body::Lines(lines) => lines.columns(),
            Body::Elements(elements) => elements.columns(),
            Body::Sheet(sheet) => sheet.columns(),
        }
    }

    /// The format.
    pub fn format(&self) -> Format {
        match &self.body {
            Body::Csv { .. } => Format::Csv,
            Body::Lines(_) => Format::JsonLines,
            Body::Elements(_) => Format::Json,
            Body::Sheet(_) => Format::Xlsx,
        }
    }

    /// The encoding of its text; UTF-8 of a spreadsheet.
    pub fn encoding(&self) -> Encoding {
        match &self.body {
            Body::Csv { records, .. } => records.encoding(),
            Body::Lines(lines) => lines.encoding(),
            Body::Elements(elements) => elements.encoding(),
            Body::Sheet(_) => Encoding::UTF_8,
        }
    }

    /// What was assumed about the input and is worth a word: UTF-8 and the comma are not.
    pub fn assumptions(&self) -> impl Iterator<Item = String> {
        self.about_encoding().into_iter().chain(self.about_delimiter())
    }

    fn about_encoding(&self) -> Option<String> {
        let text = self.text()?;
        match text.evidence {
            _ if text.encoding == Encoding::UTF_8 => None,
            Evidence::Given | Evidence::Valid => None,
            Evidence::Marked => Some(format!("{}: read as {}, by its byte order mark", self.name, text.encoding)),
            Evidence::Guessed => {
                Some(format!("{}: read as {}, by its letters; `--encoding` says otherwise", self.name, text.encoding))
            }
        }
    }

    fn about_delimiter(&self) -> Option<String> {
        match &self.body {
            Body::Csv { delimiter, evidence: Evidence::Guessed, .. } if *delimiter != Delimiter::COMMA => Some(
                format!("{}: cells are split at `{delimiter}`, by the header; `--delimiter` says otherwise", self.name),
            ),
            _ => None,
        }
    }

    /// What stands between two cells; none where there are no cells, or no text.
    pub fn delimiter(&self) -> Option<Delimiter> {
        match &self.body {
            Body::Csv { delimiter, .. } => Some(*delimiter),
            Body::Lines(_) | Body::Elements(_) | Body::Sheet(_) => None,
        }
    }

    /// Lends the next row that has anything in it; none at the end. An input without any such row is an error.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError> {
        loop {
            let more = match &mut self.body {
                Body::Csv { records, .. } => records.advance()?,
                Body::Lines(lines) => lines.advance()?,
                Body::Elements(elements) => elements.advance()?,
                Body::Sheet(sheet) => sheet.advance()?,
            };
            if !more {
                break;
            }
            match &self.body {
                Body::Csv { records, .. } if records.is_blank() => self.blank += 1,
                _ => {
                    self.lent += 1;
                    return Ok(Some(self.row()));
                }
            }
        }
        match (self.lent, &self.body) {
            (1.., _) => Ok(None),
            (0, Body::Csv { .. } | Body::Sheet(_)) => Err(SourceError::HeaderOnly { name: self.name.clone() }),
            (0, Body::Lines(_) | Body::Elements(_)) => Err(SourceError::NoObjects { name: self.name.clone() }),
        }
    }

    fn row(&self) -> Row<'_> {
        match &self.body {
            Body::Csv { records, .. } => records.row(),
            Body::Lines(lines) => lines.row(),
            Body::Elements(elements) => elements.row(),
            Body::Sheet(sheet) => sheet.row(),
        }
    }

    /// How many rows with nothing in them were skipped so far: blank lines (those above the header too), and the rows
    /// of mere delimiters that Excel leaves at the end. Orchestrator's own upload skips them too.
    pub fn blank_rows(&self) -> u64 {
        match &self.body {
            Body::Csv { records, .. } => self.blank + records.blank_lines(),
            Body::Lines(lines) => lines.blank(),
            Body::Elements(_) => 0,
            Body::Sheet(sheet) => sheet.blank(),
        }
    }

    /// How far the reading has come, in bytes.
    pub fn bytes_read(&self) -> u64 {
        match (&self.body, self.text()) {
            (Body::Sheet(sheet), _) => sheet.position(),
            (_, text) => text.map_or(0, Text::position),
        }
    }

    /// Reads what is left and says what the whole was. Of an input that was opened again and is not what was expected, nothing is known
    /// but that.
    pub fn fingerprint(&mut self) -> Result<Fingerprint, SourceError> {
        let found = match &mut self.body {
            Body::Csv { records, .. } => records.fingerprint()?,
            Body::Lines(lines) => lines.fingerprint()?,
            Body::Elements(elements) => elements.fingerprint()?,
            Body::Sheet(sheet) => Some(sheet.fingerprint()),
        };
        found.ok_or_else(|| SourceError::Changed { name: self.name.clone() })
    }

    /// Reads what is left and fails if the whole is not what was expected.
    pub fn verify(&mut self, expected: &Fingerprint) -> Result<(), SourceError> {
        if self.fingerprint()? == *expected { Ok(()) } else { Err(SourceError::Changed { name: self.name.clone() }) }
    }

    pub(super) fn mark(&self) -> Mark {
        // What becomes of a spreadsheet is opened with Excel again.
        self.text().map_or(Mark::Present, |text| text.mark)
    }

    fn text(&self) -> Option<&Text> {
        match &self.body {
            Body::Csv { records, .. } => Some(&records.text),
            Body::Lines(lines) => Some(&lines.text),
            Body::Elements(elements) => Some(&elements.text),
            Body::Sheet(_) => None,
        }
    }
}

/// Reads the names of the columns: the first row, above which may be blank lines, which count as rows.
fn header(name: &str, records: &mut Records) -> Result<Columns, SourceError> {
    if !records.advance()? {
        return Err(SourceError::Empty { name: name.to_owned() });
    }
    let encoding = records.encoding();
    let (line, cells) = records.cells();
    let column = |(index, cell): (usize, Option<&str>)| {
        cell.map(str::to_owned).ok_or_else(|| SourceError::HeaderNotText {
            name: name.to_owned(),
            line,
            column: letter(index),
            encoding: encoding.name(),
        })
    };
    let names = cells.texts().enumerate().map(column).collect::<Result<_, _>>()?;
    Ok(Columns::new(names, encoding))
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
