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
            Content::Cells(cells) => self.from_cells(&cells, &mut item, problems)?,
            Content::Object(text) => self.from_object(text, &mut item, problems)?,
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

    fn from_cells<'r>(
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
        for (index, (place, cell)) in self.places.iter().zip(cells.texts()).enumerate() {
            let Some(text) = cell else {
                problems.push(self.not_text(cells.raw(index), &self.columns.describe(index)));
                continue;
            };
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
            self.make_reference(template, of, item, problems);
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
        &self,
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
mod tests {
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
        assert_eq!(
            (shown(item.due), shown(item.defer)),
            ("2026-12-24T11:00:00Z".into(), "2026-11-30T23:00:00Z".into())
        );
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
        row 2: column `Reference`, value `RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR…`: a reference has at most 128 characters, this one has 129
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
        row 6: column `Reference`, value `INV-2026-9999999999999999999999999999999…`: a reference has at most 128 characters, this one has 139
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
                let mut last = 0;
                while let Ok(Some(row)) = reader.next_row() {
                    prop_assert!(row.number.0 > last && row.line >= row.number.0);
                    last = row.number.0;
                    let mut problems = Vec::new();
                    prop_assert_eq!(mapping.item(&row, &mut problems).is_some(), problems.is_empty());
                }
            }
        }
    }
}
