//! What an entry changes in the tables, and what it must not contradict.
//!
//! The guards make doubling impossible here: rows that are settled, under way or in doubt cannot be sent.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::columns::{Millis, Ranges, range_at};
use super::error::Trouble;
use super::{AttemptId, Cause, Entry, Evidence, Fault, Outcome, Reject};
use crate::rows::{Portion, RangeSet, RowRange};

/// How many settled doubts of a run are kept: enough to understand it afterwards, few enough for a server that fails for a night.
const DOUBTS_KEPT: i64 = 1_000;

/// Why an attempt is in doubt of which nobody said why.
const UNANSWERED: &str = "no answer that could be read";

/// Applies one entry; returns the attempt if one begins.
pub(super) fn entry(
    transaction: &Transaction<'_>,
    run: i64,
    entry: &Entry,
    now: Timestamp,
) -> Result<Option<AttemptId>, Trouble> {
    match entry {
        Entry::Sending(portion) => return sending(transaction, run, portion, now).map(Some),
        Entry::Settled(attempt, outcome) => settled(transaction, run, *attempt, outcome, now)?,
        Entry::NotExecuted(attempt) => {
            let nothing = Outcome::accepted(Portion::none());
            settled(transaction, run, *attempt, &nothing, now)?;
        }
        Entry::InDoubt(attempt, why) => in_doubt(transaction, run, *attempt, why)?,
        Entry::LeftOut(faults) => left_out(transaction, run, faults)?,
    }
    Ok(None)
}

fn sending(transaction: &Transaction<'_>, run: i64, portion: &Portion, now: Timestamp) -> Result<AttemptId, Trouble> {
    let Some(span) = portion.ranges.span() else {
        return Err(Trouble::Contradiction("there is no row to be sent", RangeSet::new()));
    };
    let known = touching(transaction, run, span)?.intersection(&portion.ranges);
    if !known.is_empty() {
        return Err(Trouble::Contradiction("they are settled and cannot be sent again", known));
    }
    let open = open_within(transaction, run, span)?.intersection(&portion.ranges);
    if !open.is_empty() {
        return Err(Trouble::Contradiction("they are under way or in doubt and cannot be sent again", open));
    }
    transaction
        .prepare_cached(
            "INSERT INTO attempts (run, first_row, last_row, ranges, rows, sent, ordinal)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, 1 + count(*) FROM doubts WHERE run = ?1 AND first_row <= ?3 AND last_row >= ?2",
        )?
        .execute(params![run, span.first, span.last, portion.ranges.to_string(), portion.rows, Millis(now)])?;
    Ok(AttemptId(transaction.last_insert_rowid()))
}

/// The settled ranges that have a row of `span` or touch it.
fn touching(transaction: &Transaction<'_>, run: i64, span: RowRange) -> rusqlite::Result<RangeSet> {
    // The ranges are disjoint, so at most one that begins before the span reaches it.
    let mut statement = transaction.prepare_cached(
        "SELECT first_row, last_row FROM settled
         WHERE run = ?1 AND first_row <= ?3 + 1 AND first_row >= coalesce(
             (SELECT max(first_row) FROM settled WHERE run = ?1 AND first_row < ?2), 0)",
    )?;
    let near = |range: &RowRange| range.last.0.saturating_add(1) >= span.first.0;
    let ranges = statement.query_map(params![run, span.first, span.last], |row| range_at(row, 0))?;
    ranges.filter(|range| range.as_ref().map_or(true, near)).collect()
}

/// The rows of open attempts, of those that have a row between the ends of `span`.
fn open_within(transaction: &Transaction<'_>, run: i64, span: RowRange) -> rusqlite::Result<RangeSet> {
    let mut statement = transaction
        .prepare_cached("SELECT ranges FROM attempts WHERE run = ?1 AND first_row <= ?3 AND last_row >= ?2")?;
    let mut open = RangeSet::new();
    for ranges in statement.query_map(params![run, span.first, span.last], |row| row.get(0))? {
        let Ranges(ranges) = ranges?;
        open.extend(ranges.iter());
    }
    Ok(open)
}

/// An attempt as it stands in its table.
struct Open {
    portion: Portion,
    sent: Millis,
    doubt: Option<String>,
}

fn find(transaction: &Transaction<'_>, run: i64, attempt: AttemptId) -> Result<Open, Trouble> {
    let mut statement =
        transaction.prepare_cached("SELECT ranges, rows, sent, doubt FROM attempts WHERE id = ?2 AND run = ?1")?;
    let open = statement
        .query_row(params![run, attempt], |row| {
            let Ranges(ranges) = row.get(0)?;
            Ok(Open { portion: Portion { ranges, rows: row.get(1)? }, sent: row.get(2)?, doubt: row.get(3)? })
        })
        .optional()?;
    open.ok_or(Trouble::Contradiction("their attempt is unknown: settled already, or of another run", RangeSet::new()))
}

fn in_doubt(transaction: &Transaction<'_>, run: i64, attempt: AttemptId, why: &str) -> Result<(), Trouble> {
    find(transaction, run, attempt)?;
    transaction
        .prepare_cached("UPDATE attempts SET doubt = ?3 WHERE id = ?2 AND run = ?1")?
        .execute(params![run, attempt, why])?;
    Ok(())
}

