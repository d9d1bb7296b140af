use std::io::Cursor;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::source::{Encoding, Options, Reader};

fn options() -> MappingOptions {
    let now = jiff::Timestamp::UNIX_EPOCH.into();
    MappingOptions::new(Calendar { zone: TimeZone::get("Europe/Berlin").unwrap(), now })
}

fn open(file: &[u8]) -> Reader {
    let options = Options { encoding: Some(Encoding::UTF_8), ..Options::default() };
    Reader::new(Box::new(Cursor::new(file.to_vec())), "a.csv", &options).unwrap()
}

/// The items of a file, and what its header or rows break, a line each.
fn map(file: &[u8], options: MappingOptions) -> (Vec<QueueItem<'static>>, String) {
    let mut reader = open(file);
    let mapping = Mapping::new(reader.columns(), options).unwrap();
    let (mut items, mut words) = (Vec::new(), String::new());
    while let Some(row) = reader.next_row().unwrap() {
        let mut problems = Vec::new();
        items.extend(mapping.item(&row, &mut problems).map(QueueItem::into_owned));
        words.extend(problems.iter().map(|problem| format!("row {}: {problem}\n", row.number)));
    }
    (items, words)
}

fn item(file: &str, options: MappingOptions) -> QueueItem<'static> {
    let (mut items, problems) = map(file.as_bytes(), options);
    assert_eq!(problems, "");
    items.remove(0)
}

fn shown(moment: Option<Moment>) -> String {
    moment.map(|moment| moment.to_string()).unwrap_or_default()
}

fn keys(item: &QueueItem<'_>) -> Vec<String> {
    item.content.iter().map(|(key, _)| key.to_string()).collect()
}

#[test]
fn the_headers_of_the_upload_go_where_they_belong() {
    let file = "Vendor,Reference,Priority,Deadline,Postpone,Note\nMüller,INV-1,high,2026-12-24 12:00,2026/12/01,\n";
    let item = item(file, options());
    assert_eq!(item.reference.as_deref(), Some("INV-1"));
    assert_eq!(item.priority, Priority::High);
    assert_eq!((shown(item.due), shown(item.defer)), ("2026-12-24T11:00:00Z".into(), "2026-11-30T23:00:00Z".into()));
    assert_eq!(
        item.content,
        [("Vendor".into(), Value::Text("Müller".into())), ("Note".into(), Value::Text("".into()))]
    );
}

#[test]
fn the_names_of_the_api_do_so_too_unless_only_the_upload_counts() {
    let file = "DueDate,DeferDate,RiskSlaDate,Progress,x\n2026-12-24,2026-12-01,+2h,new,1\n";
    let both = item(file, options());
    assert_eq!(shown(both.due), "2026-12-23T23:00:00Z");
    assert_eq!(shown(both.defer), "2026-11-30T23:00:00Z");
    assert_eq!(shown(both.risk_sla), "1970-01-01T02:00:00Z");
    assert_eq!((both.progress.as_deref(), keys(&both)), (Some("new"), vec!["x".to_owned()]));

    let upload = item(file, MappingOptions { headers: Headers::Upload, ..options() });
    assert_eq!((upload.due, keys(&upload).len()), (None, 5));
    let none = item("Reference,Priority\nR,Urgent\n", MappingOptions { headers: Headers::None, ..options() });
    assert_eq!((none.reference.as_deref(), none.priority, keys(&none).len()), (None, Priority::Normal, 2));
}

#[test]
fn rows_without_priority_and_dates_get_the_defaults() {
    let day = |text| Some(options().calendar.moment(text).unwrap());
    let defaults =
        MappingOptions { priority: Priority::Low, due: day("2026-12-24"), defer: day("2026-12-01"), ..options() };
    let file = "Reference,Priority,Deadline,x\n,,,1\n,3,2026-12-31,1\n";
    let (items, _) = map(file.as_bytes(), defaults);
    assert_eq!(
        (items[0].priority, items[0].due, items[0].defer),
        (Priority::Low, day("2026-12-24"), day("2026-12-01"))
    );
    assert_eq!(
        (items[1].priority, items[1].due, items[1].defer),
        (Priority::High, day("2026-12-31"), day("2026-12-01"))
    );
    assert_eq!(items[0].reference, None, "an empty cell is no reference");
}

