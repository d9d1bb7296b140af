//! What is written down: requests that leave, what became of them, rows that did not make it.

use std::fmt;

use jiff::Timestamp;

use crate::rows::{Portion, RowNumber};

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// These rows are about to leave. From here on, until the attempt is settled, they are in doubt after a crash.
    ///
    /// Ranges that begin right after the last row of the batch before, and so include the blank lines between, keep the journal
    /// small: neighbours that were accepted become one range.
    Sending(Portion),
    /// What became of an attempt.
    Settled(AttemptId, Outcome),
    /// An attempt surely did not happen; its rows are to be sent.
    NotExecuted(AttemptId),
    /// It is not known what became of an attempt, for this reason.
    InDoubt(AttemptId, String),
    /// Rows that break a rule and are never sent. Saying so again changes nothing.
    LeftOut(Vec<Fault>),
}

/// The name of an attempt to send rows, within the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub(super) i64);

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An attempt whose end is not written down yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its name.
    pub id: AttemptId,
    /// The rows.
    pub portion: Portion,
    /// The how manieth attempt at (some of) these rows it is, counted from 1, as far as earlier ones came into doubt.
    pub ordinal: u64,
    /// When it was about to leave, by our clock: the server cannot have created its items before.
    pub sent_at: Timestamp,
    /// Where it stands.
    pub state: AttemptState,
}

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// Under way. After a crash this means in doubt.
    Sending,
    /// It is not known what became of it, for this reason.
    InDoubt(String),
}

/// What became of an attempt's rows. Those that are in none of its parts surely were not executed, and are to be sent.
///
/// The parts have no row in common. When they account for all rows of the attempt, the blank lines among them are accounted for too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In the queue.
    pub accepted: Portion,
    /// Refused, or rolled back with a refused one.
    pub rejects: Vec<Reject>,
    /// Still in doubt, for the reason that the attempt already has (or for want of an answer).
    pub in_doubt: Portion,
    /// How it is known.
    pub evidence: Evidence,
}

impl Outcome {
    /// The server's answer: these were accepted.
    pub fn accepted(portion: Portion) -> Self {
        Self { accepted: portion, rejects: Vec::new(), in_doubt: Portion::none(), evidence: Evidence::Answer }
    }
}

/// How an outcome is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The server's answer to the request.
    Answer,
    /// The items in the queue, by their references.
    References,
    /// The items in the queue, by creation time and content.
    Content,
    /// The user's word: `--in-doubt resend`.
    User,
}

/// A row that is not in the queue although it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The row.
    pub row: RowNumber,
    /// Why it is not there.
    pub cause: Cause,
    /// The name or number of the error: Orchestrator's, or that of the rule.
    pub code: String,
    /// Orchestrator's words. They may repeat a value of the row, which cannot be told apart; only the first
    /// [`Reject::MESSAGE_LIMIT`] bytes are kept.
    pub message: String,
}

impl Reject {
    /// How much of a message is kept, in bytes. Orchestrator's own messages are shorter; what is longer echoes something, and
    /// 100,000 refused rows should not fill the disk.
    pub const MESSAGE_LIMIT: usize = 500;
}

/// Why a row is not in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Orchestrator refused it.
    Refused,
    /// It was taken back together with a refused row of the same request.
    RolledBack,
    /// It breaks a rule and was never sent.
    LeftOut,
    /// It is not known whether it is there, and the user said not to send it again.
    Abandoned,
}

/// A row that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row.
    pub row: RowNumber,
    /// The name of the rule.
    pub code: String,
    /// What the rule says, without the row's values.
    pub rule: String,
}

/// Rejects of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectGroup {
    /// Why they are not in the queue.
    pub cause: Cause,
    /// The name or number of the error.
    pub code: String,
    /// How many.
    pub rows: u64,
    /// The first of them.
    pub first: RowNumber,
    /// The message of the first.
    pub message: String,
}

/// A doubt that is none any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledDoubt {
    /// The rows that had been in doubt.
    pub portion: Portion,
    /// When they were about to leave.
    pub sent_at: Timestamp,
    /// Why they had been in doubt.
    pub why: String,
    /// When they were settled.
    pub settled_at: Timestamp,
    /// How it is known.
    pub evidence: Evidence,
    /// How many turned out to be in the queue.
    pub accepted: u64,
    /// How many turned out to be rejected.
    pub rejected: u64,
    /// How many turned out to be missing, and were to be sent again.
    pub missing: u64,
}
