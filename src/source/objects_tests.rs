use std::io::Cursor;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::items::{Calendar, QueueItem, Schema, Value};
use crate::source::{Destination, Format, Mapping, MappingOptions, Options, Reader, Types};

fn options() -> MappingOptions {
    MappingOptions::new(Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() })
}

/// The items of a file, and what its rows break, a line each.
fn map(file: &[u8], format: Format, options: MappingOptions) -> (Vec<QueueItem<'static>>, String) {
    let reading = Options { format: Some(format), encoding: "utf-8".parse().ok(), ..Options::default() };
    let mut reader = Reader::new(Box::new(Cursor::new(file.to_vec())), "a", &reading).unwrap();
    let mapping = Mapping::new(reader.columns(), options).unwrap();
    let (mut items, mut words) = (Vec::new(), String::new());
    while let Some(row) = reader.next_row().unwrap() {
        let mut problems = Vec::new();
        items.extend(mapping.item(&row, &mut problems).map(QueueItem::into_owned));
        words.extend(problems.iter().map(|problem| format!("{} (line {}), {problem}\n", row.number, row.line)));
    }
    (items, words)
}

fn item(text: &str, options: MappingOptions) -> QueueItem<'static> {
    let (mut items, problems) = map(text.as_bytes(), Format::JsonLines, options);
    assert_eq!(problems, "");
    items.remove(0)
}

