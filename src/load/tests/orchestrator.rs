//! An Orchestrator that does what a script says, and remembers everything.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::http::Obstacle;
use crate::load::Submit;
use crate::orchestrator::{BulkAnswer, ItemFailure, OrchestratorError, Refusal, StoredItem};

/// What becomes of one bulk request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Turn {
    /// It is carried out, and answered after this time.
    Answer(Duration),
    /// It is refused as a whole with this status, and nothing is done.
    Refuse(u16),
    /// Too many requests.
    Throttle(Option<Duration>),
    /// The token is not accepted.
    Unauthorized,
    /// There is no connection.
    NoConnection,
    /// There is no answer: after `cut` nobody waits any more. The server carries it out, so long after it arrived, or never.
    Lost { cut: Duration, commit: Option<Duration> },
    /// The task that waits for the answer panics.
    Panic { commit: bool },
}

pub(super) const AT_ONCE: Duration = Duration::ZERO;

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// No answer, though it was carried out.
pub(super) fn lost_but_done() -> Turn {
    Turn::Lost { cut: AT_ONCE, commit: Some(AT_ONCE) }
}

/// No answer, and it was not carried out.
pub(super) fn lost() -> Turn {
    Turn::Lost { cut: AT_ONCE, commit: None }
}

/// No answer, and it is carried out later.
pub(super) fn lost_and_done_after(delay: Duration) -> Turn {
    Turn::Lost { cut: AT_ONCE, commit: Some(delay) }
}

/// What becomes of one read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Read {
    Works,
    Forbidden,
    Fails,
}

/// One bulk request as the server saw it.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) at: Instant,
    /// The items, as they were sent.
    pub(super) items: Vec<String>,
}

#[derive(Debug, Default)]
struct World {
    items: Vec<StoredItem>,
    /// The items that requests added, as they were sent, in the order in which they came into the queue.
    added: Vec<String>,
    script: VecDeque<Turn>,
    reads: VecDeque<Read>,
    requests: Vec<Request>,
    under_way: usize,
    most_under_way: usize,
    tokens_renewed: u32,
    nameless: bool,
    unique: bool,
    limited_to: Option<usize>,
    loses_above: Option<usize>,
    throttles_above: Option<usize>,
    throttled: usize,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Scripted(Arc<Mutex<World>>);

impl Scripted {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    /// What becomes of the next requests; those after them are carried out and answered at once.
    pub(super) fn then(self, turns: impl IntoIterator<Item = Turn>) -> Self {
        self.world().script.extend(turns);
        self
    }

    /// What becomes of the next reads; those after them work.
    pub(super) fn reads(self, reads: impl IntoIterator<Item = Read>) -> Self {
        self.world().reads.extend(reads);
        self
    }

    /// Failed items come back without saying which they are.
    pub(super) fn naming_nobody(self) -> Self {
        self.world().nameless = true;
        self
    }

    /// No two items may have the same reference.
    pub(super) fn with_unique_references(self) -> Self {
        self.world().unique = true;
        self
    }

    /// Refuses larger requests with 413.
    pub(super) fn taking_at_most(self, items: usize) -> Self {
        self.world().limited_to = Some(items);
        self
    }

    /// Never answers larger requests, and does not carry them out.
    pub(super) fn losing_more_than(self, items: usize) -> Self {
        self.world().loses_above = Some(items);
        self
    }

    /// Throttles whoever has more requests under way; answers take a second.
    pub(super) fn throttling_more_than(self, requests: usize) -> Self {
        self.world().throttles_above = Some(requests);
        self
    }

    /// How many requests it has throttled.
    pub(super) fn throttled(&self) -> usize {
        self.world().throttled
    }

    /// Somebody else adds an item.
    pub(super) fn somebody_adds(&self, item: &str) {
        self.world().put(item, 0, None);
    }

    /// Orchestrator makes a new item for one that a robot failed at.
    pub(super) fn retries_the_first_item(&self) {
        let mut world = self.world();
        let mut retry = world.items[0].clone();
        retry.id = world.newest() + 1;
        retry.retry_number += 1;
        world.items.push(retry);
    }

    /// Its answers show an item in another form than it was sent.
    pub(super) fn shows(&self, from: &str, to: &str) {
        for item in &mut self.world().items {
            let text = Value::Object(item.content.clone()).to_string().replace(from, to);
            item.content = serde_json::from_str(&text).unwrap();
        }
    }

    pub(super) fn added(&self) -> Vec<String> {
        self.world().added.clone()
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.world().requests.clone()
    }

    pub(super) fn most_under_way(&self) -> usize {
        self.world().most_under_way
    }

    pub(super) fn tokens_renewed(&self) -> u32 {
        self.world().tokens_renewed
    }

    pub(super) fn largest_id(&self) -> i64 {
        self.world().newest()
    }

    fn commit(&self, body: &[u8]) -> BulkAnswer {
        self.world().commit(body)
    }

    fn read(&self) -> Result<(), OrchestratorError> {
        match self.world().reads.pop_front().unwrap_or(Read::Works) {
            Read::Works => Ok(()),
            Read::Forbidden => Err(OrchestratorError::Refused(refusal(403, None))),
            Read::Fails => Err(OrchestratorError::Unavailable(refusal(503, None))),
        }
    }
}

/// The items of a body, each as it was sent.
fn items_of(body: &[u8]) -> Vec<String> {
    let body: serde_json::Map<String, Value> = serde_json::from_slice(body).unwrap();
    body["queueItems"].as_array().unwrap().iter().map(ToString::to_string).collect()
}

impl World {
    fn newest(&self) -> i64 {
        self.items.last().map_or(0, |item| item.id)
    }

