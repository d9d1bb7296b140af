//! What the document says, before it has a form.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::rejects::RejectReason;
use crate::http::Jobs;
use crate::journal::{Operator, RunSummary, SettledDoubt};
use crate::load::BatchRows;
use crate::load::chronicle::Chronicle;
use crate::load::report::Pace;
use crate::load::watch::Watched;
use crate::rows::RangeSet;

/// The document: a command, and the runs that it worked on.
#[derive(Debug)]
pub struct Document {
    /// When it was written.
    pub written: Timestamp,
    /// The zone in which people read times; scripts get UTC.
    pub zone: TimeZone,
    /// The exit code of the command.
    pub exit: u8,
    /// The queue, as it was typed.
    pub queue: String,
    /// Files and patterns, as they were typed.
    pub files: Vec<String>,
    /// The runs, in the order in which the files were named.
    pub runs: Vec<RunAccount>,
}

/// The account of one file and one queue.
#[derive(Debug)]
pub struct RunAccount {
    /// What was to be loaded, as the user named it.
    pub input: String,
    /// Into which queue.
    pub queue: String,
    /// Where that is; none where no connection came about.
    pub place: Option<Place>,
    /// Who ran the command.
    pub operator: Operator,
    /// When the work on this file began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// How it ended.
    pub ending: Ended,
    /// The rules that rows break, found before anything was sent.
    pub problems: Vec<Problem>,
    /// Rows of the input; none where they were not counted.
    pub rows: Option<u64>,
    /// What the journal knows; none where no run began.
    pub known: Option<Known>,
    /// What this sitting looked like; none where nothing was to be sent.
    pub sitting: Option<SittingAccount>,
    /// What became of the items afterwards; none where nobody wanted to know.
    pub processing: Option<Watched>,
}

/// Where a queue is.
#[derive(Clone, Debug)]
pub struct Place {
    /// The root of Orchestrator's API.
    pub api_root: String,
    /// The tenant, where the address does not say it.
    pub tenant: Option<String>,
    /// The folder, as it is named in requests.
    pub folder: String,
    /// Whether it was the sandbox of this very command, of which nothing is left.
    pub is_rehearsal: bool,
}

/// How the work on a file ended, in the words that the terminal had.
#[derive(Clone, Debug)]
pub struct Ended {
    /// What it comes to.
    pub outcome: Outcome,
    /// The exit code.
    pub exit: u8,
    /// Why it did not go on, where it did not.
    pub message: Option<String>,
    /// What exactly is wrong, a line each.
    pub details: Vec<String>,
    /// What is behind it.
    pub causes: Vec<String>,
    /// What to do next, with commands in backticks.
    pub next: Vec<String>,
}

/// What a load comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every row is in the queue.
    AllAccepted,
    /// It is over, and some rows are not in the queue.
    SomeRejected,
    /// For some rows it is not known whether they are.
    InDoubt,
    /// It stopped early, and can be gone on with.
    Stopped,
    /// The user interrupted it; it can be gone on with.
    Interrupted,
    /// Nothing was sent.
    NotBegun,
    /// This content was loaded into this queue before.
    LoadedBefore,
}

/// A rule that rows break.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The rule's name.
    pub rule: String,
    /// How many times it is broken.
    pub times: u64,
    /// The first places, in words.
    pub first: Vec<String>,
}

/// What the journal knows of a run, over all its sittings.
#[derive(Debug)]
pub struct Known {
    /// The run.
    pub run: RunSummary,
    /// Its rejects by reason.
    pub rejects: Vec<RejectReason>,
    /// The file that has them, where there is one.
    pub rejects_file: Option<PathBuf>,
    /// Rows under way or in doubt.
    pub in_doubt: RangeSet,
    /// Doubts that were settled.
    pub settled: Vec<SettledDoubt>,
}

impl Known {
    /// Rows that were never sent, or surely not carried out.
    pub fn unsent(&self) -> u64 {
        let counts = &self.run.counts;
        self.run.rows.saturating_sub(counts.done() + counts.in_doubt)
    }
}

/// What this sitting looked like.
#[derive(Debug)]
pub struct SittingAccount {
    /// The events, summed up.
    pub chronicle: Chronicle,
    /// Rows that were in the queue when it began.
    pub accepted_before: u64,
    /// What was asked for: rows in a request at most.
    pub batch_rows: BatchRows,
    /// What was asked for: requests under way at a time.
    pub jobs: Jobs,
    /// What was asked for: rows a time, in words.
    pub rate: Option<String>,
    /// What it came to, where sending came to its end.
    pub pace: Option<Pace>,
    /// Why rows in doubt could not be looked up, where they could not.
    pub unreadable: Option<String>,
}