#[test]
fn near_misses_of_special_names_are_content_and_pointed_out() {
    let reader = open(b"reference,Priority , Deadline,DUEDATE,Vendor\n1,2,3,4,5\n");
    let mapping = Mapping::new(reader.columns(), options()).unwrap();
    let near: Vec<_> = mapping.lookalikes().collect();
    assert_eq!(
        near,
        [("reference", "Reference"), ("Priority ", "Priority"), (" Deadline", "Deadline"), ("DUEDATE", "DueDate")]
    );
}

#[test]
fn our_own_columns_and_empty_ones_without_a_name_are_ignored() {
    let item = item("a,,_uiq_row,_uiq_error,_uiq_error\n1,,17,x,y\n", options());
    assert_eq!(keys(&item), ["a"]);
}

#[test]
fn every_problem_of_a_row_is_named() {
    let long = "R".repeat(129);
    let file = format!(
        "Reference,Priority,Deadline,Postpone,Vendor,\n{long},Urgent,31/02/2026,2026-12-01,ok,x\n1,2,,,short\n1,2,,,long,,\n\n\
         ok,1,2026-12-01,2026-12-02,,\nok,1,2026-12-01,2026-11-02,fine,\n"
    );
    let mut bytes = file.into_bytes();
    bytes.extend(b"ok,1,,,M\xfcller,\nA\xc3,\xa9,,,,\n");
    let (items, problems) = map(&bytes, options());
    assert_eq!(items.len(), 1);
    insta::assert_snapshot!(problems, @r#"
    row 2: column `Reference`, value `RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR...`: a reference has at most 128 characters, this one has 129
    row 2: column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
    row 2: column `Deadline`, value `31/02/2026`: not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 (2026-12-01T17:00:00+01:00), and from now +90m, +2h, +3d
    row 2: column `F`, value `x`: the cell has a value, but its column has no name in the header
    row 3: the row has 5 cells, the header 6 columns; a value that holds the delimiter goes in double quotes
    row 4: the row has 7 cells, the header 6 columns; a value that holds the delimiter goes in double quotes
    row 6: the deadline comes before the time until which the item is postponed
    row 8: column `Vendor`, value `M�ller`: not UTF-8: byte 0xFC at offset 1 of the cell; `--encoding` names another encoding, or save the file as UTF-8
    row 9: column `Reference`, value `A�`: not UTF-8: byte 0xC3 at offset 1 of the cell; `--encoding` names another encoding, or save the file as UTF-8
    row 9: column `Priority`, value `�`: not UTF-8: byte 0xA9 at offset 0 of the cell; `--encoding` names another encoding, or save the file as UTF-8
    "#);
}

#[test]
fn content_over_the_limit_is_refused() {
    let (items, problems) = map(format!("a,b\n{},1\n", "x".repeat(512_000)).as_bytes(), options());
    assert_eq!(items, []);
    insta::assert_snapshot!(problems, @"row 2: SpecificContent takes 512016 bytes as JSON, Orchestrator takes at most 512000 (500 KB) an item");
}

fn shown_content(item: &QueueItem<'_>) -> String {
    item.content.iter().map(|(key, value)| format!("{key}={value:?}")).collect::<Vec<_>>().join(" ")
}

fn to(column: &str, target: &str) -> (String, Destination) {
    (column.to_owned(), Destination::parse(target))
}

#[test]
fn columns_go_where_they_are_sent_and_content_is_added() {
    let wishes = MappingOptions {
        map: vec![to("Betrag", "Amount:number"), to("Faellig", "DueDate")],
        except: vec![String::from("Kommentar")],
        set: vec![
            (String::from("Source"), Value::Text("SAP".into())),
            (String::from("Year"), Value::Number("2026".into())),
        ],
        reference: "RE-{Nr}/{Kommentar}".parse().ok(),
        decimal: Decimal::Comma,
        ..options()
    };
    let item = item("Nr;Betrag;Faellig;Kommentar\n0815;1.249,00;2026-12-24;bar\n", wishes);
    assert_eq!((item.reference.as_deref(), shown(item.due).as_str()), (Some("RE-0815/bar"), "2026-12-23T23:00:00Z"));
    insta::assert_snapshot!(shown_content(&item), @r#"Nr=Text("0815") Amount=Number("1249.00") Source=Text("SAP") Year=Number("2026")"#);
}

#[test]
fn only_chooses_among_the_content_and_the_fields_stay() {
    let wishes = MappingOptions { only: vec![String::from("b")], ..options() };
    let item = item("Reference,a,b:number,c\nR,1,2,3\n", wishes);
    assert_eq!((item.reference.as_deref(), shown_content(&item).as_str()), (Some("R"), r#"b=Number("2")"#));
}

#[test]
fn a_type_behind_a_colon_is_that_of_the_column() {
    let (items, problems) = map(b"n:number,i:integer,b:boolean,d:date,t:datetime,j:json,s:string\n007,7,yes,2026/12/01,2026-12-01 17:00,null,1\n,,,,,,\nx,1.5,2,01.12.2026,+2w,[1],\n", options());
    insta::assert_snapshot!(items.iter().map(shown_content).collect::<Vec<_>>().join("\n"), @r#"n=Number("7") i=Number("7") b=Bool(true) d=Text("2026-12-01") t=Text("2026-12-01T16:00:00Z") j=Null s=Text("1")"#);
    insta::assert_snapshot!(problems, @r#"
    row 4: column `n:number`, value `x`: not a number; allowed are digits with a decimal point, as in -1249.00 (`--decimal ,` reads 1.249,00)
    row 4: column `i:integer`, value `1.5`: not an integer; allowed are digits, with a minus in front if need be
    row 4: column `b:boolean`, value `2`: not a boolean; allowed are true, false, yes, no, 1 and 0
    row 4: column `d:date`, value `01.12.2026`: not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 (2026-12-01T17:00:00+01:00), and from now +90m, +2h, +3d
    row 4: column `t:datetime`, value `+2w`: not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 (2026-12-01T17:00:00+01:00), and from now +90m, +2h, +3d
    row 4: column `j:json`, value `[1]`: SpecificContent is flat; an object or array goes in as text (`COLUMN:string`), and the robot parses it
    "#);
}

#[test]
fn types_are_recognised_or_declared_for_columns_without_one() {
    let file = "n,z,t,e\n1.50,0815,true,\n";
    insta::assert_snapshot!(shown_content(&item(file, MappingOptions { types: Types::Auto, ..options() })), @r#"n=Number("1.50") z=Text("0815") t=Bool(true) e=Text("")"#);
    let schema = crate::items::Schema::new(
        r#"{"properties": {"n": {"type": "number"}, "z": {"type": "string"}, "e": {"type": "integer"}}, "required": ["n"]}"#,
    );
    let types = Types::Schema(schema.unwrap());
    insta::assert_snapshot!(shown_content(&item(file, MappingOptions { types: types.clone(), ..options() })), @r#"n=Number("1.50") z=Text("0815") t=Text("true")"#);
    let (_, problems) = map(b"n,z\nx,1\n,2\n", MappingOptions { types, ..options() });
    insta::assert_snapshot!(problems, @r#"
    row 2: column `n`, value `x`: not a number; allowed are digits with a decimal point, as in -1249.00 (`--decimal ,` reads 1.249,00)
    row 3: the queue's schema: "n" is a required property
    "#);
}

#[test]
fn wishes_that_cannot_be_are_refused_before_the_first_row() {
    let wishes = MappingOptions {
        map: vec![to("a", "c"), to("Betrg", "Amount"), to("b", "x.y")],
        only: vec![String::from("none")],
        except: vec![String::from("neither")],
        set: vec![(String::from("d"), Value::Null)],
        reference: "{Nr}".parse().ok(),
        ..options()
    };
    let reader = open(b"a,b,c,d,Reference:string,none:number\n1,2,3,4,5,6\n");
    let problems = Mapping::new(reader.columns(), MappingOptions { only: Vec::new(), ..wishes.clone() }).unwrap_err();
    let other = Mapping::new(
        reader.columns(),
        MappingOptions { only: vec![String::from("nowhere")], map: Vec::new(), ..wishes },
    )
    .unwrap_err();
    let words = |problems: Vec<Violation>| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(words(problems), @r##"
    column `b`: the name holds `.`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
    column `c`: this and column `a` give the same key of SpecificContent
    column `d`: this and `--set d` give the same key of SpecificContent
    column `Reference:string`: this column is a field of the item, which has a type of its own
    column `Betrg`: `--map` names it, and the header has no such column
    column `neither`: `--except` names it, and the header has no such column
    column `Nr`: `--reference-from` names it, and the header has no such column
    "##);
    assert!(words(other).contains("column `nowhere`: `--only` names it"));
}

fn sample(name: &str) -> (Vec<QueueItem<'static>>, String) {
    map(&std::fs::read(format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap(), options())
}

#[test]
fn the_samples_keep_the_rules() {
    for (name, count) in [("invoices.csv", 2604), ("upload-format.csv", 4), ("semicolon.csv", 3)] {
        let (items, problems) = sample(name);
        assert_eq!((items.len(), problems.as_str()), (count, ""), "{name}");
    }
    let (semicolon, _) = sample("semicolon.csv");
    assert_eq!(semicolon[0].content[1], ("Betrag".into(), Value::Text("1.249,00".into())));
}

#[test]
fn the_broken_sample_breaks_them_in_different_ways() {
    let (items, problems) = sample("broken.csv");
    assert_eq!(items.len(), 1);
    insta::assert_snapshot!(problems, @r#"
    row 3: column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
    row 4: column `Deadline`, value `31/02/2026`: not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 (2026-12-01T17:00:00+01:00), and from now +90m, +2h, +3d
    row 5: the row has 4 cells, the header 5 columns; a value that holds the delimiter goes in double quotes
    row 6: column `Reference`, value `INV-2026-9999999999999999999999999999999...`: a reference has at most 128 characters, this one has 139
    row 7: column `Deadline`, value `2026-02-30`: there is no such date or time; months go to 12, days to the end of their month, hours to 23
    "#);
}

/// A table without a blank row: columns `k0`, `k1` …, cells of any text.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = prop_oneof![any::<String>(), "[\"\r\n,;\t a]{0,6}"];
    let solid = |row: &Vec<String>| row.iter().any(|cell| !cell.is_empty());
    (1_usize..5).prop_flat_map(move |width| {
        let row = prop::collection::vec(cell.clone(), width).prop_filter("a blank row is skipped", solid);
        prop::collection::vec(row, 1..6)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_in_a_cell_arrives_in_the_content_unchanged(table in table(), crlf in any::<bool>()) {
        let ending = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().terminator(ending).from_writer(Vec::new());
        writer.write_record((0..table[0].len()).map(|index| format!("k{index}"))).unwrap();
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let (items, problems) = map(&writer.into_inner().unwrap(), options());
        prop_assert_eq!(problems, "");
        let read: Vec<Vec<String>> = items.into_iter().map(|item| item.content.into_iter().map(|(_, value)| match value {
            Value::Text(text) => text.into_owned(),
            other => panic!("{other:?}"),
        }).collect()).collect();
        prop_assert_eq!(read, table);
    }

    #[test]
    fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"\"\r\n,;\xef\xbb\xbf"[..])], 0..200)) {
        for start in [&b""[..], b"Reference,Priority,Deadline,a\n"] {
            bytes.splice(0..0, start.iter().copied());
            let Ok(mut reader) = Reader::new(Box::new(Cursor::new(bytes.clone())), "a.csv", &Options::default()) else { continue };
            let Ok(mapping) = Mapping::new(reader.columns(), options()) else { continue };
            let (mut last, mut line) = (0, 0);
            while let Ok(Some(row)) = reader.next_row() {
                prop_assert!(row.number.0 > last && row.line >= line);
                (last, line) = (row.number.0, row.line);
                let mut problems = Vec::new();
                prop_assert_eq!(mapping.item(&row, &mut problems).is_some(), problems.is_empty());
            }
        }
    }
}
