//! One look at the items of a run.

use jiff::Timestamp;

use super::processing::Processing;
use super::sight::Sight;
use crate::orchestrator::{Among, ItemStatus, OrchestratorError, Postponed};

/// The items of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// The newest item before the run.
    pub(super) after: i64,
    /// The newest at its end.
    pub(super) to: i64,
    /// How many there are in between.
    pub(super) items: u64,
    /// How many of them the run has added.
    pub(super) ours: u64,
}

/// Counts, and counts how often.
struct Counter<'s, S> {
    sight: &'s S,
    reads: u32,
}

impl<S: Sight> Counter<'_, S> {
    async fn count(&mut self, among: Among, status: ItemStatus) -> Result<u64, OrchestratorError> {
        self.reads += 1;
        self.sight.count(among, Some(status)).await
    }
}

/// Counts the items of the window by status; tells how many reads it took.
///
/// The counts are taken one after the other, and robots do not wait. They are asked for in the order in which an item goes, so that one
/// that moves meanwhile is counted twice rather than not at all; the earlier place then loses it again.
///
/// A retry is an item of its own, with a number beyond the window. It is found by the item that it retries (`AncestorId`, "the Id of
/// the item being Automatically retried" in the published definition), so retries of items that others add later count along.
pub(super) async fn look<S: Sight>(sight: &S, window: Window) -> Result<(Processing, u32), OrchestratorError> {
    let mut counter = Counter { sight, reads: 0 };
    let added = Among::Added(window.after, window.to);
    let mut new = counter.count(added, ItemStatus::New).await?;
    let mut in_progress = counter.count(added, ItemStatus::InProgress).await?;
    let mut retried = counter.count(added, ItemStatus::Retried).await?;
    let again = (retried > 0).then_some(Among::RetriesOf(window.after));
    if let Some(again) = again {
        new += counter.count(again, ItemStatus::New).await?;
        in_progress += counter.count(again, ItemStatus::InProgress).await?;
        retried += counter.count(again, ItemStatus::Retried).await?;
    }
    let mut ends = [0; ENDS.len()];
    for (end, status) in ends.iter_mut().zip(ENDS) {
        *end = counter.count(added, status).await?;
        if let Some(again) = again {
            *end += counter.count(again, status).await?;
        }
    }
    let [successful, failed, abandoned, deleted] = ends;
    let mut seen = Processing { successful, failed, abandoned, deleted, retried, ..Processing::default() };
    (seen.items, seen.ours) = (window.items, window.ours);
    seen.in_progress = in_progress.min(seen.items.saturating_sub(seen.settled()));
    seen.new = new.min(seen.items.saturating_sub(seen.settled() + seen.in_progress));
    Ok((seen, counter.reads))
}

/// The items that are postponed until after this moment, where these are all that is open; tells how many reads it took.
pub(super) async fn only_postponed<S: Sight>(
    sight: &S,
    window: Window,
    seen: &Processing,
    until: Timestamp,
) -> Result<(Option<Postponed>, u32), OrchestratorError> {
    let mut all = sight.postponed(Among::Added(window.after, window.to), until).await?;
    let mut reads = 1;
    // Retries are postponed, too, where the queue waits between two attempts.
    if seen.retried > 0 && all.items < seen.new {
        let again = sight.postponed(Among::RetriesOf(window.after), until).await?;
        let first = all.first.into_iter().chain(again.first).min();
        all = Postponed { items: all.items + again.items, first };
        reads += 1;
    }
    Ok(((all.items >= seen.new).then_some(all), reads))
}

const ENDS: [ItemStatus; 4] = [ItemStatus::Successful, ItemStatus::Failed, ItemStatus::Abandoned, ItemStatus::Deleted];
