//! Which rows of a doubtful request are in the queue? Asks, and never assumes.
//!
//! Where every row of the file has a reference of its own, the queue is asked for these. Otherwise all items that came since a known
//! moment are compared with what was sent since then, as a multiset: of each content there are so many in the queue, so many of them
//! belong to rows that were accepted, and the rest is what arrived of the doubtful ones. That needs a quiet moment: nothing may be
//! under way while the question is asked.
//!
//! An item that is older than the ground of the comparison is not ours, whatever it looks like. Nor is one that Orchestrator made to
//! have another retried: the one that was added stays where it is.

use std::collections::{HashMap, HashSet};

use crate::orchestrator::{OrchestratorError, StoredItem};

use super::batch::Batch;
use super::likeness::{Likeness, Shape};
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
    /// The queue cannot be read.
    Hidden,
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

/// So many items of each likeness.
#[derive(Clone, Debug, Default)]
pub(super) struct Census(HashMap<Likeness, usize>);

impl Census {
    pub(super) fn add(&mut self, likeness: Likeness) {
        *self.0.entry(likeness).or_default() += 1;
    }

    fn iter(&self) -> impl Iterator<Item = (Likeness, usize)> {
        self.0.iter().map(|(&likeness, &count)| (likeness, count))
    }

    fn of(&self, likeness: Likeness) -> usize {
        self.0.get(&likeness).copied().unwrap_or(0)
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
    let items = submit.items_with(after, asked).await?;
    let found: HashSet<&str> =
        items.iter().filter(|item| is_no_retry(item)).filter_map(|item| item.reference.as_deref()).collect();
    let standing = |reference: &Option<String>| match reference {
        Some(reference) if found.contains(reference.as_str()) => Standing::Found,
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
    let mut present = Census::default();
    for item in items.iter().filter(|item| is_no_retry(item)) {
        present.add(Likeness::of_stored(item));
    }
    let mut rows: HashMap<Likeness, Places> = HashMap::new();
    for (request, batch) in doubts.iter().enumerate() {
        for index in 0..batch.len() {
            rows.entry(Likeness::of_sent(batch.item(index))).or_default().push((request, index));
        }
    }
    let shapes = Shapes::new(&present, accepted, &rows);
    let mut standings: Vec<Vec<_>> = doubts.iter().map(|batch| vec![Standing::Unclear; batch.len()]).collect();
    for (likeness, places) in rows {
        // Fewer than were accepted: somebody removes items while we look.
        let Some(arrived) = present.of(likeness).checked_sub(accepted.of(likeness)) else { continue };
        let missing_is_told = arrived >= places.len() || shapes.absence_proves(likeness);
        if is_told(arrived, &places, doubts) && missing_is_told {
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

/// What there is to say about all items that have the same keys.
///
/// A server might show contents in another form than it got them. Then a row that is not recognised may be there all the same, as an
/// item with its keys that nobody of ours looks like.
#[derive(Debug, Default)]
struct Shapes {
    /// Keys that an item has which looks like none of ours.
    strange: HashSet<Shape>,
    /// Keys of which one of ours was recognised.
    recognised: HashSet<Shape>,
    /// Keys of which one of ours was not, although it was accepted.
    changed: HashSet<Shape>,
}

impl Shapes {
    fn new(present: &Census, accepted: &Census, rows: &HashMap<Likeness, Places>) -> Self {
        let mut shapes = Self::default();
        for (likeness, _) in present.iter() {
            let ours = accepted.of(likeness) > 0 || rows.contains_key(&likeness);
            let known = if ours { &mut shapes.recognised } else { &mut shapes.strange };
            known.insert(likeness.shape());
        }
        for (likeness, count) in accepted.iter().filter(|&(likeness, count)| present.of(likeness) < count) {
            tracing::debug!(missing = count - present.of(likeness), "settle.accepted_item_not_seen");
            shapes.changed.insert(likeness.shape());
        }
        shapes
    }

    /// Tells whether a row that is not recognised is not there.
    fn absence_proves(&self, likeness: Likeness) -> bool {
        let shape = likeness.shape();
        !self.strange.contains(&shape) || self.recognised.contains(&shape) && !self.changed.contains(&shape)
    }
}

/// Tells whether the item was added, and not made by Orchestrator to have another one retried.
fn is_no_retry(item: &StoredItem) -> bool {
    item.retry_number == 0
}
