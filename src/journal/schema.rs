//! The format of the file: how a connection is set up, and how an older file becomes a current one.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

/// The steps from an empty file to the current format; `PRAGMA user_version` counts those that were done. A step that was released
/// never changes.
const STEPS: &[&str] = &[include_str!("schema.sql"), include_str!("schema_2.sql")];

/// The format that this program writes.
pub(super) const VERSION: i64 = 2;
const _: () = assert!(STEPS.len() == 2, "VERSION counts the steps");

/// How long to wait for another process that is writing. Its transactions take a millisecond; a disk that is busy with something else
/// can hold one up for seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait, of that time, before asking again for what SQLite itself does not wait for.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// Sets up a connection that may write.
///
/// - `WAL`: a commit is one sync (0.35 ms on a disk where a rollback journal's three take 1.0 to 1.3 ms; `tests/size.rs` measures it),
///   and `uiq runs` reads while a load writes. Where the file system cannot (some network drives), SQLite stays with a rollback
///   journal, which is as safe.
/// - `synchronous = FULL`: what was committed survives a power cut. On macOS only `fullfsync` makes the drive write.
/// - `wal_autocheckpoint`: 100 pages of 4 KiB keep all files together at half a megabyte (SQLite's own default lets the log grow
///   to 4 MB), and cost nothing that can be measured. `journal_size_limit` cuts off what a burst of refusals left of it.
pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    begin_log(connection)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA wal_autocheckpoint = 100;
         PRAGMA journal_size_limit = 524288;
         PRAGMA foreign_keys = ON;",
    )
}

/// Changes the file to a write-ahead log, if it has none. SQLite's own waiting does not cover this step: two processes that open a new
/// file at the same moment would fail each other.
fn begin_log(connection: &Connection) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        match connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && began.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(BUSY_PAUSE);
            }
            result => return result,
        }
    }
}

/// The format of the file; 0 if it is empty.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings the file to the current format, and finds out whether it can be written at all: it writes even where there is nothing to
/// bring. Returns the format that it found; one that is newer is left alone.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<i64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found <= VERSION {
        let done = usize::try_from(found).unwrap_or_default();
        for step in STEPS.iter().skip(done) {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()?;
    Ok(found)
}
