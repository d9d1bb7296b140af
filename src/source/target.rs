//! What each column is for.

use std::collections::{HashMap, HashSet};

use super::columns::OWN_PREFIX;
use super::headers::Field;
use super::{Columns, Headers};
use crate::items::{Rule, Violation, key};

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Field(Field),
    /// SpecificContent, under the column's name.
    Content,
    /// Ours; ignored.
    Own,
    /// Without a name; its cells have to be empty.
    Nameless,
}

impl Target {
    /// Finds out by the column's name.
    pub(super) fn of(name: &str, headers: Headers) -> Self {
        if name.starts_with(OWN_PREFIX) {
            Self::Own
        } else if name.is_empty() {
            Self::Nameless
        } else {
            headers.field(name).map_or(Self::Content, Self::Field)
        }
    }
}

/// What is wrong with the header: names that no key may have, and columns that would overwrite each other.
pub(super) fn problems(columns: &Columns, targets: &[Target]) -> Vec<Violation> {
    let mut problems = Vec::new();
    let mut keys = HashSet::new();
    let mut fields: HashMap<Field, &str> = HashMap::new();
    for (name, target) in columns.names().iter().zip(targets) {
        match target {
            Target::Content => {
                problems.extend(key::check(name).err().map(|rule| Violation::column(name, rule)));
                if !keys.insert(name) {
                    problems.push(Violation::column(name, Rule::DuplicateColumn));
                }
            }
            Target::Field(field) => match fields.get(field) {
                Some(first) if first == name => problems.push(Violation::column(name, Rule::DuplicateColumn)),
                Some(first) => {
                    let rule = Rule::SameField { first: (*first).to_owned() };
                    problems.push(Violation::column(name, rule));
                }
                None => {
                    fields.insert(*field, name);
                }
            },
            Target::Own | Target::Nameless => {}
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(names: &[&str]) -> String {
        let columns = Columns::new(names.iter().map(|name| (*name).to_owned()).collect());
        let targets: Vec<Target> = names.iter().map(|name| Target::of(name, Headers::Both)).collect();
        let problems: Vec<String> = problems(&columns, &targets).iter().map(ToString::to_string).collect();
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
