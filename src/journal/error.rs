//! What can go wrong with the journal.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::rows::RangeSet;

/// Why the journal did not do what it was asked. Nothing of a call that failed is written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk is full. What was written before is safe: the run can be resumed when there is room.
    #[error("no space left on the disk for the journal {}", path.display())]
    Full {
        /// The journal.
        path: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error("cannot write the journal {}", path.display())]
    ReadOnly {
        /// The journal.
        path: PathBuf,
        /// What SQLite or the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file is no journal, or damaged.
    #[error("the journal {} is damaged, or is none", path.display())]
    Corrupt {
        /// The journal.
        path: PathBuf,
        /// What does not fit.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A newer version of the program wrote the file.
    #[error(
        "the journal {} was written by a newer version of uiq (its format is {found}, this version knows {known})",
        path.display()
    )]
    Newer {
        /// The journal.
        path: PathBuf,
        /// The file's format.
        found: i64,
        /// The newest format this program knows.
        known: i64,
    },
    /// Another process has been writing for longer than one waits for it.
    #[error("another process keeps the journal {} busy", path.display())]
    Busy {
        /// The journal.
        path: PathBuf,
    },
    /// The system gives no more memory.
    #[error("there is no memory left to work on the journal {}", path.display())]
    Memory {
        /// The journal.
        path: PathBuf,
    },
    /// The disk failed, or something else that has no name here.
    #[error("the journal {} cannot be used", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// What SQLite or the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No run has this name.
    #[error("there is no run `{0}`")]
    NoSuchRun(String),
    /// Several runs have names that begin like this.
    #[error("`{prefix}` is the beginning of several runs: {}", .candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// Some of the runs it could be, the newest first.
        candidates: Vec<String>,
    },
    /// An entry would contradict what is written: rows sent twice, or answers for rows that were not asked about. Always a mistake
    /// of the program; stopping here is what keeps it from doubling rows.
    #[error("the journal was told something impossible{}: {what}", about(rows))]
    Contradiction {
        /// What is wrong.
        what: &'static str,
        /// The rows in question.
        rows: RangeSet,
    },
}

fn about(rows: &RangeSet) -> String {
    if rows.is_empty() { String::new() } else { format!(" about rows {rows}") }
}

impl JournalError {
    /// Names what SQLite said about the journal at `path`.
    pub(super) fn from_sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        if source.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
            // What a full disk looks like where the file beside the log has to grow.
            return Self::Full { path };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly { path, source: source.into() }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::OutOfMemory) => Self::Memory { path },
            // The last two and no code: a value of another type, a table or column that is missing. Somebody else wrote this file.
            Some(
                ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown | ErrorCode::TypeMismatch,
            )
            | None => Self::Corrupt { path, source: source.into() },
            Some(_) => Self::Io { path, source: source.into() },
        }
    }

    /// Names what the system said about the journal at `path`.
    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path, source: source.into() }
            }
            _ => Self::Io { path, source: source.into() },
        }
    }
}

/// What can go wrong within a transaction, where the file's path is not at hand.
#[derive(Debug)]
pub(super) enum Trouble {
    /// SQLite failed.
    Sqlite(rusqlite::Error),
    /// See [`JournalError::Contradiction`].
    Contradiction(&'static str, RangeSet),
}

impl Trouble {
    /// The error for whoever asked.
    pub(super) fn with_journal(self, path: &Path) -> JournalError {
        match self {
            Self::Sqlite(error) => JournalError::from_sqlite(path, error),
            Self::Contradiction(what, rows) => JournalError::Contradiction { what, rows },
        }
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn what_sqlite_says_has_a_name() {
        let name = |code| {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            let error = JournalError::from_sqlite(Path::new("j"), error);
            format!("{error:?}").split(' ').next().unwrap_or_default().to_owned()
        };
        let codes = [
            ("FULL", ffi::SQLITE_FULL),
            ("IOERR_SHMSIZE", ffi::SQLITE_IOERR_SHMSIZE),
            ("IOERR_FSYNC", ffi::SQLITE_IOERR_FSYNC),
            ("READONLY_DBMOVED", ffi::SQLITE_READONLY_DBMOVED),
            ("CANTOPEN", ffi::SQLITE_CANTOPEN),
            ("BUSY_SNAPSHOT", ffi::SQLITE_BUSY_SNAPSHOT),
            ("CORRUPT", ffi::SQLITE_CORRUPT),
            ("NOTADB", ffi::SQLITE_NOTADB),
            ("ERROR", ffi::SQLITE_ERROR),
            ("NOMEM", ffi::SQLITE_NOMEM),
        ];
        let names: Vec<_> = codes.iter().map(|(word, code)| format!("{word}: {}", name(*code))).collect();
        insta::assert_snapshot!(names.join("\n"), @r"
        FULL: Full
        IOERR_SHMSIZE: Full
        IOERR_FSYNC: Io
        READONLY_DBMOVED: ReadOnly
        CANTOPEN: ReadOnly
        BUSY_SNAPSHOT: Busy
        CORRUPT: Corrupt
        NOTADB: Corrupt
        ERROR: Corrupt
        NOMEM: Memory
        ");
    }

    #[test]
    fn what_the_system_says_has_a_name() {
        let is = |kind: io::ErrorKind| JournalError::from_io(Path::new("j"), kind.into());
        assert!(matches!(is(io::ErrorKind::StorageFull), JournalError::Full { .. }));
        assert!(matches!(is(io::ErrorKind::ReadOnlyFilesystem), JournalError::ReadOnly { .. }));
        assert!(matches!(is(io::ErrorKind::NotADirectory), JournalError::Io { .. }));
    }
}
