//! A run that is being written: its beginning, its entries, its end.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, named_params, params};

use super::columns::{Millis, Ranges, Share};
use super::error::Trouble;
use super::{
    AttemptId, Before, Ending, Entry, Journal, JournalError, NewRun, Operator, Progress, Quiet, RunId, apply, replay,
};
use crate::rows::RangeSet;

/// Why an attempt that was under way when its process ended is in doubt.
const CRASHED: &str = "uiq ended while the request was under way";

/// The one writer of a run. Whoever has it also has the run's lock ([`super::RunLock`]).
#[derive(Debug)]
pub struct Run {
    journal: Journal,
    key: i64,
    id: RunId,
}

impl Journal {
    /// Forgets which file the run of this name has read: it was put away, and is a file like any other if it is brought back.
    pub fn note_put_away(&mut self, run: &str) -> Result<(), JournalError> {
        self.write(|transaction| {
            transaction.execute("UPDATE runs SET file = NULL WHERE name = ?1", params![run])?;
            Ok(())
        })
    }

    /// Begins a run.
    pub fn begin(mut self, new: &NewRun, now: Timestamp) -> Result<Run, JournalError> {
        let (key, id) = self.write(|transaction| {
            let id = unused_name(transaction, now)?;
            let key = insert_run(transaction, &id, new)?;
            insert_options(transaction, key, &new.options)?;
            insert_sitting(transaction, key, &new.operator, now)?;
            Ok((key, id))
        })?;
        Ok(Run { journal: self, key, id })
    }

    /// Goes on with a run. What was under way when it stopped is in doubt from here on.
    pub fn resume(mut self, id: &RunId, operator: &Operator, now: Timestamp) -> Result<Run, JournalError> {
        let key = self.key_of(id)?;
        self.write(|transaction| {
            insert_sitting(transaction, key, operator, now)?;
            transaction
                .execute("UPDATE attempts SET doubt = ?2 WHERE run = ?1 AND doubt IS NULL", params![key, CRASHED])?;
            Ok(())
        })?;
        Ok(Run { journal: self, key, id: id.clone() })
    }

    /// The number by which the tables know a run.
    pub(super) fn key_of(&self, id: &RunId) -> Result<i64, JournalError> {
        let mut found = self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT id FROM runs WHERE name = ?1")?;
            statement.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()
        })?;
        found.pop().ok_or_else(|| JournalError::NoSuchRun(id.to_string()))
    }
}

impl Run {
    /// The run's name.
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The journal, to look into.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Writes all of `entries`, in their order, or none. They are on the disk when this returns, after one sync: well under a
    /// millisecond, unless the disk is busy with something else. Returns the attempts that began, in the order of their [`Entry::Sending`].
    pub fn record(&mut self, entries: &[Entry], now: Timestamp) -> Result<Vec<AttemptId>, JournalError> {
        let key = self.key;
        self.journal.write(|transaction| {
            let mut begun = Vec::new();
            for entry in entries {
                begun.extend(apply::entry(transaction, key, entry, now)?);
            }
            Ok(begun)
        })
    }

    /// Keeps what the server said before the first item left.
    pub fn note_before(&mut self, before: Before) -> Result<(), JournalError> {
        let key = self.key;
        self.journal.write(|transaction| {
            transaction.execute(
                "UPDATE runs SET largest_item = ?2, clock_offset_ms = ?3 WHERE id = ?1",
                params![key, before.largest_item, before.clock_offset_ms],
            )?;
            Ok(())
        })
    }

    /// Keeps that nothing is under way now, and the largest item id in the queue.
    pub fn note_quiet(&mut self, largest_item: i64) -> Result<(), JournalError> {
        let key = self.key;
        self.journal.write(|transaction| {
            let settled = replay::settled(transaction, key)?.to_string();
            transaction
                .prepare_cached("UPDATE runs SET quiet_item = ?2, quiet_settled = ?3 WHERE id = ?1")?
                .execute(params![key, largest_item, settled])?;
            Ok(())
        })
    }

    /// The latest moment at which nothing was under way; at first, the beginning of the run.
    pub fn quiet(&self) -> Result<Quiet, JournalError> {
        self.journal.read(|connection| {
            let sql = "SELECT coalesce(quiet_item, largest_item), quiet_settled FROM runs WHERE id = ?1";
            connection.prepare_cached(sql)?.query_row([self.key], |row| {
                let Ranges(settled) = row.get(1)?;
                Ok(Quiet { largest_item: row.get(0)?, settled })
            })
        })
    }

    /// What the server said before the first item left.
    pub fn before(&self) -> Result<Before, JournalError> {
        self.journal.read(|connection| {
            let sql = "SELECT largest_item, clock_offset_ms FROM runs WHERE id = ?1";
            connection
                .prepare_cached(sql)?
                .query_row([self.key], |row| Ok(Before { largest_item: row.get(0)?, clock_offset_ms: row.get(1)? }))
        })
    }

    /// Keeps where our copy of standard input is now, or that there is none any more.
    pub fn note_spool(&mut self, spool: Option<&Path>) -> Result<(), JournalError> {
        let (key, spool) = (self.key, spool.and_then(Path::to_str));
        self.journal.write(|transaction| {
            transaction.execute("UPDATE runs SET spool = ?2 WHERE id = ?1", params![key, spool])?;
            Ok(())
        })
    }

