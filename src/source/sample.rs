//! A file to begin with: the header that a queue wants, and a row that loads.
//!
//! It is read and checked as any other file is before it is given away. Where no row can be found that the queue's schema takes, the
//! header stands alone and the reasons are told.

use std::io::Cursor;

use serde_json::Value as Json;

use super::columns::OWN_PREFIX;
use super::{Format, Headers, Mapping, MappingOptions, Options, Reader};
use crate::items::{Field, Fit, Kind, QueueItem, Violation, key};

/// A column, and what its cell might be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    name: String,
    /// Header and cell, the best first.
    ways: Vec<(String, String)>,
}

/// A key that no column can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why not.
    pub why: &'static str,
}

/// A header, and a row below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The columns, with their types where they need one.
    pub header: Vec<String>,
    /// The cells of the row, and the item that they mean; none where none was found that keeps the rules.
    pub row: Option<(Vec<String>, QueueItem<'static>)>,
    /// What the last row that was tried breaks.
    pub problems: Vec<Violation>,
}

impl Column {
    /// A column with one value.
    pub fn fixed(header: &str, cell: &str) -> Self {
        Self { name: header.to_owned(), ways: vec![(header.to_owned(), cell.to_owned())] }
    }

    /// The columns for what a schema describes, and what cannot be one.
    pub fn of_fields(fields: &[Field]) -> (Vec<Self>, Vec<LeftOut>) {
        let (mut columns, mut left_out) = (Vec::new(), Vec::new());
        for field in fields {
            match unfit(&field.name, field.fit) {
                Some(why) => left_out.push(LeftOut { name: field.name.clone(), why }),
                None => columns.push(Self::of_field(field)),
            }
        }
        (columns, left_out)
    }

    fn of_field(field: &Field) -> Self {
        let name = field.name.clone();
        let plain = |value: &Json| Some((name.clone(), cell(value)));
        // A header with a type overrules what the schema says about the text: for a key that may be a text or the number 1.
        let typed = |value: &Json| Some((format!("{name}:{}", kind(value)?), cell(value)));
        let ways = field.examples.iter().filter_map(plain).chain(field.examples.iter().filter_map(typed));
        // What shows nothing comes last: nothing where null is allowed, and nothing at all for what need not be there.
        let (mut ways, mut silent): (Vec<_>, Vec<_>) = ways.partition(|(_, cell)| !cell.is_empty());
        silent.sort_by_key(|(header, _)| *header == name);
        ways.append(&mut silent);
        ways.push((name.clone(), String::new()));
        Self { name, ways }
    }

    /// A column for values of this kind, as a queue without a schema has them.
    pub fn like(name: &str, value: &Json) -> Option<Self> {
        let fit = if value.is_object() || value.is_array() { Fit::Nested } else { Fit::Flat };
        if unfit(name, fit).is_some() {
            return None;
        }
        Some(match value {
            Json::Number(_) => Self::fixed(&format!("{name}:number"), "1"),
            Json::Bool(_) => Self::fixed(&format!("{name}:boolean"), "true"),
            _ => Self::fixed(name, "text"),
        })
    }
}

/// Why a key can be no column.
fn unfit(name: &str, fit: Fit) -> Option<&'static str> {
    if fit == Fit::Nested {
        return Some("SpecificContent takes no object and no array");
    }
    if key::check(name).is_err() {
        return Some("Orchestrator takes no key of SpecificContent with one of : . , @ \" #, and none without a name");
    }
    if name.starts_with(OWN_PREFIX) {
        return Some("columns that begin with `_uiq_` are ignored");
    }
    if Headers::Both.field(name).is_some() {
        return Some("a column of this name is a field of the item; `--headers none` makes it content");
    }
    None
}

