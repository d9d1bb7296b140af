//! Looking back: which runs there were, and what became of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row, params};

use super::columns::{Millis, Ranges, Share, range_at};
use super::{
    Before, Ending, Input, Journal, JournalError, Operator, Reject, RejectGroup, RunId, RunKey, RunSummary,
    SettledDoubt, Sitting, replay,
};
use crate::rows::Portion;

/// How many candidates to name when a name is ambiguous.
const CANDIDATES: usize = 5;

const RUN: &str = "SELECT id, name, content, length, api_root, tenant, folder, queue, input, path, spool, rows,
                          commit_type, largest_item, clock_offset_ms, first_row, last_row, queue_id, rejects_file,
                          shard, file FROM runs";

/// The runs of this content into this queue, whichever rows they are for.
const OF_CONTENT: &str = "content = ?1 AND length = ?2 AND api_root = ?3 AND tenant IS ?4
                          AND CASE WHEN ?7 IS NULL THEN folder = ?5 AND queue = ?6 ELSE queue_id = ?7 END";

impl Journal {
    /// All runs, the newest first.
    pub fn runs(&self) -> Result<Vec<RunSummary>, JournalError> {
        self.read(|connection| summaries(connection, &format!("{RUN} ORDER BY id DESC"), []))
    }

    /// The run of this name. The name's beginning or its last four letters do, where no other run has them.
    pub fn find(&self, name: &str) -> Result<RunSummary, JournalError> {
        let sql = format!(
            "{RUN} WHERE length(?1) > 0 AND (substr(name, 1, length(?1)) = ?1 OR substr(name, -length(?1)) = ?1)
             ORDER BY name = ?1 DESC, id DESC LIMIT ?2"
        );
        let mut found = self.read(|connection| summaries(connection, &sql, params![name, CANDIDATES]))?;
        match found.as_slice() {
            [] => Err(JournalError::NoSuchRun(name.to_owned())),
            [_] => Ok(found.remove(0)),
            [first, ..] if first.id.as_str() == name => Ok(found.remove(0)),
            _ => {
                let candidates = found.iter().map(|run| run.id.to_string()).collect();
                Err(JournalError::Ambiguous { prefix: name.to_owned(), candidates })
            }
        }
    }

    /// The latest run of these rows of this content into this queue.
    pub fn latest_for(&self, key: &RunKey) -> Result<Option<RunSummary>, JournalError> {
        self.latest_of(key, "shard IS ?8")
    }

    /// The latest run of this content into this queue that cuts the file otherwise, so that some of its rows are rows of `key`, too, and
    /// others are not.
    pub fn cut_otherwise(&self, key: &RunKey) -> Result<Option<RunSummary>, JournalError> {
        let cut =
            "coalesce(substr(shard, instr(shard, '/') + 1), '1') <> coalesce(substr(?8, instr(?8, '/') + 1), '1')";
        self.latest_of(key, cut)
    }

    /// The latest run of the file at `path`, whatever was in it then, into the queue of `key`.
    pub fn latest_at(&self, path: &Path, key: &RunKey) -> Result<Option<RunSummary>, JournalError> {
        // A path that is not Unicode is not in the journal.
        let Some(path) = path.to_str() else { return Ok(None) };
        let sql = format!(
            "{RUN} WHERE path = ?1 AND api_root = ?2 AND tenant IS ?3
                   AND CASE WHEN ?4 IS NULL THEN folder = ?5 AND queue = ?6 ELSE queue_id = ?4 END
             ORDER BY id DESC LIMIT 1"
        );
        let RunKey { api_root, tenant, folder, queue, queue_id, .. } = key;
        let parameters = params![path, api_root, tenant, queue_id, folder, queue];
        Ok(self.read(|connection| summaries(connection, &sql, parameters))?.pop())
    }

    fn latest_of(&self, key: &RunKey, which: &str) -> Result<Option<RunSummary>, JournalError> {
        let sql = format!("{RUN} WHERE {OF_CONTENT} AND {which} ORDER BY id DESC LIMIT 1");
        let RunKey { content, length, api_root, tenant, folder, queue, queue_id, shard } = key;
        let parameters = params![content.as_slice(), length, api_root, tenant, folder, queue, queue_id, Share(*shard)];
        Ok(self.read(|connection| summaries(connection, &sql, parameters))?.pop())
    }

