//! Stops a program before each write into its journal, from outside: whoever holds SQLite's write lock holds up everybody else.
//!
//! The lock is let go of for one write after the other. A program that waits for it asks again after some milliseconds, so that
//! we have it back before the program's next write; should we once be late, two writes count as one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::program::Program;

/// How long a program may take from the write before to the one that is held up. It decides where it is killed, not whether the
/// test passes.
const COMES_TO_THE_LOCK: Duration = Duration::from_millis(15);

/// How often the journal is looked at: more often than the program comes to write.
const LOOK: Duration = Duration::from_micros(200);

/// Kills `program` before its write number `upto`, counted from the moment at which the journal can be opened.
pub(crate) fn kill_before_write(state: &Path, program: &Program, upto: u64) {
    let mut journal = loop {
        match open(&state.join("journal.sqlite3")) {
            Some(journal) => break journal,
            None if program.has_ended() => return,
            None => std::thread::sleep(LOOK),
        }
    };
    for _ in 0..upto {
        let Some(version) = hold(&mut journal, program) else { return };
        journal.execute_batch("ROLLBACK").unwrap();
        while self::version(&journal) == version {
            if program.has_ended() {
                return;
            }
            std::thread::sleep(LOOK);
        }
    }
    if hold(&mut journal, program).is_some() {
        std::thread::sleep(COMES_TO_THE_LOCK);
        program.victim().kill();
    }
}

fn open(path: &PathBuf) -> Option<Connection> {
    let journal = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    journal.busy_timeout(Duration::ZERO).unwrap();
    let tables = journal.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'attempts'", [], |row| row.get(0));
    (tables == Ok(1)).then_some(journal)
}

/// Takes the write lock; returns the version at which the journal stands, or nothing if the program has ended.
fn hold(journal: &mut Connection, program: &Program) -> Option<i64> {
    while journal.execute_batch("BEGIN IMMEDIATE").is_err() {
        if program.has_ended() {
            return None;
        }
        std::thread::sleep(LOOK);
    }
    Some(version(journal))
}

/// Changes whenever somebody else has written.
fn version(journal: &Connection) -> i64 {
    journal.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap()
}
