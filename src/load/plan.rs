//! How a load is to be done.

use std::time::Duration;

use crate::http::{Jobs, Rate};

use super::batch::Terms;
use super::sizing::BatchRows;

/// The policies of one load.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the items go, and what happens to a request of which some fail.
    pub terms: Terms,
    /// How many rows go into one request.
    pub batch_rows: BatchRows,
    /// Bytes of one request.
    pub batch_bytes: usize,
    /// How many requests may be under way at a time; 1 keeps the order of the file.
    pub jobs: Jobs,
    /// How many rows a time.
    pub rate: Option<Rate>,
    /// How long after it left a request may still be executing on the server.
    pub settle_grace: Duration,
    /// How long a server that does not answer is tried.
    pub give_up_after: Duration,
    /// What to do with rows of which even asking does not tell whether they arrived.
    pub in_doubt: InDoubt,
    /// How many refused rows are too many.
    pub max_rejects: Option<u64>,
    /// Whether every row of the file has a reference of its own.
    pub references: References,
}

/// What to do with rows of which even asking does not tell whether they arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InDoubt {
    /// Report them, and leave the decision to the user.
    #[default]
    Check,
    /// Send them again, at the risk that they are there twice.
    Resend,
    /// Do not send them again, at the risk that they are missing.
    Skip,
}

/// What the references of a file are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum References {
    /// Every row has one of its own: they tell rows apart.
    Distinct,
    /// Some rows have none, or share one.
    Ambiguous,
}

/// Rows in the first requests, as long as nobody says otherwise. A request of this size takes a server well under a second, so that no
/// gateway cuts it, and its cost is spread over enough rows.
pub const DEFAULT_BATCH_ROWS: usize = 500;

/// Bytes of one request. Far below the 30,000,000 that IIS takes by default, and small enough to be sent again without regret.
pub const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of all requests that are under way at a time, where the size of one is ours to choose: memory stays flat, whatever the rows are.
const BYTES_UNDER_WAY: usize = 16 * 1024 * 1024;

/// Bytes of one request, where so many may be under way at a time.
pub fn bytes_a_request(jobs: usize) -> usize {
    BATCH_BYTES.min(BYTES_UNDER_WAY / jobs.max(1))
}

/// A whole file in one request (`--atomic`) may be as large as a server takes by default.
pub const ATOMIC_BYTES: usize = 30_000_000;
