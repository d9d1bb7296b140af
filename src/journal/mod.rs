//! What do we know for certain? The journal of loads: which rows are in the queue, which are not, and which are in doubt.
//!
//! One SQLite file, `STATE/journal.sqlite3`, for all runs; its format is described in `schema.sql` and has a version. It holds row
//! numbers, codes and digests; no contents of rows and no secrets.
//!
//! # Promise
//! A call that writes is one transaction, and on the disk when it returns. The intention to send rows is written before they leave
//! ([`Entry::Sending`]) and what became of them before it counts ([`Entry::Settled`]); one call of [`Run::record`] can do both for
//! neighbouring batches, so that a batch costs one sync. A process that dies at any point leaves every row in exactly one of:
//! accepted, rejected, in doubt, to be sent. What was under way is in doubt.
//!
//! # Not here
//! Whether a doubt is true is asked by `load::settle`; what a run's file is, by `source`. The clock is given to every call.

mod apply;
mod columns;
mod entry;
mod error;
mod history;
mod lock;
mod open;
mod replay;
mod run;
mod schema;
mod spool;
mod write;

#[cfg(test)]
mod tests;

pub use entry::{
    Attempt, AttemptId, AttemptState, Cause, Entry, Evidence, Fault, Outcome, Reject, RejectGroup, SettledDoubt,
};
pub use error::JournalError;
pub use lock::RunLock;
pub use open::Journal;
pub use replay::Progress;
pub use run::{
    Before, ChangedOption, Counts, Ending, Input, NewRun, Operator, Quiet, RunId, RunKey, RunSummary, Sitting,
};
pub use spool::{Spool, SpoolError};
pub use write::Run;
