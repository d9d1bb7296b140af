//! From arguments to a file that can be read and a mapping of its rows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::queue::Found;
use super::shape::TypesChoice;
use super::stop::Stop;
use super::{Load, Resumed, Shape};
use crate::commands::{Context, state, wishes};
use crate::failure::{Exit, Failure};
use crate::items::{Calendar, Moment, Schema, assignment};
use crate::journal::{self, Spool};
use crate::load::Problems;
use crate::source::{Columns, Destination, Encoding, Format, Input, Mapping, MappingOptions, Options, Types};

/// What is loaded.
pub(super) struct Prepared {
    pub(super) input: Input,
    pub(super) format: Format,
    pub(super) mapping: Mapping,
    /// Our copy of standard input.
    pub(super) spool: Option<Spool>,
    /// The options that shape items, as the journal keeps them.
    pub(super) options: BTreeMap<String, String>,
    /// What times from now are counted from. In milliseconds, as the journal keeps it.
    pub(super) now: Timestamp,
    columns: Columns,
    types: Types,
    given: PathBuf,
}

impl Prepared {
    pub(super) fn new(
        command: &Load,
        given: &Path,
        resumed: Option<&Resumed>,
        context: &Context,
    ) -> Result<Self, Stop> {
        let given = given.to_owned();
        let reading = command.shape.reading();
        let (input, spool) = match resumed.and_then(|resumed| resumed.run.input.spool.clone()) {
            Some(copy) => (standard_input(&copy, reading), Some(Spool::kept(copy))),
            None if given == Path::new("-") => {
                // By an extension that promises nothing: the format is that of the content.
                let spool = Spool::take(&state::folder(context)?, "in", &mut std::io::stdin().lock())?;
                (standard_input(spool.path(), reading), Some(spool))
            }
            None => (Input::new(&given, reading), None),
        };
        let reader = input.open()?;
        for assumption in reader.assumptions() {
            context.ui.say(&assumption);
        }
        let (columns, format, encoding) = (reader.columns().clone(), reader.format(), reader.encoding());
        let input = input.as_read_by(&reader);
        drop(reader);
        let now = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or_else(|_| Timestamp::now());
        let calendar = calendar(&command.shape, now)?;
        let shard = command.shard;
        let zone = calendar.zone.iana_name().map(str::to_owned);
        let types = match command.shape.types {
            Some(TypesChoice::Auto) => Types::Auto,
            Some(TypesChoice::String) => Types::Text,
            // Until the queue is known.
            Some(TypesChoice::Schema) | None => Types::AsWritten,
        };
        let options = mapping_options(&command.shape, types.clone(), calendar)?;
        let mapping = mapping(options, &columns, &input)?;
        for (column, meant) in mapping.lookalikes() {
            context.ui.warn(&format!("column `{column}` becomes content; the special column is spelt `{meant}`"));
        }
        let mut options = command.shape.options();
        if encoding != Encoding::UTF_8 {
            // What was found by its letters must not be found otherwise by another version.
            options.insert(String::from("--encoding"), encoding.name().to_ascii_lowercase());
        }
        if !shard.is_whole() {
            options.insert(String::from("--shard"), shard.to_string());
        }
        let mut prepared = Self { input, format, mapping, spool, options, now, columns, types, given };
        prepared.note_zone(zone);
        Ok(prepared)
    }

    /// Which zone "the local one" was decides what the remaining rows mean.
    fn note_zone(&mut self, zone: Option<String>) {
        if let Some(zone) = zone.filter(|_| self.mapping.is_dated()) {
            self.options.entry(String::from("--timezone")).or_insert(zone);
        }
    }

    /// Takes the queue's schema, where there is one to be followed.
    pub(super) fn follow(&mut self, schema: Option<Schema>, shape: &Shape) -> Result<(), Stop> {
        let Some(schema) = schema else { return Ok(()) };
        self.types = Types::Schema(schema);
        self.options.insert(String::from("--types"), String::from("schema"));
        self.remap(shape)?;
        let zone = self.mapping.options().calendar.zone.iana_name().map(str::to_owned);
        self.note_zone(zone);
        Ok(())
    }

    /// Counts times from now from another moment.
    pub(super) fn count_from(&mut self, now: Timestamp, shape: &Shape) -> Result<(), Stop> {
        self.now = now;
        self.remap(shape)
    }

    fn remap(&mut self, shape: &Shape) -> Result<(), Stop> {
        let options = mapping_options(shape, self.types.clone(), calendar(shape, self.now)?)?;
        self.mapping = mapping(options, &self.columns, &self.input)?;
        Ok(())
    }

    /// The input as the journal keeps it.
    pub(super) fn journal_input(&self) -> journal::Input {
        let spool = self.spool.as_ref().map(|spool| spool.path().to_owned());
        let path = if spool.is_some() { None } else { std::path::absolute(&self.given).ok() };
        journal::Input { given: self.given.display().to_string(), path, spool }
    }

    /// The input as it was typed.
    pub(super) fn given(&self) -> &Path {
        &self.given
    }
}