fn cell(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn kind(value: &Json) -> Option<Kind> {
    Some(match value {
        Json::Number(number) if number.is_i64() || number.is_u64() => Kind::Integer,
        Json::Number(_) => Kind::Number,
        Json::Bool(_) => Kind::Boolean,
        Json::String(_) => Kind::Text,
        Json::Null => Kind::Json,
        Json::Object(_) | Json::Array(_) => return None,
    })
}

impl Sample {
    /// Looks for a row that keeps all rules under these options, a step at a time: a column whose value breaks one gets its next.
    pub fn find(columns: &[Column], options: &MappingOptions) -> Self {
        let mut chosen = vec![0; columns.len()];
        let steps: usize = columns.iter().map(|column| column.ways.len()).sum();
        let mut problems = Vec::new();
        for _ in 0..=steps {
            let ways: Vec<&(String, String)> = chosen_ways(columns, &chosen);
            let (header, cells): (Vec<_>, Vec<_>) = ways.into_iter().cloned().unzip();
            match tried(&header, &cells, options) {
                Ok(item) => return Self { header, row: Some((cells, item)), problems: Vec::new() },
                // A row without any value is blank, and nothing is wrong with it.
                Err(found) if found.is_empty() => {}
                Err(found) => problems = found,
            }
            if !advance(columns, &mut chosen, &problems) {
                break;
            }
        }
        let header =
            columns.iter().filter_map(|column| column.ways.first()).map(|(header, _)| header.clone()).collect();
        Self { header, row: None, problems }
    }

    /// The file as CSV: a header, and the row where there is one.
    pub fn csv(&self) -> String {
        let mut text = line(&self.header);
        if let Some((cells, _)) = &self.row {
            text.push_str(&line(cells));
        }
        text
    }
}

fn chosen_ways<'c>(columns: &'c [Column], chosen: &[usize]) -> Vec<&'c (String, String)> {
    columns.iter().zip(chosen).filter_map(|(column, &way)| column.ways.get(way)).collect()
}

/// Moves on the columns that were found wrong. Where it is the row as a whole that is wrong, the last column that still has a value
/// loses it. Tells whether anything moved.
fn advance(columns: &[Column], chosen: &mut [usize], problems: &[Violation]) -> bool {
    let mut moved = false;
    for (column, way) in columns.iter().zip(chosen.iter_mut()) {
        let header = column.ways.get(*way).map(|(header, _)| header.as_str());
        let is_wrong = |problem: &Violation| {
            problem.column.as_deref().is_some_and(|wrong| wrong == column.name || Some(wrong) == header)
        };
        if *way + 1 < column.ways.len() && problems.iter().any(is_wrong) {
            *way += 1;
            moved = true;
        }
    }
    if moved {
        return true;
    }
    let last = |column: &Column| column.ways.len().saturating_sub(1);
    let with_a_value = columns.iter().zip(chosen).rfind(|(column, way)| **way < last(column));
    with_a_value.map(|(column, way)| *way = last(column)).is_some()
}

/// The item that a header and a row mean, or what is wrong with them, found out as for any other file.
fn tried(header: &[String], cells: &[String], options: &MappingOptions) -> Result<QueueItem<'static>, Vec<Violation>> {
    let file = line(header) + &line(cells);
    let reading = Options { format: Some(Format::Csv), ..Options::default() };
    let reader = Reader::new(Box::new(Cursor::new(file.into_bytes())), "the template", &reading);
    let mut reader = reader.map_err(|_| Vec::new())?;
    if reader.columns().names() != header {
        return Err(Vec::new());
    }
    let mapping = Mapping::new(reader.columns(), options.clone())?;
    let mut problems = Vec::new();
    match reader.next_row() {
        Ok(Some(row)) => mapping.item(&row, &mut problems).map(QueueItem::into_owned).ok_or(problems),
        Ok(None) | Err(_) => Err(problems),
    }
}

/// A line of CSV. What another reader might take for the character between cells, or trim, stands in quotes.
fn line(cells: &[String]) -> String {
    let quoted = |cell: &String| {
        let plain = !cell.contains([',', ';', '|', '\t', '"', '\r', '\n']) && cell.trim() == cell;
        if plain { cell.clone() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;
