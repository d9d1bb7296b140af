//! Comma-separated values, a row at a time.
//!
//! The cutting is done by `csv-core`. What stands around it is what a load needs and a general reader leaves out: rows numbered as
//! a spreadsheet shows them (blank lines count, breaks within quotes do not), a limit to what one row may take, the line of a
//! quote that is never closed, and the fingerprint of everything that passed.

use std::io::Read;

use csv_core::ReadRecordResult;

use super::beginning::Bom;
use super::columns::letter;
use super::feed::Feed;
use super::{Columns, Delimiter, Fingerprint, Options, Row, SourceError};
use crate::rows::RowNumber;

/// The most that one row may take: more than any request (30,000,000 bytes is the default limit of the web server under
/// Orchestrator), so nothing that could be sent is lost, and a quote that is never closed cannot fill the memory.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The most cells that one row may have: eight times what Excel has columns. Each takes eight bytes, also when empty.
const MOST_CELLS: usize = 128 * 1024;

/// Reads an input from beginning to end, lending one row after the other.
#[derive(Debug)]
pub struct Reader {
    name: String,
    feed: Feed,
    core: csv_core::Reader,
    delimiter: Delimiter,
    bom: Bom,
    columns: Columns,
    cells: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    cut: usize,
    place: Place,
    lent: u64,
    blank: u64,
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

impl Reader {
    /// Reads the header of `input`, which messages call `name`.
    pub fn new(input: Box<dyn Read + Send>, name: &str, options: &Options) -> Result<Self, SourceError> {
        let mut feed = Feed::new(input);
        let beginning =
            feed.beginning().map_err(|source| SourceError::Read { name: name.to_owned(), line: 1, source })?;
        let (bom, text) =
            Bom::split(beginning).map_err(|format| SourceError::OtherFormat { name: name.to_owned(), format })?;
        let delimiter = options.delimiter.unwrap_or_else(|| Delimiter::detect(text));
        let skip = beginning.len() - text.len();
        feed.consume(skip);
        let mut core = csv_core::ReaderBuilder::new().delimiter(delimiter.byte()).build();
        // The core drops a byte order mark from the first bytes it sees, but the one of the input is already gone, and bytes that
        // look like another belong to a cell. So the first thing it sees is a blank line, which it ignores.
        core.read_record(b"\n", &mut [0], &mut [0]);
        let mut reader = Self {
            name: name.to_owned(),
            feed,
            core,
            delimiter,
            bom,
            columns: Columns::new(Vec::new()),
            cells: vec![0; 4 * 1024],
            ends: vec![0; 64],
            filled: 0,
            cut: 0,
            place: Place { row: 0, line: 1, after_return: false, row_line: 1 },
            lent: 0,
            blank: 0,
        };
        reader.columns = reader.header()?;
        Ok(reader)
    }

    /// The header.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// What stands between two cells.
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Lends the next row that has anything in it; none at the end. An input without any such row is an error.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError> {
        while self.read_record()? {
            if self.row().is_blank() {
                self.blank += 1;
            } else {
                self.lent += 1;
                return Ok(Some(self.row()));
            }
        }
        if self.lent == 0 {
            return Err(SourceError::HeaderOnly { name: self.name.clone() });
        }
        Ok(None)
    }

    /// How many rows with nothing in them were skipped so far: blank lines, and the rows of mere delimiters that Excel leaves at
    /// the end. Orchestrator's own upload skips them too.
    pub fn blank_rows(&self) -> u64 {
        self.blank
    }

    /// How far the reading has come, in bytes.
    pub fn bytes_read(&self) -> u64 {
        self.feed.position()
    }

    /// Reads what is left and says what the whole was.
    pub fn fingerprint(&mut self) -> Result<Fingerprint, SourceError> {
        let line = self.place.line;
        self.feed.drain().map_err(|source| SourceError::Read { name: self.name.clone(), line, source })
    }

    /// Reads what is left and fails if the whole is not what was expected.
    pub fn verify(&mut self, expected: &Fingerprint) -> Result<(), SourceError> {
        if self.fingerprint()? == *expected { Ok(()) } else { Err(SourceError::Changed { name: self.name.clone() }) }
    }

    pub(super) fn bom(&self) -> Bom {
        self.bom
    }

    fn row(&self) -> Row<'_> {
        let cells = self.cells.get(..self.filled).unwrap_or_default();
        Row::new(RowNumber(self.place.row), self.place.row_line, cells, self.ends.get(..self.cut).unwrap_or_default())
    }

    fn header(&mut self) -> Result<Columns, SourceError> {
        if !self.read_record()? {
            return Err(SourceError::Empty { name: self.name.clone() });
        }
        // Blank lines above the header count as rows, but nobody asks how many were skipped there.
        self.blank = 0;
        let row = self.row();
        let name = |(index, cell): (usize, Option<&str>)| {
            cell.map(str::to_owned).ok_or_else(|| SourceError::HeaderNotUtf8 {
                name: self.name.clone(),
                line: row.line,
                column: letter(index),
            })
        };
        row.cells().enumerate().map(name).collect::<Result<_, _>>().map(Columns::new)
    }

