//! How many items of a queue are in which state. Each count is one read of `QueueItems`, of which Orchestrator allows 100 a minute.

use std::fmt;

use jiff::Timestamp;

use super::answer::StoredItem;
use super::client::{Client, parsed};
use super::error::OrchestratorError;
use super::limits::ITEMS_A_PAGE;
use super::wire;

/// The state of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemStatus {
    /// Nobody has taken it.
    New,
    /// A robot works on it.
    InProgress,
    /// It failed, and is not tried again by itself.
    Failed,
    /// It was processed.
    Successful,
    /// A robot took it, and was not heard of for a day.
    Abandoned,
    /// It failed, and another item was made to have it tried again.
    Retried,
    /// Somebody deleted it.
    Deleted,
}

impl ItemStatus {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::New, Self::InProgress, Self::Failed, Self::Successful, Self::Abandoned, Self::Retried, Self::Deleted];

    /// Its name in the API.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::InProgress => "InProgress",
            Self::Failed => "Failed",
            Self::Successful => "Successful",
            Self::Abandoned => "Abandoned",
            Self::Retried => "Retried",
            Self::Deleted => "Deleted",
        }
    }
}

impl fmt::Display for ItemStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::InProgress => "in progress",
            Self::Failed => "failed",
            Self::Successful => "successful",
            Self::Abandoned => "abandoned",
            Self::Retried => "retried",
            Self::Deleted => "deleted",
        })
    }
}

/// Which items of a queue are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Among {
    /// All that there are.
    All,
    /// Those that were added, and not made by Orchestrator, with numbers above the first and up to the second. They have no ancestor;
    /// their `RetryNumber` may grow with the attempts, by its description.
    Added(i64, i64),
    /// Those that Orchestrator made to have an item retried that has a number above this, and their retries.
    RetriesOf(i64),
}

impl Among {
    fn filter(self, queue: i64) -> String {
        let queue = format!("QueueDefinitionId eq {queue}");
        match self {
            Self::All => queue,
            Self::Added(after, to) => format!("{queue} and Id gt {after} and Id le {to} and AncestorId eq null"),
            Self::RetriesOf(after) => format!("{queue} and AncestorId gt {after}"),
        }
    }
}

/// Items that nobody takes before a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Postponed {
    /// How many.
    pub items: u64,
    /// When the first of them may be taken, where the answer says so.
    pub first: Option<Timestamp>,
}

impl Client {
    /// How many items of a queue have this status.
    pub async fn count_items(
        &self,
        queue: i64,
        among: Among,
        status: Option<ItemStatus>,
    ) -> Result<u64, OrchestratorError> {
        let status = status.map(|status| format!(" and Status eq '{}'", status.wire_name())).unwrap_or_default();
        let filter = format!("{}{status}", among.filter(queue));
        // One item comes along: whether `$top=0` is taken everywhere is not documented.
        let options = [("$filter", filter.as_str()), ("$count", "true"), ("$top", "1"), ("$select", "Id")];
        let answer = self.read("odata/QueueItems", &options).await?;
        parsed(&answer, wire::count)
    }

    /// The items that wait to be processed, and do so until after this moment.
    pub async fn postponed_items(
        &self,
        queue: i64,
        among: Among,
        until: Timestamp,
    ) -> Result<Postponed, OrchestratorError> {
        let filter = format!("{} and Status eq 'New' and DeferDate gt {until:.0}", among.filter(queue));
        let options = [
            ("$filter", filter.as_str()),
            ("$orderby", "DeferDate"),
            ("$count", "true"),
            ("$top", "1"),
            ("$select", "Id,DeferDate"),
        ];
        let answer = self.read("odata/QueueItems", &options).await?;
        let (items, first) = parsed(&answer, wire::postponed)?;
        Ok(Postponed { items, first })
    }

    /// The newest items of a queue, at most a page of them.
    pub async fn latest_items(&self, queue: i64, most: usize) -> Result<Vec<StoredItem>, OrchestratorError> {
        let filter = format!("QueueDefinitionId eq {queue}");
        let top = most.min(ITEMS_A_PAGE).to_string();
        let options = [("$filter", filter.as_str()), ("$orderby", "Id desc"), ("$top", &top)];
        parsed(&self.read("odata/QueueItems", &options).await?, wire::items)
    }

    /// When the oldest item came that waits to be processed; none where none does.
    pub async fn oldest_new(&self, queue: i64) -> Result<Option<Timestamp>, OrchestratorError> {
        let filter = format!("QueueDefinitionId eq {queue} and Status eq 'New'");
        let options = [("$filter", filter.as_str()), ("$orderby", "Id"), ("$top", "1"), ("$select", "Id,CreationTime")];
        let answer = self.read("odata/QueueItems", &options).await?;
        parsed(&answer, wire::creation_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_says_which_items_are_meant() {
        let filters = [Among::All, Among::Added(100, 200), Among::RetriesOf(100)].map(|among| among.filter(7));
        insta::assert_snapshot!(filters.join("\n"), @"
    QueueDefinitionId eq 7
    QueueDefinitionId eq 7 and Id gt 100 and Id le 200 and AncestorId eq null
    QueueDefinitionId eq 7 and AncestorId gt 100
    ");
    }
}
