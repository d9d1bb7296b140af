//! From a JSON object to an item.
//!
//! An object in the shape of the API (`{"Reference": …, "SpecificContent": {…}}`) says itself what is what: no name within its content
//! is special. Every other object is taken like a row whose columns are its members.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::Mapping;
use super::columns::OWN_PREFIX;
use super::headers::{Field, Headers};
use super::target::{Place, Target};
use crate::items::{Members, MembersError, QueueItem, Rule, Value, Violation};

impl Mapping {
    pub(super) fn take_object<'r>(
        &'r self,
        text: &'r [u8],
        item: &mut QueueItem<'r>,
        problems: &mut Vec<Violation>,
    ) -> Option<()> {
        let Ok(text) = std::str::from_utf8(text) else {
            let name = wrong_member(text);
            problems.push(self.not_text(text, &name));
            return None;
        };
        let members = read(text, problems)?;
        if !members.0.is_empty() && members.0.iter().all(|(name, _)| name.starts_with(OWN_PREFIX)) {
            problems.push(Violation::whole(Rule::OnlyReason));
            return None;
        }
        if let Some(content) = members.specific_content() {
            self.api_fields(&members, item, problems);
            let content = read(content.get(), problems)?;
            self.members(&content, Headers::None, item, problems);
            self.reference_of(&content, item, problems);
        } else {
            self.members(&members, self.options.headers, item, problems);
            self.reference_of(&members, item, problems);
        }
        Some(())
    }

    /// The members beside SpecificContent.
    fn api_fields<'r>(&self, members: &Members<'r>, item: &mut QueueItem<'r>, problems: &mut Vec<Violation>) {
        for (name, raw) in &members.0 {
            if name == "SpecificContent" || name.starts_with(OWN_PREFIX) {
                continue;
            }
            let field = Headers::Both.field(name).filter(|_| name != "Deadline" && name != "Postpone");
            match field {
                Some(field) => self.field(name, field, raw, item, problems),
                None => problems.push(Violation::cell(name, raw.get(), Rule::UnknownMember)),
            }
        }
    }

    fn members<'r>(
        &self,
        members: &Members<'r>,
        headers: Headers,
        item: &mut QueueItem<'r>,
        problems: &mut Vec<Violation>,
    ) {
        let mut fields: Vec<(Field, &str)> = Vec::new();
        for (name, raw) in &members.0 {
            let (target, key, kind) = Place::of_member(name, headers, &self.options);
            match target {
                Target::Own | Target::Dropped => {}
                Target::Field(field) => {
                    if let Some((_, first)) = fields.iter().find(|(other, _)| *other == field) {
                        problems.push(Violation::column(name, Rule::SameField { first: (*first).to_owned() }));
                    } else {
                        fields.push((field, name));
                        self.field(name, field, raw, item, problems);
                    }
                }
                Target::Content | Target::Nameless => {
                    let key: Cow<'r, str> = key.map_or_else(|| name.clone(), |key| Cow::Owned(key.to_owned()));
                    self.member(name, key, raw, kind, item, problems);
                }
            }
        }
    }

    fn member<'r>(
        &self,
        name: &str,
        key: Cow<'r, str>,
        raw: &'r RawValue,
        kind: Option<crate::items::Kind>,
        item: &mut QueueItem<'r>,
        problems: &mut Vec<Violation>,
    ) {
        if let Err(rule) = crate::items::key::check(&key) {
            problems.push(Violation::column(name, rule));
            return;
        }
        if self.options.set.iter().any(|(set, _)| *set == key) {
            problems.push(Violation::column(name, Rule::SameKey { first: format!("`--set {key}`") }));
            return;
        }
        if !self.options.map.is_empty() && item.content.iter().any(|(other, _)| *other == key) {
            problems.push(Violation::column(name, Rule::SameKey { first: format!("an earlier `{key}`") }));
            return;
        }
        match self.options.json_value(raw, kind, &key) {
            Ok(Some(value)) => item.content.push((key, value)),
            Ok(None) => {}
            Err(rule) => problems.push(Violation::cell(name, &shown(raw), rule)),
        }
    }

    /// A field of the item: a text, the digits of a number, or nothing.
    fn field<'r>(
        &self,
        name: &str,
        field: Field,
        raw: &'r RawValue,
        item: &mut QueueItem<'r>,
        problems: &mut Vec<Violation>,
    ) {
        let filled = match Value::from_raw(raw) {
            Ok(Value::Null) => Ok(()),
            Ok(Value::Text(text)) if text.is_empty() => Ok(()),
            Ok(Value::Text(text) | Value::Number(text)) => self.fill(item, field, text),
            Ok(Value::Bool(_)) | Err(_) => Err(Rule::FieldNotText),
        };
        problems.extend(filled.err().map(|rule| Violation::cell(name, &shown(raw), rule)));
    }

    fn reference_of(&self, members: &Members<'_>, item: &mut QueueItem<'_>, problems: &mut Vec<Violation>) {
        let Some(template) = self.options.reference.as_ref().filter(|_| item.reference.is_none()) else { return };
        let texts: Vec<(&str, String)> = template
            .columns()
            .filter_map(|name| {
                let (_, raw) = members.0.iter().find(|(member, _)| member == name)?;
                Some((name, shown(raw)))
            })
            .collect();
        Self::make_reference(
            template,
            |name| texts.iter().find(|(column, _)| *column == name).map(|(_, text)| text.as_str()),
            item,
            problems,
        );
    }
}

fn read<'r>(text: &'r str, problems: &mut Vec<Violation>) -> Option<Members<'r>> {
    match Members::read(text) {
        Ok(members) => Some(members),
        Err(MembersError::Twice { key }) => {
            problems.push(Violation::column(&key, Rule::KeyTwice));
            None
        }
        Err(MembersError::NotAnObject(error)) => {
            problems.push(Violation::value(text, Rule::Json { message: place(&error, text) }));
            None
        }
    }
}

/// What the JSON reader says, without its own count of lines where there is one only.
fn place(error: &serde_json::Error, text: &str) -> String {
    let words = error.to_string();
    match words.rsplit_once(" at line ") {
        Some((what, _)) if error.line() > 0 && !text.contains('\n') => format!("{what}, character {}", error.column()),
        Some((what, _)) => format!("{what}, line {} of the element", error.line()),
        None => words,
    }
}

/// A value as a message shows it, and a reference is made of it: a text without its quotes.
fn shown(raw: &RawValue) -> String {
    match Value::from_raw(raw) {
        Ok(Value::Text(text)) => text.into_owned(),
        Ok(Value::Null) => String::new(),
        _ => raw.get().to_owned(),
    }
}

/// The member whose value holds the first byte that is no text: the last key before it.
fn wrong_member(text: &[u8]) -> String {
    let valid = std::str::from_utf8(text).err().map_or(0, |error| error.valid_up_to());
    let before = String::from_utf8_lossy(text.get(..valid).unwrap_or_default()).into_owned();
    let mut quotes = before.split('"').collect::<Vec<_>>();
    quotes.pop();
    let key =
        quotes.iter().rev().zip(quotes.iter().rev().skip(1)).find(|(behind, _)| behind.trim_start().starts_with(':'));
    key.map_or_else(String::new, |(_, key)| (*key).to_owned())
}

#[cfg(test)]
#[path = "objects_tests.rs"]
mod tests;
