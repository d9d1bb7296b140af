//! `uiq load`: every row of a file into a queue, each of them once.

mod args;
mod begin;
mod dry_run;
mod outcome;
mod prepare;
mod queue;
mod send;
mod shape;
mod shape_options;
mod wanted;
mod watch;

use std::path::PathBuf;

use clap::Args;

pub use args::{IfLoaded, Pace};
pub(super) use queue::{unknown as unknown_queue, with_folder};
pub use shape::Shape;

use self::prepare::Prepared;
use super::Context;
use crate::failure::{Exit, Failure};
use crate::journal::RunSummary;

const EXAMPLES: &str = "\
Examples:
  uiq load --sandbox Invoices samples/invoices.csv    rehearse; needs no account
  uiq load Invoices invoices.csv                      run again after a crash, it goes on where it stopped
  uiq load Invoices invoices.csv --dry-run            check every row, show the first items, send nothing
  uiq load Invoices invoices.csv --jobs 4 --rate 600/min
  uiq load Invoices rechnungen.xlsx --sheet März --map Betrag=Amount:number --decimal , --reference-from 'RE-{Nummer}'
  zcat invoices.csv.gz | uiq load Invoices -          from a pipe
  uiq load Invoices invoices.csv -o json | jq .accepted
  uiq load Invoices invoices.csv --watch-processing --for 1h

Columns Reference, Priority, Deadline (or DueDate), Postpone (or DeferDate), RiskSlaDate and Progress go where they belong;
every other column becomes SpecificContent under its own name, as text, or as the type behind a colon in the header:
Amount:number (string, number, integer, boolean, date, datetime, json). Rows that Orchestrator refuses come back in
NAME.rejects.csv (or .jsonl, .json) with the reason; mend them there and load that file.

A request without an answer is given up after 100 seconds, or UIQ_ANSWER_TIMEOUT (e.g. 30s); its rows are then looked for.

Exit codes: 0 all accepted, 1 stopped (run it again), 2 nothing sent, 3 some rows rejected, 4 not allowed, 5 in doubt,
6 loaded before, 130 interrupted.";

/// Add every row of a file
///
/// All rows are checked before any is sent. What is sent is written down before it leaves, so that the same command run again
/// finishes the job after a crash, and sends nothing twice.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Load {
    /// The queue
    pub(super) queue: String,
    /// A file: CSV, TSV, JSON Lines, a JSON array or XLSX; - for standard input
    pub(super) file: PathBuf,
    /// Check every row, show the first items as Orchestrator would receive them (with -o json all), and send nothing
    #[arg(long, conflicts_with = "watch_processing")]
    pub(super) dry_run: bool,
    /// If this exact content already went into this queue: fail (exit code 6), skip, or load it again
    #[arg(long, value_name = "WHAT", default_value = "fail")]
    pub(super) if_loaded: IfLoaded,
    #[command(flatten)]
    pub(super) shape: Shape,
    #[command(flatten)]
    pub(super) pace: Pace,
}

impl Load {
    /// Runs the command.
    pub fn run(mut self, context: &Context) -> Result<Exit, Failure> {
        self.shape = wanted::complete(self.shape, &self.queue, context)?;
        let prepared = Prepared::new(&self, None, context)?;
        if self.dry_run {
            return dry_run::run(&self, prepared, context);
        }
        context.block_on(send::run(&self, prepared, None, context))
    }

    /// Goes on with a run, and with no other.
    pub(super) fn resume(self, run: RunSummary, context: &Context) -> Result<Exit, Failure> {
        let resumed = Resumed { run };
        let prepared = Prepared::new(&self, Some(&resumed), context)?;
        context.block_on(send::run(&self, prepared, Some(&resumed), context))
    }
}

/// The run that was asked for by name.
struct Resumed {
    run: RunSummary,
}
