//! The end of a load, in words and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use super::plural::rows;
use super::processing::{processing_json, processing_text};
use crate::http::Jobs;
use crate::journal::{Cause, RejectGroup};
use crate::load::report::{Pace, Report};
use crate::load::{BatchRows, Chosen, DEFAULT_BATCH_ROWS};

/// How many reasons are shown; the rejects file has them all.
const REASONS: usize = 8;

/// What became of the rows, and what to do next.
pub fn load_text(report: &Report) -> String {
    let mut text = String::new();
    let seconds = report.took.as_secs_f64();
    #[allow(clippy::cast_precision_loss)] // for the eye
    let rate = report.accepted_now as f64 / seconds.max(0.001);
    let accepted = report.counts.accepted;
    let _ = if accepted == report.rows {
        write!(
            text,
            "{} of {} accepted into {} in {seconds:.1} s ({rate:.0} rows/s)",
            rows(accepted),
            report.input,
            report.queue
        )
    } else {
        write!(
            text,
            "{accepted} of {} of {} accepted into {} in {seconds:.1} s",
            rows(report.rows),
            report.input,
            report.queue
        )
    };
    reasons(&mut text, report);
    text.extend(pace_text(&report.pace).map(|line| format!("\n  {line}")));
    if let Some(file) = &report.rejects_file {
        let file = file.display();
        let load = format!("`uiq load {} {}`", quoted(&report.queue), quoted(&file.to_string()));
        let _ = match Left::of(report) {
            Left::Open => write!(text, "\nrows that may or may not be in the queue: {file}"),
            Left::Both => write!(
                text,
                "\nrows that are not, or may not be, in the queue, each with its reason: {file}\n\
                 next: mend them there, take out those with `InDoubt` that are in the queue, then {load}"
            ),
            Left::Refused => write!(
                text,
                "\nrows that are not in the queue, each with its reason: {file}\nnext: mend them there, then {load}"
            ),
        };
    }
    if let Some(watched) = &report.processing {
        let _ = write!(text, "\n{}", processing_text(watched));
    }
    text
}

/// What is in the rejects file: to load rows again that were only not sent again may double them.
enum Left {
    Refused,
    Open,
    Both,
}

impl Left {
    fn of(report: &Report) -> Self {
        let open = report.counts.abandoned;
        match report.rows - report.counts.accepted {
            _ if open == 0 => Self::Refused,
            left if left == open => Self::Open,
            _ => Self::Both,
        }
    }
}

fn reasons(text: &mut String, report: &Report) {
    for group in report.rejects.iter().take(REASONS) {
        let _ = write!(text, "\n  {}", reason_text(group));
    }
    let more: u64 = report.rejects.iter().skip(REASONS).map(|group| group.rows).sum();
    if more > 0 {
        let _ = write!(text, "\n  {} for other reasons", rows(more));
    }
    if report.counts.in_doubt > 0 {
        let _ = write!(text, "\n  {} in doubt", rows(report.counts.in_doubt));
    }
    if report.unsent() > 0 {
        let _ = write!(text, "\n  {} not sent", rows(report.unsent()));
    }
}

/// A reason, and how many rows have it.
pub(super) fn reason_text(group: &RejectGroup) -> String {
    let RejectGroup { cause, code, rows: count, first, message } = group;
    let what = match cause {
        Cause::Refused => "refused",
        Cause::RolledBack => "rolled back",
        Cause::LeftOut => "left out",
        Cause::Abandoned => "not sent again",
    };
    let from = if *count == 1 { format!("row {first}") } else { format!("first row {first}") };
    format!("{} {what}, {from}: {code}: {}", rows(*count), message.trim_end_matches('.'))
}

