use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::items::{Calendar, Schema};
use crate::source::Types;

fn options(schema: Option<&Schema>) -> MappingOptions {
    let mut options = MappingOptions::new(Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() });
    options.types = schema.cloned().map_or(Types::AsWritten, Types::Schema);
    options
}

/// The template for a schema, and how the checking pass judges it.
fn template(schema: &Json) -> (Sample, Vec<LeftOut>) {
    let schema = Schema::new(&schema.to_string()).unwrap();
    let (columns, left_out) = Column::of_fields(&schema.fields());
    (Sample::find(&columns, &options(Some(&schema))), left_out)
}

#[track_caller]
fn csv(schema: &Json) -> String {
    let (sample, left_out) = template(schema);
    let problems = sample.problems.iter().map(ToString::to_string);
    let left = left_out.iter().map(|left| format!("without {}: {}", left.name, left.why));
    sample.csv() + &problems.chain(left).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_schema_becomes_a_header_and_a_row_that_keeps_it() {
    let invoice = json!({
        "type": "object",
        "properties": {
            "Amount": {"type": "number", "minimum": 0.5, "maximum": 0.75},
            "Currency": {"enum": ["EUR", "USD"]},
            "Day": {"type": "string", "format": "date"},
            "Level": {"enum": [1, 2]},
            "Lines": {"type": "integer", "minimum": 10, "multipleOf": 7},
            "Note": {"type": "string", "minLength": 6, "maxLength": 8},
            "Number": {"type": "string", "pattern": "^INV-[0-9]{4}$"},
            "Paid": {"type": ["boolean", "null"]},
            "Title, short": {"type": "string"},
            "Tags": {"type": "array"},
            "Progress": {"type": "string"},
        },
        "required": ["Number", "Amount", "Level"],
        "additionalProperties": false,
    });
    insta::assert_snapshot!(csv(&invoice), @r#"
    Amount,Currency,Day,Level:integer,Lines,Note,Number,Paid
    0.625,EUR,2026-12-01,1,14,textxx,INV-1111,true
    without Progress: a column of this name is a field of the item; `--headers none` makes it content
    without Tags: SpecificContent takes no object and no array
    without Title, short: Orchestrator takes no key of SpecificContent with one of : . , @ " #, and none without a name
    "#);
}

#[test]
fn what_no_row_can_keep_leaves_the_header_and_says_why() {
    insta::assert_snapshot!(csv(&json!({"properties": {"A": {"type": "string", "not": {}}}, "required": ["A"]})), @"
    A
    column `A`, value `text`: the queue's schema: {} is not allowed for the value
    ");
    insta::assert_snapshot!(csv(&json!({"properties": {"A": {"type": "object"}}, "required": ["A"]})), @"without A: SpecificContent takes no object and no array");
}

#[test]
fn keys_that_exclude_each_other_are_left_out() {
    let either = json!({"properties": {"A": {"type": "string"}, "B": {"type": "integer"}}, "dependencies": {"B": {"not": {"required": ["A"]}}}});
    insta::assert_snapshot!(csv(&either), @"
    A,B
    text,
    ");
}

#[test]
fn values_of_a_queue_without_a_schema_give_columns_of_their_kind() {
    let values = [("Amount", json!(1.5)), ("Paid", json!(false)), ("Name", json!("Ann")), ("Empty", Json::Null)];
    let columns: Vec<Column> = values.iter().filter_map(|(name, value)| Column::like(name, value)).collect();
    let sample = Sample::find(&columns, &options(None));
    insta::assert_snapshot!(sample.csv(), @"
    Amount:number,Paid:boolean,Name,Empty
    1,true,text,text
    ");
    assert_eq!(Column::like("Priority", &json!("High")), None, "it would be a field");
    assert_eq!(Column::like("a.b", &json!(1)), None);
}

/// A schema for one key.
fn key_schema() -> impl Strategy<Value = Json> {
    let bounds = (-50_i64..50, 0_i64..60, 1_i64..9);
    prop_oneof![
        bounds.clone().prop_map(|(least, more, step)| {
            json!({"type": "integer", "minimum": least, "maximum": least + more, "multipleOf": step})
        }),
        bounds.prop_map(
            |(least, more, _)| json!({"type": ["number", "null"], "exclusiveMinimum": least, "maximum": least + more})
        ),
        (0_usize..30, 0_usize..30)
            .prop_map(|(least, more)| json!({"type": "string", "minLength": least, "maxLength": least + more})),
        "\\^[A-Z]{1,4}-\\[0-9\\]\\{[1-9]\\}\\$".prop_map(|pattern| json!({"type": "string", "pattern": pattern})),
        prop::collection::vec(
            prop_oneof![
                "\\PC{0,8}".prop_map(Json::from),
                any::<i32>().prop_map(Json::from),
                any::<bool>().prop_map(Json::from),
                Just(Json::Null)
            ],
            1..4
        )
        .prop_map(|values| json!({"enum": values})),
        prop::sample::select(vec!["date", "date-time", "email", "uuid", "uri"])
            .prop_map(|format| json!({"type": "string", "format": format})),
        prop::sample::select(vec!["boolean", "object", "array", "null", "string"])
            .prop_map(|name| json!({"type": name})),
        Just(json!({"anyOf": [{"type": "integer", "minimum": 3}, {"const": "none"}]})),
        Just(json!({})),
        Just(json!(false)),
    ]
}

/// Tells whether some value of the key keeps the schema and can be seen in a row.
fn can_be_shown(schema: &Json) -> bool {
    let bound = |name: &str| schema[name].as_i64();
    match (schema["type"].as_str(), bound("minimum"), bound("maximum"), bound("multipleOf")) {
        (Some("integer"), Some(least), Some(most), Some(step)) => (least..=most).any(|whole| whole % step == 0),
        (Some("object" | "array" | "null"), ..) => false,
        _ if *schema == json!(false) => false,
        _ => match (bound("exclusiveMinimum"), &schema["enum"]) {
            (Some(least), _) => bound("maximum") > Some(least),
            (_, Json::Array(values)) => values.iter().any(|value| !value.is_null() && value != ""),
            _ => schema["maxLength"] != json!(0),
        },
    }
}

proptest! {
    #[test]
    fn a_template_always_passes_the_checking_pass(
        keys in prop::collection::btree_map("[A-Za-z;|\" ]{1,6}|Priority|\\PC{1,4}", (key_schema(), any::<bool>()), 0..6),
        closed: bool,
    ) {
        let required: Vec<&String> = keys.iter().filter(|(_, (_, required))| *required).map(|(name, _)| name).collect();
        let properties: serde_json::Map<String, Json> =
            keys.iter().map(|(name, (schema, _))| (name.clone(), schema.clone())).collect();
        let schema = json!({"properties": properties, "required": required, "additionalProperties": !closed});
        let (sample, left_out) = template(&schema);
        if sample.row.is_none() {
            let is_out = |name: &String| left_out.iter().any(|left| left.name == **name);
            let excuse = keys.iter().any(|(name, (schema, _))| is_out(name) || !can_be_shown(schema));
            prop_assert!(keys.is_empty() || excuse, "no row for {schema}: {:?}", sample.problems);
            return Ok(());
        }
        // Read again as a file, by somebody who has only the text.
        let schema = Schema::new(&schema.to_string()).unwrap();
        let reading = Options { format: Some(Format::Csv), ..Options::default() };
        let mut reader = Reader::new(Box::new(Cursor::new(sample.csv().into_bytes())), "a.csv", &reading).unwrap();
        let mapping = Mapping::new(reader.columns(), options(Some(&schema))).unwrap();
        let mut rows = 0;
        while let Some(row) = reader.next_row().unwrap() {
            let mut problems = Vec::new();
            prop_assert!(mapping.item(&row, &mut problems).is_some(), "{problems:?}\n{}", sample.csv());
            rows += 1;
        }
        prop_assert_eq!(rows, 1);
    }
}
