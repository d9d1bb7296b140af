//! Queues: how they are defined, and how much is in them.

use jiff::Timestamp;

use super::client::{Client, parsed};
use super::error::OrchestratorError;
use super::limits::{QUEUES_A_FOLDER, QUEUES_A_PAGE};
use super::wire;

/// A queue as its definition describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Its number.
    pub id: i64,
    /// Its name in the letters of its owner; Orchestrator finds it in any case.
    pub name: String,
    /// Whether no two of its items may have the same reference.
    pub unique_reference: bool,
    /// The JSON schema that every SpecificContent has to follow.
    pub schema: Option<String>,
    /// What its owner says about it.
    pub description: Option<String>,
    /// The key that stays the same when the tenant moves.
    pub key: Option<String>,
    /// How often an item is retried by itself that fails with an application exception; none where it is not.
    pub retries: Option<u32>,
    /// Whether items are retried that a robot has abandoned.
    pub retries_abandoned: bool,
    /// Whether contents are encrypted in Orchestrator's database.
    pub encrypted: bool,
    /// Minutes within which an item is to be processed; none where nothing is agreed.
    pub sla_minutes: Option<u32>,
    /// Minutes after which the agreement counts as at risk.
    pub risk_sla_minutes: Option<u32>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// In how many folders it can be seen; none where the server does not say.
    pub folders: Option<u32>,
}

/// How much is in a queue, as Orchestrator's own page of queues counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The queue's number.
    pub queue: i64,
    /// Items with the status New.
    pub new: i64,
    /// Items with the status InProgress.
    pub in_progress: i64,
    /// Items that were processed.
    pub successful: Option<i64>,
    /// Attempts that ended with an application exception, those that were retried included.
    pub application_exceptions: Option<i64>,
    /// Attempts that ended with a business exception.
    pub business_exceptions: Option<i64>,
    /// When the last item was processed.
    pub last_processed: Option<Timestamp>,
}

impl Traffic {
    /// Attempts that failed, one way or the other; none where the server does not count them.
    pub fn failed_attempts(&self) -> Option<i64> {
        Some(self.application_exceptions? + self.business_exceptions?)
    }
}

impl Client {
    /// All queues of the folder by name: one request for every thousand.
    pub async fn all_queues(&self) -> Result<Vec<Queue>, OrchestratorError> {
        let top = QUEUES_A_PAGE.to_string();
        let mut found = Vec::new();
        loop {
            let skip = found.len().to_string();
            let page = self.definitions(&[("$orderby", "Name"), ("$top", &top), ("$skip", &skip)]).await?;
            let full = page.len() >= QUEUES_A_PAGE;
            found.extend(page);
            if !full || found.len() >= QUEUES_A_FOLDER {
                return Ok(found);
            }
        }
    }

    /// How much is in each queue of the folder: one request for every thousand, and none of those that Orchestrator limits.
    pub async fn traffic(&self) -> Result<Vec<Traffic>, OrchestratorError> {
        let path = "odata/QueueProcessingRecords/UiPathODataSvc.RetrieveQueuesProcessingStatus";
        let top = QUEUES_A_PAGE.to_string();
        let mut found = Vec::new();
        loop {
            let skip = found.len().to_string();
            let order = ("$orderby", "QueueDefinitionName");
            let answer = self.read(path, &[order, ("$top", &top), ("$skip", &skip)]).await?;
            let page = parsed(&answer, wire::traffic)?;
            let full = page.len() >= QUEUES_A_PAGE;
            found.extend(page);
            if !full || found.len() >= QUEUES_A_FOLDER {
                return Ok(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_says_little_is_understood_and_nothing_is_made_up() {
        let old = br#"{"value":[{"Id":7,"Name":"Q","MaxNumberOfRetries":3,"AcceptAutomaticallyRetry":false,"SlaInMinutes":0}]}"#;
        let queue = Queue { id: 7, name: "Q".into(), ..Queue::default() };
        assert_eq!(wire::queues(old).unwrap(), [queue]);
        let traffic = wire::traffic(br#"{"value":[{"QueueDefinitionId":7,"ItemsToProcess":2}]}"#).unwrap();
        assert_eq!(traffic, [Traffic { queue: 7, new: 2, ..Traffic::default() }]);
        assert_eq!(traffic[0].failed_attempts(), None);
        assert!(wire::count(br#"{"value":[]}"#).is_err(), "a count that is not there is no zero");
    }

    #[test]
    fn failures_of_both_kinds_are_failures() {
        let traffic = Traffic { application_exceptions: Some(2), business_exceptions: Some(3), ..Traffic::default() };
        assert_eq!(traffic.failed_attempts(), Some(5));
    }
}
