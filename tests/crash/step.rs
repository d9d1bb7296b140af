//! Stops a program in the middle of a chosen change of its journal, from outside.
//!
//! The journal is SQLite, so it can be told what to do when it is changed: triggers count the changes of rows down, and at zero
//! one of them computes for ever. The program then is within a transaction that it never ends; killed there, it leaves behind
//! what a crash before the end of that transaction leaves. The program does not know of it.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension};

use super::program::Program;

/// Whoever keeps the write lock so long does not come back: a transaction takes a millisecond. On a machine that is busier than that
/// the program is killed somewhere else, and the test is as good.
const NEVER_COMES_BACK: Duration = Duration::from_millis(60);

/// How often the lock is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// Never reaches zero.
const NEVER: i64 = -1;

/// Prepares the journal in `state`: a program that starts now stops for ever at its change of a row number `number`, counted from one.
pub(crate) fn stop_at_change(state: &Path, number: u64) {
    drop(uiq::journal::Journal::open(state).unwrap());
    let journal = open(state);
    let ready: Option<i64> =
        journal.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'steps'", [], |row| row.get(0)).optional().unwrap();
    if ready.is_none() {
        journal.execute_batch(&traps(&journal)).unwrap();
    }
    journal.execute("UPDATE steps SET left = ?1", [i64::try_from(number).unwrap()]).unwrap();
}

/// Kills `program` once it has stopped; leaves a journal that stops nobody.
pub(crate) fn kill_where_it_stops(state: &Path, program: &Program) {
    let journal = open(state);
    let mut free = Instant::now();
    while !program.has_ended() && free.elapsed() < NEVER_COMES_BACK {
        if journal.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
            free = Instant::now();
        }
        std::thread::sleep(LOOK);
    }
    program.victim().kill();
    program.victim().until_it_has_ended();
    journal.execute("UPDATE steps SET left = ?1", [NEVER]).unwrap();
}

fn open(state: &Path) -> Connection {
    let journal = Connection::open(state.join("journal.sqlite3")).unwrap();
    journal.busy_timeout(Duration::ZERO).unwrap();
    journal
}

/// The triggers, one for each way of changing each table.
fn traps(journal: &Connection) -> String {
    let mut names =
        journal.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let trap = |(table, change): (&String, &str)| {
        format!(
            "CREATE TRIGGER step_{change}_{table} AFTER {change} ON {table} BEGIN
                 UPDATE steps SET left = left - 1;
                 SELECT CASE WHEN (SELECT left FROM steps) = 0 THEN (SELECT count(*) FROM for_ever) END;
             END;"
        )
    };
    let changes = ["INSERT", "UPDATE", "DELETE"];
    let traps = names.iter().flat_map(|table| changes.map(|change| trap((table, change))));
    let begin = "BEGIN;
        CREATE TABLE steps (left INTEGER NOT NULL);
        INSERT INTO steps VALUES (-1);
        CREATE VIEW for_ever AS WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c;";
    format!("{begin}{}COMMIT;", traps.collect::<String>())
}