    /// Keeps which file this run writes its rejects to. A path that is not Unicode is not kept.
    pub fn note_rejects_file(&mut self, path: &Path) -> Result<(), JournalError> {
        let (key, path) = (self.key, path.to_str());
        self.journal.write(|transaction| {
            transaction.execute("UPDATE runs SET rejects_file = ?2 WHERE id = ?1", params![key, path])?;
            Ok(())
        })
    }

    /// Keeps what the system calls the file that is read now.
    pub fn note_file(&mut self, file: &str) -> Result<(), JournalError> {
        let key = self.key;
        self.journal.write(|transaction| {
            transaction.execute("UPDATE runs SET file = ?2 WHERE id = ?1", params![key, file])?;
            Ok(())
        })
    }

    /// Ends this sitting.
    pub fn end(&mut self, ending: &Ending, now: Timestamp) -> Result<(), JournalError> {
        let (word, reason) = match ending {
            Ending::Finished => ("finished", None),
            Ending::Stopped(reason) => ("stopped", Some(reason)),
            Ending::Interrupted => ("interrupted", None),
        };
        let key = self.key;
        self.journal.write(|transaction| {
            transaction.execute(
                "UPDATE sittings SET ended = ?2, ending = ?3, reason = ?4
                 WHERE run = ?1 AND ordinal = (SELECT max(ordinal) FROM sittings WHERE run = ?1)",
                params![key, Millis(now), word, reason],
            )?;
            Ok(())
        })
    }

    /// What is known of the run's rows.
    pub fn progress(&self) -> Result<Progress, JournalError> {
        self.journal.read(|connection| replay::progress(connection, self.key))
    }

    /// The rows that are in the queue.
    pub fn accepted(&self) -> Result<RangeSet, JournalError> {
        self.journal.read(|connection| replay::accepted(connection, self.key))
    }
}

/// A name that no run has yet.
fn unused_name(connection: &Connection, now: Timestamp) -> Result<RunId, Trouble> {
    // Without 0 and o, 1, i and l, which are read wrongly and then typed wrongly.
    const LETTERS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
    let minute = now.strftime("%Y%m%d-%H%M");
    loop {
        // Four letters: about a million names a minute, so this comes to an end. They need to differ, not to be secret: the
        // standard library's random hash keys are enough.
        let mut number = RandomState::new().hash_one(now.as_nanosecond());
        let mut name = format!("{minute}-");
        for _ in 0..4 {
            let count = LETTERS.len() as u64;
            name.extend(usize::try_from(number % count).ok().and_then(|at| LETTERS.get(at)).map(|&b| char::from(b)));
            number /= count;
        }
        let taken: bool =
            connection.query_row("SELECT EXISTS (SELECT 1 FROM runs WHERE name = ?1)", [&name], |row| row.get(0))?;
        if !taken {
            return Ok(RunId(name));
        }
    }
}

fn insert_run(transaction: &Transaction<'_>, id: &RunId, new: &NewRun) -> Result<i64, Trouble> {
    let text = |path: &Option<PathBuf>| path.as_deref().and_then(Path::to_str).map(str::to_owned);
    transaction.execute(
        "INSERT INTO runs (name, content, length, api_root, tenant, folder, queue, queue_id, input, path, spool, rows,
                           first_row, last_row, commit_type, largest_item, clock_offset_ms, shard)
         VALUES (:name, :content, :length, :api_root, :tenant, :folder, :queue, :queue_id, :input, :path, :spool, :rows,
                 :first_row, :last_row, :commit_type, :largest_item, :clock_offset_ms, :shard)",
        named_params! {
            ":name": id,
            ":content": new.key.content.as_slice(),
            ":length": new.key.length,
            ":api_root": new.key.api_root,
            ":tenant": new.key.tenant,
            ":folder": new.key.folder,
            ":queue": new.key.queue,
            ":queue_id": new.key.queue_id,
            ":input": new.input.given,
            ":path": text(&new.input.path),
            ":spool": text(&new.input.spool),
            ":rows": new.rows,
            ":first_row": new.span.map(|span| span.first),
            ":last_row": new.span.map(|span| span.last),
            ":commit_type": new.commit,
            ":largest_item": new.before.largest_item,
            ":clock_offset_ms": new.before.clock_offset_ms,
            ":shard": Share(new.key.shard),
        },
    )?;
    Ok(transaction.last_insert_rowid())
}

fn insert_options(transaction: &Transaction<'_>, run: i64, options: &BTreeMap<String, String>) -> rusqlite::Result<()> {
    for (name, value) in options {
        transaction.execute("INSERT INTO options (run, name, value) VALUES (?1, ?2, ?3)", params![run, name, value])?;
    }
    Ok(())
}

fn insert_sitting(
    transaction: &Transaction<'_>,
    run: i64,
    operator: &Operator,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO sittings (run, ordinal, began, who, login, version)
         SELECT ?1, 1 + coalesce(max(ordinal), 0), ?2, ?3, ?4, ?5 FROM sittings WHERE run = ?1",
        params![run, Millis(now), operator.who, operator.login, operator.version],
    )?;
    Ok(())
}