fn settled(
    transaction: &Transaction<'_>,
    run: i64,
    attempt: AttemptId,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), Trouble> {
    let open = find(transaction, run, attempt)?;
    let parts = Parts::of(&open.portion, outcome)?;
    for reject in &outcome.rejects {
        insert_reject(transaction, run, reject)?;
    }
    for range in parts.known.iter() {
        insert_settled(transaction, run, range)?;
    }
    transaction
        .prepare_cached("UPDATE runs SET accepted = accepted + ?2 WHERE id = ?1")?
        .execute(params![run, outcome.accepted.rows])?;
    match outcome.in_doubt.ranges.span() {
        None => {
            transaction.prepare_cached("DELETE FROM attempts WHERE id = ?1")?.execute([attempt])?;
        }
        Some(span) => {
            let Portion { ranges, rows } = &outcome.in_doubt;
            transaction
                .prepare_cached(
                    "UPDATE attempts SET first_row = ?2, last_row = ?3, ranges = ?4, rows = ?5,
                     doubt = coalesce(doubt, ?6) WHERE id = ?1",
                )?
                .execute(params![attempt, span.first, span.last, ranges.to_string(), rows, UNANSWERED])?;
        }
    }
    if let Some(why) = &open.doubt {
        keep_doubt(transaction, run, &open, why, outcome, &parts, now)?;
    }
    Ok(())
}

/// An outcome, held against the attempt that it is about.
struct Parts {
    /// The row numbers that need no attempt any more.
    known: RangeSet,
    /// How many rows are to be sent again.
    missing: u64,
}

impl Parts {
    fn of(portion: &Portion, outcome: &Outcome) -> Result<Self, Trouble> {
        let rejected: RangeSet = outcome.rejects.iter().map(|reject| reject.row).collect();
        let rejects = outcome.rejects.len() as u64;
        let (accepted, in_doubt) = (&outcome.accepted, &outcome.in_doubt);
        let all = accepted.ranges.union(&rejected).union(&in_doubt.ranges);
        if !all.is_subset(&portion.ranges) {
            let strange = all.difference(&portion.ranges);
            return Err(Trouble::Contradiction("they were not part of the attempt", strange));
        }
        let numbers = accepted.ranges.len() + in_doubt.ranges.len() + rejects;
        if numbers != all.len() {
            return Err(Trouble::Contradiction("some of them have more than one outcome", all));
        }
        let accounted = accepted.rows + in_doubt.rows + rejects;
        let fits = accepted.rows <= accepted.ranges.len() && in_doubt.rows <= in_doubt.ranges.len();
        let (true, Some(missing)) = (fits, portion.rows.checked_sub(accounted)) else {
            return Err(Trouble::Contradiction("there are more outcomes than rows", all));
        };
        // With every row accounted for, the rest are numbers of blank lines; as settled they let neighbours become one range.
        let known =
            if missing == 0 { portion.ranges.difference(&in_doubt.ranges) } else { accepted.ranges.union(&rejected) };
        Ok(Self { known, missing })
    }
}

fn insert_settled(transaction: &Transaction<'_>, run: i64, range: RowRange) -> Result<(), Trouble> {
    let mut merged = touching(transaction, run, range)?;
    if !merged.is_disjoint(&range.into()) {
        return Err(Trouble::Contradiction("they are settled already", merged));
    }
    let mut delete = transaction.prepare_cached("DELETE FROM settled WHERE run = ?1 AND first_row = ?2")?;
    for neighbour in merged.iter() {
        delete.execute(params![run, neighbour.first])?;
    }
    merged.insert(range);
    let mut insert =
        transaction.prepare_cached("INSERT INTO settled (run, first_row, last_row) VALUES (?1, ?2, ?3)")?;
    for range in merged.iter() {
        insert.execute(params![run, range.first, range.last])?;
    }
    Ok(())
}

fn insert_reject(transaction: &Transaction<'_>, run: i64, reject: &Reject) -> Result<(), Trouble> {
    let message = beginning(&reject.message);
    let inserted = transaction
        .prepare_cached(
            "INSERT INTO rejects (run, row, cause, code, message) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![run, reject.row, reject.cause, reject.code, message])?;
    match inserted {
        0 => Err(Trouble::Contradiction("they are rejected already", reject.row.into())),
        _ => Ok(()),
    }
}

/// As much of `message` as is kept, cut between characters.
fn beginning(message: &str) -> &str {
    let end = (0..=Reject::MESSAGE_LIMIT.min(message.len())).rev().find(|&end| message.is_char_boundary(end));
    message.get(..end.unwrap_or(0)).unwrap_or_default()
}

fn left_out(transaction: &Transaction<'_>, run: i64, faults: &[Fault]) -> Result<(), Trouble> {
    for Fault { row, code, rule } in faults {
        let rule = beginning(rule);
        transaction
            .prepare_cached(
                "INSERT INTO rejects (run, row, cause, code, message) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            )?
            .execute(params![run, row, Cause::LeftOut, code, rule])?;
    }
    Ok(())
}

fn keep_doubt(
    transaction: &Transaction<'_>,
    run: i64,
    open: &Open,
    why: &str,
    outcome: &Outcome,
    parts: &Parts,
    now: Timestamp,
) -> Result<(), Trouble> {
    let evidence: Evidence = outcome.evidence;
    let settled = open.portion.ranges.difference(&outcome.in_doubt.ranges);
    let Some(span) = settled.span() else { return Ok(()) };
    transaction
        .prepare_cached(
            "INSERT INTO doubts (run, first_row, last_row, ranges, rows, sent, doubt, settled, evidence, accepted, rejected, missing)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            run,
            span.first,
            span.last,
            settled.to_string(),
            open.portion.rows - outcome.in_doubt.rows,
            open.sent,
            why,
            Millis(now),
            evidence,
            outcome.accepted.rows,
            outcome.rejects.len() as u64,
            parts.missing,
        ])?;
    transaction
        .prepare_cached(
            "DELETE FROM doubts WHERE run = ?1 AND id <=
             (SELECT id FROM doubts WHERE run = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![run, DOUBTS_KEPT])?;
    Ok(())
}
