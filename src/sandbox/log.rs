//! What was asked and what was answered, for tests and for the page.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// So many requests are remembered; a sandbox that runs for weeks must not grow for it.
const REMEMBERED: usize = 100_000;

/// One request as it was dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedRequest {
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

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct Log(Mutex<VecDeque<LoggedRequest>>);

impl Log {
    pub(super) fn add(&self, request: LoggedRequest) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(super) fn all(&self) -> Vec<LoggedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
