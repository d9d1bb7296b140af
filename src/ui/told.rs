//! What is told on stderr with `--log-format json`: one JSON object a line, and nothing else.
//!
//! Every line has `version` (1), `timestamp` (RFC 3339, UTC), `level` (`error`, `warn`, `info`; with `-v` also `debug`, `trace`) and
//! `event`. Names and fields are a promise: they change only with `version`, though fields may be added. `-q` leaves errors alone.
//!
//! | event | when | fields beside those |
//! | --- | --- | --- |
//! | `load.checked` | a file was read and checked; nothing is sent yet | `file`, `rows`, `blank_rows` |
//! | `load.started` | sending begins, or goes on | `file`, `queue`, `run`, `rows`, `done_before` |
//! | `load.progress` | now and then | `file`, `run`, `rows`, `accepted`, `rejected`, `in_doubt` |
//! | `load.waiting` | nothing leaves for a while | `file`, `run`, `seconds`, `why` |
//! | `load.doubt` | nobody knows whether these rows arrived | `file`, `run`, `rows` (`2-501, 503`), `why` |
//! | `load.asked` | Orchestrator was asked about them | `file`, `run`, `rows`, `found`, `missing`, `unclear` |
//! | `load.stopping` | nothing more is begun | `file`, `run`, `why` |
//! | `load.rejected` | some rows are not in the queue for good | `file`, `run`, `rejects_file`, `reasons` as in the report |
//! | `load.finished` | this sitting is over | `report`, the object that `-o json` puts on stdout |
//! | `file.moved` | a file was put away | `file`, `to`, `why` (`done`, `failed`) |
//! | `file.skipped` | a file was left alone | `file`, `why` (`busy`, `gone`, `rejects`, `repeated`, `partial`, `unknown`), `message` |
//! | `load.summary` | the end of a load of several files | `files` by state, `rows`, `accepted`, `exit_code` |
//! | `warning` | something is odd | `message` |
//! | `message` | anything else that would have been said | `message` |
//! | `error` | a file failed, or the program ends for this reason | `exit_code`, `message`, `details`, `causes`, `hints` |
//!
//! With `-v` and `-vv` there are lines of the log as well, whose events have no promise: `request`, `token.not_kept` and the like, with a
//! `target`.

use std::path::Path;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// The version of names and fields.
pub(super) const VERSION: u8 = 1;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Error,
    Warn,
    Info,
}

