//! A queue, its own rules, and the three ways to add many items.

use std::collections::HashSet;

use axum::http::StatusCode;
use serde::Deserialize;

use super::{Item, NewItem, Progress, QueueSchema, Size, Status};
use crate::sandbox::folders::Folder;
use crate::sandbox::moment::Moment;

/// A queue and its items, oldest first.
#[derive(Debug)]
pub(in crate::sandbox) struct Queue {
    pub(in crate::sandbox) id: i64,
    pub(in crate::sandbox) key: String,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) description: Option<String>,
    pub(in crate::sandbox) max_retries: i32,
    pub(in crate::sandbox) auto_retry: bool,
    pub(in crate::sandbox) folder: &'static Folder,
    pub(in crate::sandbox) created: Moment,
    pub(in crate::sandbox) items: Vec<Item>,
    /// The references in use, where the queue enforces unique ones.
    ///
    /// Assumption: upper and lower case differ.
    pub(in crate::sandbox) unique: Option<HashSet<Box<str>>>,
    pub(in crate::sandbox) schema: Option<QueueSchema>,
    pub(in crate::sandbox) sla_minutes: i32,
    pub(in crate::sandbox) risk_sla_minutes: i32,
    /// How far robots have come.
    pub(in crate::sandbox) progress: Progress,
}

/// What becomes of the rest when one item is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(in crate::sandbox) enum CommitType {
    AllOrNothing,
    StopOnFirstFailure,
    ProcessAllIndependently,
}

/// Why a queue refuses an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Refusal {
    DuplicateReference,
    ReferenceRequired,
    ContentTooLarge,
    ProgressTooLarge,
    AgainstSchema,
}

/// An item that was refused, and its position in the request, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Failed {
    pub(in crate::sandbox) ordinal: usize,
    pub(in crate::sandbox) refusal: Refusal,
}

impl Refusal {
    /// The name in `FailedItems`.
    pub(in crate::sandbox) fn name(self) -> &'static str {
        match self {
            Self::DuplicateReference => "DuplicateReference",
            Self::ReferenceRequired => "TransactionReferenceRequired",
            Self::ContentTooLarge => "QueueItemContentSizeExceeded",
            Self::ProgressTooLarge => "QueueItemProgressDataSizeExceeded",
            Self::AgainstSchema => "QueueItemSchemaViolationException",
        }
    }

    pub(in crate::sandbox) fn message(self) -> &'static str {
        match self {
            Self::DuplicateReference => "Error creating Transaction. Duplicate Reference.",
            Self::ReferenceRequired => "Error creating Transaction. Reference is required for Unique Reference Queues.",
            // Assumption: the wording of what follows.
            Self::AgainstSchema => "The content of the queue item does not follow the JSON schema of the queue.",
            Self::ContentTooLarge => "The size of the queue item content exceeds the limit of 500 KB.",
            Self::ProgressTooLarge => "The size of the queue item progress exceeds the limit of 104857 characters.",
        }
    }

    /// Status and number for an item that was added alone.
    ///
    /// Assumption: the numbers of the size errors and of the schema; only their names are published, and the latter's place in the
    /// enumeration, six behind 1850.
    pub(in crate::sandbox) fn status_and_code(self) -> (StatusCode, i32) {
        match self {
            Self::DuplicateReference => (StatusCode::CONFLICT, 1016),
            Self::ReferenceRequired => (StatusCode::BAD_REQUEST, 1850),
            Self::AgainstSchema => (StatusCode::BAD_REQUEST, 1856),
            Self::ContentTooLarge | Self::ProgressTooLarge => (StatusCode::BAD_REQUEST, 1000),
        }
    }
}

impl Queue {
    /// Adds items with ids from `next_id` on, by the rules of `commit`. Returns the refused ones.
    ///
    /// All or nothing and stopping both report the one item where they ended.
    pub(super) fn add(
        &mut self,
        items: Vec<NewItem>,
        commit: CommitType,
        next_id: &mut i64,
        now: Moment,
    ) -> Vec<Failed> {
        if commit == CommitType::AllOrNothing
            && let Some(failed) = self.first_refused(&items)
        {
            return vec![failed];
        }
        let mut failures = Vec::new();
        self.items.reserve(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match self.refuses(&item) {
                None => self.push(item, next_id, now),
                Some(refusal) => {
                    failures.push(Failed { ordinal: index + 1, refusal });
                    if commit != CommitType::ProcessAllIndependently {
                        break;
                    }
                }
            }
        }
        failures
    }

    /// The first item that would be refused if all were added in order.
    fn first_refused(&self, items: &[NewItem]) -> Option<Failed> {
        let mut fresh = HashSet::new();
        items.iter().enumerate().find_map(|(index, item)| {
            let repeated = self.unique.is_some() && !fresh.insert(item.reference.as_deref());
            let refusal = self.refuses(item).or(repeated.then_some(Refusal::DuplicateReference))?;
            Some(Failed { ordinal: index + 1, refusal })
        })
    }

    fn refuses(&self, item: &NewItem) -> Option<Refusal> {
        match item.size {
            Size::ContentTooLarge => return Some(Refusal::ContentTooLarge),
            Size::ProgressTooLarge => return Some(Refusal::ProgressTooLarge),
            Size::Fits => {}
        }
        if self.schema.as_ref().is_some_and(|schema| !schema.admits(&item.content)) {
            return Some(Refusal::AgainstSchema);
        }
        let used = self.unique.as_ref()?;
        match item.reference.as_deref() {
            // Assumption: an empty reference is none.
            None | Some("") => Some(Refusal::ReferenceRequired),
            Some(reference) => used.contains(reference).then_some(Refusal::DuplicateReference),
        }
    }

    fn push(&mut self, item: NewItem, next_id: &mut i64, now: Moment) {
        if let (Some(used), Some(reference)) = (&mut self.unique, &item.reference) {
            used.insert(reference.clone());
        }
        let NewItem { priority, reference, content, rest, size: _ } = item;
        let status = Status::New;
        self.items.push(Item { id: *next_id, created: now, priority, reference, content, rest, status, work: None });
        *next_id += 1;
    }
}
