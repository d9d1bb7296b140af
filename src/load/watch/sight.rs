//! The narrow door through which a queue is looked at, so that watching can be tested in paused time.

use std::future::Future;

use jiff::Timestamp;

use crate::load::submit::{Remote, Submit};
use crate::orchestrator::{Among, ItemStatus, OrchestratorError, Postponed, patiently};

/// What watching asks of Orchestrator.
pub trait Sight: Sync {
    /// The number of the newest item in the queue.
    fn newest(&self) -> impl Future<Output = Result<i64, OrchestratorError>> + Send;

    /// How many items there are, with this status where one is named.
    fn count(
        &self,
        among: Among,
        status: Option<ItemStatus>,
    ) -> impl Future<Output = Result<u64, OrchestratorError>> + Send;

    /// The new items that nobody takes until after this moment.
    fn postponed(
        &self,
        among: Among,
        until: Timestamp,
    ) -> impl Future<Output = Result<Postponed, OrchestratorError>> + Send;
}

impl Sight for Remote {
    async fn newest(&self) -> Result<i64, OrchestratorError> {
        Submit::newest(self).await
    }

    async fn count(&self, among: Among, status: Option<ItemStatus>) -> Result<u64, OrchestratorError> {
        let queue = self.queue()?;
        patiently(self.patience(), || self.client().count_items(queue, among, status)).await
    }

    async fn postponed(&self, among: Among, until: Timestamp) -> Result<Postponed, OrchestratorError> {
        let queue = self.queue()?;
        patiently(self.patience(), || self.client().postponed_items(queue, among, until)).await
    }
}