/// One thing that is told. The fields are described above.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event")]
#[allow(missing_docs)] // the table above
pub enum Told<'a> {
    #[serde(rename = "load.checked")]
    Checked { file: &'a str, rows: u64, blank_rows: u64 },
    #[serde(rename = "load.started")]
    Started { file: &'a str, queue: &'a str, run: &'a str, rows: u64, done_before: u64 },
    #[serde(rename = "load.progress")]
    Progress { file: &'a str, run: &'a str, rows: u64, accepted: u64, rejected: u64, in_doubt: u64 },
    #[serde(rename = "load.waiting")]
    Waiting { file: &'a str, run: &'a str, seconds: f64, why: &'a str },
    #[serde(rename = "load.doubt")]
    Doubt { file: &'a str, run: &'a str, rows: String, why: &'a str },
    #[serde(rename = "load.asked")]
    Asked { file: &'a str, run: &'a str, rows: String, found: u64, missing: u64, unclear: u64 },
    #[serde(rename = "load.stopping")]
    Stopping { file: &'a str, run: &'a str, why: &'a str },
    #[serde(rename = "load.rejected")]
    Rejected {
        file: &'a str,
        run: &'a str,
        #[serde(serialize_with = "shown")]
        rejects_file: &'a Path,
        reasons: Value,
    },
    #[serde(rename = "load.finished")]
    Finished { report: Value },
    #[serde(rename = "load.summary")]
    Summary { files: Value, rows: u64, accepted: u64, exit_code: u8 },
    #[serde(rename = "file.moved")]
    Moved {
        #[serde(serialize_with = "shown")]
        file: &'a Path,
        #[serde(serialize_with = "shown")]
        to: &'a Path,
        why: &'a str,
    },
    #[serde(rename = "file.skipped")]
    Skipped {
        #[serde(serialize_with = "shown")]
        file: &'a Path,
        why: &'a str,
        message: &'a str,
    },
    #[serde(rename = "warning")]
    Warning { message: &'a str },
    #[serde(rename = "message")]
    Message { message: &'a str },
    #[serde(rename = "error")]
    Error { exit_code: u8, message: &'a str, details: &'a [String], causes: &'a [String], hints: &'a [String] },
}

impl Told<'_> {
    pub(super) fn level(&self) -> Level {
        match self {
            Self::Error { .. } => Level::Error,
            Self::Warning { .. } | Self::Doubt { .. } | Self::Stopping { .. } | Self::Rejected { .. } => Level::Warn,
            Self::Checked { .. }
            | Self::Started { .. }
            | Self::Progress { .. }
            | Self::Waiting { .. }
            | Self::Asked { .. }
            | Self::Finished { .. }
            | Self::Summary { .. }
            | Self::Moved { .. }
            | Self::Skipped { .. }
            | Self::Message { .. } => Level::Info,
        }
    }

    /// The line, without its end.
    pub(super) fn line(&self, now: Timestamp) -> String {
        #[derive(Serialize)]
        struct Line<'a> {
            version: u8,
            timestamp: String,
            level: Level,
            #[serde(flatten)]
            told: &'a Told<'a>,
        }
        let line = Line { version: VERSION, timestamp: stamp(now), level: self.level(), told: self };
        // Strings, numbers and keys that are strings: nothing in it can fail.
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// A path as it is shown elsewhere: one that is not Unicode, too.
fn shown<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// To the millisecond, always with the same number of digits.
pub(super) fn stamp(now: Timestamp) -> String {
    format!("{now:.3}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_event_has_its_name_and_its_fields() {
        let (file, run) = ("a.csv", "20261124-0540-k3f9");
        let hints = [String::from("type this")];
        let all = [
            Told::Checked { file, rows: 9, blank_rows: 1 },
            Told::Started { file, queue: "Invoices", run, rows: 9, done_before: 2 },
            Told::Progress { file, run, rows: 9, accepted: 3, rejected: 1, in_doubt: 0 },
            Told::Waiting { file, run, seconds: 2.5, why: "HTTP 429" },
            Told::Doubt { file, run, rows: String::from("2-4"), why: "no answer" },
            Told::Asked { file, run, rows: String::from("2-4"), found: 2, missing: 1, unclear: 0 },
            Told::Stopping { file, run, why: "interrupted" },
            Told::Rejected { file, run, rejects_file: Path::new("a.rejects.csv"), reasons: json!([]) },
            Told::Finished { report: json!({"version": 1}) },
            Told::Summary { files: json!({"done": 2}), rows: 9, accepted: 8, exit_code: 3 },
            Told::Moved { file: Path::new("in/a.csv"), to: Path::new("done/a.csv"), why: "done" },
            Told::Skipped { file: Path::new("in/a.csv"), why: "gone", message: "it is gone" },
            Told::Warning { message: "odd" },
            Told::Message { message: "Grüße\nzwei" },
            Told::Error { exit_code: 4, message: "not allowed", details: &[], causes: &[], hints: &hints },
        ];
        let now = "2026-11-24T05:40:12.3456Z".parse().unwrap();
        let lines: Vec<_> = all.iter().map(|told| told.line(now)).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"load.checked","file":"a.csv","rows":9,"blank_rows":1}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"load.started","file":"a.csv","queue":"Invoices","run":"20261124-0540-k3f9","rows":9,"done_before":2}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"load.progress","file":"a.csv","run":"20261124-0540-k3f9","rows":9,"accepted":3,"rejected":1,"in_doubt":0}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"load.waiting","file":"a.csv","run":"20261124-0540-k3f9","seconds":2.5,"why":"HTTP 429"}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"warn","event":"load.doubt","file":"a.csv","run":"20261124-0540-k3f9","rows":"2-4","why":"no answer"}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"load.asked","file":"a.csv","run":"20261124-0540-k3f9","rows":"2-4","found":2,"missing":1,"unclear":0}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"warn","event":"load.stopping","file":"a.csv","run":"20261124-0540-k3f9","why":"interrupted"}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"warn","event":"load.rejected","file":"a.csv","run":"20261124-0540-k3f9","rejects_file":"a.rejects.csv","reasons":[]}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"load.finished","report":{"version":1}}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"load.summary","files":{"done":2},"rows":9,"accepted":8,"exit_code":3}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"file.moved","file":"in/a.csv","to":"done/a.csv","why":"done"}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"file.skipped","file":"in/a.csv","why":"gone","message":"it is gone"}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"warn","event":"warning","message":"odd"}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"info","event":"message","message":"Grüße\nzwei"}
    {"version":1,"timestamp":"2026-11-24T05:40:12.345Z","level":"error","event":"error","exit_code":4,"message":"not allowed","details":[],"causes":[],"hints":["type this"]}
    "#);
    }
}
