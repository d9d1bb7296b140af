//! From rows to items.

use std::borrow::Cow;
use std::sync::Arc;

use super::columns::{Extent, letter};
use super::headers::Field;
use super::row::{Cells, Content, Sort};
use super::target::{Place, Target};
use super::typing::{Given, Types};
use super::{Columns, Headers, Row, Template, target};
use crate::items::{Calendar, Decimal, Kind, Moment, Priority, QueueItem, Rule, Value, Violation, limits};

/// What shapes items beside the rows themselves.
#[derive(Clone, Debug)]
pub struct MappingOptions {
    /// Which column names are special.
    pub headers: Headers,
    /// What becomes of the texts of columns without a type of their own.
    pub types: Types,
    /// How numbers are written.
    pub decimal: Decimal,
    /// Columns that go elsewhere than their name says, each with its destination.
    pub map: Vec<(String, Destination)>,
    /// The only columns that become content; all of them where there is none.
    pub only: Vec<String>,
    /// Columns that are left out.
    pub except: Vec<String>,
    /// Content that every item has.
    pub set: Vec<(String, Value<'static>)>,
    /// What references are made of, in rows without a column for them.
    pub reference: Option<Template>,
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

/// Where a column goes: the name of a field or of a key, and a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// `Reference`, `DueDate` and so on, or a key of SpecificContent.
    pub name: String,
    /// The type of its values.
    pub kind: Option<Kind>,
}

impl Destination {
    /// Reads `TARGET` or `TARGET:type`. What follows a colon and is no type stays part of the name, which is then refused as a key.
    pub fn parse(text: &str) -> Self {
        let (name, kind) = target::typed(text).map_or((text, None), |(name, kind)| (name, Some(kind)));
        Self { name: name.to_owned(), kind }
    }
}

impl MappingOptions {
    /// No wishes: special headers of both kinds, priority Normal, no dates of its own.
    pub fn new(calendar: Calendar) -> Self {
        Self {
            headers: Headers::default(),
            types: Types::default(),
            decimal: Decimal::default(),
            map: Vec::new(),
            only: Vec::new(),
            except: Vec::new(),
            set: Vec::new(),
            reference: None,
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
    places: Vec<Place>,
    contents: usize,
    pub(super) options: Arc<MappingOptions>,
}

impl Mapping {
    /// Finds out what each column is for.
    pub fn new(columns: &Columns, options: MappingOptions) -> Result<Self, Vec<Violation>> {
        let places: Vec<Place> = columns.names().iter().map(|name| Place::of_column(name, &options)).collect();
        let mut problems = target::problems(columns, &places, &options);
        if columns.extent() == Extent::Fixed {
            problems.extend(target::unknown(columns, &options));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let contents = places.iter().filter(|place| place.target == Target::Content).count() + options.set.len();
        Ok(Self { columns: columns.clone(), places, contents, options: Arc::new(options) })
    }

    /// Makes an item of a row, or says what is wrong with it. Cells are taken as they are: an empty one is an empty string in
    /// the content, as in Orchestrator's own upload; an empty field of the item counts as absent and gets its default, if any.
    /// (The upload stores an empty reference as an empty string; several such items would look like duplicates of each other.)
    pub fn item<'r>(&'r self, row: &Row<'r>, problems: &mut Vec<Violation>) -> Option<QueueItem<'r>> {
        let before = problems.len();
        let mut item = QueueItem {
            priority: self.options.priority,
            content: Vec::with_capacity(self.contents),
            ..QueueItem::default()
        };
        match row.content {
            Content::Cells(cells) => self.take_cells(&cells, &mut item, problems)?,
            Content::Object(text) => self.take_object(text, &mut item, problems)?,
        }
        for (key, value) in &self.options.set {
            item.content.push((Cow::Borrowed(key), value.clone()));
        }
        item.due = item.due.or(self.options.due);
        item.defer = item.defer.or(self.options.defer);
        item.risk_sla = item.risk_sla.or(self.options.risk_sla);
        if problems.len() == before {
            // A date that could not be read has left its default behind, which says nothing about the row; and a key that is
            // missing because of another problem says nothing about the schema.
            problems.extend(item.check_dates().err().map(Violation::whole));
            if let Types::Schema(schema) = &self.options.types {
                schema.check(&item, problems);
            }
        }
        problems.extend(item.check_size().err().map(Violation::whole));
        (problems.len() == before).then_some(item)
    }

    fn take_cells<'r>(
        &'r self,
        cells: &Cells<'r>,
        item: &mut QueueItem<'r>,
        problems: &mut Vec<Violation>,
    ) -> Option<()> {
        let expected = self.places.len();
        if cells.is_sheet() {
            for index in expected..cells.len() {
                let text = cells.text(index).filter(|text| !text.is_empty());
                problems.extend(text.map(|text| Violation::cell(&letter(index), text, Rule::NoHeader)));
            }
        } else if cells.len() != expected {
            problems.push(Violation::whole(Rule::Ragged { expected, found: cells.len() }));
            return None;
        }
        let as_written = !cells.is_sheet() && matches!(self.options.types, Types::AsWritten | Types::Text);
        for (index, (place, cell)) in self.places.iter().zip(cells.texts()).enumerate() {
            let Some(text) = cell else {
                problems.push(self.not_text(cells.raw(index), &self.columns.describe(index)));
                continue;
            };
            // Nearly every cell of nearly every file.
            if as_written && place.is_plain() {
                item.push_text(&place.key, text);
                continue;
            }
            if let Err(rule) = self.cell(place, text, cells.sort(index), item) {
                problems.push(Violation::cell(&self.columns.describe(index), text, rule));
            }
        }
        if let Some(template) = self.options.reference.as_ref().filter(|_| item.reference.is_none()) {
            let is = |column: &String, name: &str| {
                column == name || target::typed(column).is_some_and(|(own, _)| own == name)
            };
            let of = |name: &str| {
                self.columns.names().iter().position(|column| is(column, name)).and_then(|at| cells.text(at))
            };
            Self::make_reference(template, of, item, problems);
        }
        Some(())
    }

    fn cell<'r>(
        &'r self,
        place: &'r Place,
        text: &'r str,
        sort: Option<Sort>,
        item: &mut QueueItem<'r>,
    ) -> Result<(), Rule> {
        match place.target {
            Target::Own | Target::Dropped => {}
            _ if sort == Some(Sort::Error) => return Err(Rule::CellError),
            Target::Content => {
                let given = Given { text, sort };
                if let Some(value) = self.options.value(given, place.kind, &place.key)? {
                    item.content.push((Cow::Borrowed(&place.key), value));
                }
            }
            _ if text.is_empty() => {}
            Target::Field(field) => self.fill(item, field, Cow::Borrowed(text))?,
            Target::Nameless => return Err(Rule::NoHeader),
        }
        Ok(())
    }

    /// Makes the reference of a row out of its columns; `of` finds them.
    pub(super) fn make_reference<'t>(
        template: &Template,
        of: impl Fn(&str) -> Option<&'t str>,
        item: &mut QueueItem<'_>,
        problems: &mut Vec<Violation>,
    ) {
        let made = template.fill(of).and_then(|text| match limits::reference(&text) {
            Ok(()) => Ok(text),
            Err(rule) => Err(Violation::cell("Reference", &text, rule)),
        });
        match made {
            Ok(text) => item.reference = Some(Cow::Owned(text)),
            Err(problem) => problems.push(problem),
        }
    }

