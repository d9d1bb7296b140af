//! Opening: what is made, what is refused, what a bad disk does.

use super::support::*;
use crate::journal::{Entry, Fault, Journal, JournalError, Outcome};
use crate::rows::{RowNumber, Shard};

#[cfg(unix)]
#[test]
fn it_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("state/uiq");
    let _run = begin(&state);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    for entry in std::fs::read_dir(&state).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn looking_makes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("uiq");
    assert!(Journal::look(&state).unwrap().is_none());
    assert!(!state.exists());
    drop(begin(&state));
    assert_eq!(Journal::look(&state).unwrap().unwrap().runs().unwrap().len(), 1);
}

#[test]
fn what_a_newer_program_wrote_is_left_alone() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path()).unwrap();
    journal.read(|connection| connection.pragma_update(None, "user_version", 3)).unwrap();
    drop(journal);
    for error in [Journal::open(state.path()).unwrap_err(), Journal::look(state.path()).unwrap_err()] {
        let words = error.to_string().replace(state.path().to_str().unwrap(), "STATE");
        insta::allow_duplicates! {
            insta::assert_snapshot!(
                words,
                @"the journal STATE/journal.sqlite3 was written by a newer version of uiq (its format is 3, this version knows 2)"
            );
        }
    }
}

#[test]
fn what_the_first_version_wrote_is_read_and_gone_on_with() {
    for look in [false, true] {
        let state = tempfile::tempdir().unwrap();
        let old = rusqlite::Connection::open(state.path().join("journal.sqlite3")).unwrap();
        old.execute_batch(include_str!("../schema.sql")).unwrap();
        let key = key("Invoices");
        old.execute(
            "INSERT INTO runs (name, content, length, api_root, folder, queue, input, rows, first_row, last_row, commit_type)
             VALUES ('20261124-0540-k3f9', ?1, ?2, ?3, ?4, ?5, 'a.csv', 9, 2, 10, 'ProcessAllIndependently')",
            rusqlite::params![key.content.as_slice(), key.length, key.api_root, key.folder, key.queue],
        )
        .unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        drop(old);
        let journal =
            if look { Journal::look(state.path()).unwrap().unwrap() } else { Journal::open(state.path()).unwrap() };
        let run = journal.latest_for(&key).unwrap().unwrap();
        assert_eq!((run.id.as_str(), run.key.shard, run.file), ("20261124-0540-k3f9", Shard::WHOLE, None));
        let mut run = journal.resume(&run.id, &operator(), at(0)).unwrap();
        run.note_file("7 1").unwrap();
        assert_eq!(run.journal().latest_for(&key).unwrap().unwrap().file.as_deref(), Some("7 1"));
    }
}

#[test]
fn what_is_no_journal_is_refused() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("journal.sqlite3");
    std::fs::write(&file, "Reference,Amount\n".repeat(100)).unwrap();
    let error = Journal::open(state.path()).unwrap_err();
    assert!(matches!(error, JournalError::Corrupt { .. }), "{error:?}");
    assert!(matches!(Journal::look(state.path()), Err(JournalError::Corrupt { .. })));
    assert_eq!(std::fs::read(&file).unwrap().len(), 1_700, "it is not touched");
}

#[test]
fn a_database_of_somebody_else_is_refused() {
    let state = tempfile::tempdir().unwrap();
    let other = rusqlite::Connection::open(state.path().join("journal.sqlite3")).unwrap();
    other.execute_batch("PRAGMA user_version = 1; CREATE TABLE runs (x)").unwrap();
    drop(other);
    let error = Journal::open(state.path()).unwrap().runs().unwrap_err();
    assert!(matches!(error, JournalError::Corrupt { .. }), "{error:?}");
}

#[test]
fn damage_within_is_noticed() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    run.record(&[sending("2-9")], at(1)).unwrap();
    run.journal().read(|connection| connection.execute("UPDATE attempts SET ranges = '9-2'", [])).unwrap();
    let error = run.progress().unwrap_err();
    assert!(matches!(error, JournalError::Corrupt { .. }), "{error:?}");
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_before_anything_is_sent() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Journal::open(&file.join("uiq")).unwrap_err();
    assert!(matches!(error, JournalError::Io { .. }), "{error:?}");
}

#[test]
fn a_journal_that_cannot_be_written_says_so() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    run.journal().read(|connection| connection.pragma_update(None, "query_only", true)).unwrap();
    let error = run.record(&[sending("2-9")], at(1)).unwrap_err();
    assert!(matches!(error, JournalError::ReadOnly { .. }), "{error:?}");
}

#[test]
fn a_full_disk_stops_a_run_that_can_go_on_when_there_is_room() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let batch = run.record(&[sending("2-501")], at(1)).unwrap()[0];
    // SQLite's own limit stands in for the disk's: it is the same error.
    let limit = |run: &crate::journal::Run, pages: i64| {
        run.journal()
            .read(|connection| connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())))
    };
    limit(&run, 1).unwrap();
    let faults =
        (600..900).map(|row| Fault { row: RowNumber(row), code: "Date".to_owned(), rule: "x".repeat(400) }).collect();
    let entries = [Entry::Settled(batch, Outcome::accepted(dense("2-501"))), Entry::LeftOut(faults)];
    let error = run.record(&entries, at(2)).unwrap_err();
    assert!(matches!(error, JournalError::Full { .. }), "{error:?}");
    assert_eq!(run.progress().unwrap().in_doubt(), rows("2-501"), "nothing of the failed call is there");

    limit(&run, 1_000_000).unwrap();
    run.record(&entries, at(3)).unwrap();
    assert_eq!(run.progress().unwrap().settled, rows("2-501"));
}

#[test]
fn two_processes_write_their_runs_side_by_side() {
    let state = tempfile::tempdir().unwrap();
    let work = |queue: &'static str| {
        let state = state.path().to_owned();
        move || {
            let mut new = invoices(20);
            new.key = key(queue);
            let mut run = Journal::open(&state).unwrap().begin(&new, at(0)).unwrap();
            for row in 2..22 {
                let batch = run.record(&[sending(&row.to_string())], at(row)).unwrap()[0];
                run.record(&[Entry::Settled(batch, Outcome::accepted(dense(&row.to_string())))], at(row)).unwrap();
            }
            (run.progress().unwrap().settled, run.id().clone())
        }
    };
    let threads = ["Invoices", "Orders", "Claims"].map(|queue| std::thread::spawn(work(queue)));
    let runs: std::collections::BTreeSet<_> = threads
        .into_iter()
        .map(|thread| {
            let (settled, id) = thread.join().unwrap();
            assert_eq!(settled, rows("2-21"));
            id
        })
        .collect();
    assert_eq!(runs.len(), 3);
}

#[test]
fn a_run_can_move_to_another_thread() {
    fn moves<T: Send>() {}
    moves::<crate::journal::Run>();
}