/// The same for scripts. Its shape changes only with its version.
pub fn load_json(report: &Report, stopped: Option<&str>, exit: u8) -> Value {
    let reasons: Vec<_> = report.rejects.iter().map(reason).collect();
    let mut value = json!({
        "version": 1,
        "run": report.run.as_str(),
        "input": report.input,
        "queue": report.queue,
        "rows": report.rows,
        "accepted": report.counts.accepted,
        "accepted_now": report.accepted_now,
        "refused": report.counts.refused,
        "rolled_back": report.counts.rolled_back,
        "left_out": report.counts.left_out,
        "abandoned": report.counts.abandoned,
        "in_doubt": report.counts.in_doubt,
        "not_sent": report.unsent(),
        "in_doubt_rows": report.in_doubt.to_string(),
        "reasons": reasons,
        "rejects_file": report.rejects_file.as_ref().map(|file| file.display().to_string()),
        "seconds": report.took.as_secs_f64(),
        "pace": pace_json(&report.pace),
        "stopped": stopped,
        "exit_code": exit,
    });
    // Only where it was asked for: whoever reads the report of before finds it as it was.
    if let (Some(members), Some(watched)) = (value.as_object_mut(), &report.processing) {
        members.insert(String::from("processing"), processing_json(watched));
    }
    value
}

pub(super) fn reason(group: &RejectGroup) -> Value {
    let cause = match group.cause {
        Cause::Refused => "refused",
        Cause::RolledBack => "rolled_back",
        Cause::LeftOut => "left_out",
        Cause::Abandoned => "abandoned",
    };
    json!({ "cause": cause, "code": group.code, "rows": group.rows, "first_row": group.first.0, "message": group.message })
}

/// What was found out about the server's pace, where that was asked for, or is slower than anybody expects.
fn pace_text(pace: &Pace) -> Option<String> {
    let Pace { jobs, most_jobs, last_jobs, batch_rows, rows: Chosen { largest, last, .. } } = pace;
    let adapts = matches!(batch_rows, BatchRows::Auto { .. });
    match jobs {
        Jobs::Auto => {
            let most = if most_jobs == last_jobs { String::new() } else { format!(" (at most {most_jobs})") };
            let requests = if *last_jobs == 1 { "1 request".to_owned() } else { format!("{last_jobs} requests") };
            Some(format!("pace: {requests} at a time{most}, {} each", rows(*last as u64)))
        }
        Jobs::Given(_) if adapts && last < largest && *last < DEFAULT_BATCH_ROWS => Some(format!(
            "pace: requests of {} in the end, for the server was slow or did not answer",
            rows(*last as u64)
        )),
        Jobs::Given(_) => None,
    }
}

pub(super) fn pace_json(pace: &Pace) -> Value {
    let Chosen { smallest, largest, last } = pace.rows;
    json!({
        "jobs": { "asked": pace.jobs.to_string(), "most": pace.most_jobs, "last": pace.last_jobs },
        "batch_rows": { "asked": pace.batch_rows.to_string(), "smallest": smallest, "largest": largest, "last": last },
    })
}

/// A word as a shell takes it for one.
pub fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_./:@%+,=".contains(c));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(jobs: Jobs, batch_rows: BatchRows, last: usize) -> Pace {
        Pace {
            jobs,
            most_jobs: 8,
            last_jobs: 6,
            batch_rows,
            rows: Chosen { smallest: last.min(500), largest: 625, last },
        }
    }

    #[test]
    fn the_pace_is_worth_a_line_where_it_was_to_be_found_or_is_slow() {
        let auto = BatchRows::auto(16);
        let line = |jobs, rows, last| pace_text(&pace(jobs, rows, last)).unwrap_or_default();
        insta::assert_snapshot!(line(Jobs::Auto, auto, 625), @"pace: 6 requests at a time (at most 8), 625 rows each");
        insta::assert_snapshot!(line(Jobs::Given(8), auto, 125), @"pace: requests of 125 rows in the end, for the server was slow or did not answer");
        assert_eq!(line(Jobs::Given(8), auto, 625), "");
        assert_eq!(line(Jobs::Given(8), BatchRows::Given(7), 7), "");
    }

    #[test]
    fn the_pace_in_json_says_what_was_asked_and_what_was_chosen() {
        insta::assert_snapshot!(
            pace_json(&pace(Jobs::Auto, BatchRows::Steady(500), 500)),
            @r#"{"batch_rows":{"asked":"auto","largest":625,"last":500,"smallest":500},"jobs":{"asked":"auto","last":6,"most":8}}"#
        );
    }

    #[test]
    fn a_word_stays_one_word_in_a_shell() {
        assert_eq!(quoted("Invoices"), "Invoices");
        assert_eq!(quoted("Bob's queue"), r"'Bob'\''s queue'");
    }
}
