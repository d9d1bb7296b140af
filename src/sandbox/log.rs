//! What was asked and what was answered, for tests and for the page.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// So many requests are remembered; a sandbox that runs for weeks must not grow for it.
const REMEMBERED: usize = 100_000;

/// One request as it was dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedRequest {
    /// When it had arrived.
    pub at: jiff::Timestamp,
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as sent, still encoded; empty where there is none.
    pub query: String,
    /// The status that was answered; nothing where the connection was cut or left hanging.
    pub status: Option<u16>,
    /// The fault that was applied, as it was written in the options.
    pub fault: Option<String>,
}

/// How many requests there were since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Totals {
    pub(super) total: u64,
    /// Answered with a status from 400 to 499.
    pub(super) refused: u64,
    /// Answered with a status from 500 on.
    pub(super) failed: u64,
    /// Cut, or left hanging.
    pub(super) unanswered: u64,
    /// Met a fault, whatever was answered.
    pub(super) faults: u64,
}

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct Log(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<LoggedRequest>,
    totals: Totals,
}

impl Log {
    pub(super) fn add(&self, request: LoggedRequest) {
        let mut kept = self.kept();
        kept.totals.count(&request);
        if kept.requests.len() == REMEMBERED {
            kept.requests.pop_front();
        }
        kept.requests.push_back(request);
    }

    pub(super) fn all(&self) -> Vec<LoggedRequest> {
        self.kept().requests.iter().cloned().collect()
    }

    /// The totals, and the latest `most` with their numbers, the newest first.
    pub(super) fn latest(&self, most: usize) -> (Totals, Vec<(u64, LoggedRequest)>) {
        let kept = self.kept();
        let numbers = (1..=kept.totals.total).rev();
        (kept.totals, numbers.zip(kept.requests.iter().rev().cloned()).take(most).collect())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Totals {
    fn count(&mut self, request: &LoggedRequest) {
        self.total += 1;
        match request.status {
            None => self.unanswered += 1,
            Some(500..) => self.failed += 1,
            Some(400..) => self.refused += 1,
            Some(_) => {}
        }
        self.faults += u64::from(request.fault.is_some());
    }
}
