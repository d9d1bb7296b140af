//! The whole of it: what every request may look at.

use std::sync::{Mutex, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use super::faults::Plan;
use super::identity::{Application, People, Tokens};
use super::limit::Window;
use super::log::Log;
use super::options::Options;
use super::state::Store;

/// An Orchestrator and its identity server.
#[derive(Debug)]
pub(super) struct Orchestrator {
    pub(super) options: Options,
    /// The address without a path, as `http://127.0.0.1:8787`.
    pub(super) origin: String,
    /// When it began to listen.
    pub(super) began: jiff::Timestamp,
    pub(super) application: Application,
    pub(super) people: People,
    pub(super) tokens: Tokens,
    pub(super) store: RwLock<Store>,
    pub(super) reads: Mutex<Window>,
    pub(super) faults: Plan,
    pub(super) log: Log,
    /// Requests that are being executed apart from their connection.
    pub(super) apart: Apart,
    /// True once the sandbox is to end.
    pub(super) closing: watch::Receiver<bool>,
}

impl Orchestrator {
    /// Waits until the sandbox ends.
    pub(super) async fn closed(&self) {
        // An error means that the handle was dropped without a word, which is an end as well.
        let _ = self.closing.clone().wait_for(|closing| *closing).await;
    }

    pub(super) fn latency(&self) -> Option<Duration> {
        (!self.options.latency.is_zero()).then_some(self.options.latency)
    }
}

/// Counts requests that go on although nobody waits for their answer.
#[derive(Debug)]
pub(super) struct Apart(watch::Sender<usize>);

impl Apart {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// Counts one more until the guard is dropped.
    pub(super) fn enter(&self) -> ApartGuard {
        self.0.send_modify(|count| *count += 1);
        ApartGuard(self.0.clone())
    }

    /// Waits until there is none.
    pub(super) async fn none(&self) {
        // The sender lives in self, so the wait cannot end early.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

/// One request that goes on.
#[derive(Debug)]
pub(super) struct ApartGuard(watch::Sender<usize>);

impl Drop for ApartGuard {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
