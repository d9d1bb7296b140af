//! What happens during a load, as it happens. Bar, lines and log are renderings of this.

use std::time::Duration;

use crate::rows::RangeSet;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// Rows are being checked; nothing is sent yet.
    Checking {
        /// Rows so far.
        rows: u64,
        /// Bytes of the input so far.
        bytes: u64,
    },
    /// All rows are checked.
    Checked {
        /// How many there are.
        rows: u64,
        /// How many rows with nothing in them were skipped.
        blank: u64,
    },
    /// Sending begins.
    Started {
        /// Under this name in the journal.
        run: String,
        /// Into this queue.
        queue: String,
        /// Rows of the input.
        rows: u64,
        /// Rows that an earlier sitting of the same run has dealt with.
        done_before: u64,
    },
    /// A request that had left is over.
    Exchanged {
        /// Rows in it.
        rows: u64,
        /// Bytes of its body.
        bytes: usize,
        /// From the permission to leave to its end.
        took: Duration,
        /// Requests that were under way at its end, itself included.
        under_way: usize,
        /// What came of it.
        ending: Ending,
    },
    /// A request was answered, or a doubt settled.
    Progress(Tally),
    /// Nothing leaves for a while.
    Waiting {
        /// For how long.
        pause: Duration,
        /// Why, in the server's words or ours.
        why: String,
    },
    /// It is not known whether these rows arrived.
    Doubt {
        /// The rows.
        rows: RangeSet,
        /// Why not.
        why: String,
    },
    /// Orchestrator was asked about rows in doubt.
    Asked {
        /// The rows.
        rows: RangeSet,
        /// How many were in the queue.
        found: u64,
        /// How many were not, and will be looked for again or sent.
        missing: u64,
        /// How many it could not tell.
        unclear: u64,
    },
    /// Nothing more is begun; what is under way is finished.
    Stopping {
        /// Why.
        why: String,
    },
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Orchestrator said what it did with the items.
    Answered,
    /// Orchestrator refused it as a whole.
    Refused,
    /// Nobody knows.
    Doubtful,
    /// It surely was not carried out, and was sent back: throttled, a rejected token, a connection that broke too early.
    NotExecuted,
}

/// How many rows went which way, in this sitting and those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In the queue.
    pub accepted: u64,
    /// Refused, or rolled back with a refused one.
    pub rejected: u64,
    /// Sent, without it being known whether they arrived.
    pub in_doubt: u64,
}

/// Somebody who wants to know.
pub trait Observer {
    /// Takes notice. Called on the thread that keeps the books, so it has to be quick.
    fn notice(&mut self, event: &Event);

    /// Tells whether nobody waits for the end any more. Only passes over the file ask: they have nothing under way.
    fn has_left(&self) -> bool {
        false
    }
}

impl<F: FnMut(&Event)> Observer for F {
    fn notice(&mut self, event: &Event) {
        self(event);
    }
}