fn standard_input(copy: &Path, options: Options) -> Input {
    Input::new(copy, options).named("standard input")
}

fn calendar(shape: &Shape, now: Timestamp) -> Result<Calendar, Failure> {
    Ok(Calendar { zone: wishes::zone(shape.timezone.as_deref())?, now: Moment::from(now) })
}

/// The schema to be followed: the queue's, where one is wanted or nothing else was said.
pub(super) fn schema(queue: &Found, shape: &Shape) -> Result<Option<Schema>, Failure> {
    let schema = match (shape.types, &queue.schema) {
        (Some(TypesChoice::String | TypesChoice::Auto), _) | (None, None) => return Ok(None),
        (Some(TypesChoice::Schema), None) => {
            return Err(Failure::new(Exit::Usage, format!("`--types schema`: the queue {} has none", queue.name)));
        }
        (Some(TypesChoice::Schema) | None, Some(schema)) => schema,
    };
    Schema::new(schema).map(Some).map_err(|error| {
        Failure::from_error(Exit::Usage, &error)
            .hint("`--types string` or `--types auto` load without it; Orchestrator then judges each row")
    })
}

/// Finds out whether the flags make sense, before a file is blamed for what they say.
pub(super) fn check_flags(shape: &Shape) -> Result<(), Failure> {
    mapping_options(shape, Types::Text, calendar(shape, Timestamp::now())?).map(drop)
}

fn mapping_options(shape: &Shape, types: Types, calendar: Calendar) -> Result<MappingOptions, Failure> {
    let moment = |flag: &str, text: &Option<String>| wishes::moment(&calendar, flag, text.as_deref());
    let refused = |flag: &str, text: &str, error: &dyn std::error::Error| {
        Failure::new(Exit::Usage, format!("`{flag} {text}`: {error}"))
    };
    let set = shape.set.iter().map(|text| assignment::parse(text).map_err(|error| refused("--set", text, &error)));
    let template = shape.reference_from.as_ref();
    let reference = template.map(|text| text.parse().map_err(|error| refused("--reference-from", text, &error)));
    let map = shape.map.iter().filter_map(|text| text.split_once('='));
    Ok(MappingOptions {
        headers: shape.headers.unwrap_or_default().into(),
        types,
        decimal: shape.decimal.map(Into::into).unwrap_or_default(),
        map: map.map(|(column, target)| (column.to_owned(), Destination::parse(target))).collect(),
        only: shape.only.clone(),
        except: shape.except.clone(),
        set: set.collect::<Result<_, _>>()?,
        reference: reference.transpose()?,
        priority: shape.priority.as_deref().map(wishes::priority).transpose()?.unwrap_or_default(),
        due: moment("--due", &shape.due)?,
        defer: moment("--defer", &shape.defer)?,
        risk_sla: moment("--risk-sla", &shape.risk_sla)?,
        calendar,
    })
}

fn mapping(options: MappingOptions, columns: &Columns, input: &Input) -> Result<Mapping, Stop> {
    Mapping::new(columns, options).map_err(|violations| {
        let failure =
            Failure::new(Exit::Usage, format!("{}: the columns break a rule; nothing was sent", input.name()));
        let failure =
            violations.iter().fold(failure, |failure, violation| failure.detail(format!("header, {violation}")));
        let failure = failure
            .hint("rename the column in the file, or `--map COLUMN=NAME`; `--except COLUMN` leaves it out")
            .hint("`--headers upload` or `--headers none` leave columns alone that only look special");
        Stop::Broken(failure)
    })
}

/// Whether a broken file is found where it was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileStays {
    /// It is mended there.
    InPlace,
    /// It is put into a folder for such files; what to do is said where the move is.
    UntilMoved,
}

/// What is wrong with the rows, rule by rule.
pub(super) fn broken_rules(input: &Input, rows: u64, problems: &Problems, stays: FileStays) -> Failure {
    let message = format!("{}; nothing was sent", how_many(input, rows, problems));
    let failure = problem_lines(problems).into_iter().fold(Failure::new(Exit::Usage, message), Failure::detail);
    let failure = match stays {
        FileStays::InPlace => failure.hint("mend the file, then run the same command again"),
        FileStays::UntilMoved => failure,
    };
    failure.hint("`--skip-invalid` loads the other rows, and writes these to the rejects file")
}

/// How many rows break a rule.
pub(super) fn how_many(input: &Input, rows: u64, problems: &Problems) -> String {
    let breaks = if problems.rows == 1 { "breaks" } else { "break" };
    format!("{}: {} of {} {breaks} a rule", input.name(), problems.rows, crate::ui::rows(rows))
}

/// The first rows of each rule, and how many more there are.
pub(super) fn problem_lines(problems: &Problems) -> Vec<String> {
    let mut lines = Vec::new();
    for group in problems.groups() {
        lines.extend(group.first.iter().map(ToString::to_string));
        let more = group.count - group.first.len() as u64;
        if more > 0 {
            lines.push(format!("... and {more} more of the same kind ({})", group.code));
        }
    }
    lines
}