    /// Puts the next record that is not a blank line into the buffers; false at the end.
    fn read_record(&mut self) -> Result<bool, SourceError> {
        self.filled = 0;
        self.cut = 0;
        if !self.skip_blank_lines()? {
            return Ok(false);
        }
        self.place.row += 1;
        self.place.row_line = self.place.line;
        let lines_before = self.core.line();
        let ended = loop {
            let line = self.place.line;
            let input =
                self.feed.fill().map_err(|source| SourceError::Read { name: self.name.clone(), line, source })?;
            let at_end = input.is_empty();
            // At the end a line break is fed in: a record takes it as its end, a quoted cell as one more of its characters.
            let input = if at_end { b"\n" } else { input };
            let free = &mut self.cells[self.filled..];
            let (result, read, wrote, cut) = self.core.read_record(input, free, &mut self.ends[self.cut..]);
            let last = read.checked_sub(1).and_then(|at| input.get(at)).copied();
            self.filled += wrote;
            self.cut += cut;
            if !at_end {
                self.feed.consume(read);
            }
            match result {
                ReadRecordResult::Record => break Ended { at_end, last },
                ReadRecordResult::InputEmpty if at_end && read > 0 => return Err(self.unclosed_quote()),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.grow_cells()?,
                ReadRecordResult::OutputEndsFull => self.grow_ends()?,
                ReadRecordResult::End => return Ok(false),
            }
        };
        // The core counts line feeds only, and one that follows a carriage return is still to come.
        self.place.line += self.core.line() - lines_before - u64::from(ended.at_end);
        self.place.after_return = ended.last == Some(b'\r');
        Ok(true)
    }

