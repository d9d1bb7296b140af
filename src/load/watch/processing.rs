//! How far robots have come, and why nobody looks any more.

use crate::orchestrator::Postponed;

/// How many of a run's items are where. Where one is retried, its latest attempt counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Processing {
    /// Items that were added to the queue during the run.
    pub items: u64,
    /// So many of them the run has added itself.
    pub ours: u64,
    /// Nobody has taken them yet.
    pub new: u64,
    /// Robots work on them.
    pub in_progress: u64,
    /// Processed.
    pub successful: u64,
    /// Failed, and not retried by themselves.
    pub failed: u64,
    /// Taken and never heard of again.
    pub abandoned: u64,
    /// Deleted by somebody.
    pub deleted: u64,
    /// Attempts that failed and were retried.
    pub retried: u64,
}

impl Processing {
    /// Items of which nothing more is to be expected.
    pub fn settled(&self) -> u64 {
        self.successful + self.failed + self.abandoned + self.deleted
    }

    /// Items that robots have, or will have, to do with.
    pub fn open(&self) -> u64 {
        self.new + self.in_progress
    }

    /// Items that are in no state at all: removed from the queue for good, by retention for instance. Only once nothing is open it is
    /// certain; before that, they may be on their way from one state to the next.
    pub fn gone(&self) -> u64 {
        self.items.saturating_sub(self.settled() + self.open())
    }

    /// Items that somebody else added during the run. Nothing tells them from ours.
    pub fn by_others(&self) -> u64 {
        self.items.saturating_sub(self.ours)
    }
}

/// Why nobody looks any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing is open.
    Done,
    /// Only items are left that nobody takes before the time is up.
    Postponed(Postponed),
    /// The time was up.
    TimeUp,
    /// The user has seen enough.
    Interrupted,
    /// The queue could not be read any more; the reason.
    Unreadable(String),
    /// Nobody ever looked; the reason.
    NotWatched(String),
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The last look; none where there was none.
    pub last: Option<Processing>,
    /// Why it was the last.
    pub end: End,
}
