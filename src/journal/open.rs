//! Opening the journal, and the two ways of using it: reading, and writing in one transaction.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::JournalError;
use super::error::Trouble;
use super::schema;
use crate::fs;

/// The journal's file in the state folder.
const FILE: &str = "journal.sqlite3";

/// The journal of all runs. Several processes can have it open at once.
#[derive(Debug)]
pub struct Journal {
    connection: Connection,
    path: PathBuf,
}

impl Journal {
    /// Opens the journal in `state_dir` to write; makes both where they are missing, for the owner alone.
    ///
    /// Fails where it could not be written: before anything is sent is the time to know.
    pub fn open(state_dir: &Path) -> Result<Self, JournalError> {
        let path = state_dir.join(FILE);
        let made = fs::create_private_folder(state_dir)
            .and_then(|()| fs::private().write(true).create(true).truncate(false).open(&path));
        made.map_err(|error| JournalError::from_io(&path, error))?;
        let mut journal = Self::connect(path)?;
        let found = schema::migrate(&mut journal.connection).map_err(|error| journal.failed(error))?;
        journal.refuse_newer(found)?;
        Ok(journal)
    }

    /// Opens the journal in `state_dir` to look into it; `None` where there is none yet.
    pub fn look(state_dir: &Path) -> Result<Option<Self>, JournalError> {
        let path = state_dir.join(FILE);
        match std::fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(JournalError::from_io(&path, error)),
            // Made by a process that has not come to writing it.
            Ok(metadata) if metadata.len() == 0 => return Ok(None),
            Ok(_) => {}
        }
        let mut journal = Self::connect(path)?;
        let found = schema::version(&journal.connection).map_err(|error| journal.failed(error))?;
        journal.refuse_newer(found)?;
        match found {
            0 => Ok(None),
            schema::VERSION => Ok(Some(journal)),
            _ => {
                // What an older program wrote is brought up to date here, too, so that there is one format to read.
                schema::migrate(&mut journal.connection).map_err(|error| journal.failed(error))?;
                Ok(Some(journal))
            }
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn connect(path: PathBuf) -> Result<Self, JournalError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags);
        let connection = connection.and_then(|connection| schema::set_up(&connection).map(|()| connection));
        match connection {
            Ok(connection) => Ok(Self { connection, path }),
            Err(error) => Err(JournalError::from_sqlite(&path, error)),
        }
    }

    fn refuse_newer(&self, found: i64) -> Result<(), JournalError> {
        if found > schema::VERSION {
            return Err(JournalError::Newer { path: self.path.clone(), found, known: schema::VERSION });
        }
        Ok(())
    }

    fn failed(&self, error: rusqlite::Error) -> JournalError {
        JournalError::from_sqlite(&self.path, error)
    }

    /// Reads.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        work(&self.connection).map_err(|error| self.failed(error))
    }

    /// Does `work` wholly or not at all, and returns when it is on the disk.
    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Trouble>,
    ) -> Result<T, JournalError> {
        let Self { connection, path } = self;
        // Immediate: waits for another writer at the beginning, where waiting is still possible, and not at the end.
        let done = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Trouble::from)
            .and_then(|transaction| {
                let value = work(&transaction)?;
                transaction.commit()?;
                Ok(value)
            });
        done.map_err(|trouble| trouble.with_journal(path))
    }
}
