//! The narrow door between the engine and Orchestrator, so that the engine can be tested against a scripted one in paused time.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;

use crate::orchestrator::{BulkAnswer, Client, OrchestratorError, StoredItem, patiently};

/// What the engine asks of Orchestrator.
pub trait Submit: Clone + Send + Sync + 'static {
    /// Makes sure that the next request can leave at once (that there is a token).
    fn ready(&self) -> impl Future<Output = Result<(), OrchestratorError>> + Send;

    /// Sends one bulk request with so many items, once.
    fn add(&self, body: Bytes, items: usize) -> impl Future<Output = Result<BulkAnswer, OrchestratorError>> + Send;

    /// The number of the newest item in the queue.
    fn newest(&self) -> impl Future<Output = Result<i64, OrchestratorError>> + Send;

    /// All items of the queue with a number above `after`.
    fn items_after(&self, after: i64) -> impl Future<Output = Result<Vec<StoredItem>, OrchestratorError>> + Send;

    /// All items of the queue with a number above `after` and one of these references.
    fn items_with(
        &self,
        after: i64,
        references: Vec<String>,
    ) -> impl Future<Output = Result<Vec<StoredItem>, OrchestratorError>> + Send;
}

/// The real one.
#[derive(Clone, Debug)]
pub struct Remote {
    client: Client,
    queue: Option<i64>,
    /// How long a read is repeated while the server cannot answer it.
    patience: Duration,
}

impl Remote {
    /// Requests to the queue of this number; without one nothing can be read.
    pub fn new(client: Client, queue: Option<i64>, patience: Duration) -> Self {
        Self { client, queue, patience }
    }
}

impl Submit for Remote {
    async fn ready(&self) -> Result<(), OrchestratorError> {
        self.client.ready().await
    }

    async fn add(&self, body: Bytes, items: usize) -> Result<BulkAnswer, OrchestratorError> {
        self.client.add_items(body, items).await
    }

    async fn newest(&self) -> Result<i64, OrchestratorError> {
        let queue = self.queue()?;
        patiently(self.patience, || self.client.newest_item(queue)).await
    }

    async fn items_after(&self, after: i64) -> Result<Vec<StoredItem>, OrchestratorError> {
        let queue = self.queue()?;
        self.pages(after, |after| self.client.items_after(queue, after)).await
    }

    async fn items_with(&self, after: i64, references: Vec<String>) -> Result<Vec<StoredItem>, OrchestratorError> {
        let queue = self.queue()?;
        let references: Vec<&str> = references.iter().map(String::as_str).collect();
        let (mut rest, mut found) = (references.as_slice(), Vec::new());
        while !rest.is_empty() {
            let (now, later) = rest.split_at(Client::references_a_request(rest).min(rest.len()));
            found.extend(self.pages(after, |after| self.client.items_with_references(queue, after, now)).await?);
            rest = later;
        }
        Ok(found)
    }
}

impl Remote {
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    pub(super) fn queue(&self) -> Result<i64, OrchestratorError> {
        self.queue.ok_or(OrchestratorError::UnknownQueue)
    }

    /// Reads page after page, each beginning after the last item of the one before: items that arrive meanwhile shift nothing.
    async fn pages<F>(&self, after: i64, page: impl Fn(i64) -> F) -> Result<Vec<StoredItem>, OrchestratorError>
    where
        F: Future<Output = Result<Vec<StoredItem>, OrchestratorError>>,
    {
        let (mut after, mut found) = (after, Vec::new());
        loop {
            let items = patiently(self.patience, || page(after)).await?;
            let Some(last) = items.iter().map(|item| item.id).max().filter(|&last| last > after) else {
                return Ok(found);
            };
            after = last;
            found.extend(items);
        }
    }
}
