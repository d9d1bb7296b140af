//! What a schema says about each key, as a column of a file.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::Schema;

/// A key that the schema describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its types as the schema names them: `integer`, `string or null`; `any` where it names none.
    pub types: String,
    /// Whether it can be sent at all.
    pub fit: Fit,
    /// Whether every item must have it.
    pub required: bool,
    /// What the schema's author says about it.
    pub description: Option<String>,
    /// What else it demands, in words.
    pub allowed: Vec<String>,
    /// Values that it might take, the most telling first; none of them is held against the schema yet.
    pub examples: Vec<Json>,
}

/// Whether a key can be a member of SpecificContent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It holds a string, a number, a truth or null.
    Flat,
    /// Nothing but an object or an array, which SpecificContent does not take.
    Nested,
}

impl Schema {
    /// The keys that the schema describes, in its order; then those that it only demands.
    pub fn fields(&self) -> Vec<Field> {
        let required: HashSet<&str> = match self.document().get("required") {
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => HashSet::new(),
        };
        let mut names: Vec<&str> = self.order().iter().map(String::as_str).collect();
        let mut demanded: Vec<&str> = required.iter().copied().filter(|name| !names.contains(name)).collect();
        demanded.sort_unstable();
        names.extend(demanded);
        names.into_iter().map(|name| self.field(name, required.contains(name))).collect()
    }

    fn field(&self, name: &str, required: bool) -> Field {
        let document = self.document();
        let own = document.get("properties").and_then(|properties| properties.get(name));
        let schema = own.or_else(|| document.get("additionalProperties")).map(|schema| self.followed(schema));
        let any = Json::Bool(true);
        let schema = schema.unwrap_or(&any);
        let types = types(schema);
        let nested = !types.is_empty() && types.iter().all(|name| matches!(*name, "object" | "array"));
        let text = |member: &str| schema.get(member).and_then(Json::as_str).map(str::to_owned);
        Field {
            name: name.to_owned(),
            types: if types.is_empty() { String::from("any") } else { types.join(" or ") },
            fit: if nested { Fit::Nested } else { Fit::Flat },
            required,
            description: text("description").or_else(|| text("title")).filter(|text| !text.trim().is_empty()),
            allowed: allowed(schema),
            examples: self.examples(schema),
        }
    }
}

/// The types that a schema names.
pub(super) fn types(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(name)) => vec![name],
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The rules that people can keep when they know them.
fn allowed(schema: &Json) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(Json::Array(values)) = schema.get("enum") {
        words.push(values.iter().map(plain).collect::<Vec<_>>().join(" | "));
    }
    for (member, before, after) in [
        ("const", "only ", ""),
        ("format", "", ""),
        ("pattern", "matches ", ""),
        ("minimum", "from ", ""),
        ("exclusiveMinimum", "above ", ""),
        ("maximum", "to ", ""),
        ("exclusiveMaximum", "below ", ""),
        ("multipleOf", "a multiple of ", ""),
        ("minLength", "at least ", " characters"),
        ("maxLength", "at most ", " characters"),
    ] {
        words.extend(schema.get(member).map(|value| format!("{before}{}{after}", plain(value))));
    }
    words
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_described_in_the_order_of_the_schema() {
        let schema = r##"{
            "definitions": {"money": {"type": ["number", "null"], "minimum": 0, "description": "Gross, in EUR"}},
            "properties": {
                "Number": {"type": "string", "pattern": "^INV-[0-9]+$", "maxLength": 20}, "Amount": {"$ref": "#/definitions/money"},
                "Currency": {"enum": ["EUR", "USD", null]}, "Lines": {"type": "array"}
            },
            "required": ["Amount", "Secret", "Lines"]
        }"##;
        let shown: Vec<_> = Schema::new(schema)
            .unwrap()
            .fields()
            .into_iter()
            .map(|field| {
                let Field { name, types, fit, required, description, allowed, .. } = field;
                format!(
                    "{name}: {types}, {fit:?}, {required}, {}, {}",
                    description.unwrap_or_default(),
                    allowed.join("; ")
                )
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
    Number: string, Flat, false, , matches ^INV-[0-9]+$; at most 20 characters
    Amount: number or null, Flat, true, Gross, in EUR, from 0
    Currency: any, Flat, false, , EUR | USD | null
    Lines: array, Nested, true, , 
    Secret: any, Flat, true, ,
    ");
    }
}
