//! What the journal says of a run's rows, after however many sittings and crashes.

use rusqlite::{Connection, Row};

use super::columns::{Millis, Ranges, range_at};
use super::{Attempt, AttemptState, Cause, Counts, Journal, JournalError, RunId};
use crate::rows::{Portion, RangeSet, RowNumber};

/// What is known of a run's rows. A row that is in neither part is to be sent.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Accepted, rejected or rolled back: done with.
    pub settled: RangeSet,
    /// Under way or in doubt, in the order of their first rows.
    pub open: Vec<Attempt>,
    /// How many rows went which way.
    pub counts: Counts,
}

impl Progress {
    /// The rows that are under way or in doubt.
    pub fn in_doubt(&self) -> RangeSet {
        self.open.iter().flat_map(|attempt| attempt.portion.ranges.iter()).collect()
    }

    /// The rows that must not be sent: settled ones, and those that may be there already.
    pub fn spoken_for(&self) -> RangeSet {
        self.settled.union(&self.in_doubt())
    }
}

impl Journal {
    /// What is known of the rows of a run.
    pub fn progress(&self, run: &RunId) -> Result<Progress, JournalError> {
        let key = self.key_of(run)?;
        self.read(|connection| progress(connection, key))
    }

    /// The rows of a run that are in the queue.
    pub fn accepted(&self, run: &RunId) -> Result<RangeSet, JournalError> {
        let key = self.key_of(run)?;
        self.read(|connection| accepted(connection, key))
    }
}

pub(super) fn progress(connection: &Connection, run: i64) -> rusqlite::Result<Progress> {
    // One transaction, so that its parts belong together even while another process writes.
    let snapshot = connection.unchecked_transaction()?;
    Ok(Progress {
        settled: settled(&snapshot, run)?,
        open: open_attempts(&snapshot, run)?,
        counts: counts(&snapshot, run)?,
    })
}

pub(super) fn accepted(connection: &Connection, run: i64) -> rusqlite::Result<RangeSet> {
    let snapshot = connection.unchecked_transaction()?;
    let mut statement = snapshot.prepare_cached("SELECT row FROM rejects WHERE run = ?1 ORDER BY row")?;
    let rejects: RangeSet =
        statement.query_map([run], |row| row.get::<_, RowNumber>(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(settled(&snapshot, run)?.difference(&rejects))
}

pub(super) fn settled(connection: &Connection, run: i64) -> rusqlite::Result<RangeSet> {
    let mut statement =
        connection.prepare_cached("SELECT first_row, last_row FROM settled WHERE run = ?1 ORDER BY first_row")?;
    statement.query_map([run], |row| range_at(row, 0))?.collect()
}

fn open_attempts(connection: &Connection, run: i64) -> rusqlite::Result<Vec<Attempt>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, ranges, rows, ordinal, sent, doubt FROM attempts WHERE run = ?1 ORDER BY first_row, id",
    )?;
    statement.query_map([run], attempt)?.collect()
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    let (Ranges(ranges), Millis(sent_at)) = (row.get(1)?, row.get(4)?);
    Ok(Attempt {
        id: row.get(0)?,
        portion: Portion { ranges, rows: row.get(2)? },
        ordinal: row.get(3)?,
        sent_at,
        state: row.get::<_, Option<String>>(5)?.map_or(AttemptState::Sending, AttemptState::InDoubt),
    })
}

pub(super) fn counts(connection: &Connection, run: i64) -> rusqlite::Result<Counts> {
    let mut counts = Counts {
        accepted: connection
            .prepare_cached("SELECT accepted FROM runs WHERE id = ?1")?
            .query_row([run], |row| row.get(0))?,
        in_doubt: connection
            .prepare_cached("SELECT coalesce(sum(rows), 0) FROM attempts WHERE run = ?1")?
            .query_row([run], |row| row.get(0))?,
        ..Counts::default()
    };
    let mut statement =
        connection.prepare_cached("SELECT cause, count(*) FROM rejects WHERE run = ?1 GROUP BY cause")?;
    let mut groups = statement.query([run])?;
    while let Some(group) = groups.next()? {
        let count = group.get(1)?;
        match group.get(0)? {
            Cause::Refused => counts.refused = count,
            Cause::RolledBack => counts.rolled_back = count,
            Cause::LeftOut => counts.left_out = count,
            Cause::Abandoned => counts.abandoned = count,
        }
    }
    Ok(counts)
}