    /// The copies of standard input that runs have written down.
    pub(super) fn spools(&self) -> Result<Vec<PathBuf>, JournalError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT spool FROM runs WHERE spool IS NOT NULL")?;
            statement.query_map([], |row| row.get::<_, String>(0).map(PathBuf::from))?.collect()
        })
    }

    /// Shows each row that is not in the queue, in row order, however many there are.
    pub fn for_each_reject<E: From<JournalError>>(
        &self,
        run: &RunId,
        mut visit: impl FnMut(Reject) -> Result<(), E>,
    ) -> Result<(), E> {
        let key = self.key_of(run)?;
        let shown = self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT row, cause, code, message FROM rejects WHERE run = ?1 ORDER BY row")?;
            let mut rows = statement.query([key])?;
            while let Some(row) = rows.next()? {
                let reject = Reject { row: row.get(0)?, cause: row.get(1)?, code: row.get(2)?, message: row.get(3)? };
                if let Err(error) = visit(reject) {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        });
        shown?
    }

    /// The rows that are not in the queue, grouped by why, the largest group first.
    pub fn rejects_by_code(&self, run: &RunId) -> Result<Vec<RejectGroup>, JournalError> {
        let key = self.key_of(run)?;
        self.read(|connection| {
            // SQLite takes the bare column `message` from the row that has the minimum.
            let mut statement = connection.prepare_cached(
                "SELECT cause, code, count(*), min(row), message FROM rejects WHERE run = ?1
                 GROUP BY cause, code ORDER BY count(*) DESC, min(row)",
            )?;
            let group = |row: &Row<'_>| {
                Ok(RejectGroup {
                    cause: row.get(0)?,
                    code: row.get(1)?,
                    rows: row.get(2)?,
                    first: row.get(3)?,
                    message: row.get(4)?,
                })
            };
            statement.query_map([key], group)?.collect()
        })
    }

    /// The doubts of a run that were settled, in the order in which they were.
    pub fn settled_doubts(&self, run: &RunId) -> Result<Vec<SettledDoubt>, JournalError> {
        let key = self.key_of(run)?;
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT ranges, rows, sent, doubt, settled, evidence, accepted, rejected, missing FROM doubts
                 WHERE run = ?1 ORDER BY id",
            )?;
            statement.query_map([key], settled_doubt)?.collect()
        })
    }
}

fn settled_doubt(row: &Row<'_>) -> rusqlite::Result<SettledDoubt> {
    let (Ranges(ranges), Millis(sent_at), Millis(settled_at)) = (row.get(0)?, row.get(2)?, row.get(4)?);
    Ok(SettledDoubt {
        portion: Portion { ranges, rows: row.get(1)? },
        sent_at,
        why: row.get(3)?,
        settled_at,
        evidence: row.get(5)?,
        accepted: row.get(6)?,
        rejected: row.get(7)?,
        missing: row.get(8)?,
    })
}

fn summaries(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> rusqlite::Result<Vec<RunSummary>> {
    let snapshot = connection.unchecked_transaction()?;
    let mut statement = snapshot.prepare(sql)?;
    statement.query_map(parameters, |row| summary(&snapshot, row))?.collect()
}

fn summary(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<RunSummary> {
    let run = row.get(0)?;
    let span = match row.get::<_, Option<u64>>(15)? {
        Some(_) => Some(range_at(row, 15)?),
        None => None,
    };
    let Share(shard) = row.get(19)?;
    Ok(RunSummary {
        id: row.get(1)?,
        key: RunKey {
            content: row.get(2)?,
            length: row.get(3)?,
            api_root: row.get(4)?,
            tenant: row.get(5)?,
            folder: row.get(6)?,
            queue: row.get(7)?,
            queue_id: row.get(17)?,
            shard,
        },
        input: Input {
            given: row.get(8)?,
            path: row.get::<_, Option<String>>(9)?.map(PathBuf::from),
            spool: row.get::<_, Option<String>>(10)?.map(PathBuf::from),
        },
        rows: row.get(11)?,
        span,
        options: options(connection, run)?,
        commit: row.get(12)?,
        before: Before { largest_item: row.get(13)?, clock_offset_ms: row.get(14)? },
        sittings: sittings(connection, run)?,
        counts: replay::counts(connection, run)?,
        rejects_file: row.get::<_, Option<String>>(18)?.map(PathBuf::from),
        file: row.get(20)?,
    })
}

fn options(connection: &Connection, run: i64) -> rusqlite::Result<BTreeMap<String, String>> {
    let mut statement = connection.prepare_cached("SELECT name, value FROM options WHERE run = ?1")?;
    statement.query_map([run], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn sittings(connection: &Connection, run: i64) -> rusqlite::Result<Vec<Sitting>> {
    let mut statement = connection.prepare_cached(
        "SELECT began, who, login, version, ended, ending, reason FROM sittings WHERE run = ?1 ORDER BY ordinal",
    )?;
    statement.query_map([run], sitting)?.collect()
}

fn sitting(row: &Row<'_>) -> rusqlite::Result<Sitting> {
    let Millis(began) = row.get(0)?;
    let ended = match (row.get::<_, Option<Millis>>(4)?, row.get::<_, Option<String>>(5)?.as_deref()) {
        (Some(Millis(ended)), Some("finished")) => Some((ended, Ending::Finished)),
        (Some(Millis(ended)), Some("interrupted")) => Some((ended, Ending::Interrupted)),
        (Some(Millis(ended)), Some(_)) => {
            let reason = row.get::<_, Option<String>>(6)?.unwrap_or_default();
            Some((ended, Ending::Stopped(reason)))
        }
        _ => None,
    };
    let operator = Operator { who: row.get(1)?, login: row.get(2)?, version: row.get(3)? };
    Ok(Sitting { began, operator, ended })
}
