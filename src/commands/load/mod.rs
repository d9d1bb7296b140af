//! `uiq load`: every row of a file, or of several, into a queue, each of them once.

mod account;
mod args;
mod begin;
mod checked;
mod circles;
mod dry_run;
mod files;
mod folders;
mod many;
mod metrics;
mod one;
mod outcome;
mod prepare;
mod put_away;
mod queue;
mod report_file;
mod send;
mod shape;
mod shape_options;
mod sitting;
mod stop;
mod unfit;
mod wanted;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

pub use args::{IfLoaded, Pace};
pub use folders::Folders;
pub(super) use queue::{unknown as unknown_queue, with_folder};
pub use shape::Shape;

use self::files::Named;
use self::stop::Stop;
use super::Context;
use crate::failure::{Exit, Failure};
use crate::journal::RunSummary;
use crate::load::FileEnd;
use crate::rows::Shard;
use crate::ui::document::RunAccount;
use crate::ui::quoted;

const EXAMPLES: &str = "\
Examples:
  uiq load --sandbox Invoices samples/invoices.csv    rehearse; needs no account
  uiq load Invoices invoices.csv                      run again after a crash, it goes on where it stopped
  uiq load Invoices invoices.csv --dry-run            check every row, show the first items, send nothing
  uiq load Invoices invoices.csv --jobs 4 --rate 600/min
  uiq load Invoices rechnungen.xlsx --sheet März --map Betrag=Amount:number --decimal , --reference-from 'RE-{Nummer}'
  zcat invoices.csv.gz | uiq load Invoices -          from a pipe
  uiq load Invoices invoices.csv -o json | jq .accepted
  uiq load Invoices 'inbox/*.csv' --done-dir done --failed-dir failed    every night; overlapping loads do no harm
  uiq load Invoices big.csv --shard \"$((JOB_COMPLETION_INDEX + 1))/8\"   in one of eight pods of an Indexed Job
  uiq load Invoices invoices.csv --watch-processing --for 1h

Columns Reference, Priority, Deadline (or DueDate), Postpone (or DeferDate), RiskSlaDate and Progress go where they belong;
every other column becomes SpecificContent under its own name, as text, or as the type behind a colon in the header:
Amount:number (string, number, integer, boolean, date, datetime, json). Rows that Orchestrator refuses come back in
NAME.rejects.csv (or .jsonl, .json) with the reason; mend them there and load that file.

Several files, or a pattern, are loaded one after the other, each a run of its own; with -o json there is one report with all
of them. Where files are moved, an inbox with nothing in it is no failure; a file that another load is working on is left to it;
rejects files (NAME.rejects.csv) are left alone by a pattern, and where their input is named with them; so are, by a pattern, files
whose extension says nothing (unless --format is given) or that they are not whole (.part, .tmp, .filepart, .crdownload, .bak, .swp, ~).
A file goes to --done-dir when every row has its answer (exit codes 0, 3, 6) and to --failed-dir when it cannot be loaded as it
is (2); any other stays for the next load. A broken file does not hold up the next one; no server, no permission and Ctrl-C do.
The command ends with the most serious exit code: 130, 4, 1, 5, 2, 3, 6, 0. Write files under another name (.part) and rename them when they are whole: half a file may look
like a whole one.

A share (--shard) is checked with the whole file, and is a run of its own, with a rejects file of its own. All shares have to be
cut alike. Give rows references, by which they are told apart should a request's fate become unknown.

With --log-format json stderr holds events: load.checked, load.started, load.progress, load.waiting, load.doubt, load.asked,
load.stopping, load.rejected, load.finished, load.summary, file.moved, file.skipped, warning, message, error.

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
    /// Files: CSV, TSV, JSON Lines, a JSON array or XLSX; patterns such as inbox/*.csv; - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Check every row, show the first items as Orchestrator would receive them (with -o json all), and send nothing
    #[arg(long, conflicts_with = "watch_processing")]
    pub(super) dry_run: bool,
    /// If this exact content already went into this queue: fail (exit code 6), skip, or load it again
    #[arg(long, value_name = "WHAT", default_value = "fail")]
    pub(super) if_loaded: IfLoaded,
    /// Only a share of the rows, for several machines that load one file together: 3/8 is every eighth row from the third
    #[arg(long, value_name = "I/N", default_value = "1/1", hide_default_value = true, conflicts_with_all = ["done_dir", "failed_dir"])]
    pub(super) shard: Shard,
    /// Write figures for Prometheus here, whatever the exit code, for the textfile collector of node_exporter
    #[arg(long, value_name = "FILE.prom", value_parser = metrics::file, conflicts_with_all = ["dry_run", "sandbox"])]
    pub(super) metrics: Option<PathBuf>,
    #[command(flatten)]
    pub(super) folders: Folders,
    #[command(flatten)]
    pub(super) shape: Shape,
    #[command(flatten)]
    pub(super) pace: Pace,
}

impl Load {
    /// Runs the command.
    pub fn run(mut self, context: &Context) -> Result<Exit, Failure> {
        let (began, mut ends) = (Instant::now(), Vec::new());
        let result = self.load(&mut ends, context);
        let exit = result.as_ref().map_or_else(Failure::exit, |exit| *exit);
        self.write_metrics(&ends, exit, began.elapsed(), context);
        result
    }

    /// Loads what was named. What became of each file comes into `ends`, also where the command fails.
    fn load(&mut self, ends: &mut Vec<FileEnd>, context: &Context) -> Result<Exit, Failure> {
        match wanted::complete(std::mem::take(&mut self.shape), &self.queue, context) {
            Ok(shape) => self.shape = shape,
            Err(failure) => return self.reported(context, |_| Err(failure)),
        }
        self.reported(context, |accounts| self.work(ends, accounts, context))
    }

    fn work(
        &self,
        ends: &mut Vec<FileEnd>,
        accounts: &mut Vec<RunAccount>,
        context: &Context,
    ) -> Result<Exit, Failure> {
        self.refuse_other_order()?;
        match self.named(context)? {
            Named::One(file) if self.dry_run => dry_run::one(self, &file, context).map_err(Stop::into_failure),
            Named::One(file) => one::run(self, &file, ends, accounts, context),
            Named::Many(files) if self.dry_run => dry_run::many(self, &files, context),
            Named::Many(files) => many::run(self, &files, ends, accounts, context),
        }
    }

    /// A file in the place of the queue, and no file in its own: that would be found out only at the file, if at all.
    fn refuse_other_order(&self) -> Result<(), Failure> {
        let [file] = self.files.as_slice() else { return Ok(()) };
        let is_none =
            !files::has_wildcard(file) && file != Path::new("-") && !file.exists() && !self.folders.have(file);
        if !is_none || !Path::new(&self.queue).is_file() {
            return Ok(());
        }
        let queue = file.display().to_string();
        let command = format!("uiq load {} {}", quoted(&queue), quoted(&self.queue));
        Err(Failure::new(Exit::Usage, format!("{queue}: no such file"))
            .hint(format!("QUEUE comes first: did you mean `{command}`?")))
    }

    /// Goes on with a run, and with no other.
    pub(super) fn resume(mut self, run: RunSummary, context: &Context) -> Result<Exit, Failure> {
        // Where its rejects go was settled when it began.
        self.pace.rejects = run.rejects_file.clone().or(self.pace.rejects);
        self.reported(context, |accounts| one::resume(&self, &Resumed { run }, accounts, context))
    }
}

/// The run that was asked for by name.
struct Resumed {
    run: RunSummary,
}
