//! What became of several files, in words and as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::plural::rows;
use super::report::load_json;
use super::told::Told;
use crate::load::{FileEnd, FileState};

/// How many files there are of each state that there is.
fn by_state(ends: &[FileEnd]) -> BTreeMap<FileState, usize> {
    let mut states = BTreeMap::new();
    for end in ends {
        *states.entry(end.state).or_default() += 1;
    }
    states
}

/// Rows, and accepted rows, as far as they were counted.
fn row_counts(ends: &[FileEnd]) -> (u64, u64) {
    let reports = || ends.iter().filter_map(|end| end.report.as_ref());
    (reports().map(|report| report.rows).sum(), reports().map(|report| report.counts.accepted).sum())
}

/// `3 files: 2 done, 1 failed; 1204 of 1210 rows accepted`.
pub fn files_text(ends: &[FileEnd]) -> String {
    let states: Vec<_> =
        by_state(ends).iter().map(|(state, count)| format!("{count} {}", state.name().replace('_', " "))).collect();
    let (all, accepted) = row_counts(ends);
    let files = if ends.len() == 1 { String::from("1 file") } else { format!("{} files", ends.len()) };
    format!("{files}: {}; {accepted} of {} accepted", states.join(", "), rows(all))
}

/// The same for the log.
pub fn files_counted(ends: &[FileEnd], exit_code: u8) -> Told<'static> {
    let states: BTreeMap<_, _> = by_state(ends).into_iter().map(|(state, count)| (state.name(), count)).collect();
    let (rows, accepted) = row_counts(ends);
    Told::Summary { files: json!(states), rows, accepted, exit_code }
}

/// The files for scripts, each with the report of its load. The shape changes only with its version.
pub fn files_json(ends: &[FileEnd], exit_code: u8) -> Value {
    let (rows, accepted) = row_counts(ends);
    let files: Vec<_> = ends.iter().map(file_json).collect();
    json!({ "version": 1, "files": files, "rows": rows, "accepted": accepted, "exit_code": exit_code })
}

fn file_json(end: &FileEnd) -> Value {
    json!({
        "file": end.file.display().to_string(),
        "state": end.state.name(),
        "exit_code": end.exit_code,
        "moved_to": end.moved_to.as_ref().map(|path| path.display().to_string()),
        "loaded_by": end.loaded_by.as_ref().map(ToString::to_string),
        "error": end.error,
        "report": end.report.as_ref().map(|report| load_json(report, end.stopped.as_deref(), end.exit_code)),
    })
}
