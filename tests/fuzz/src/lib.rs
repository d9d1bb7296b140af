//! The rooms that read what people give, and how a fuzzer drives them.
#![allow(dead_code, unused_imports, unreachable_pub, missing_docs)]

#[path = "../../../src/fs/mod.rs"]
pub mod fs;
#[path = "../../../src/items/mod.rs"]
pub mod items;
#[path = "../../../src/rows/mod.rs"]
pub mod rows;
#[path = "../../../src/source/mod.rs"]
pub mod source;

use std::io::{Cursor, Write};

use items::{Calendar, Decimal, Kind, Schema, recognise};
use jiff::tz::TimeZone;
use source::{Destination, Format, Mapping, MappingOptions, Options, Reader, Types};

fn calendar() -> Calendar {
    Calendar { zone: TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC), now: jiff::Timestamp::UNIX_EPOCH.into() }
}

const SCHEMA: &str = r#"{"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": ["integer", "null"]}}}"#;

/// Reads all of a file in a format and makes items of its rows, with the options that the first byte chooses.
pub fn read_all(format: Format, data: &[u8]) {
    let Some((choice, file)) = data.split_first() else { return };
    let encodings = [None, None, "utf-16le".parse().ok(), "windows-1252".parse().ok(), "shift_jis".parse().ok()];
    let options = Options { format: Some(format), encoding: encodings[usize::from(choice & 7) % 5], ..Options::default() };
    let types = match choice >> 3 & 3 {
        0 => Types::AsWritten,
        1 => Types::Text,
        2 => Types::Auto,
        _ => Types::Schema(Schema::new(SCHEMA).unwrap()),
    };
    let mut wishes = MappingOptions { types, ..MappingOptions::new(calendar()) };
    if choice & 0x20 != 0 {
        wishes.decimal = Decimal::Comma;
        wishes.map = vec![(String::from("a"), Destination::parse("Betrag:number"))];
    }
    if choice & 0x40 != 0 {
        wishes.reference = "R-{a}-{b}".parse().ok();
    }
    let Ok(mut reader) = Reader::new(Box::new(Cursor::new(file.to_vec())), "fuzzed", &options) else { return };
    let Ok(mapping) = Mapping::new(reader.columns(), wishes) else { return };
    let mut last = 0;
    while let Ok(Some(row)) = reader.next_row() {
        assert!(row.number.0 > last, "rows come in order");
        last = row.number.0;
        let mut problems = Vec::new();
        let item = mapping.item(&row, &mut problems);
        assert_eq!(item.is_some(), problems.is_empty(), "an item or a reason, never both or neither");
        problems.iter().for_each(|problem| drop(problem.to_string()));
        if let Some(item) = item {
            assert!(item.violations().is_empty(), "an item that is made keeps the rules");
        }
    }
    if let Ok(fingerprint) = reader.fingerprint() {
        assert_eq!(fingerprint.length, file.len() as u64, "the fingerprint is that of the whole");
    }
}

/// Reads a text as a value of every type, and as everything else that is typed.
pub fn read_value(text: &str) {
    for decimal in [Decimal::Point, Decimal::Comma] {
        for kind in [Kind::Text, Kind::Number, Kind::Integer, Kind::Boolean, Kind::Date, Kind::DateTime, Kind::Json] {
            match kind.read(text, decimal, &calendar()) {
                Ok(items::Value::Number(digits)) => assert!(serde_json::from_str::<&serde_json::value::RawValue>(&digits).is_ok()),
                Ok(_) => {}
                Err(rule) => drop(rule.to_string()),
            }
        }
        if let items::Value::Number(digits) = recognise(text, decimal) {
            assert!(serde_json::from_str::<&serde_json::value::RawValue>(&digits).is_ok());
        }
    }
    if let Ok(moment) = calendar().moment(text) {
        assert_eq!(calendar().moment(&moment.to_string()), Ok(moment));
    }
    let _ = items::assignment::parse(text);
    let _ = items::item_from_json(text, &calendar());
    let _ = text.parse::<source::Template>();
    let _ = Destination::parse(text);
}

/// A workbook of one sheet whose XML is fuzzed: the archive around it is right, so that the fuzzer gets behind it.
pub fn workbook(sheet: &[u8]) -> Option<Vec<u8>> {
    let parts: [(&str, &[u8]); 4] = [
        ("[Content_Types].xml", br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#),
        ("xl/workbook.xml", br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        archive.start_file(name, stored).ok()?;
        archive.write_all(content).ok()?;
    }
    archive.finish().ok().map(Cursor::into_inner)
}
