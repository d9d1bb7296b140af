//! What a bulk answer says about each row of its request.

use crate::journal::{Cause, Reject};
use crate::orchestrator::{BulkAnswer, CommitType, ItemFailure};

use super::batch::Batch;

/// The fate of the rows of one answered request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Resolved {
    /// For each row whether it is in the queue.
    pub(super) accepted: Vec<bool>,
    /// Rows that are not.
    pub(super) rejects: Vec<Reject>,
    /// Rows of which the answer does not say it; they have to be asked about.
    pub(super) untold: Option<Untold>,
    /// The row at which Orchestrator stopped; what follows it was not looked at.
    pub(super) stopped: bool,
}

/// What to do with untold rows that turn out not to be in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Untold {
    /// One or more of them were refused: send them again in smaller parts, until the answer can only mean one.
    Split,
    /// The first of them was refused for this reason, and the rest was not looked at.
    RefuseFirst(ItemFailure),
}

/// Reads an answer, under the commit type of its request.
pub(super) fn resolve(batch: &Batch, answer: &BulkAnswer, commit: CommitType) -> Resolved {
    let rows = batch.len();
    // Where there is one row only, it is the one that is meant.
    let named = |failure: &ItemFailure| failure.index.or((rows == 1).then_some(0));
    let mut failed: Vec<Option<&ItemFailure>> = vec![None; rows];
    for failure in &answer.failures {
        if let Some(place) = named(failure).and_then(|index| failed.get_mut(index)) {
            place.get_or_insert(failure);
        }
    }
    let nameless = answer.failures.iter().find(|failure| named(failure).is_none());
    let refused = |index: usize, failure: &ItemFailure| {
        batch.row(index).map(|row| Reject {
            row,
            cause: Cause::Refused,
            code: failure.code.clone(),
            message: failure.message.clone(),
        })
    };
    let certain = |upto: usize| {
        failed[..upto].iter().enumerate().filter_map(|(index, failure)| refused(index, (*failure)?)).collect()
    };
    match commit {
        CommitType::Independent => {
            let accepted = failed.iter().map(|failure| failure.is_none() && nameless.is_none()).collect();
            Resolved { accepted, rejects: certain(rows), untold: nameless.map(|_| Untold::Split), stopped: false }
        }
        CommitType::AllOrNothing => match failed.iter().flatten().copied().next().or(nameless) {
            None => Resolved { accepted: vec![true; rows], rejects: Vec::new(), untold: None, stopped: false },
            Some(culprit) => Resolved {
                accepted: vec![false; rows],
                rejects: roll_back(batch, &failed, culprit),
                untold: None,
                stopped: false,
            },
        },
        CommitType::StopOnFirstFailure => match (failed.iter().position(Option::is_some), nameless) {
            (None, None) => Resolved { accepted: vec![true; rows], rejects: Vec::new(), untold: None, stopped: false },
            (Some(first), None) => Resolved {
                accepted: (0..rows).map(|index| index < first).collect(),
                rejects: certain(first + 1),
                untold: None,
                stopped: true,
            },
            (_, Some(failure)) => Resolved {
                accepted: vec![false; rows],
                rejects: Vec::new(),
                untold: Some(Untold::RefuseFirst(failure.clone())),
                stopped: true,
            },
        },
    }
}

/// The rows of a request that was taken back as a whole: the culprits for their own reasons, the others because of them.
fn roll_back(batch: &Batch, failed: &[Option<&ItemFailure>], culprit: &ItemFailure) -> Vec<Reject> {
    let first = failed.iter().position(Option::is_some).and_then(|index| batch.row(index));
    let message = match first {
        Some(row) => format!("rolled back with row {row}: {}", culprit.message),
        None => format!("rolled back with a row that Orchestrator does not name: {}", culprit.message),
    };
    let reject = |(row, failure): (_, Option<&ItemFailure>)| match failure {
        Some(failure) => {
            Reject { row, cause: Cause::Refused, code: failure.code.clone(), message: failure.message.clone() }
        }
        None => Reject { row, cause: Cause::RolledBack, code: culprit.code.clone(), message: message.clone() },
    };
    batch.rows().zip(failed.iter().copied()).map(reject).collect()
}
