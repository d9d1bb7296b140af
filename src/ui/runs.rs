//! Runs, as a list and one by one.

use std::fmt::Write;

use serde_json::{Value, json};

use super::plural::{rows, rows_named};
use super::table::{self, Width};
use crate::journal::{Ending, Evidence, RejectGroup, RunSummary, SettledDoubt, Sitting};
use crate::rows::RangeSet;

/// What is known of a run beside its summary.
#[derive(Debug)]
pub struct RunDetails {
    /// The run.
    pub run: RunSummary,
    /// Who works on it now.
    pub holder: Option<String>,
    /// Its rejects by reason.
    pub rejects: Vec<RejectGroup>,
    /// Rows under way or in doubt.
    pub in_doubt: RangeSet,
    /// Doubts that were settled.
    pub settled: Vec<SettledDoubt>,
}

/// How it stands with a run, in a word.
fn state(run: &RunSummary, is_held: bool) -> &'static str {
    match run.ending() {
        _ if is_held => "working",
        Some(Ending::Finished) => "finished",
        Some(Ending::Interrupted) => "interrupted",
        Some(Ending::Stopped(_)) if run.counts.in_doubt > 0 => "in doubt",
        Some(Ending::Stopped(_)) => "stopped",
        None => "killed",
    }
}

/// One line a run.
pub fn runs_text(runs: &[(RunSummary, bool)], width: Width) -> String {
    let rows = runs.iter().map(|(run, is_held)| {
        let counts = &run.counts;
        [
            run.id.to_string(),
            state(run, *is_held).to_owned(),
            run.key.queue.clone(),
            run.rows.to_string(),
            counts.accepted.to_string(),
            (counts.done() - counts.accepted).to_string(),
            counts.in_doubt.to_string(),
            run.input.given.clone(),
        ]
    });
    table::text(["RUN", "STATE", "QUEUE", "ROWS", "ACCEPTED", "REJECTED", "IN DOUBT", "INPUT"], rows, width)
}

/// The same for scripts. Its shape changes only with its version.
pub fn runs_json(runs: &[(RunSummary, bool)]) -> Value {
    json!({ "version": 1, "runs": runs.iter().map(|(run, is_held)| summary(run, *is_held)).collect::<Vec<_>>() })
}

fn summary(run: &RunSummary, is_held: bool) -> Value {
    let counts = &run.counts;
    json!({
        "run": run.id.as_str(),
        "state": state(run, is_held),
        "input": run.input.given,
        "path": run.input.path,
        "sha256": hexadecimal(&run.key.content),
        "bytes": run.key.length,
        "api_root": run.key.api_root,
        "tenant": run.key.tenant,
        "folder": run.key.folder,
        "queue": run.key.queue,
        "commit": run.commit,
        "options": run.options,
        "rows": run.rows,
        "accepted": counts.accepted,
        "refused": counts.refused,
        "rolled_back": counts.rolled_back,
        "left_out": counts.left_out,
        "abandoned": counts.abandoned,
        "in_doubt": counts.in_doubt,
        "not_sent": run.rows.saturating_sub(counts.done() + counts.in_doubt),
        "rejects_file": run.rejects_file.as_ref().filter(|file| file.exists()),
        "sittings": run.sittings.iter().map(sitting_json).collect::<Vec<_>>(),
    })
}

fn sitting_json(sitting: &Sitting) -> Value {
    json!({
        "began": sitting.began.to_string(),
        "who": sitting.operator.who,
        "login": sitting.operator.login,
        "uiq": sitting.operator.version,
        "ended": sitting.ended.as_ref().map(|(at, _)| at.to_string()),
        "ending": sitting.ended.as_ref().map(|(_, ending)| words(ending)),
    })
}

/// Everything about one run, for scripts.
pub fn run_json(details: &RunDetails) -> Value {
    let mut value = summary(&details.run, details.holder.is_some());
    if let Some(members) = value.as_object_mut() {
        members.insert(String::from("version"), json!(1));
        members.insert(String::from("held_by"), json!(details.holder));
        members.insert(String::from("in_doubt_rows"), json!(details.in_doubt.to_string()));
        let reasons: Vec<_> = details.rejects.iter().map(super::report::reason).collect();
        members.insert(String::from("reasons"), json!(reasons));
        members
            .insert(String::from("settled_doubts"), json!(details.settled.iter().map(doubt_json).collect::<Vec<_>>()));
    }
    value
}

fn doubt_json(doubt: &SettledDoubt) -> Value {
    json!({
        "rows": doubt.portion.ranges.to_string(),
        "sent": doubt.sent_at.to_string(),
        "why": doubt.why,
        "settled": doubt.settled_at.to_string(),
        "evidence": evidence(doubt.evidence),
        "accepted": doubt.accepted,
        "rejected": doubt.rejected,
        "missing": doubt.missing,
    })
}

/// Everything about one run: when, what, by whom, how many went which way, and how it ended.
pub fn run_text(details: &RunDetails) -> String {
    let RunDetails { run, holder, rejects, in_doubt, settled } = details;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<14}{value}");
    };
    line("run", run.id.as_str());
    line("state", state(run, holder.is_some()));
    if let Some(holder) = holder {
        line("held by", holder.strip_prefix("held by ").unwrap_or(holder));
    }
    line("input", &format!("{}, {} bytes, {}", run.input.given, run.key.length, rows(run.rows)));
    line("content", &format!("sha256 {}", hexadecimal(&run.key.content)));
    line(
        "queue",
        &format!("{} in folder {}", run.key.queue, if run.key.folder.is_empty() { "-" } else { &run.key.folder }),
    );
    line("at", &run.key.api_root);
    let options: Vec<_> = run.options.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let options = if options.is_empty() { String::from("none") } else { options.join(" ") };
    line("options", &options);
    for sitting in &run.sittings {
        let end = sitting.ended.as_ref().map_or_else(
            || String::from("no end: at work, or killed"),
            |(at, ending)| format!("{at:.0}, {}", words(ending)),
        );
        line("sitting", &format!("{:.0} to {end}", sitting.began));
        let operator = &sitting.operator;
        line("", &format!("by {} as {} (uiq {})", operator.who, operator.login, operator.version));
    }
    line("accepted", &run.counts.accepted.to_string());
    line("rejected", &(run.counts.done() - run.counts.accepted).to_string());
    for group in rejects {
        line("", &super::report::reason_text(group));
    }
    if let Some(file) = run.rejects_file.as_ref().filter(|file| file.exists()) {
        line("", &format!("in {}", file.display()));
    }
    line("in doubt", &if in_doubt.is_empty() { String::from("0") } else { rows_named(in_doubt) });
    line("not sent", &run.rows.saturating_sub(run.counts.done() + run.counts.in_doubt).to_string());
    for doubt in settled {
        let SettledDoubt { portion, why, accepted, rejected, missing, .. } = doubt;
        let fate = format!("{accepted} were in the queue, {missing} were not, {rejected} rejected");
        line(
            "was in doubt",
            &format!("{}: {fate} (known by {})", rows_named(&portion.ranges), evidence(doubt.evidence)),
        );
        line("", &format!("because {why}"));
    }
    text.truncate(text.trim_end().len());
    text
}

fn words(ending: &Ending) -> String {
    match ending {
        Ending::Finished => String::from("finished"),
        Ending::Interrupted => String::from("interrupted"),
        Ending::Stopped(reason) => format!("stopped: {reason}"),
    }
}

fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Answer => "answer",
        Evidence::References => "references",
        Evidence::Content => "content",
        Evidence::User => "user",
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}
