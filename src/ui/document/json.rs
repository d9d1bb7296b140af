//! The document for scripts. Its shape is `samples/report.schema.json`, and changes only with its version.

use std::time::Duration;

use serde_json::{Value, json};

use super::account::{Document, Known, Place, Problem, RunAccount, SittingAccount};
use super::rejects::{RejectReason, SameMessage, SomeRows};
use super::words::{cause_name, evidence_name, outcome_name};
use crate::journal::{Ending, SettledDoubt, Sitting};
use crate::load::chronicle::{Bin, Chronicle, PauseReason, Point};
use crate::ui::processing::processing_json;
use crate::ui::report::pace_json;

/// The name of the schema: `$id` there, `$schema` here.
pub const SCHEMA: &str = "urn:uiq:report:1";

/// The document as JSON.
pub fn document_json(document: &Document) -> Value {
    json!({
        "$schema": SCHEMA,
        "version": 1,
        "uiq": env!("CARGO_PKG_VERSION"),
        "written": document.written.to_string(),
        "exit_code": document.exit,
        "asked_for": { "queue": document.queue, "files": document.files },
        "runs": document.runs.iter().map(run).collect::<Vec<_>>(),
    })
}

fn run(account: &RunAccount) -> Value {
    let ending = &account.ending;
    json!({
        "input": account.input,
        "queue": account.queue,
        "place": account.place.as_ref().map(place),
        "operator": { "who": account.operator.who, "login": account.operator.login },
        "began": account.began.to_string(),
        "ended": account.ended.to_string(),
        "outcome": outcome_name(ending.outcome),
        "exit_code": ending.exit,
        "message": ending.message,
        "details": ending.details,
        "causes": ending.causes,
        "next": ending.next,
        "rows": account.rows,
        "problems": account.problems.iter().map(problem).collect::<Vec<_>>(),
        "run": account.known.as_ref().map(known),
        "sitting": account.sitting.as_ref().map(sitting),
        "processing": account.processing.as_ref().map(processing_json),
    })
}

fn place(place: &Place) -> Value {
    json!({
        "api_root": place.api_root,
        "tenant": place.tenant,
        "folder": place.folder,
        "rehearsal": place.is_rehearsal,
    })
}

fn problem(problem: &Problem) -> Value {
    json!({ "rule": problem.rule, "times": problem.times, "first": problem.first })
}

fn known(known: &Known) -> Value {
    let (run, counts) = (&known.run, &known.run.counts);
    json!({
        "name": run.id.as_str(),
        "path": run.input.path.as_ref().map(|path| path.display().to_string()),
        "commit": run.commit,
        "options": run.options,
        "accepted": counts.accepted,
        "refused": counts.refused,
        "rolled_back": counts.rolled_back,
        "left_out": counts.left_out,
        "abandoned": counts.abandoned,
        "in_doubt": counts.in_doubt,
        "not_sent": known.unsent(),
        "rejects": known.rejects.iter().map(reason).collect::<Vec<_>>(),
        "rejects_file": known.rejects_file.as_ref().map(|file| file.display().to_string()),
        "in_doubt_rows": some_rows(&SomeRows::of(&known.in_doubt)),
        "settled_doubts": known.settled.iter().map(settled).collect::<Vec<_>>(),
        "sittings": run.sittings.iter().map(past).collect::<Vec<_>>(),
    })
}

fn reason(reason: &RejectReason) -> Value {
    let message = |same: &SameMessage| json!({ "message": same.message, "rows": some_rows(&same.rows) });
    json!({
        "cause": cause_name(reason.cause),
        "code": reason.code,
        "rows": reason.rows,
        "messages": reason.messages.iter().map(message).collect::<Vec<_>>(),
        "rows_with_other_messages": reason.unlisted(),
    })
}

fn some_rows(rows: &SomeRows) -> Value {
    json!({ "named": rows.named.to_string(), "more": rows.more })
}

fn settled(doubt: &SettledDoubt) -> Value {
    json!({
        "rows": some_rows(&SomeRows::of(&doubt.portion.ranges)),
        "sent": doubt.sent_at.to_string(),
        "why": doubt.why,
        "settled": doubt.settled_at.to_string(),
        "evidence": evidence_name(doubt.evidence),
        "accepted": doubt.accepted,
        "rejected": doubt.rejected,
        "missing": doubt.missing,
    })
}

fn past(sitting: &Sitting) -> Value {
    let (ended, ending) = sitting.ended.as_ref().map(|(at, ending)| (at.to_string(), ending)).unzip();
    let (ending, reason) = match ending {
        None => (None, None),
        Some(Ending::Finished) => (Some("finished"), None),
        Some(Ending::Interrupted) => (Some("interrupted"), None),
        Some(Ending::Stopped(reason)) => (Some("stopped"), Some(reason)),
    };
    json!({
        "began": sitting.began.to_string(),
        "ended": ended,
        "ending": ending,
        "reason": reason,
        "who": sitting.operator.who,
        "login": sitting.operator.login,
        "uiq": sitting.operator.version,
    })
}

fn sitting(account: &SittingAccount) -> Value {
    let chronicle = &account.chronicle;
    let requests = &chronicle.requests;
    json!({
        "seconds": chronicle.lasted.as_secs_f64(),
        "accepted_before": account.accepted_before,
        "requests": {
            "answered": requests.answered,
            "refused": requests.refused,
            "doubtful": requests.doubtful,
            "not_executed": requests.not_executed,
            "bytes": requests.bytes,
            "questions": requests.questions,
        },
        "pace": {
            "batch_size": account.batch_rows.to_string(),
            "jobs": account.jobs.to_string(),
            "rate": account.rate,
            "most_rows": requests.most_rows,
            "most_under_way": requests.most_under_way,
            "chosen": account.pace.as_ref().map(pace_json),
        },
        "latency": latency(chronicle),
        "progress": chronicle.series.points().iter().map(point).collect::<Vec<_>>(),
        "pauses": chronicle.pauses.reasons().iter().map(pause).collect::<Vec<_>>(),
        "unreadable": account.unreadable,
    })
}

fn latency(chronicle: &Chronicle) -> Value {
    let latencies = &chronicle.latencies;
    let millis = |time: Option<Duration>| time.map(milliseconds);
    let bin = |bin: &Bin| json!({ "from_ms": milliseconds(bin.from), "to_ms": milliseconds(bin.to), "requests": bin.requests });
    json!({
        "requests": latencies.requests(),
        "median_ms": millis(latencies.percentile(50)),
        "p95_ms": millis(latencies.percentile(95)),
        "max_ms": millis(latencies.longest()),
        "histogram": latencies.bins().iter().map(bin).collect::<Vec<_>>(),
    })
}

fn point(point: &Point) -> Value {
    let tally = point.tally;
    json!({
        "seconds": point.at.as_secs_f64(),
        "accepted": tally.accepted,
        "rejected": tally.rejected,
        "in_doubt": tally.in_doubt,
    })
}

fn pause(reason: &PauseReason) -> Value {
    json!({ "why": reason.why, "times": reason.times, "longest_seconds": reason.longest.as_secs_f64() })
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
