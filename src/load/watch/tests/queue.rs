//! A queue whose items go through their states by a timetable.

use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::load::watch::Sight;
use crate::orchestrator::{Among, ItemStatus, OrchestratorError, Refusal};

/// An item: its states, each from so many seconds on. Before the first it is not in the queue.
#[derive(Clone, Debug)]
pub(super) struct Item {
    id: i64,
    ancestor: Option<i64>,
    states: Vec<(u64, Option<ItemStatus>)>,
}

/// The queue, and when it was asked.
#[derive(Debug)]
pub(super) struct Queue {
    began: Instant,
    items: Vec<Item>,
    asked: Mutex<Vec<Instant>>,
    readable_for: Duration,
    answers_for: Duration,
}

impl Queue {
    pub(super) fn new() -> Self {
        let (readable_for, answers_for) = (Duration::MAX, Duration::MAX);
        Self { began: Instant::now(), items: Vec::new(), asked: Mutex::new(Vec::new()), readable_for, answers_for }
    }

    /// With an item that goes through these states.
    pub(super) fn item(self, states: &[(u64, ItemStatus)]) -> Self {
        self.any(None, states.iter().map(|&(at, status)| (at, Some(status))).collect())
    }

    /// With an item that was made to have another one retried.
    pub(super) fn retry_of(self, ancestor: i64, states: &[(u64, ItemStatus)]) -> Self {
        self.any(Some(ancestor), states.iter().map(|&(at, status)| (at, Some(status))).collect())
    }

    /// With an item that is gone after a time.
    pub(super) fn vanishing(self, at: u64) -> Self {
        self.any(None, vec![(0, Some(ItemStatus::New)), (at, None)])
    }

    /// Not to be read any more after this time.
    pub(super) fn readable_for(self, seconds: u64) -> Self {
        Self { readable_for: Duration::from_secs(seconds), ..self }
    }

    /// Not to give an answer any more after this time.
    pub(super) fn answers_for(self, seconds: u64) -> Self {
        Self { answers_for: Duration::from_secs(seconds), ..self }
    }

    fn any(mut self, ancestor: Option<i64>, states: Vec<(u64, Option<ItemStatus>)>) -> Self {
        let id = self.items.last().map_or(101, |item| item.id + 1);
        self.items.push(Item { id, ancestor, states });
        self
    }

    /// All reads.
    pub(super) fn reads(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// The most reads in any minute.
    pub(super) fn most_a_minute(&self) -> usize {
        let asked = self.asked.lock().unwrap();
        let minute = Duration::from_secs(60);
        let mut first = 0;
        let within = asked.iter().enumerate().map(|(last, at)| {
            while asked[first] + minute <= *at {
                first += 1;
            }
            last + 1 - first
        });
        within.max().unwrap_or(0)
    }

    async fn ask(&self) -> Result<u64, OrchestratorError> {
        self.asked.lock().unwrap().push(Instant::now());
        if self.began.elapsed() > self.answers_for {
            pending::<()>().await;
        }
        if self.began.elapsed() > self.readable_for {
            return Err(OrchestratorError::Refused(Refusal {
                endpoint: "https://scripted".into(),
                status: 403,
                code: None,
                message: "no more".into(),
                trace_id: None,
                obstacle: None,
            }));
        }
        Ok(self.began.elapsed().as_secs())
    }
}

impl Item {
    fn status(&self, now: u64) -> Option<ItemStatus> {
        self.states.iter().rfind(|(at, _)| *at <= now).and_then(|(_, status)| *status)
    }
}

impl Sight for Queue {
    async fn newest(&self) -> Result<i64, OrchestratorError> {
        let now = self.ask().await?;
        Ok(self.items.iter().filter(|item| item.status(now).is_some()).map(|item| item.id).max().unwrap_or(0))
    }

    async fn count(&self, among: Among, status: Option<ItemStatus>) -> Result<u64, OrchestratorError> {
        let now = self.ask().await?;
        let is_among = |item: &&Item| match among {
            Among::All => true,
            Among::Added(after, to) => item.id > after && item.id <= to && item.ancestor.is_none(),
            Among::RetriesOf(after) => item.ancestor.is_some_and(|ancestor| ancestor > after),
        };
        let found = self.items.iter().filter(is_among).filter_map(|item| item.status(now));
        Ok(found.filter(|found| status.is_none_or(|status| status == *found)).count() as u64)
    }
}
