//! Which rows of a doubtful request are in the queue? Asks, and never assumes.
//!
//! Where every row of the file has a reference of its own, the queue is asked for these. Otherwise all items that came since a known
//! moment are compared with what was sent since then, as a multiset: of each content there are so many in the queue, so many of them
//! belong to rows that were accepted, and the rest is what arrived of the doubtful ones. That needs a quiet moment: nothing may be
//! under way while the question is asked.
//!
//! An item that is older than the ground of the comparison is not ours, whatever it looks like. An item appears once for each retry,
//! but with one key: it is counted by its key.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::orchestrator::{OrchestratorError, StoredItem};

use super::batch::Batch;
use super::submit::Submit;

/// What a row of a doubtful request turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is in the queue.
    Found,
    /// It is not in the queue; the request may still be executing.
    Missing,
    /// The queue's items do not tell.
    Unclear,
}

/// How the question is asked.
#[derive(Debug)]
pub(super) enum Ground {
    /// Every row of the file has a reference of its own.
    References {
        /// The newest item before the run began.
        after: i64,
    },
    /// Rows are told apart by what they hold.
    Contents {
        /// The newest item at a quiet moment.
        after: i64,
        /// What was accepted since that moment.
        accepted: Census,
    },
}

/// What makes two items the same for us: reference and SpecificContent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Likeness([u8; 32]);

/// So many items of each likeness.
#[derive(Clone, Debug, Default)]
pub(super) struct Census(HashMap<Likeness, usize>);

impl Census {
    pub(super) fn add(&mut self, likeness: Likeness) {
        *self.0.entry(likeness).or_default() += 1;
    }

    fn of(&self, likeness: Likeness) -> usize {
        self.0.get(&likeness).copied().unwrap_or(0)
    }
}

impl Likeness {
    /// The likeness of an item as it is sent.
    pub(super) fn of_sent(item: &[u8]) -> Self {
        let item: serde_json::Value = serde_json::from_slice(item).unwrap_or_default();
        let empty = serde_json::Map::new();
        Self::new(item["Reference"].as_str(), item["SpecificContent"].as_object().unwrap_or(&empty))
    }

    /// The likeness of an item in the queue.
    pub(super) fn of_stored(item: &StoredItem) -> Self {
        Self::new(item.reference.as_deref(), &item.content)
    }

    fn new(reference: Option<&str>, content: &serde_json::Map<String, serde_json::Value>) -> Self {
        let mut members: Vec<_> = content.iter().map(|(key, value)| (key.as_str(), canonical(value))).collect();
        members.sort();
        let whole = (reference.unwrap_or_default(), members);
        Self(Sha256::digest(serde_json::to_vec(&whole).unwrap_or_default()).into())
    }
}

/// A value in the form in which two that mean the same are equal: a server may write `1.0` for `1`.
fn canonical(value: &serde_json::Value) -> String {
    match value.as_f64() {
        Some(number) => format!("{number:?}"),
        None => value.to_string(),
    }
}

/// Asks which rows of these requests are in the queue: an answer for each row of each request.
pub(super) async fn ask<S: Submit>(
    submit: &S,
    ground: &Ground,
    doubts: &[&Batch],
) -> Result<Vec<Vec<Standing>>, OrchestratorError> {
    match ground {
        Ground::References { after } => by_reference(submit, *after, doubts).await,
        Ground::Contents { after, accepted } => Ok(by_content(&submit.items_after(*after).await?, accepted, doubts)),
    }
}

async fn by_reference<S: Submit>(
    submit: &S,
    after: i64,
    doubts: &[&Batch],
) -> Result<Vec<Vec<Standing>>, OrchestratorError> {
    let references: Vec<Vec<Option<String>>> =
        doubts.iter().map(|batch| (0..batch.len()).map(|index| reference(batch.item(index))).collect()).collect();
    let asked = references.iter().flatten().flatten().cloned().collect();
    let found: HashSet<String> =
        submit.items_with(after, asked).await?.into_iter().filter_map(|item| item.reference).collect();
    let standing = |reference: &Option<String>| match reference {
        Some(reference) if found.contains(reference) => Standing::Found,
        Some(_) => Standing::Missing,
        None => Standing::Unclear,
    };
    Ok(references.iter().map(|batch| batch.iter().map(standing).collect()).collect())
}