fn content(item: &QueueItem<'_>) -> String {
    item.content.iter().map(|(key, value)| format!("{key}={value:?}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_plain_object_is_a_row_and_keeps_its_types() {
    let item = item(
        r#"{"Reference": 17, "Priority": "high", "Deadline": "2026-12-01", "N": 12345678901234567890.10, "T": "a\u00fc", "B": true, "Z": null, "_uiq_row": 3}"#,
        options(),
    );
    assert_eq!(
        (item.reference.as_deref(), item.due.unwrap().to_string().as_str()),
        (Some("17"), "2026-12-01T00:00:00Z")
    );
    insta::assert_snapshot!(content(&item), @r#"N=Number("12345678901234567890.10") T=Text("aü") B=Bool(true) Z=Null"#);
}

#[test]
fn the_shape_of_the_api_says_itself_what_is_what() {
    let item = item(
        r#"{"Reference": "R", "DueDate": null, "_uiq_error": "x", "SpecificContent": {"Reference": "theirs", "Deadline": "soon"}}"#,
        options(),
    );
    assert_eq!((item.reference.as_deref(), item.due), (Some("R"), None));
    insta::assert_snapshot!(content(&item), @r#"Reference=Text("theirs") Deadline=Text("soon")"#);
}

#[test]
fn nested_json_goes_in_as_text_where_that_is_said() {
    let text = r#"{"Lines": [1, {"a": 2}], "N": 1.0, "B": false, "Z": null}"#;
    insta::assert_snapshot!(content(&item(text, MappingOptions { types: Types::Text, ..options() })), @r#"Lines=Text("[1, {\"a\": 2}]") N=Text("1.0") B=Text("false") Z=Text("")"#);
    let map = vec![(String::from("Lines"), Destination::parse("Positions:string"))];
    insta::assert_snapshot!(content(&item(text, MappingOptions { map, ..options() })), @r#"Positions=Text("[1, {\"a\": 2}]") N=Number("1.0") B=Bool(false) Z=Null"#);
}

#[test]
fn a_schema_turns_texts_into_what_they_stand_for() {
    let schema = Schema::new(r#"{"properties": {"N": {"type": "number"}, "T": {"type": "string"}}}"#).unwrap();
    let typed = MappingOptions { types: Types::Schema(schema), ..options() };
    insta::assert_snapshot!(content(&item(r#"{"N": "1.50", "T": "2"}"#, typed.clone())), @r#"N=Number("1.50") T=Text("2")"#);
    let (_, problems) = map(b"{\"N\": \"x\"}\n{\"T\": 2}\n", Format::JsonLines, typed);
    insta::assert_snapshot!(problems, @r#"
    1 (line 1), column `N`, value `x`: not a number; allowed are digits with a decimal point, as in -1249.00 (`--decimal ,` reads 1.249,00)
    2 (line 2), column `T`, value `2`: the queue's schema: the value is not of type "string"
    "#);
}

#[test]
fn every_problem_of_an_object_is_named_and_the_next_one_is_read() {
    let file = b"{\"a\": {\"b\": 1}, \"x.y\": 1}\n[1]\n{\"a\": 1,\n\n{\"a\": 1, \"a\": 2}\n{\"Priority\": \"Urgent\", \"DueDate\": true}\n\
        {\"DueDate\": \"2026-12-01\", \"Deadline\": \"2026-12-01\"}\n{\"Status\": 1, \"SpecificContent\": {}}\n{\"Vendor\": \"M\xfcller\"}\n\
        {\"_uiq_text\": \"x\"}\n{\"ok\": 1}\n";
    let (items, problems) = map(file, Format::JsonLines, options());
    assert_eq!(items.len(), 1);
    insta::assert_snapshot!(problems, @r##"
    1 (line 1), column `a`, value `{"b": 1}`: SpecificContent is flat; an object or array goes in as text (`COLUMN:string`), and the robot parses it
    1 (line 1), column `x.y`: the name holds `.`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
    2 (line 2), `[1]`: not one JSON object: invalid type: sequence, expected a JSON object, character 0
    3 (line 3), `{"a": 1,`: not one JSON object: EOF while parsing a value, character 8
    5 (line 5), column `a`: the object has this key twice
    6 (line 6), column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
    6 (line 6), column `DueDate`, value `true`: a field of the item has to be a string
    7 (line 7), column `Deadline`: this column and `DueDate` mean the same field of the item
    8 (line 8), column `Status`, value `1`: no member of an item; beside SpecificContent there are Reference, Priority, DueDate, DeferDate, RiskSlaDate and Progress
    9 (line 9), column `Vendor`, value `{"Vendor": "M�ller"}`: not UTF-8: byte 0xFC at offset 13 of the cell; `--encoding` names another encoding, or save the file as UTF-8
    10 (line 10), nothing but the reason of a rejects file; mend what `_uiq_text` holds, and put it in the place of the object
    "##);
}

#[test]
fn elements_are_counted_and_their_lines_known() {
    let file = b"\n[ {\"a\": 1},\n {\n \"a\": [2]},\"x\" , 7, {\"a\": \"]}\\\"\"}\n]\n";
    let (items, problems) = map(file, Format::Json, options());
    assert_eq!(items.len(), 2);
    insta::assert_snapshot!(problems, @r#"
    2 (line 3), column `a`, value `[2]`: SpecificContent is flat; an object or array goes in as text (`COLUMN:string`), and the robot parses it
    3 (line 4), `"x"`: not one JSON object: invalid type: string "x", expected a JSON object, character 3
    4 (line 4), `7`: not one JSON object: invalid type: integer `7`, expected a JSON object, character 1
    "#);
    let (items, problems) = map(b"{\n\"a\": 1}{\"a\": 2}\n {\"a\": 3}", Format::Json, options());
    assert_eq!((items.len(), problems.as_str()), (3, ""), "objects behind each other");
}

fn failure(file: &str, format: Format) -> String {
    let reading = Options { format: Some(format), ..Options::default() };
    let mut reader = Reader::new(Box::new(Cursor::new(file.as_bytes().to_vec())), "a.json", &reading).unwrap();
    loop {
        match reader.next_row() {
            Ok(Some(_)) => {}
            Ok(None) => return String::from("no error"),
            Err(error) => return error.to_string(),
        }
    }
}

#[test]
fn an_array_that_does_not_close_is_refused_with_its_line() {
    let json = |file| failure(file, Format::Json);
    insta::assert_snapshot!(json("[\n{\"a\": 1}\n"), @"a.json, line 3: the file ends before the array does");
    insta::assert_snapshot!(json("[{\"a\": 1}\n{}]"), @"a.json, line 2: a comma or the closing bracket is missing here");
    insta::assert_snapshot!(json("[{},\n\n,{}]"), @"a.json, line 3: an element is missing here");
    insta::assert_snapshot!(json("[{},]"), @"a.json, line 1: an element is missing here");
    insta::assert_snapshot!(json("[{\"a\": \"x}]\n"), @"a.json, line 1: a bracket or quote of the element that begins here is never closed");
    insta::assert_snapshot!(json("[{}]\n{}"), @"a.json, line 2: there is something behind the bracket that closes the array");
    insta::assert_snapshot!(json(" \n"), @"a.json: there is no object in the file");
    insta::assert_snapshot!(json("[]"), @"a.json: there is no object in the file");
    insta::assert_snapshot!(failure("\n\n", Format::JsonLines), @"a.json: there is no object in the file");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_as_json_reads_as_the_same_items(rows in prop::collection::vec(prop::collection::btree_map("k[a-z ü]{0,4}", any::<String>(), 1..5), 1..6)) {
        let lines: Vec<String> = rows.iter().map(|row| serde_json::to_string(row).unwrap()).collect();
        let files = [
            (Format::JsonLines, lines.join("\r\n")),
            (Format::Json, format!("[{}]", lines.join(",\n"))),
            (Format::Json, serde_json::to_string_pretty(&rows).unwrap()),
        ];
        for (format, file) in files {
            let (items, problems) = map(file.as_bytes(), format, options());
            prop_assert_eq!(problems, "");
            let read: Vec<std::collections::BTreeMap<String, String>> = items.into_iter().map(|item| item.content.into_iter().map(|(key, value)| match value {
                Value::Text(text) => (key.into_owned(), text.into_owned()),
                other => panic!("{other:?}"),
            }).collect()).collect();
            prop_assert_eq!(&read, &rows);
        }
    }
}
