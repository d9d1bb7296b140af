//! Values that a schema might take.
//!
//! A schema can say anything, so these are proposals: whoever makes a whole example holds it against the schema.

use serde_json::{Number, Value as Json, json};

use super::Schema;
use super::field::types;
use super::pattern::matching;

/// How many proposals are worth trying.
const MOST: usize = 16;

/// How deep `anyOf` and the like are looked into; deeper ones are circles as often as not.
const DEPTH: usize = 3;

impl Schema {
    /// Values for a key with this schema, the most telling first.
    pub(super) fn examples(&self, schema: &Json) -> Vec<Json> {
        let mut found = Vec::new();
        self.collect(schema, DEPTH, &mut found);
        let mut distinct: Vec<Json> = Vec::new();
        for value in found.into_iter().filter(|value| !value.is_object() && !value.is_array()) {
            if !distinct.contains(&value) {
                distinct.push(value);
            }
        }
        distinct.truncate(MOST);
        distinct
    }

    fn collect(&self, schema: &Json, depth: usize, found: &mut Vec<Json>) {
        let schema = self.followed(schema);
        found.extend(schema.get("const").cloned());
        for member in ["examples", "enum"] {
            if let Some(Json::Array(values)) = schema.get(member) {
                found.extend(values.iter().cloned());
            }
        }
        found.extend(schema.get("default").cloned());
        if schema.get("const").is_some() || schema.get("enum").is_some() {
            return;
        }
        let types = types(schema);
        let all = ["string", "number", "boolean", "null"];
        for name in if types.is_empty() { all.as_slice() } else { types.as_slice() } {
            match *name {
                "string" => found.extend(texts(schema).into_iter().map(Json::String)),
                "integer" => found.extend(wholes(schema).into_iter().map(|whole| json!(whole))),
                "number" => {
                    found.extend(wholes(schema).into_iter().map(|whole| json!(whole)));
                    found.extend(fractions(schema).into_iter().filter_map(Number::from_f64).map(Json::Number));
                }
                "boolean" => found.extend([json!(true), json!(false)]),
                "null" => found.push(Json::Null),
                _ => {}
            }
        }
        if depth > 0 {
            for member in ["allOf", "anyOf", "oneOf"] {
                if let Some(Json::Array(parts)) = schema.get(member) {
                    for part in parts {
                        self.collect(part, depth - 1, found);
                    }
                }
            }
        }
    }
}

fn texts(schema: &Json) -> Vec<String> {
    let by_format = schema.get("format").and_then(Json::as_str).and_then(|format| {
        Some(match format {
            "date" => "2026-12-01",
            "date-time" => "2026-12-01T17:00:00Z",
            "time" => "17:00:00Z",
            "email" | "idn-email" => "name@example.com",
            "uri" | "iri" | "uri-reference" => "https://example.com/",
            "hostname" => "example.com",
            "ipv4" => "192.0.2.1",
            "ipv6" => "2001:db8::1",
            "uuid" => "00000000-0000-4000-8000-000000000000",
            _ => return None,
        })
    });
    let by_pattern = schema.get("pattern").and_then(Json::as_str).and_then(matching);
    let length =
        |member: &str| schema.get(member).and_then(Json::as_u64).and_then(|length| usize::try_from(length).ok());
    let (least, most) = (length("minLength").unwrap_or(0), length("maxLength").unwrap_or(usize::MAX));
    let mut plain: String = "text".chars().take(most).collect();
    // A schema that wants a novel gets no example.
    if least <= 500 {
        plain.extend(std::iter::repeat_n('x', least.saturating_sub(4)));
    }
    by_format.map(str::to_owned).into_iter().chain(by_pattern).chain([plain]).collect()
}

fn bound(schema: &Json, member: &str) -> Option<f64> {
    schema.get(member).and_then(Json::as_f64)
}

/// Whole numbers near the bounds: 1 where it may be, for it is the plainest.
#[allow(clippy::cast_possible_truncation)] // a float saturates, and the schema has the last word
fn wholes(schema: &Json) -> Vec<i64> {
    let up = |value: f64| value.ceil() as i64;
    let down = |value: f64| value.floor() as i64;
    let least = [
        bound(schema, "minimum").map(up),
        bound(schema, "exclusiveMinimum").map(|above| down(above).saturating_add(1)),
    ];
    let most = [
        bound(schema, "maximum").map(down),
        bound(schema, "exclusiveMaximum").map(|below| up(below).saturating_sub(1)),
    ];
    let least = least.into_iter().flatten().max();
    let most = most.into_iter().flatten().min();
    let plainest = 1.max(least.unwrap_or(1)).min(most.unwrap_or(i64::MAX));
    let mut found = vec![plainest];
    if let Some(step) = bound(schema, "multipleOf").map(up).filter(|&step| step > 0) {
        // The last at or below a number, for either sign.
        let below = |number: i64| number.div_euclid(step).saturating_mul(step);
        found.push(below(plainest.saturating_add(step - 1)));
        found.push(below(most.unwrap_or(0)));
    }
    found.extend(least);
    found.extend(most);
    found.push(0);
    found
}

/// Numbers with a fraction, for bounds that leave no whole one.
fn fractions(schema: &Json) -> Vec<f64> {
    let least = bound(schema, "minimum").or(bound(schema, "exclusiveMinimum"));
    let most = bound(schema, "maximum").or(bound(schema, "exclusiveMaximum"));
    let between = least.zip(most).map(|(least, most)| f64::midpoint(least, most));
    [between, bound(schema, "multipleOf"), least, most].into_iter().flatten().collect()
}
