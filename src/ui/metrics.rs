//! The figures of a load in Prometheus's text format, for the textfile collector of node_exporter.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>. Names and labels are a promise. Every figure has the labels `queue` and
//! `file`: what was named, a pattern for several files, so that it is the same every night; with `--shard` also `shard`. All but one are
//! gauges that speak of the last load: a counter that began anew each night could not be told from one that stands still. The counter
//! goes on from what the file said before.
//!
//! Alert on `time() - uiq_load_last_success_timestamp_seconds > 86400` (it is 0 where nothing ever succeeded), and on
//! `uiq_load_rows{result="in_doubt"} > 0`.

use std::fmt::{Display, Write};
use std::time::Duration;

use jiff::Timestamp;

use crate::load::{FileEnd, FileState};
use crate::rows::Shard;

/// What a load has come to.
#[derive(Debug)]
pub struct Figures<'a> {
    /// The queue, as it was named.
    pub queue: &'a str,
    /// The files, as they were named, in one word.
    pub file: &'a str,
    /// The share of their rows.
    pub shard: Shard,
    /// What became of each.
    pub ends: &'a [FileEnd],
    /// The exit code of the command.
    pub exit_code: u8,
    /// How long the command took.
    pub took: Duration,
    /// When it ended.
    pub now: Timestamp,
}

const STATES: [FileState; 7] = [
    FileState::Done,
    FileState::LoadedBefore,
    FileState::Failed,
    FileState::Open,
    FileState::Busy,
    FileState::Gone,
    FileState::NotReached,
];

const SUCCESS: &str = "uiq_load_last_success_timestamp_seconds";
const ACCEPTED: &str = "uiq_load_accepted_rows_total";

/// The file's text. `former` is what it said before.
pub fn metrics_text(figures: &Figures<'_>, former: &str) -> String {
    let labels = labels(figures);
    let mut text = Text { text: String::new(), labels };
    text.family("uiq_load_rows", "gauge", "Rows of the last load by what became of them.");
    for (result, rows) in rows(figures.ends) {
        text.value("uiq_load_rows", Some(("result", result)), rows);
    }
    text.family("uiq_load_files", "gauge", "Files of the last load by what became of them.");
    for state in STATES {
        let count = figures.ends.iter().filter(|end| end.state == state).count();
        text.value("uiq_load_files", Some(("state", state.name())), count);
    }
    text.family(ACCEPTED, "counter", "Rows accepted by all loads that have written this file.");
    let reports = figures.ends.iter().filter_map(|end| end.report.as_ref());
    let accepted: u64 = reports.map(|report| report.accepted_now).sum();
    let before = text.former(ACCEPTED, former).and_then(|value| value.parse::<u64>().ok()).unwrap_or(0);
    text.value(ACCEPTED, None, before.saturating_add(accepted));
    text.family("uiq_load_exit_code", "gauge", "Exit code of the last load.");
    text.value("uiq_load_exit_code", None, figures.exit_code);
    text.family("uiq_load_duration_seconds", "gauge", "How long the last load took.");
    text.value("uiq_load_duration_seconds", None, format_args!("{:.3}", figures.took.as_secs_f64()));
    let now = figures.now.as_second();
    text.family("uiq_load_last_run_timestamp_seconds", "gauge", "When the last load ended.");
    text.value("uiq_load_last_run_timestamp_seconds", None, now);
    text.family(SUCCESS, "gauge", "When a load last ended with exit code 0; 0 if never.");
    let kept = text.former(SUCCESS, former).and_then(|value| value.parse().ok()).unwrap_or(0);
    text.value(SUCCESS, None, if figures.exit_code == 0 { now } else { kept });
    text.text
}

