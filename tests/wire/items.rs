//! What the rows of a file are on the wire.

use serde_json::{Value, json};

use crate::server::Server;
use crate::support::Place;

/// What `uiq load` sends of this file.
fn sent(content: &str, more: &[&str]) -> Vec<Value> {
    let server = Server::new();
    let place = Place::new();
    place.file("invoices.csv", content);
    server.uiq(&[&["load", "Invoices", "invoices.csv"], more].concat()).at(&place).run().succeeded();
    server.items()
}

/// One member of every item.
fn all(items: &[Value], member: &str) -> Value {
    items.iter().map(|item| item.get(member).cloned().unwrap_or(json!("none"))).collect()
}

/// Cells as people have them: with separators, quotes, line breaks, blanks, letters of all kinds, and nothing.
fn cells(row: usize) -> [String; 4] {
    let vendor =
        ["Müller & Söhne, Köln", "\"Zum Löwen\"", "two\nlines", "  blanks  ", "", "東京 🏢", "a\\b\tc", "null"];
    [
        format!("INV-{row:05}"),
        vendor[row % vendor.len()].to_owned(),
        format!("{row}.{:02}", row % 100),
        format!("0{row}"),
    ]
}

fn csv(rows: usize) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row| cells(row).iter().map(quoted).collect::<Vec<_>>().join(",");
    std::iter::once(String::from("Reference,Vendor,Amount,Number"))
        .chain((0..rows).map(line))
        .collect::<Vec<_>>()
        .join("\r\n")
}

fn item(row: usize) -> Value {
    let [reference, vendor, amount, number] = cells(row);
    json!({ "Reference": reference, "Priority": "Normal", "SpecificContent": { "Vendor": vendor, "Amount": amount, "Number": number } })
}

#[test]
fn every_row_arrives_once_in_the_order_of_the_file_as_the_text_of_its_cells() {
    let items = sent(&csv(2_500), &["--jobs", "1"]);
    assert_eq!(items.len(), 2_500);
    for (row, found) in items.iter().enumerate() {
        assert_eq!(found, &item(row), "row {}", row + 2);
    }
}

#[test]
fn with_many_requests_under_way_every_row_still_arrives_once() {
    let mut items = sent(&csv(2_500), &["--jobs", "8", "--batch-size", "37"]);
    items.sort_by_key(|item| item["Reference"].as_str().unwrap().to_owned());
    assert_eq!(items, (0..2_500).map(item).collect::<Vec<_>>());
}

#[test]
fn the_columns_keep_their_order() {
    let server = Server::new();
    let place = Place::new();
    place.file("one.csv", "Zebra,Reference,apple,Mango\n1,R,2,3\n");
    server.uiq(&["load", "Invoices", "one.csv"]).at(&place).run().succeeded();
    let body = &server.seen("BulkAddQueueItems")[0].body;
    assert!(body.contains(r#""SpecificContent":{"Zebra":"1","apple":"2","Mango":"3"}"#), "{body}");
}

#[test]
fn each_commit_type_has_its_published_name() {
    let name = |flags: &[&str]| {
        let server = Server::new();
        let place = Place::new();
        place.file("one.csv", "A\n1\n");
        server.uiq(&[&["load", "Invoices", "one.csv"], flags].concat()).at(&place).run().succeeded();
        server.seen("BulkAddQueueItems")[0].json()["commitType"].as_str().unwrap().to_owned()
    };
    assert_eq!(name(&[]), "ProcessAllIndependently");
    assert_eq!(name(&["--commit", "independent"]), "ProcessAllIndependently");
    assert_eq!(name(&["--commit", "all-or-nothing"]), "AllOrNothing");
    assert_eq!(name(&["--commit", "stop-on-first-failure"]), "StopOnFirstFailure");
    assert_eq!(name(&["--atomic"]), "AllOrNothing");
}

#[test]
fn priorities_are_names_in_any_case_or_numbers() {
    let file = "Priority,A\nhigh,1\nNORMAL,2\nLow,3\n1,4\n2,5\n3,6\n,7\n";
    let priorities = |more: &[&str]| all(&sent(file, more), "Priority");
    assert_eq!(priorities(&[]), json!(["High", "Normal", "Low", "Low", "Normal", "High", "Normal"]));
    assert_eq!(priorities(&["--priority", "low"])[6], "Low", "for rows that have none");
}

#[test]
fn dates_go_where_they_belong_with_their_offset_resolved() {
    let berlin = ["--timezone", "Europe/Berlin"];
    let upload = sent("Deadline,Postpone,A\n2026-12-01 17:00,2026/12/01,1\n,,2\n", &berlin);
    assert_eq!(all(&upload, "DueDate"), json!(["2026-12-01T16:00:00Z", "none"]));
    assert_eq!(all(&upload, "DeferDate"), json!(["2026-11-30T23:00:00Z", "none"]));
    assert_eq!(all(&upload, "SpecificContent"), json!([{ "A": "1" }, { "A": "2" }]));

    let api = sent(
        "DueDate,DeferDate,RiskSlaDate,Progress,A\n2026-12-01T09:30:00+01:00,2026-07-01 08:00,2026-12-01,half,1\n",
        &berlin,
    );
    let expected = json!([{
        "Priority": "Normal", "DueDate": "2026-12-01T08:30:00Z", "DeferDate": "2026-07-01T06:00:00Z",
        "RiskSlaDate": "2026-11-30T23:00:00Z", "Progress": "half", "SpecificContent": { "A": "1" },
    }]);
    assert_eq!(Value::from(api), expected);
}

#[test]
fn without_special_headers_every_column_is_content() {
    let items = sent("Reference,Priority,Deadline\nR,whatever,never\n", &["--headers", "none"]);
    let content = json!({ "Reference": "R", "Priority": "whatever", "Deadline": "never" });
    assert_eq!(items, [json!({ "Priority": "Normal", "SpecificContent": content })]);
    let upload = sent("Reference,DueDate\nR,never\n", &["--headers", "upload"]);
    assert_eq!(upload, [json!({ "Priority": "Normal", "Reference": "R", "SpecificContent": { "DueDate": "never" } })]);
}
