//! Runs to write about.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use crate::journal::{
    Before, Cause, Entry, Evidence, Input, Journal, NewRun, Operator, Outcome, Reject, Run, RunId, RunKey,
};
use crate::rows::{Portion, RangeSet, RowNumber, RowRange, Shard};

pub(super) fn at(seconds: i64) -> Timestamp {
    // 2026-11-24 05:40:00 UTC, and some.
    Timestamp::from_second(1_795_498_800 + seconds).unwrap()
}

pub(in crate::journal) fn key(queue: &str) -> RunKey {
    RunKey {
        content: [7; 32],
        length: 81_920,
        api_root: "https://cloud.uipath.com/acme/Prod/orchestrator_".to_owned(),
        tenant: None,
        folder: "Finance/AP".to_owned(),
        queue: queue.to_owned(),
        queue_id: None,
        shard: Shard::WHOLE,
    }
}

pub(super) fn operator() -> Operator {
    Operator { who: "ada@etl-01".to_owned(), login: "prod".to_owned(), version: "0.1.0".to_owned() }
}

pub(super) fn invoices(rows: u64) -> NewRun {
    NewRun {
        key: key("Invoices"),
        input: Input { given: "invoices.csv".to_owned(), path: Some("/data/invoices.csv".into()), spool: None },
        rows,
        span: Some(range(2, rows + 1)),
        options: BTreeMap::from([("--priority".to_owned(), "Normal".to_owned())]),
        commit: "ProcessAllIndependently".to_owned(),
        operator: operator(),
        before: Before { largest_item: Some(41), clock_offset_ms: Some(-120) },
    }
}

pub(in crate::journal) fn begin(state_dir: &Path) -> Run {
    Journal::open(state_dir).unwrap().begin(&invoices(1_000), at(0)).unwrap()
}

pub(super) fn resume(state_dir: &Path, id: &RunId) -> Run {
    Journal::open(state_dir).unwrap().resume(id, &operator(), at(600)).unwrap()
}

pub(super) fn range(first: u64, last: u64) -> RowRange {
    RowRange { first: RowNumber(first), last: RowNumber(last) }
}

pub(super) fn rows(text: &str) -> RangeSet {
    text.parse().unwrap()
}

/// Rows without a blank line among them.
pub(super) fn dense(text: &str) -> Portion {
    let ranges = rows(text);
    Portion { rows: ranges.len(), ranges }
}

pub(super) fn sending(text: &str) -> Entry {
    Entry::Sending(dense(text))
}

pub(super) fn refused(row: u64, code: i64, message: &str) -> Reject {
    Reject { row: RowNumber(row), cause: Cause::Refused, code: code.to_string(), message: message.to_owned() }
}

/// An outcome that the queue's items told.
pub(super) fn found(accepted: Portion, in_doubt: Portion) -> Outcome {
    Outcome { in_doubt, evidence: Evidence::References, ..Outcome::accepted(accepted) }
}
