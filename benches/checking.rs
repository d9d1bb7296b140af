//! How fast the checking pass reads: `cargo bench --bench checking`. The aim is 100 MB/s on one core, whatever the format.

#![allow(clippy::expect_used)] // a benchmark that cannot set up its file has nothing else to do

use std::io::Write;
use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use jiff::tz::TimeZone;
use uiq::items::{Calendar, Decimal, Schema};
use uiq::load::{Event, UniqueReferences, check};
use uiq::source::{Input, Mapping, MappingOptions, Options, Types};

/// Large enough that opening the file does not count, small enough to stay in the system's cache.
const BYTES: usize = 64 * 1024 * 1024;

fn main() {
    divan::main();
}

/// A file of invoices, as long as asked; some cells quoted, some not ASCII.
fn file(folder: &Path, name: &str, [header, footer]: [&str; 2], row: impl Fn(u64) -> String) -> Input {
    let path = folder.join(name);
    let mut text = Vec::with_capacity(BYTES + 512);
    text.extend_from_slice(header.as_bytes());
    let mut number = 0;
    while text.len() < BYTES {
        number += 1;
        text.extend_from_slice(row(number).as_bytes());
    }
    text.extend_from_slice(footer.as_bytes());
    std::fs::File::create(&path).and_then(|mut file| file.write_all(&text)).expect("a file in the temporary folder");
    Input::new(path, Options::default())
}

fn csv_row(number: u64) -> String {
    format!(
        "INV-{number:08},2026-12-24 12:00,Müller & Söhne GmbH,INV/{number}/26,2026-10-24,\"Catering, \"\"Sommerfest\"\"\",1249.00,EUR,19,\
         0815,DE89 3704 0044 0532 0130 00,Please pay before the end of the month.\n"
    )
}

fn json_row(number: u64) -> String {
    format!(
        "{{\"Reference\": \"INV-{number:08}\", \"DueDate\": \"2026-12-24 12:00\", \"Vendor\": \"Müller & Söhne GmbH\", \"Description\": \
         \"Catering \\\"Sommerfest\\\"\", \"Amount\": 1249.00, \"Currency\": \"EUR\", \"Comment\": \"Please pay before the end of the month.\"}}\n"
    )
}

/// A queue's schema for [`csv_row`]: numbers, a pattern, a choice, required keys.
const SCHEMA: &str = r#"{
    "type": "object",
    "properties": {
        "Vendor": {"type": "string", "minLength": 1}, "InvoiceNumber": {"type": "string", "pattern": "^INV/"},
        "InvoiceDate": {"type": "string", "format": "date"}, "Amount": {"type": "number", "minimum": 0},
        "Currency": {"enum": ["EUR", "USD"]}, "TaxRate": {"type": "integer"}, "CostCenter": {"type": "string"}
    },
    "required": ["Vendor", "InvoiceNumber", "Amount"],
    "additionalProperties": {"type": "string"}
}"#;

const HEADER: &str =
    "Reference,Deadline,Vendor,InvoiceNumber,InvoiceDate,Description,Amount,Currency,TaxRate,CostCenter,IBAN,Comment\n";

fn pass(bencher: Bencher<'_, '_>, input: &Input, types: Types) {
    let calendar = Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() };
    let options = MappingOptions { types, decimal: Decimal::Point, ..MappingOptions::new(calendar) };
    let reader = input.open().expect("the file that was just written");
    let mapping = Mapping::new(reader.columns(), options).expect("a header without faults");
    let bytes = input.length().expect("the file that was just written");
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        let checked =
            check(input, &mapping, UniqueReferences::Required, &mut |_: &Event| {}).expect("a file that reads");
        assert!(checked.problems.is_empty());
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn csv(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    pass(bencher, &file(folder.path(), "a.csv", [HEADER, ""], csv_row), Types::AsWritten);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn csv_with_types(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    pass(bencher, &file(folder.path(), "a.csv", [HEADER, ""], csv_row), Types::Auto);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn csv_by_the_queues_schema(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let schema = Schema::new(SCHEMA).expect("a schema");
    pass(bencher, &file(folder.path(), "a.csv", [HEADER, ""], csv_row), Types::Schema(schema));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn json_array(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let element = |number| if number == 1 { json_row(number) } else { format!(",{}", json_row(number)) };
    pass(bencher, &file(folder.path(), "a.json", ["[", "]"], element), Types::AsWritten);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn json_lines(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    pass(bencher, &file(folder.path(), "a.jsonl", ["", ""], json_row), Types::AsWritten);
}