/// The reference of an item as it is sent.
fn reference(item: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Sent {
        #[serde(rename = "Reference")]
        reference: Option<String>,
    }
    serde_json::from_slice::<Sent>(item).ok()?.reference
}

/// Where the rows of one likeness stand in the doubtful requests: request, and place in it.
type Places = Vec<(usize, usize)>;

fn by_content(items: &[StoredItem], accepted: &Census, doubts: &[&Batch]) -> Vec<Vec<Standing>> {
    let items = without_retries(items);
    let mut present = Census::default();
    for item in &items {
        present.add(Likeness::of_stored(item));
    }
    let mut rows: HashMap<Likeness, Places> = HashMap::new();
    for (request, batch) in doubts.iter().enumerate() {
        for index in 0..batch.len() {
            rows.entry(Likeness::of_sent(batch.item(index))).or_default().push((request, index));
        }
    }
    let absence_proves = absence_proves(&items, &present, accepted, &rows, doubts);
    let mut standings: Vec<Vec<_>> = doubts.iter().map(|batch| vec![Standing::Unclear; batch.len()]).collect();
    for (likeness, places) in rows {
        // Fewer than were accepted: somebody removes items while we look.
        let Some(arrived) = present.of(likeness).checked_sub(accepted.of(likeness)) else { continue };
        if is_told(arrived, &places, doubts) && (arrived > 0 || absence_proves) {
            for (order, &(request, index)) in places.iter().enumerate() {
                standings[request][index] = if order < arrived { Standing::Found } else { Standing::Missing };
            }
        }
    }
    standings
}

/// Tells whether the number of arrivals says which rows arrived.
fn is_told(arrived: usize, places: &Places, doubts: &[&Batch]) -> bool {
    let written = |&(request, index): &(usize, usize)| doubts[request].item(index);
    let same = || places.iter().map(written).collect::<HashSet<_>>().len() == 1;
    // More than we sent: somebody else adds the same. Some of several that look the same in the queue, but differ in priority or
    // dates: which of them, nobody can tell; of rows that are the same throughout it does not matter.
    arrived == 0 || arrived == places.len() || arrived < places.len() && same()
}

/// Tells whether a row that is not recognised is not there.
///
/// If nothing of ours was recognised although items with our keys are there, the server may show contents in another form than it
/// got them (dates, for example); then absence proves nothing.
fn absence_proves(
    items: &[&StoredItem],
    present: &Census,
    accepted: &Census,
    rows: &HashMap<Likeness, Places>,
    doubts: &[&Batch],
) -> bool {
    let recognised = rows.keys().chain(accepted.0.keys()).any(|&likeness| present.of(likeness) > 0);
    let ours: Vec<_> =
        doubts.iter().filter(|batch| !batch.is_empty()).map(|batch| content_keys(batch.item(0))).collect();
    recognised || !items.iter().any(|item| ours.contains(&keys(&item.content)))
}

/// One item a key; a server that gives no keys is taken by its numbers.
fn without_retries(items: &[StoredItem]) -> Vec<&StoredItem> {
    let mut seen = HashSet::new();
    let name = |item: &StoredItem| if item.key.is_empty() { item.id.to_string() } else { item.key.clone() };
    items.iter().filter(|item| seen.insert(name(item))).collect()
}

fn content_keys(item: &[u8]) -> Vec<String> {
    let item: serde_json::Value = serde_json::from_slice(item).unwrap_or_default();
    item["SpecificContent"].as_object().map(keys).unwrap_or_default()
}

fn keys(content: &serde_json::Map<String, serde_json::Value>) -> Vec<String> {
    let mut keys: Vec<_> = content.keys().cloned().collect();
    keys.sort_unstable();
    keys
}
