use std::io::Cursor;
use std::path::Path;

use jiff::tz::TimeZone;

use crate::items::{Calendar, QueueItem};
use crate::source::{Input, Mapping, MappingOptions, Options, Reader, SourceError, Types};

fn sample() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/invoices.xlsx")).unwrap()
}

fn open(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Reader, SourceError> {
    let options = Options { sheet: sheet.map(str::to_owned), ..Options::default() };
    Reader::new(Box::new(Cursor::new(bytes)), "a.xlsx", &options)
}

/// Row, reference, deadline and content of every item, and every problem, a line each.
fn shown(sheet: Option<&str>, types: Types) -> String {
    let mut reader = open(sample(), sheet).unwrap();
    let calendar = Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() };
    let mapping = Mapping::new(reader.columns(), MappingOptions { types, ..MappingOptions::new(calendar) }).unwrap();
    let mut lines = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        let mut problems = Vec::new();
        if let Some(QueueItem { reference, due, content, .. }) = mapping.item(&row, &mut problems) {
            let due = due.map(|due| due.to_string()).unwrap_or_default();
            let content: Vec<String> = content.iter().map(|(key, value)| format!("{key}={value:?}")).collect();
            lines.push(format!("{}: {} {due} {}", row.number, reference.unwrap_or_default(), content.join(" ")));
        }
        lines.extend(problems.iter().map(|problem| format!("{}: {problem}", row.number)));
    }
    assert_eq!(reader.blank_rows(), if sheet.is_none() { 2 } else { 0 });
    lines.join("\n")
}

#[test]
fn rows_are_those_of_the_sheet_and_values_as_they_are_shown() {
    insta::assert_snapshot!(shown(None, Types::AsWritten), @r#"
    3: INV-X-1 2026-12-24T00:00:00Z Vendor=Text("Müller & Söhne GmbH") Amount=Number("1249") Paid=Text("TRUE") Number=Text("0815")
    5: INV-X-2 2026-12-24T17:30:00Z Vendor=Text("清掃サービス") Amount=Number("124.9") Paid=Text("FALSE") Number=Text("1234567890123")
    6: INV-X-3  Vendor=Text("Café \"Zum Löwen\"") Amount=Number("12.5") Paid=Text("") Number=Text("")
    "#);
}

#[test]
fn with_types_recognised_texts_stay_texts() {
    insta::assert_snapshot!(shown(None, Types::Auto), @r#"
    3: INV-X-1 2026-12-24T00:00:00Z Vendor=Text("Müller & Söhne GmbH") Amount=Number("1249") Paid=Bool(true) Number=Text("0815")
    5: INV-X-2 2026-12-24T17:30:00Z Vendor=Text("清掃サービス") Amount=Number("124.9") Paid=Bool(false) Number=Number("1234567890123")
    6: INV-X-3  Vendor=Text("Café \"Zum Löwen\"") Amount=Number("12.5") Paid=Text("") Number=Text("")
    "#);
}

#[test]
fn errors_and_cells_without_a_column_are_named() {
    insta::assert_snapshot!(shown(Some("broken"), Types::AsWritten), @"
    2: column `D`, value `7`: the cell has a value, but its column has no name in the header
    2: column `Vendor`, value `#N/A`: the cell holds an error of the spreadsheet, not a value
    ");
}

#[test]
fn the_fingerprint_is_that_of_the_file() {
    let bytes = sample();
    let mut reader = open(bytes.clone(), None).unwrap();
    let fingerprint = reader.fingerprint().unwrap();
    assert_eq!(fingerprint.length, bytes.len() as u64);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/invoices.xlsx");
    Input::new(path, Options::default()).open_again(&fingerprint).unwrap().verify(&fingerprint).unwrap();
}

#[test]
fn what_is_no_workbook_says_why() {
    insta::assert_snapshot!(open(sample(), Some("April")).unwrap_err(), @"a.xlsx: there is no sheet `April`; there are März, broken");
    let cut = sample()[..1000].to_vec();
    insta::assert_snapshot!(open(cut, None).unwrap_err(), @"a.xlsx: the spreadsheet cannot be read: invalid Zip archive: Could not find EOCD");
}