    fn put(&mut self, item: &str, retry_number: i64, added: Option<&str>) {
        let value: Value = serde_json::from_str(item).unwrap();
        let id = self.newest() + 1;
        self.items.push(StoredItem {
            id,
            key: format!("key-{id}"),
            retry_number,
            reference: value["Reference"].as_str().filter(|text| !text.is_empty()).map(str::to_owned),
            content: value["SpecificContent"].as_object().unwrap().clone(),
        });
        self.added.extend(added.map(str::to_owned));
    }

    /// Rules of the server: items with the word `bad` are refused, and repeated references where they are unique.
    fn failure(&self, item: &str) -> Option<(&'static str, &'static str)> {
        let value: Value = serde_json::from_str(item).unwrap();
        let reference = value["Reference"].as_str();
        if item.contains("bad") {
            return Some(("InvalidArgument", "a bad item"));
        }
        let repeated =
            self.unique && reference.is_some() && self.items.iter().any(|it| it.reference.as_deref() == reference);
        repeated.then_some(("DuplicateReference", "the reference is taken"))
    }

    fn commit(&mut self, body: &[u8]) -> BulkAnswer {
        let whole: Value = serde_json::from_slice(body).unwrap();
        let commit = whole["commitType"].as_str().unwrap();
        let before = (self.items.len(), self.added.len());
        let mut failures = Vec::new();
        for (index, item) in items_of(body).iter().enumerate() {
            match self.failure(item) {
                None => self.put(item, 0, Some(item)),
                Some((code, message)) => {
                    let index = (!self.nameless).then_some(index);
                    failures.push(ItemFailure { index, code: code.to_owned(), message: message.to_owned() });
                    match commit {
                        "AllOrNothing" => {
                            self.items.truncate(before.0);
                            self.added.truncate(before.1);
                            break;
                        }
                        "StopOnFirstFailure" => break,
                        _ => {}
                    }
                }
            }
        }
        BulkAnswer { failures }
    }
}

fn refusal(status: u16, obstacle: Option<Obstacle>) -> Refusal {
    Refusal {
        endpoint: "https://scripted".to_owned(),
        status,
        code: None,
        message: format!("scripted {status}"),
        trace_id: None,
        obstacle,
    }
}

/// Counts a request as under way until it is dropped.
struct UnderWay(Scripted);

impl UnderWay {
    fn new(scripted: &Scripted) -> Self {
        let mut world = scripted.world();
        world.under_way += 1;
        world.most_under_way = world.most_under_way.max(world.under_way);
        drop(world);
        Self(scripted.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.world().under_way -= 1;
    }
}

impl Submit for Scripted {
    async fn ready(&self) -> Result<(), OrchestratorError> {
        Ok(())
    }

    async fn add(&self, body: Bytes, items: usize) -> Result<BulkAnswer, OrchestratorError> {
        let _under_way = UnderWay::new(self);
        let turn = {
            let mut world = self.world();
            world.requests.push(Request { at: Instant::now(), items: items_of(&body) });
            match world.throttles_above {
                Some(most) if world.under_way > most => {
                    world.throttled += 1;
                    Turn::Throttle(Some(seconds(30)))
                }
                Some(_) => Turn::Answer(seconds(1)),
                None if world.limited_to.is_some_and(|most| items > most) => Turn::Refuse(413),
                None if world.loses_above.is_some_and(|most| items > most) => lost(),
                None => world.script.pop_front().unwrap_or(Turn::Answer(AT_ONCE)),
            }
        };
        // A request takes at least a turn of the runtime.
        tokio::task::yield_now().await;
        let obstacle = |status, obstacle| Err(OrchestratorError::Refused(refusal(status, Some(obstacle))));
        match turn {
            Turn::Answer(after) => {
                sleep(after).await;
                Ok(self.commit(&body))
            }
            Turn::Refuse(status) => Err(OrchestratorError::Refused(refusal(status, None))),
            Turn::Throttle(wait) => obstacle(429, Obstacle::Throttled(wait)),
            Turn::Unauthorized => {
                self.world().tokens_renewed += 1;
                obstacle(401, Obstacle::Token)
            }
            Turn::NoConnection => obstacle(0, Obstacle::Connection),
            Turn::Panic { commit } => {
                if commit {
                    self.commit(&body);
                }
                panic!("scripted");
            }
            Turn::Lost { cut, commit } => {
                match commit {
                    Some(AT_ONCE) => drop(self.commit(&body)),
                    Some(after) => {
                        let server = self.clone();
                        tokio::spawn(async move {
                            sleep(after).await;
                            server.commit(&body);
                        });
                    }
                    None => {}
                }
                sleep(cut).await;
                Err(OrchestratorError::Unavailable(refusal(504, None)))
            }
        }
    }

    async fn newest(&self) -> Result<i64, OrchestratorError> {
        self.read()?;
        Ok(self.largest_id())
    }

    fn items_after(&self, after: i64) -> impl Future<Output = Result<Vec<StoredItem>, OrchestratorError>> + Send {
        std::future::ready(
            self.read().map(|()| self.world().items.iter().filter(|item| item.id > after).cloned().collect()),
        )
    }

    async fn items_with(&self, after: i64, references: Vec<String>) -> Result<Vec<StoredItem>, OrchestratorError> {
        let found = self.items_after(after).await?;
        let asked = |item: &StoredItem| item.reference.as_ref().is_some_and(|reference| references.contains(reference));
        Ok(found.into_iter().filter(asked).collect())
    }
}

impl fmt::Display for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.added().join("\n"))
    }
}
