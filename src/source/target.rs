//! What each column is for.

use std::collections::HashMap;

use super::columns::OWN_PREFIX;
use super::headers::Field;
use super::{Columns, Headers, MappingOptions};
use crate::items::{Kind, Rule, Violation, key};

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Field(Field),
    /// SpecificContent.
    Content,
    /// Ours; ignored.
    Own,
    /// Not wanted.
    Dropped,
    /// Without a name; its cells have to be empty.
    Nameless,
}

/// What a column is for, under which key, and of which type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) target: Target,
    pub(super) key: String,
    pub(super) kind: Option<Kind>,
}

/// Takes `Amount:number` apart; none where what follows the last colon is no type.
pub(super) fn typed(name: &str) -> Option<(&str, Kind)> {
    let (name, kind) = name.rsplit_once(':')?;
    Some((name, kind.trim().parse().ok()?))
}

impl Place {
    /// Tells whether its texts become content, and nothing but `--types` says as what.
    pub(super) fn is_plain(&self) -> bool {
        self.target == Target::Content && self.kind.is_none()
    }

    /// The place of a column of the header.
    pub(super) fn of_column(column: &str, options: &MappingOptions) -> Self {
        let (name, own_kind) = typed(column).map_or((column, None), |(name, kind)| (name, Some(kind)));
        // A column is named as the header has it, or without its type.
        let is = |named: &String| *named == column || *named == name;
        let mapped = options.map.iter().find(|(from, _)| is(from)).map(|(_, to)| to);
        let (target, key) = match mapped {
            _ if column.starts_with(OWN_PREFIX) => (Target::Own, name),
            Some(to) => (named_target(&to.name), to.name.as_str()),
            None if name.is_empty() => (Target::Nameless, name),
            None => (options.headers.field(name).map_or(Target::Content, Target::Field), name),
        };
        let kind = mapped.and_then(|to| to.kind).or(own_kind);
        let target = wanted(target, options, is);
        Self { target, key: key.to_owned(), kind }
    }

    /// The place of a member of an object; the key only where it is another than the member's name.
    pub(super) fn of_member<'o>(
        name: &str,
        headers: Headers,
        options: &'o MappingOptions,
    ) -> (Target, Option<&'o str>, Option<Kind>) {
        if name.starts_with(OWN_PREFIX) {
            return (Target::Own, None, None);
        }
        let mapped = options.map.iter().find(|(from, _)| from == name).map(|(_, to)| to);
        let target = match mapped {
            Some(to) => named_target(&to.name),
            None => headers.field(name).map_or(Target::Content, Target::Field),
        };
        (
            wanted(target, options, |named| named == name),
            mapped.map(|to| to.name.as_str()),
            mapped.and_then(|to| to.kind),
        )
    }
}

/// `--map` names fields by any of their names, whatever `--headers` says about columns.
fn named_target(name: &str) -> Target {
    Headers::Both.field(name).map_or(Target::Content, Target::Field)
}

/// `--only` chooses among the content, and leaves the fields of the item alone; `--except` leaves out whatever it names.
fn wanted(target: Target, options: &MappingOptions, is: impl Fn(&String) -> bool) -> Target {
    let left_out = options.except.iter().any(&is);
    let not_chosen = target == Target::Content && !options.only.is_empty() && !options.only.iter().any(&is);
    if (left_out || not_chosen) && target != Target::Own { Target::Dropped } else { target }
}

/// What is wrong with the header: names that no key may have, and columns that would overwrite each other.
pub(super) fn problems(columns: &Columns, places: &[Place], options: &MappingOptions) -> Vec<Violation> {
    let mut problems = Vec::new();
    let mut keys: HashMap<&str, String> = HashMap::new();
    let mut fields: HashMap<Field, &str> = HashMap::new();
    for (key, _) in &options.set {
        if keys.insert(key, format!("`--set {key}`")).is_some() {
            problems.push(Violation::column(key, Rule::SameKey { first: format!("an earlier `--set {key}`") }));
        }
    }
    for (name, place) in columns.names().iter().zip(places) {
        match place.target {
            Target::Content => {
                problems.extend(key::check(&place.key).err().map(|rule| Violation::column(name, rule)));
                match keys.get(place.key.as_str()) {
                    Some(first) if *first == format!("column `{name}`") => {
                        problems.push(Violation::column(name, Rule::DuplicateColumn));
                    }
                    Some(first) => problems.push(Violation::column(name, Rule::SameKey { first: first.clone() })),
                    None => drop(keys.insert(&place.key, format!("column `{name}`"))),
                }
            }
            Target::Field(field) => {
                problems.extend(place.kind.map(|_| Violation::column(name, Rule::TypedField)));
                match fields.get(&field) {
                    Some(first) if first == name => problems.push(Violation::column(name, Rule::DuplicateColumn)),
                    Some(first) => {
                        let rule = Rule::SameField { first: (*first).to_owned() };
                        problems.push(Violation::column(name, rule));
                    }
                    None => drop(fields.insert(field, name)),
                }
            }
            Target::Own | Target::Nameless | Target::Dropped => {}
        }
    }
    problems
}

/// Columns that a flag names, and the header does not have.
pub(super) fn unknown(columns: &Columns, options: &MappingOptions) -> Vec<Violation> {
    let known = |wanted: &str| {
        columns.names().iter().any(|name| name == wanted || typed(name).is_some_and(|(name, _)| name == wanted))
    };
    let named = [
        ("--map", options.map.iter().map(|(from, _)| from.as_str()).collect::<Vec<_>>()),
        ("--only", options.only.iter().map(String::as_str).collect()),
        ("--except", options.except.iter().map(String::as_str).collect()),
    ];
    let mut problems = Vec::new();
    for (flag, names) in named {
        let missing = names.into_iter().filter(|name| !known(name));
        problems.extend(missing.map(|name| Violation::column(name, Rule::NoSuchColumn { flag })));
    }
    let parts = options.reference.iter().flat_map(super::Template::columns);
    let missing = parts.filter(|part| !known(part));
    problems.extend(missing.map(|name| Violation::column(name, Rule::NoSuchColumn { flag: "--reference-from" })));
    problems
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::items::Calendar;
    use crate::source::Encoding;

    fn options() -> MappingOptions {
        MappingOptions::new(Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() })
    }

    fn refused(names: &[&str]) -> String {
        let columns = Columns::new(names.iter().map(|name| (*name).to_owned()).collect(), Encoding::UTF_8);
        let options = options();
        let places: Vec<Place> = names.iter().map(|name| Place::of_column(name, &options)).collect();
        let problems: Vec<String> = problems(&columns, &places, &options).iter().map(ToString::to_string).collect();
        problems.join("\n")
    }

    #[test]
    fn a_header_that_cannot_be_is_refused() {
        let names = ["Amount", "Amount", "Deadline", "DueDate", "Reference", "Reference", "Total: net", "a@b"];
        insta::assert_snapshot!(refused(&names), @r##"
        column `Amount`: the header has this column twice
        column `DueDate`: this column and `Deadline` mean the same field of the item
        column `Reference`: the header has this column twice
        column `Total: net`: the name holds `:`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
        column `a@b`: the name holds `@`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
        "##);
    }

    #[test]
    fn names_that_differ_in_anything_are_different_columns() {
        assert_eq!(refused(&["Amount", "amount", "Amount ", "", "", "_uiq_row", "_uiq_row", "_uiq_.x"]), "");
    }
}