    /// Moves to the next byte that is not part of a blank line, counting rows and lines; false at the end.
    fn skip_blank_lines(&mut self) -> Result<bool, SourceError> {
        loop {
            let line = self.place.line;
            let input =
                self.feed.fill().map_err(|source| SourceError::Read { name: self.name.clone(), line, source })?;
            let Some(first) = input.first().copied() else { return Ok(false) };
            if self.place.after_return {
                self.place.after_return = false;
                self.place.line += 1;
                if first == b'\n' {
                    self.feed.consume(1);
                    continue;
                }
            }
            match first {
                b'\n' => self.place.line += 1,
                b'\r' => self.place.after_return = true,
                _ => return Ok(true),
            }
            self.feed.consume(1);
            self.place.row += 1;
            self.blank += 1;
        }
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

/// How a record ended: by the end of the input, and by which byte.
struct Ended {
    at_end: bool,
    last: Option<u8>,
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn open(bytes: &[u8]) -> Result<Reader, SourceError> {
        Reader::new(Box::new(Cursor::new(bytes.to_vec())), "a.csv", &Options::default())
    }

    /// Row number, line and cells of every row.
    fn rows(bytes: &[u8]) -> Vec<(u64, u64, Vec<String>)> {
        let mut reader = open(bytes).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row().unwrap() {
            let cells = row.raw_cells().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            rows.push((row.number.0, row.line, cells));
        }
        rows
    }

    fn numbers(bytes: &[u8]) -> Vec<(u64, u64)> {
        rows(bytes).into_iter().map(|(number, line, _)| (number, line)).collect()
    }

    fn failure(bytes: &[u8]) -> String {
        let mut reader = match open(bytes) {
            Ok(reader) => reader,
            Err(error) => return error.to_string(),
        };
        loop {
            match reader.next_row() {
                Ok(Some(_)) => {}
                Ok(None) => return String::from("no error"),
                Err(error) => return error.to_string(),
            }
        }
    }

    #[test]
    fn the_header_is_row_1_and_the_row_below_it_row_2() {
        assert_eq!(numbers(b"a,b\n1,2\n3,4\n"), [(2, 2), (3, 3)]);
        assert_eq!(numbers(b"a,b\r\n1,2\r\n3,4"), [(2, 2), (3, 3)]);
        assert_eq!(numbers(b"a,b\r1,2\r3,4\r"), [(2, 2), (3, 3)]);
    }

    #[test]
    fn a_break_within_quotes_is_a_line_but_no_row() {
        assert_eq!(numbers(b"a,b\n\"1\n1\",2\n3,4\n"), [(2, 2), (3, 4)]);
        assert_eq!(numbers(b"a,\"b\r\nb\"\r\n\"1\r\n\r\n1\",2\r\n3,4\r\n"), [(2, 3), (3, 6)]);
    }

    #[test]
    fn a_blank_line_is_a_row_that_is_skipped() {
        for blank in
            [&b"a,b\n\n1,2\n\n\n3,4\n\n"[..], b"a,b\r\n\r\n1,2\r\n\r\n\r\n3,4\r\n\r\n", b"a,b\r\r1,2\r\r\r3,4\r\r"]
        {
            assert_eq!(numbers(blank), [(3, 3), (6, 6)], "{}", String::from_utf8_lossy(blank));
        }
        assert_eq!(numbers(b"\n\na,b\n1,2\n"), [(4, 4)]);
    }

    #[test]
    fn rows_of_mere_delimiters_are_skipped_and_counted() {
        let mut reader = open(b"a,b\n1,2\n,\n\n3,\n,,\n\"\",\"\"\n").unwrap();
        assert_eq!(reader.next_row().unwrap().unwrap().number, RowNumber(2));
        assert_eq!(reader.next_row().unwrap().unwrap().number, RowNumber(5));
        assert!(reader.next_row().unwrap().is_none());
        assert_eq!(reader.blank_rows(), 4);
    }

    #[test]
    fn quotes_delimiters_and_the_byte_order_mark_are_understood() {
        let read = rows("\u{feff}\"a\";b;c\n\"x;\"\"y\"\"\";ü ; \n".as_bytes());
        assert_eq!(read, [(2, 2, vec![String::from("x;\"y\""), String::from("ü "), String::from(" ")])]);
    }

    #[test]
    fn the_delimiter_given_is_the_delimiter() {
        let options = Options { delimiter: Some("|".parse().unwrap()) };
        let reader = Reader::new(Box::new(Cursor::new(b"a,b|c;d;e\n1|2")), "a.csv", &options).unwrap();
        assert_eq!(reader.columns().names(), ["a,b", "c;d;e"]);
    }

    #[test]
    fn rows_longer_than_the_buffers_come_whole() {
        let cell = "x\"\n".repeat(300_000);
        let wide = vec!["y"; 5000].join(",");
        let file = format!("a,b\n\"{}\",1\n{wide}\n", cell.replace('"', "\"\""));
        let read = rows(file.as_bytes());
        assert_eq!(read[0].2, [cell, String::from("1")]);
        assert_eq!((read[1].0, read[1].1, read[1].2.len()), (3, 300_003, 5000));
    }

    #[test]
    fn an_input_that_cannot_be_read_says_why() {
        insta::assert_snapshot!(failure(b""), @"a.csv: the file is empty; its first row has to name the columns");
        insta::assert_snapshot!(failure(b"\xef\xbb\xbf\r\n\n"), @"a.csv: the file is empty; its first row has to name the columns");
        insta::assert_snapshot!(failure(b"a,b\n"), @"a.csv: there is no row below the header");
        insta::assert_snapshot!(failure(b"a,b\n,\n\n"), @"a.csv: there is no row below the header");
        insta::assert_snapshot!(failure(b"a,M\xe4nge\n1,2"), @"a.csv, line 1: the name of column B is not UTF-8; save the file as UTF-8");
        insta::assert_snapshot!(failure(b"PK\x03\x04..."), @r#"a.csv: this is a spreadsheet (XLSX) or another archive, not CSV in UTF-8; save it as "CSV UTF-8""#);
        insta::assert_snapshot!(failure(b"\xff\xfea\0"), @r#"a.csv: this is text in UTF-16, not CSV in UTF-8; save it as "CSV UTF-8""#);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_its_line() {
        insta::assert_snapshot!(failure(b"a,b\n1,2\n\"3\n\n\",\"4\n5,6\n"), @"a.csv, line 5: the quote that opens a cell here is never closed");
        insta::assert_snapshot!(failure(b"a,\"b"), @"a.csv, line 1: the quote that opens a cell here is never closed");
        assert_eq!(failure(b"a,b\n1,\"2\""), "no error");
    }

    /// A piece again and again.
    struct Endless(&'static [u8]);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.chunks_exact_mut(self.0.len()).for_each(|chunk| chunk.copy_from_slice(self.0));
            Ok(buffer.len() / self.0.len() * self.0.len())
        }
    }

    #[test]
    fn a_row_without_end_does_not_fill_the_memory() {
        let endless = |piece: &'static [u8]| {
            let start = Cursor::new(b"a,b\n1,2\n\"\"");
            let endless = start.chain(Endless(piece));
            let mut reader = Reader::new(Box::new(endless), "a.csv", &Options::default()).unwrap();
            reader.next_row().unwrap();
            reader.next_row().unwrap_err().to_string()
        };
        insta::assert_snapshot!(endless(b"\"x\n\""), @"a.csv: the row that begins in line 3 goes on for more than 32 MB; look for a quote that is not closed");
        insta::assert_snapshot!(endless(b","), @"a.csv: the row that begins in line 3 goes on for more than 131,072 cells; look for a quote that is not closed");
    }

    #[test]
    fn the_fingerprint_is_of_the_whole_however_much_was_read() {
        let file = b"a,b\n1,2\n3,4\n".repeat(30_000);
        let whole = {
            let mut reader = open(&file).unwrap();
            while reader.next_row().unwrap().is_some() {}
            assert_eq!(reader.bytes_read(), file.len() as u64);
            reader.fingerprint().unwrap()
        };
        assert_eq!(whole.length, file.len() as u64);
        let mut started = open(&file).unwrap();
        started.next_row().unwrap();
        assert!(started.bytes_read() < 100);
        started.verify(&whole).unwrap();
        let mut other = open(&[&file[..file.len() - 2], b"5\n"].concat()).unwrap();
        insta::assert_snapshot!(other.verify(&whole).unwrap_err(), @"a.csv: the file has changed since it was checked");
    }
}
