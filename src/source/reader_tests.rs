use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::rows::RowNumber;

fn open(bytes: &[u8]) -> Result<Reader, SourceError> {
    let options = Options { encoding: Some(Encoding::UTF_8), ..Options::default() };
    Reader::new(Box::new(Cursor::new(bytes.to_vec())), "a.csv", &options)
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
    for blank in [&b"a,b\n\n1,2\n\n\n3,4\n\n"[..], b"a,b\r\n\r\n1,2\r\n\r\n\r\n3,4\r\n\r\n", b"a,b\r\r1,2\r\r\r3,4\r\r"]
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
fn a_byte_order_mark_is_one_at_the_beginning_only_be_it_there_twice() {
    assert_eq!(open("\n\u{feff}a,b\n1,2".as_bytes()).unwrap().columns().names(), ["\u{feff}a", "b"]);
    let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for text in ["a,b\n1,2", "{\"a\":1}\n", "[{\"a\":1}]"] {
        let read = |bytes: Vec<u8>| {
            let mut reader = Reader::new(Box::new(Cursor::new(bytes)), "a", &Options::default()).unwrap();
            let (format, columns) = (reader.format(), reader.columns().clone());
            (format, format!("{columns:?} {:?}", reader.next_row().unwrap().unwrap().content).replace("16LE", "16BE"))
        };
        let marked = |marks: usize| "\u{feff}".repeat(marks) + text;
        for marks in [2, 3] {
            assert_eq!(read(marked(marks).into()), read(marked(1).into()));
            for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                assert_eq!(read(utf_16(&marked(marks), bytes)), read(utf_16(&marked(1), u16::to_be_bytes)));
            }
        }
    }
}

#[test]
fn a_delimiter_that_was_found_and_is_no_comma_is_worth_a_word() {
    let said = |file: &str, options: &Options| {
        let reader = Reader::new(Box::new(Cursor::new(file.to_owned())), "a.csv", options).unwrap();
        reader.assumptions().collect::<Vec<_>>().join("\n")
    };
    let none = Options::default();
    insta::assert_snapshot!(said("a;b\n1;2\n", &none), @"a.csv: cells are split at `;`, by the header; `--delimiter` says otherwise");
    insta::assert_snapshot!(said("a\tb\n1\t2\n", &none), @"a.csv: cells are split at `tab`, by the header; `--delimiter` says otherwise");
    for (file, options) in [
        ("a,b;c\n1,2\n", &none),
        ("{\"a;b\":1}\n", &none),
        ("a;b\n1;2\n", &Options { delimiter: Some(";".parse().unwrap()), ..Options::default() }),
    ] {
        assert_eq!(said(file, options), "", "{file}");
    }
}

#[test]
fn the_delimiter_given_is_the_delimiter() {
    let options = Options { delimiter: Some("|".parse().unwrap()), ..Options::default() };
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
    insta::assert_snapshot!(failure(b"a,M\xe4nge\n1,2"), @"a.csv, line 1: the name of column B is not UTF-8; `--encoding` names another encoding, or save the file as UTF-8");
    insta::assert_snapshot!(failure(b"\xd0\xcf\x11\xe0..."), @r#"a.csv: this is a spreadsheet of old (XLS), and no format that is read; save it as XLSX or as "CSV UTF-8""#);
    insta::assert_snapshot!(failure(b"PK\x03\x04..."), @"a.csv: the spreadsheet cannot be read: invalid Zip archive: Could not find EOCD");
    let csv = Options { format: Some(Format::Csv), ..Options::default() };
    let wrong = Reader::new(Box::new(Cursor::new(b"PK\x03\x04")), "a.csv", &csv).unwrap_err();
    insta::assert_snapshot!(wrong, @"a.csv: this is xlsx, and it was to be read as csv; `--format xlsx` reads it");
}

#[test]
fn a_quote_that_is_never_closed_is_named_by_its_line() {
    insta::assert_snapshot!(failure(b"a,b\n1,2\n\"3\n\n\",\"4\n5,6\n"), @"a.csv, line 5: the quote that opens a cell here is never closed");
    insta::assert_snapshot!(failure(b"a,\"b"), @"a.csv, line 1: the quote that opens a cell here is never closed");
    assert_eq!(failure(b"a,b\n1,\"2\""), "no error");
}

/// A piece again and again, and where in it the next byte is.
struct Endless(&'static [u8], usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for byte in &mut *buffer {
            *byte = self.0[self.1];
            self.1 = (self.1 + 1) % self.0.len();
        }
        Ok(buffer.len())
    }
}

#[test]
fn a_row_without_end_does_not_fill_the_memory() {
    let endless = |piece: &'static [u8]| {
        let start = Cursor::new(b"a,b\n1,2\n\"\"");
        let endless = start.chain(Endless(piece, 0));
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

proptest! {
    #[test]
    fn the_cells_are_those_that_the_csv_crate_finds(bytes in prop::collection::vec(prop::sample::select(&b"\"\"\r\n\n,,ab\xfc"[..]), 1..60)) {
        let options = Options { delimiter: Some(Delimiter::COMMA), format: Some(Format::Csv), encoding: Some(Encoding::UTF_8), ..Options::default() };
        let Ok(mut reader) = Reader::new(Box::new(Cursor::new(bytes.clone())), "a.csv", &options) else { return Ok(()) };
        let mut builder = csv::ReaderBuilder::new();
        let records = builder.has_headers(false).flexible(true).from_reader(&bytes[..]).into_byte_records();
        let mut expected = records.skip(1).map(Result::unwrap).filter(|record| !record.as_slice().is_empty());
        let mut last = 1;
        // A quote that is never closed is an error here, and a record there.
        while let Ok(Some(row)) = reader.next_row() {
            let record = expected.next().unwrap();
            prop_assert!(row.raw_cells().eq(record.iter()));
            prop_assert!(row.number.0 > last && row.line >= row.number.0, "{row:?}");
            last = row.number.0;
        }
    }
}
