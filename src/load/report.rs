//! What is left of a load when it is over.

use std::path::PathBuf;
use std::time::Duration;

use crate::http::Jobs;
use crate::journal::{Counts, RejectGroup, RunId};
use crate::rows::RangeSet;

use super::halt::Halt;
use super::sizing::{BatchRows, Chosen};
use super::watch::Watched;

/// The outcome of a load.
#[derive(Debug)]
pub struct Report {
    /// The run's name.
    pub run: RunId,
    /// What was loaded, as the user named it.
    pub input: String,
    /// Into which queue.
    pub queue: String,
    /// Rows of the input, or of the share of it that was loaded.
    pub rows: u64,
    /// How many of them went which way, over all sittings.
    pub counts: Counts,
    /// Rows accepted in this sitting.
    pub accepted_now: u64,
    /// The rejects by reason.
    pub rejects: Vec<RejectGroup>,
    /// The file that holds the rows that are not in the queue, if there are any.
    pub rejects_file: Option<PathBuf>,
    /// Rows of which it is not known whether they arrived.
    pub in_doubt: RangeSet,
    /// Why it could not be found out.
    pub unreadable: Option<String>,
    /// How long the sending pass took.
    pub took: Duration,
    /// Why it did not go on to the end of the file.
    pub halt: Option<Halt>,
    /// How fast it was done.
    pub pace: Pace,
    /// What became of the items afterwards, where somebody wanted to know.
    pub processing: Option<Watched>,
}

/// What was asked for, and what the server led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many requests at a time were asked for.
    pub jobs: Jobs,
    /// How many there could be at most.
    pub most_jobs: usize,
    /// How many there could be in the end.
    pub last_jobs: usize,
    /// How many rows in a request were asked for; with a rate, no more than a second's worth.
    pub batch_rows: BatchRows,
    /// How many there could be.
    pub rows: Chosen,
}

impl Report {
    /// Tells whether there is nothing to go on with.
    pub fn is_over(&self) -> bool {
        self.in_doubt.is_empty() && self.halt.as_ref().is_none_or(Halt::is_final)
    }

    /// Rows that were never sent, or surely not carried out.
    pub fn unsent(&self) -> u64 {
        self.rows.saturating_sub(self.counts.done() + self.counts.in_doubt)
    }
}