    /// Columns that become content although their name is nearly a special one, each with that name.
    pub fn lookalikes(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let content = self
            .columns
            .names()
            .iter()
            .zip(&self.places)
            .filter(|(name, place)| place.target == Target::Content && place.key == **name);
        content.filter_map(|(name, _)| Some((name.as_str(), self.options.headers.meant(name)?)))
    }

    /// Tells whether a date in the rows, or one that was given for them, depends on the time zone.
    pub fn is_dated(&self) -> bool {
        let dated = |place: &Place| {
            matches!(place.target, Target::Field(Field::Due | Field::Defer | Field::RiskSla))
                || place.kind == Some(Kind::DateTime)
        };
        self.columns.extent() == Extent::Open
            || matches!(self.options.types, Types::Schema(_))
            || self.places.iter().any(dated)
    }

    /// What becomes of rows, for the same columns but other wishes.
    pub fn options(&self) -> &MappingOptions {
        &self.options
    }

    pub(super) fn fill<'r>(&self, item: &mut QueueItem<'r>, field: Field, text: Cow<'r, str>) -> Result<(), Rule> {
        let moment = || self.options.calendar.moment(&text).map(Some).map_err(Rule::Date);
        match field {
            Field::Reference => {
                limits::reference(&text)?;
                item.reference = Some(text);
            }
            Field::Progress => {
                limits::progress(&text)?;
                item.progress = Some(text);
            }
            Field::Priority => item.priority = Priority::parse(&text).ok_or(Rule::Priority)?,
            Field::Due => item.due = moment()?,
            Field::Defer => item.defer = moment()?,
            Field::RiskSla => item.risk_sla = moment()?,
        }
        Ok(())
    }

    pub(super) fn not_text(&self, raw: &[u8], column: &str) -> Violation {
        let offset = std::str::from_utf8(raw).err().map_or(0, |error| error.valid_up_to());
        let encoding = self.columns.encoding();
        // Of other encodings, the byte that was there is not known any more.
        let byte = if encoding == super::Encoding::UTF_8 { raw.get(offset).copied() } else { None };
        let rule = Rule::NotText { encoding: encoding.name(), byte, offset };
        Violation::cell(column, &String::from_utf8_lossy(raw), rule)
    }
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
