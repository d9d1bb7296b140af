//! Documents of every kind.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::http::Jobs;
use crate::journal::{
    Before, Cause, Counts, Ending, Evidence, Input, Journal, NewRun, Operator, Reject, RunKey, RunSummary,
    SettledDoubt, Sitting,
};
use crate::load::chronicle::Chronicle;
use crate::load::report::Pace;
use crate::load::watch::{End, Processing, Watched};
use crate::load::{BatchRows, Chosen, Ending as RequestEnding, Event, Tally};
use crate::rows::{Portion, RowNumber, RowRange};
use crate::ui::document::*;

/// What a hostile name, message or address looks like.
pub(super) const HOSTILE: &str = "</title></style><script>alert(1)</script>'\"><img src=x onerror=alert(1)>{}`x`&amp;";

pub(super) fn document(runs: Vec<RunAccount>) -> Document {
    Document {
        written: Timestamp::UNIX_EPOCH,
        zone: TimeZone::UTC,
        exit: 3,
        queue: String::from("Invoices"),
        files: vec![String::from("in/*.csv")],
        runs,
    }
}

/// A run of which everything can be said, and every word of it is `text`.
pub(super) fn full(text: &str) -> RunAccount {
    let run = summary(text);
    let settled = SettledDoubt {
        portion: rows(2, 401),
        sent_at: Timestamp::UNIX_EPOCH,
        why: text.to_owned(),
        settled_at: Timestamp::UNIX_EPOCH,
        evidence: Evidence::References,
        accepted: 300,
        rejected: 0,
        missing: 100,
    };
    let known = Known {
        rejects: rejects(text, 20),
        rejects_file: Some(text.into()),
        in_doubt: rows(900, 910).ranges,
        settled: vec![settled; 150],
        run,
    };
    RunAccount {
        known: Some(known),
        sitting: Some(SittingAccount {
            chronicle: chronicle(text),
            accepted_before: 10,
            batch_rows: BatchRows::auto(4),
            jobs: Jobs::Given(4),
            rate: Some(text.to_owned()),
            pace: Some(Pace {
                jobs: Jobs::Given(4),
                most_jobs: 4,
                last_jobs: 2,
                batch_rows: BatchRows::auto(4),
                rows: Chosen { smallest: 250, largest: 1_000, last: 500 },
            }),
            unreadable: Some(text.to_owned()),
        }),
        processing: Some(Watched {
            last: Some(Processing { items: 900, ours: 890, new: 30, failed: 8, retried: 2, ..Processing::default() }),
            end: End::Unreadable(text.to_owned()),
        }),
        ..not_begun(text)
    }
}

/// A run that rules kept from beginning.
pub(super) fn not_begun(text: &str) -> RunAccount {
    RunAccount {
        input: text.to_owned(),
        queue: text.to_owned(),
        place: Some(Place {
            api_root: text.to_owned(),
            tenant: Some(text.to_owned()),
            folder: text.to_owned(),
            is_rehearsal: true,
        }),
        operator: operator(text),
        began: Timestamp::UNIX_EPOCH,
        ended: Timestamp::UNIX_EPOCH,
        ending: Ended {
            outcome: Outcome::NotBegun,
            exit: 2,
            message: Some(text.to_owned()),
            details: vec![text.to_owned()],
            causes: vec![text.to_owned()],
            next: vec![text.to_owned()],
        },
        problems: vec![Problem { rule: text.to_owned(), times: 7, first: vec![text.to_owned(); 5] }],
        rows: Some(1_000),
        known: None,
        sitting: None,
        processing: None,
    }
}

/// A command that got nowhere.
pub(super) fn bare() -> RunAccount {
    RunAccount { place: None, problems: Vec::new(), rows: None, ..not_begun("a.csv") }
}

/// `count` rejects, each with words of its own.
pub(super) fn rejects(text: &str, count: u64) -> Vec<RejectReason> {
    let mut digest = RejectDigest::default();
    for row in 0..count {
        let cause = match row % 4 {
            0 => Cause::Refused,
            1 => Cause::RolledBack,
            2 => Cause::LeftOut,
            _ => Cause::Abandoned,
        };
        let message = if row % 3 == 0 { text.to_owned() } else { format!("{text} {row}") };
        digest.add(Reject { row: RowNumber(2 + 2 * row), cause, code: format!("{text}{}", row % 5), message });
    }
    digest.reasons()
}

fn rows(first: u64, last: u64) -> Portion {
    Portion::dense(RowRange { first: RowNumber(first), last: RowNumber(last) })
}

fn operator(text: &str) -> Operator {
    Operator { who: text.to_owned(), login: text.to_owned(), version: text.to_owned() }
}

fn summary(text: &str) -> RunSummary {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    let key = RunKey {
        shard: crate::rows::Shard::WHOLE,
        content: [7; 32],
        length: 12_345,
        api_root: text.to_owned(),
        tenant: None,
        folder: text.to_owned(),
        queue: text.to_owned(),
        queue_id: Some(1),
    };
    let new = NewRun {
        key,
        input: Input { given: text.to_owned(), path: Some(text.into()), spool: None },
        rows: 1_000,
        span: None,
        options: BTreeMap::from([(text.to_owned(), text.to_owned())]),
        commit: text.to_owned(),
        operator: operator(text),
        before: Before::default(),
    };
    let run = journal.begin(&new, Timestamp::UNIX_EPOCH).unwrap();
    let mut summary = run.journal().find(run.id().as_str()).unwrap();
    summary.counts = Counts { accepted: 900, refused: 40, rolled_back: 10, left_out: 5, abandoned: 5, in_doubt: 11 };
    let sitting = |ended| Sitting { began: Timestamp::UNIX_EPOCH, operator: operator(text), ended };
    let at = Timestamp::UNIX_EPOCH;
    summary.sittings = vec![
        sitting(None),
        sitting(Some((at, Ending::Stopped(text.to_owned())))),
        sitting(Some((at, Ending::Interrupted))),
        sitting(Some((at, Ending::Finished))),
    ];
    summary
}

fn chronicle(text: &str) -> Chronicle {
    let mut chronicle = Chronicle::default();
    let endings =
        [RequestEnding::Answered, RequestEnding::Refused, RequestEnding::Doubtful, RequestEnding::NotExecuted];
    for index in 0..200 {
        let took = Duration::from_millis(index * index);
        let ending = endings[usize::try_from(index).unwrap() % 4];
        let at = Duration::from_millis(50 * index);
        chronicle.notice_at(&Event::Exchanged { rows: 5, bytes: 100, took, under_way: 2, ending }, at);
        chronicle.notice_at(&Event::Progress(Tally { accepted: 4 * index, rejected: index, in_doubt: 0 }), at);
    }
    let end = Duration::from_secs(10);
    chronicle.notice_at(&Event::Waiting { pause: Duration::from_secs(2), why: text.to_owned() }, end);
    chronicle.notice_at(&Event::Asked { rows: rows(2, 3).ranges, found: 1, missing: 1, unclear: 0 }, end);
    chronicle
}