/// Rows by what became of them, over all files.
fn rows(ends: &[FileEnd]) -> [(&'static str, u64); 4] {
    let mut all = [("accepted", 0), ("rejected", 0), ("in_doubt", 0), ("unsent", 0)];
    for report in ends.iter().filter_map(|end| end.report.as_ref()) {
        let counts = report.counts;
        let of = [counts.accepted, counts.done() - counts.accepted, counts.in_doubt, report.unsent()];
        all.iter_mut().zip(of).for_each(|((_, sum), rows)| *sum += rows);
    }
    all
}

fn labels(figures: &Figures<'_>) -> String {
    let mut labels = format!("queue=\"{}\",file=\"{}\"", escaped(figures.queue), escaped(figures.file));
    if !figures.shard.is_whole() {
        let _ = write!(labels, ",shard=\"{}\"", figures.shard);
    }
    labels
}

/// A label's value: the format escapes these three and nothing else.
fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

struct Text {
    text: String,
    labels: String,
}

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn value(&mut self, name: &str, label: Option<(&str, &str)>, value: impl Display) {
        let labels = &self.labels;
        let _ = match label {
            Some((key, word)) => writeln!(self.text, "{name}{{{labels},{key}=\"{word}\"}} {value}"),
            None => writeln!(self.text, "{name}{{{labels}}} {value}"),
        };
    }

    /// What `former` says of the same.
    fn former<'a>(&self, name: &str, former: &'a str) -> Option<&'a str> {
        let start = format!("{name}{{{}}} ", self.labels);
        former.lines().find_map(|line| line.strip_prefix(&start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(exit_code: u8, second: i64, former: &str) -> String {
        let ends = [FileEnd::new("in/a.csv", FileState::Done), FileEnd::new("in/b.csv", FileState::Busy)];
        let figures = Figures {
            queue: "Bob's \"queue\"\nC:\\",
            file: "in/*.csv",
            shard: Shard::WHOLE,
            ends: &ends,
            exit_code,
            took: Duration::from_millis(1_250),
            now: Timestamp::from_second(second).unwrap(),
        };
        metrics_text(&figures, former)
    }

    #[test]
    fn it_is_what_prometheus_reads() {
        insta::assert_snapshot!(text(0, 1_795_498_812, ""), @r#"
    # HELP uiq_load_rows Rows of the last load by what became of them.
    # TYPE uiq_load_rows gauge
    uiq_load_rows{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",result="accepted"} 0
    uiq_load_rows{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",result="rejected"} 0
    uiq_load_rows{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",result="in_doubt"} 0
    uiq_load_rows{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",result="unsent"} 0
    # HELP uiq_load_files Files of the last load by what became of them.
    # TYPE uiq_load_files gauge
    uiq_load_files{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",state="done"} 1
    uiq_load_files{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",state="loaded_before"} 0
    uiq_load_files{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",state="failed"} 0
    uiq_load_files{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",state="open"} 0
    uiq_load_files{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",state="busy"} 1
    uiq_load_files{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",state="gone"} 0
    uiq_load_files{queue="Bob's \"queue\"\nC:\\",file="in/*.csv",state="not_reached"} 0
    # HELP uiq_load_accepted_rows_total Rows accepted by all loads that have written this file.
    # TYPE uiq_load_accepted_rows_total counter
    uiq_load_accepted_rows_total{queue="Bob's \"queue\"\nC:\\",file="in/*.csv"} 0
    # HELP uiq_load_exit_code Exit code of the last load.
    # TYPE uiq_load_exit_code gauge
    uiq_load_exit_code{queue="Bob's \"queue\"\nC:\\",file="in/*.csv"} 0
    # HELP uiq_load_duration_seconds How long the last load took.
    # TYPE uiq_load_duration_seconds gauge
    uiq_load_duration_seconds{queue="Bob's \"queue\"\nC:\\",file="in/*.csv"} 1.250
    # HELP uiq_load_last_run_timestamp_seconds When the last load ended.
    # TYPE uiq_load_last_run_timestamp_seconds gauge
    uiq_load_last_run_timestamp_seconds{queue="Bob's \"queue\"\nC:\\",file="in/*.csv"} 1795498812
    # HELP uiq_load_last_success_timestamp_seconds When a load last ended with exit code 0; 0 if never.
    # TYPE uiq_load_last_success_timestamp_seconds gauge
    uiq_load_last_success_timestamp_seconds{queue="Bob's \"queue\"\nC:\\",file="in/*.csv"} 1795498812
    "#);
    }

    #[test]
    fn a_failure_keeps_the_time_of_the_last_success_and_the_counter_its_sum() {
        let never = text(4, 100, "");
        let first = text(0, 200, &never);
        // As if 41 rows had been accepted until then.
        let sum = |line: &str| line.starts_with(ACCEPTED).then(|| line.trim_end_matches('0').to_owned() + "41");
        let later: Vec<_> = first.lines().map(|line| sum(line).unwrap_or_else(|| line.to_owned())).collect();
        let failed = text(1, 300, &later.join("\n"));
        let of = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap();
            line.rsplit_once(' ').unwrap().1.to_owned()
        };
        assert_eq!([&never, &first, &failed].map(|text| of(text, SUCCESS)), ["0", "200", "200"]);
        assert_eq!([&never, &first, &failed].map(|text| of(text, ACCEPTED)), ["0", "0", "41"]);
        assert_eq!(of(&failed, "uiq_load_last_run"), "300");
        let foreign = text(1, 300, &first.replace("Bob", "Eve"));
        assert_eq!(of(&foreign, SUCCESS), "0", "what another load wrote is not ours");
    }
}
