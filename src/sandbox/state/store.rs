//! The store: all queues of the tenant, and the numbers that it hands out.

use std::collections::HashSet;

use super::{CommitType, Failed, Item, NewItem, Progress, Queue};
use crate::sandbox::folders::Folder;
use crate::sandbox::moment::Moment;
use crate::sandbox::options::MAX_QUEUE_NAME;
use crate::sandbox::random;
use crate::sandbox::robot::Outcome;

/// All queues of the tenant.
#[derive(Debug)]
pub(in crate::sandbox) struct Store {
    queues: Vec<Queue>,
    next_item: i64,
    next_queue: i64,
    latest: Moment,
    /// From which the keys of queues and items follow, so that none has to be kept.
    seed: u64,
}

/// The folder has a queue of this name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct NameTaken;

impl Store {
    pub(in crate::sandbox) fn new(seed: u64, first_queue: i64) -> Self {
        // No number looks like an ordinal.
        Self { queues: Vec::new(), next_item: 41_000_001, next_queue: first_queue, latest: Moment::now(), seed }
    }

    /// Creates a queue. Names differ in more than case within a folder.
    pub(in crate::sandbox) fn create(
        &mut self,
        folder: &'static Folder,
        name: &str,
        unique: bool,
    ) -> Result<&mut Queue, NameTaken> {
        if self.position(folder, name).is_some() {
            return Err(NameTaken);
        }
        let created = self.now();
        let id = self.next_queue;
        self.next_queue += 1;
        self.queues.push(Queue {
            id,
            key: random::guid(self.seed ^ 1, id.unsigned_abs()),
            name: name.to_owned(),
            description: None,
            max_retries: 0,
            auto_retry: false,
            folder,
            created,
            items: Vec::new(),
            unique: unique.then(HashSet::new),
            schema: None,
            sla_minutes: 0,
            risk_sla_minutes: 0,
            progress: Progress::default(),
        });
        self.queues.last_mut().ok_or(NameTaken)
    }

    /// Creates a queue unless it is there, or its name is longer than that of any queue.
    pub(in crate::sandbox) fn create_if_missing(&mut self, folder: &'static Folder, name: &str) {
        if name.encode_utf16().count() <= MAX_QUEUE_NAME {
            // A queue that exists already is what was wanted.
            let _ = self.create(folder, name, false);
        }
    }

    pub(in crate::sandbox) fn queue(&self, folder: &Folder, name: &str) -> Option<&Queue> {
        self.position(folder, name).and_then(|position| self.queues.get(position))
    }

    pub(in crate::sandbox) fn queues_in(&self, folder: &Folder) -> impl Iterator<Item = &Queue> {
        let folder = folder.id;
        self.queues.iter().filter(move |queue| queue.folder.id == folder)
    }

    pub(in crate::sandbox) fn queues(&self) -> &[Queue] {
        &self.queues
    }

    /// Adds items to a queue; nothing where there is no such queue.
    pub(in crate::sandbox) fn add(
        &mut self,
        folder: &Folder,
        name: &str,
        items: Vec<NewItem>,
        commit: CommitType,
    ) -> Option<Vec<Failed>> {
        let position = self.position(folder, name)?;
        let now = self.now();
        let queue = self.queues.get_mut(position)?;
        Some(queue.add(items, commit, &mut self.next_item, now))
    }

    /// Where a queue stands among all of the tenant.
    pub(in crate::sandbox) fn place(&self, folder: &Folder, name: &str) -> Option<usize> {
        self.position(folder, name)
    }

    /// A robot takes up to `most` items of the queue at this place. Returns how many it got.
    pub(in crate::sandbox) fn begin_work(&mut self, place: usize, most: usize) -> usize {
        let now = self.now();
        self.queues.get_mut(place).map_or(0, |queue| queue.begin_work(most, now))
    }

    /// A robot is done with the item of the queue at this place that it took first. Returns whether there was one.
    pub(in crate::sandbox) fn end_work(&mut self, place: usize, outcome: Outcome) -> bool {
        let now = self.now();
        self.queues.get_mut(place).is_some_and(|queue| queue.end_work(outcome, &mut self.next_item, now))
    }

    /// The key that an item shares with its retries.
    pub(in crate::sandbox) fn item_key(&self, item: &Item) -> String {
        random::guid(self.seed, item.first().unsigned_abs())
    }

    /// The key of this attempt at an item.
    pub(in crate::sandbox) fn item_unique_key(&self, item: &Item) -> String {
        random::guid(self.seed ^ 2, item.id.unsigned_abs())
    }

    fn position(&self, folder: &Folder, name: &str) -> Option<usize> {
        let name = name.to_lowercase();
        self.queues.iter().position(|queue| queue.folder.id == folder.id && queue.name.to_lowercase() == name)
    }

    /// A time that never repeats and never goes back, whatever the clock of the machine does: later requests have later items.
    fn now(&mut self) -> Moment {
        self.latest = Moment::now().max(self.latest.next_tick());
        self.latest
    }
}
