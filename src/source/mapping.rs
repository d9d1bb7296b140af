//! From columns to the parts of an item.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::columns::OWN_PREFIX;
use super::headers::Field;
use super::{Columns, Headers, Row};
use crate::items::{Calendar, Moment, Priority, QueueItem, Rule, Value, Violation, key, limits};

/// What shapes items beside the rows themselves.
#[derive(Clone, Debug)]
pub struct MappingOptions {
    /// Which column names are special.
    pub headers: Headers,
    /// The priority of rows that have none.
    pub priority: Priority,
    /// The deadline of rows that have none.
    pub due: Option<Moment>,
    /// The postponement of rows that have none.
    pub defer: Option<Moment>,
    /// The risk date of rows that have none.
    pub risk_sla: Option<Moment>,
    /// What dates in the rows are relative to.
    pub calendar: Calendar,
}

impl MappingOptions {
    /// No wishes: special headers of both kinds, priority Normal, no dates of its own.
    pub fn new(calendar: Calendar) -> Self {
        Self {
            headers: Headers::default(),
            priority: Priority::default(),
            due: None,
            defer: None,
            risk_sla: None,
            calendar,
        }
    }
}

/// Makes items of rows.
#[derive(Clone, Debug)]
pub struct Mapping {
    columns: Columns,
    targets: Vec<Target>,
    contents: usize,
    options: MappingOptions,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Target {
    Field(Field),
    /// SpecificContent, under the column's name.
    Content,
    /// Ours; ignored.
    Own,
    /// Without a name; its cells have to be empty.
    Nameless,
}

impl Target {
    fn of(name: &str, headers: Headers) -> Self {
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
fn problems(columns: &Columns, targets: &[Target]) -> Vec<Violation> {
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

impl Mapping {
    /// Finds out what each column is for.
    pub fn new(columns: &Columns, options: MappingOptions) -> Result<Self, Vec<Violation>> {
        let targets: Vec<Target> = columns.names().iter().map(|name| Target::of(name, options.headers)).collect();
        let problems = problems(columns, &targets);
        if !problems.is_empty() {
            return Err(problems);
        }
        let contents = targets.iter().filter(|target| **target == Target::Content).count();
        Ok(Self { columns: columns.clone(), targets, contents, options })
    }

    /// Makes an item of a row, or says what is wrong with it. Cells are taken as they are: an empty one is an empty string in
    /// the content, as in Orchestrator's own upload; an empty field of the item counts as absent and gets its default, if any.
    /// (The upload stores an empty reference as an empty one, which a queue with unique references takes once.)
    pub fn item<'r>(&'r self, row: &Row<'r>, problems: &mut Vec<Violation>) -> Option<QueueItem<'r>> {
        let before = problems.len();
        if row.len() != self.targets.len() {
            problems.push(Violation::whole(Rule::Ragged { expected: self.targets.len(), found: row.len() }));
            return None;
        }
        let mut item = QueueItem {
            priority: self.options.priority,
            content: Vec::with_capacity(self.contents),
            ..QueueItem::default()
        };
        for (index, (target, cell)) in self.targets.iter().zip(row.cells()).enumerate() {
            let Some(text) = cell else {
                self.not_utf8(row, index, problems);
                continue;
            };
            match target {
                Target::Content => {
                    let key = self.columns.names().get(index).map(String::as_str).unwrap_or_default();
                    item.content.push((Cow::Borrowed(key), Value::Text(Cow::Borrowed(text))));
                }
                Target::Own => {}
                _ if text.is_empty() => {}
                Target::Field(field) => {
                    if let Err(rule) = self.fill(&mut item, *field, text) {
                        problems.push(Violation::value(&self.columns.describe(index), text, rule));
                    }
                }
                Target::Nameless => {
                    problems.push(Violation::value(&self.columns.describe(index), text, Rule::NoHeader));
                }
            }
        }
        item.due = item.due.or(self.options.due);
        item.defer = item.defer.or(self.options.defer);
        item.risk_sla = item.risk_sla.or(self.options.risk_sla);
        if problems.len() == before {
            // A date that could not be read has left its default behind, which says nothing about the row.
            problems.extend(item.check_dates().err().map(Violation::whole));
        }
        problems.extend(item.check_size().err().map(Violation::whole));
        (problems.len() == before).then_some(item)
    }

    /// Columns that become content although their name is nearly a special one, each with that name.
    pub fn lookalikes(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let content = self.columns.names().iter().zip(&self.targets).filter(|(_, target)| **target == Target::Content);
        content.filter_map(|(name, _)| Some((name.as_str(), self.options.headers.meant(name)?)))
    }

    fn fill<'r>(&self, item: &mut QueueItem<'r>, field: Field, text: &'r str) -> Result<(), Rule> {
        let moment = || self.options.calendar.moment(text).map(Some).map_err(Rule::Date);
        match field {
            Field::Reference => {
                limits::reference(text)?;
                item.reference = Some(Cow::Borrowed(text));
            }
            Field::Progress => {
                limits::progress(text)?;
                item.progress = Some(Cow::Borrowed(text));
            }
            Field::Priority => item.priority = Priority::parse(text).ok_or(Rule::Priority)?,
            Field::Due => item.due = moment()?,
            Field::Defer => item.defer = moment()?,
            Field::RiskSla => item.risk_sla = moment()?,
        }
        Ok(())
    }

    fn not_utf8(&self, row: &Row<'_>, index: usize, problems: &mut Vec<Violation>) {
        let cell = row.raw_cells().nth(index).unwrap_or_default();
        let offset = std::str::from_utf8(cell).err().map_or(0, |error| error.valid_up_to());
        let rule = Rule::NotUtf8 { byte: cell.get(offset).copied().unwrap_or_default(), offset };
        problems.push(Violation::value(&self.columns.describe(index), &String::from_utf8_lossy(cell), rule));
    }
}
