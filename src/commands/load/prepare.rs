//! From arguments to a file that can be read and a mapping of its rows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Load, Resumed, Shape};
use crate::commands::{Context, state, wishes};
use crate::failure::{Exit, Failure};
use crate::items::{Calendar, Moment};
use crate::journal::{self, Spool};
use crate::load::Problems;
use crate::source::{Columns, Headers, Input, Mapping, MappingOptions, Options};

/// What is loaded.
pub(super) struct Prepared {
    pub(super) input: Input,
    pub(super) mapping: Mapping,
    /// Our copy of standard input.
    pub(super) spool: Option<Spool>,
    /// The options that shape items, as the journal keeps them.
    pub(super) options: BTreeMap<String, String>,
    /// What times from now are counted from. In milliseconds, as the journal keeps it.
    pub(super) now: Timestamp,
    columns: Columns,
    given: PathBuf,
}

impl Prepared {
    pub(super) fn new(command: &Load, resumed: Option<&Resumed>, context: &Context) -> Result<Self, Failure> {
        let given = command.file.clone();
        let options = Options { delimiter: command.shape.delimiter };
        let (input, spool) = match resumed.and_then(|resumed| resumed.run.input.spool.clone()) {
            Some(copy) => (standard_input(&copy, options), Some(Spool::kept(copy))),
            None if given == Path::new("-") => {
                let spool = Spool::take(&state::folder(context)?, "csv", &mut std::io::stdin().lock())?;
                (standard_input(spool.path(), options), Some(spool))
            }
            None => (Input::new(&given, options), None),
        };
        let columns = input.open()?.columns().clone();
        let now = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or_else(|_| Timestamp::now());
        let calendar = calendar(&command.shape, now)?;
        let mut options = command.shape.options();
        let dated = columns.names().iter().any(|name| Headers::from(command.shape.headers).is_date(name));
        if dated && let Some(zone) = calendar.zone.iana_name() {
            // Which zone "the local one" was decides what the remaining rows mean.
            options.entry(String::from("--timezone")).or_insert_with(|| zone.to_owned());
        }
        let mapping = mapping(&command.shape, &columns, calendar, &input)?;
        for (column, meant) in mapping.lookalikes() {
            context.ui.warn(&format!("column `{column}` becomes content; the special column is spelt `{meant}`"));
        }
        Ok(Self { input, mapping, spool, options, now, columns, given })
    }

    /// Counts times from now from another moment.
    pub(super) fn count_from(&mut self, now: Timestamp, shape: &Shape) -> Result<(), Failure> {
        self.now = now;
        self.mapping = mapping(shape, &self.columns, calendar(shape, now)?, &self.input)?;
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

fn mapping(shape: &Shape, columns: &Columns, calendar: Calendar, input: &Input) -> Result<Mapping, Failure> {
    let moment = |flag: &str, text: &Option<String>| wishes::moment(&calendar, flag, text.as_deref());
    let options = MappingOptions {
        headers: shape.headers.into(),
        priority: shape.priority.as_deref().map(wishes::priority).transpose()?.unwrap_or_default(),
        due: moment("--due", &shape.due)?,
        defer: moment("--defer", &shape.defer)?,
        risk_sla: moment("--risk-sla", &shape.risk_sla)?,
        calendar,
    };
    Mapping::new(columns, options).map_err(|violations| {
        let failure = Failure::new(Exit::Usage, format!("{}: the header breaks a rule; nothing was sent", input.name()));
        let failure = violations.iter().fold(failure, |failure, violation| failure.detail(format!("row 1, {violation}")));
        failure.hint("rename the column in the file; `--headers upload` or `--headers none` leave columns alone that only look special")
    })
}

/// What is wrong with the rows, rule by rule.
pub(super) fn broken_rules(input: &Input, rows: u64, problems: &Problems) -> Failure {
    let breaks = if problems.rows == 1 { "breaks" } else { "break" };
    let message =
        format!("{}: {} of {} {breaks} a rule; nothing was sent", input.name(), problems.rows, crate::ui::rows(rows));
    let mut failure = Failure::new(Exit::Usage, message);
    for group in problems.groups() {
        for problem in &group.first {
            failure = failure.detail(problem.to_string());
        }
        let more = group.count - group.first.len() as u64;
        if more > 0 {
            failure = failure.detail(format!("… and {more} more of the same kind ({})", group.code));
        }
    }
    failure.hint("mend the file, then run the same command again")
}
