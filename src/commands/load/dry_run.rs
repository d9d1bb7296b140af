//! `uiq load --dry-run`: everything but the sending.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Load;
use super::args::BatchSize;
use super::prepare::{FileStays, Prepared, broken_rules, check_flags, how_many, problem_lines, schema};
use super::queue::find;
use super::send::{first_patience, waiting};
use super::shape::TypesChoice;
use super::stop::Stop;
use crate::commands::connection::Connection;
use crate::commands::{Context, silence};
use crate::failure::{Exit, Failure};
use crate::load::{BATCH_BYTES, Checked, DEFAULT_BATCH_ROWS, FileSupply, References, Supply, UniqueReferences, check};
use crate::orchestrator::write_item;
use crate::rows::{RangeSet, Shard};
use crate::ui::{Format, LoadView};

/// How many items are shown to a person.
const SHOWN: usize = 3;

/// Checks one file.
pub(super) fn one(command: &Load, file: &Path, context: &Context) -> Result<Exit, Stop> {
    run(command, Prepared::new(command, file, None, context)?, context)
}

/// Checks one file after the other, and ends as the worst of them.
pub(super) fn many(command: &Load, files: &[PathBuf], context: &Context) -> Result<Exit, Failure> {
    check_flags(&command.shape)?;
    let mut worst = Exit::Done;
    for file in files {
        let exit = match one(command, file, context) {
            Ok(exit) => exit,
            Err(Stop::Everything(failure)) => return Err(failure),
            Err(stop) => {
                let failure = stop.into_failure();
                context.ui.tell(&failure.told(), &failure.to_string());
                failure.exit()
            }
        };
        worst = worst.or_worse(exit);
    }
    Ok(worst)
}

/// Checks all rows and shows items. Nobody is asked whether the queue is there, so no login is needed; only `--types schema` asks for
/// the queue's schema.
fn run(command: &Load, mut prepared: Prepared, context: &Context) -> Result<Exit, Stop> {
    let mut unique = UniqueReferences::Free;
    if command.shape.types == Some(TypesChoice::Schema) {
        let patience = first_patience(command);
        let schema = context.block_on(silence::broken_by(&waiting(patience), context, async {
            let connection = Connection::open(&command.pace.connection, context, &[&command.queue]).await?;
            let queue = find(&connection, &command.queue, patience, context).await?;
            unique = queue.unique;
            let schema = schema(&queue, &command.shape);
            connection.close().await;
            schema
        }))?;
        prepared.follow(schema, &command.shape)?;
    }
    let input = &prepared.input;
    let mut view = LoadView::new(&context.ui, input.name(), input.length()?);
    let checked = check(input, &prepared.mapping, unique, &mut view)?;
    view.close();
    let problems = &checked.problems;
    if !problems.is_empty() {
        if !command.shape.skip_invalid {
            return Err(Stop::Broken(broken_rules(input, checked.rows, problems, FileStays::InPlace)));
        }
        context.ui.warn(&format!("{}; they would be left out", how_many(input, checked.rows, problems)));
        for line in problem_lines(problems) {
            context.ui.warn(&line);
        }
    }
    let sizes = show(&prepared, &checked, command.shard, context)?;
    let references = match checked.references {
        References::Distinct => "every row has a reference of its own",
        References::Ambiguous => {
            "not every row has a reference of its own, which a queue with unique references would refuse"
        }
    };
    context.ui.say(&sizes.words(match command.pace.batch_size {
        BatchSize::Rows(rows) => rows,
        BatchSize::Auto => DEFAULT_BATCH_ROWS,
    }));
    context.ui.say(&format!("{references}; nothing was sent"));
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Rejected })
}

/// What the items take.
#[derive(Default)]
struct Sizes {
    items: usize,
    bytes: usize,
    largest: (usize, u64),
}

impl Sizes {
    fn words(&self, batch_rows: usize) -> String {
        let requests = self.items.div_ceil(batch_rows).max(self.bytes.div_ceil(BATCH_BYTES));
        let requests = if requests == 1 { String::from("1 request") } else { format!("about {requests} requests") };
        let (largest, row) = self.largest;
        let items = if self.items == 1 { String::from("1 item") } else { format!("{} items", self.items) };
        format!("{items} of {} bytes in {requests}; the largest takes {largest} bytes (row {row})", self.bytes)
    }
}

/// Writes items to stdout: the first, or all of them for a program.
fn show(prepared: &Prepared, checked: &Checked, shard: Shard, context: &Context) -> Result<Sizes, Failure> {
    let supply = FileSupply {
        input: prepared.input.clone(),
        fingerprint: checked.fingerprint,
        mapping: Arc::new(prepared.mapping.clone()),
        left_out: RangeSet::default(),
        shard,
    };
    let most = if context.ui.format() == Format::Json { usize::MAX } else { SHOWN };
    let (mut sizes, mut written, mut failed) = (Sizes::default(), Vec::new(), None);
    supply.items(&mut |row, item| {
        written.clear();
        write_item(&mut written, None, item);
        if sizes.items < most {
            failed = context.print(&String::from_utf8_lossy(&written)).err();
        }
        sizes.items += 1;
        sizes.bytes += written.len();
        sizes.largest = sizes.largest.max((written.len(), row.0));
        if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    failed.map_or(Ok(sizes), Err)
}
