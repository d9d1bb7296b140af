//! How small a journal stays, and what a commit costs.

use std::path::Path;
use std::time::Instant;

use super::support::*;
use crate::journal::{Ending, Entry, Outcome, Run};
use crate::rows::Portion;

/// All that is in the state folder, the log and the shared memory beside the database included.
fn bytes(state_dir: &Path) -> u64 {
    std::fs::read_dir(state_dir).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}

/// Has batches of 500 rows accepted, one after the other; returns the most bytes that the journal took meanwhile.
fn load(run: &mut Run, state_dir: &Path, batches: u64) -> u64 {
    let mut under_way = None;
    let mut largest = 0;
    for batch in 0..batches {
        let portion = Portion::dense(range(2 + batch * 500, 501 + batch * 500));
        let mut entries = vec![Entry::Sending(portion.clone())];
        if let Some((attempt, portion)) = under_way.take() {
            entries.insert(0, Entry::Settled(attempt, Outcome::accepted(portion)));
        }
        let attempt = run.record(&entries, at(1)).unwrap()[0];
        under_way = Some((attempt, portion));
        if batch % 20 == 0 {
            largest = largest.max(bytes(state_dir));
        }
    }
    let (attempt, portion) = under_way.unwrap();
    run.record(&[Entry::Settled(attempt, Outcome::accepted(portion))], at(2)).unwrap();
    largest
}

#[test]
fn a_million_accepted_rows_never_take_a_megabyte() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    // The size is the same, and a slow disk does not make the test one.
    run.journal().read(|connection| connection.pragma_update(None, "synchronous", "OFF")).unwrap();
    let largest = load(&mut run, state.path(), 2_000);
    run.end(&Ending::Finished, at(3)).unwrap();

    assert_eq!(run.progress().unwrap().settled, rows("2-1000001"));
    assert_eq!(run.progress().unwrap().counts.accepted, 1_000_000);
    assert!(largest < 700_000, "{largest} bytes while it runs");
    drop(run);
    assert!(bytes(state.path()) < 100_000, "{} bytes afterwards", bytes(state.path()));
}

#[test]
#[ignore = "measures: cargo test --lib -- --ignored --nocapture what_a_commit_costs"]
fn what_a_commit_costs() {
    for mode in ["DELETE", "TRUNCATE", "PERSIST", "WAL"] {
        let state = tempfile::tempdir().unwrap();
        let mut run = begin(state.path());
        let pragma = format!("PRAGMA journal_mode = {mode}");
        run.journal().read(|connection| connection.query_row(&pragma, [], |_| Ok(()))).unwrap();
        let began = Instant::now();
        let largest = load(&mut run, state.path(), 2_000);
        println!("{mode:8} {:?} a commit, {largest} bytes at most", began.elapsed() / 2_001);
    }
}
