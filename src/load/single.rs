//! One item, added exactly once.
//!
//! It costs one request. Only where its fate is unknown Orchestrator is asked: for an item with the same reference and content that was
//! created since the request left. The server's clock decides what "since" means, for ours may run wrong.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use crate::http::{Obstacle, Verdict};
use crate::items::QueueItem;
use crate::orchestrator::{
    Backoff, Client, CreatedItem, OrchestratorError, Refusal, StoredItem, item_body, patiently, write_item,
};

use super::likeness::Likeness;

/// How long an item is looked for, and a throttled request repeated, in all.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often an item that turned out to be missing is sent.
const SENDINGS: u32 = 3;

/// How soon a missing item is looked for again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The Date header has whole seconds, and the answer took a moment to arrive.
const CLOCK_MARGIN: SignedDuration = SignedDuration::from_secs(2);

/// How an item came to be in the queue.
#[derive(Debug)]
pub enum Added {
    /// Orchestrator's answer says so.
    Created(CreatedItem),
    /// The answer was lost, but the item is there.
    Found(StoredItem),
}

/// Why an item was not added, or is not known to be.
#[derive(Debug)]
pub enum NotAdded {
    /// It surely was not.
    Failed(OrchestratorError),
    /// Nobody knows.
    InDoubt {
        /// What happened to the request.
        why: OrchestratorError,
        /// Why it could not be found out; none where several items look like it.
        unreadable: Option<OrchestratorError>,
    },
}

/// Adds `item` to `queue`. `grace` is how long after it left the request may still be executing.
pub async fn add_one(client: &Client, queue: &str, item: &QueueItem<'_>, grace: Duration) -> Result<Added, NotAdded> {
    let (mut sendings, sent_at) = (0, Timestamp::now());
    loop {
        let why = match send(client, queue, item).await {
            Ok(created) => return Ok(Added::Created(created)),
            Err(error) if error.verdict() == Verdict::Unknown => error,
            // What is in its way may be its own first sending, that came late.
            Err(error) if sendings > 0 && error.refusal().is_some_and(Refusal::is_duplicate_reference) => error,
            Err(error) => return Err(NotAdded::Failed(error)),
        };
        sendings += 1;
        tracing::warn!(error = %why, "add.in_doubt");
        let found = match look_for(client, queue, item, sent_at, Instant::now() + grace).await {
            Ok(found) => found,
            Err(error) => return Err(NotAdded::InDoubt { why, unreadable: Some(error) }),
        };
        match (found.len(), found.into_iter().next()) {
            (1, Some(item)) => return Ok(Added::Found(item)),
            (0, _) if sendings < SENDINGS => {}
            (0, _) => return Err(NotAdded::Failed(why)),
            _ => return Err(NotAdded::InDoubt { why, unreadable: None }),
        }
    }
}

/// Sends until the request may have been carried out, or was refused.
async fn send(client: &Client, queue: &str, item: &QueueItem<'_>) -> Result<CreatedItem, OrchestratorError> {
    let (mut backoff, mut renewed, began) = (Backoff::new(), false, Instant::now());
    loop {
        let error = match client.add_item(item_body(queue, item)).await {
            Ok(created) => return Ok(created),
            Err(error) => error,
        };
        let wait = match error.verdict() {
            Verdict::NotExecuted(Obstacle::Token) if !renewed && error.refusal().is_some() => {
                renewed = true;
                continue;
            }
            Verdict::NotExecuted(Obstacle::Throttled(asked)) => {
                asked.filter(|asked| !asked.is_zero()).unwrap_or_else(|| backoff.wait())
            }
            _ => return Err(error),
        };
        if began.elapsed().saturating_add(wait) > PATIENCE {
            return Err(error);
        }
        sleep(wait).await;
    }
}

/// The items that may be this one; looked for until there is one, or it cannot come any more.
async fn look_for(
    client: &Client,
    queue: &str,
    item: &QueueItem<'_>,
    sent_at: Timestamp,
    until: Instant,
) -> Result<Vec<StoredItem>, OrchestratorError> {
    let ahead = patiently(PATIENCE, || client.clock_ahead()).await?;
    let queue = patiently(PATIENCE, || client.queue(queue)).await?.ok_or(OrchestratorError::UnknownQueue)?;
    let since = sent_at.saturating_add(ahead - CLOCK_MARGIN).unwrap_or(sent_at);
    let mut written = Vec::new();
    write_item(&mut written, None, item);
    let wanted = Likeness::of_sent(&written);
    loop {
        let asked_at = Instant::now();
        let recent = patiently(PATIENCE, || client.items_since(queue.id, since)).await?;
        let found: Vec<_> =
            recent.into_iter().filter(|item| item.retry_number == 0 && Likeness::of_stored(item) == wanted).collect();
        if !found.is_empty() || asked_at >= until {
            return Ok(found);
        }
        tokio::time::sleep_until(until.min(asked_at + LOOK_AGAIN)).await;
    }
}
