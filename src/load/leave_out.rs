//! Rows that break a rule, written down before the others are sent (`--skip-invalid`).

use jiff::Timestamp;

use crate::items::{QueueItem, Rule, Violation};
use crate::journal::{Entry, Fault, JournalError, Run};
use crate::rows::{RangeSet, RowNumber, RowRange, Shard};
use crate::source::{Fingerprint, Input, Mapping};

use super::check::{CheckError, NOTICE, UniqueReferences};
use super::duplicates::{Duplicates, Keep};
use super::event::Observer;

/// Rows that are written down at a time: one sync each would be slow, all of them at once could be more than the memory holds.
const PACK: usize = 1_000;

/// The rows could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum LeaveOutError {
    /// The input cannot be read again.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Writes down every row of `shard` that breaks a rule, with its first one; the journal takes it as never to be sent. Saying so twice changes
/// nothing, so that a resumed run may do it again. Gives back the rows that only the queue's wish for unique references leaves out:
/// whoever reads the file again does not see them by themselves. Ends early where the observer has left.
pub fn leave_out(
    input: &Input,
    fingerprint: &Fingerprint,
    mapping: &Mapping,
    unique: UniqueReferences,
    shard: Shard,
    run: &mut Run,
    observer: &dyn Observer,
) -> Result<RangeSet, LeaveOutError> {
    let mut reader = input.open_again(fingerprint).map_err(CheckError::from)?;
    let (mut left_out, mut before) = (RangeSet::default(), 0);
    let (mut violations, mut faults, mut duplicates) = (Vec::new(), Vec::new(), Duplicates::new(Keep::All));
    while let Some(row) = reader.next_row().map_err(CheckError::from)? {
        match mapping.item(&row, &mut violations) {
            Some(QueueItem { reference: Some(reference), .. }) if unique == UniqueReferences::Required => {
                duplicates.add(row.number, &reference).map_err(CheckError::Aside)?;
            }
            Some(QueueItem { reference: None, .. }) if unique == UniqueReferences::Required => {
                left_out.insert(RowRange::single(row.number));
                violations.push(Violation::whole(Rule::ReferenceRequired));
            }
            _ => {}
        }
        let is_ours = shard.takes(before);
        before += 1;
        heed(observer, before)?;
        if let Some(first) = violations.first().filter(|_| is_ours) {
            let words: Vec<String> = violations.iter().map(ToString::to_string).collect();
            let code = first.rule.code().to_owned();
            faults.push(Fault { row: row.number, code, rule: words.join("; ") });
        }
        violations.clear();
        if faults.len() >= PACK {
            write_down(&mut faults, run)?;
        }
    }
    reader.verify(fingerprint).map_err(CheckError::from)?;
    // A reference counts as taken whichever share its first row is in.
    let repeated = duplicates.finish().map_err(CheckError::Aside)?.some;
    for (row, first) in of_shard(repeated, shard, input, fingerprint, observer)? {
        left_out.insert(RowRange::single(row));
        let rule = Rule::DuplicateReference { first: first.0 };
        faults.push(Fault { row, code: rule.code().to_owned(), rule: rule.to_string() });
        if faults.len() >= PACK {
            write_down(&mut faults, run)?;
        }
    }
    write_down(&mut faults, run)?;
    Ok(left_out)
}

/// Those of `rows`, which are in order, that are in `shard`.
fn of_shard(
    mut rows: Vec<(RowNumber, RowNumber)>,
    shard: Shard,
    input: &Input,
    fingerprint: &Fingerprint,
    observer: &dyn Observer,
) -> Result<Vec<(RowNumber, RowNumber)>, CheckError> {
    if rows.is_empty() || shard.is_whole() {
        return Ok(rows);
    }
    // Only another pass tells which row a number is: blank lines have numbers, too.
    let mut reader = input.open_again(fingerprint)?;
    let (mut ours, mut before) = (RangeSet::default(), 0);
    while let Some(row) = reader.next_row()? {
        let is_ours = shard.takes(before);
        before += 1;
        heed(observer, before)?;
        if is_ours && rows.binary_search_by_key(&row.number, |&(row, _)| row).is_ok() {
            ours.insert(RowRange::single(row.number));
        }
    }
    rows.retain(|&(row, _)| ours.contains(row));
    Ok(rows)
}

/// Now and then looks whether anybody waits for the end of the pass.
fn heed(observer: &dyn Observer, rows: u64) -> Result<(), CheckError> {
    if rows.is_multiple_of(NOTICE) && observer.has_left() { Err(CheckError::Interrupted) } else { Ok(()) }
}

fn write_down(faults: &mut Vec<Fault>, run: &mut Run) -> Result<(), LeaveOutError> {
    if !faults.is_empty() {
        run.record(&[Entry::LeftOut(std::mem::take(faults))], Timestamp::now())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::path::Path;

    use jiff::tz::TimeZone;

    use super::super::event::Event;
    use super::*;
    use crate::items::{Calendar, Moment};
    use crate::journal::{self, Before, Journal, NewRun, Operator, RunKey};
    use crate::source::{MappingOptions, Options};

    /// A file and its run, in a folder.
    fn begun(file: &str, shard: Shard, folder: &Path) -> (Input, Fingerprint, Mapping, Run) {
        let path = folder.join("a.csv");
        std::fs::write(&path, file).unwrap();
        let input = Input::new(path, Options::default());
        let fingerprint = input.open().unwrap().fingerprint().unwrap();
        let calendar = Calendar { zone: TimeZone::UTC, now: Moment::from(Timestamp::UNIX_EPOCH) };
        let mapping = Mapping::new(input.open().unwrap().columns(), MappingOptions::new(calendar)).unwrap();
        let key = RunKey {
            content: fingerprint.digest,
            length: fingerprint.length,
            api_root: String::from("http://localhost/"),
            tenant: None,
            folder: String::new(),
            queue: String::from("Invoices"),
            queue_id: None,
            shard,
        };
        let run = NewRun {
            key,
            input: journal::Input { given: String::from("a.csv"), path: None, spool: None },
            rows: 6,
            span: Some(RowRange { first: RowNumber(2), last: RowNumber(7) }),
            options: std::collections::BTreeMap::new(),
            commit: String::from("ProcessAllIndependently"),
            operator: Operator { who: String::new(), login: String::new(), version: String::new() },
            before: Before::default(),
        };
        let run = Journal::open(folder).unwrap().begin(&run, Timestamp::UNIX_EPOCH).unwrap();
        (input, fingerprint, mapping, run)
    }

    /// Writes down what is wrong with a file: the rejects as the journal has them, and the rows that only the queue refuses.
    fn left_out(file: &str, unique: UniqueReferences, shard: Shard) -> (Vec<String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let (input, fingerprint, mapping, mut run) = begun(file, shard, folder.path());
        let mut rows = RangeSet::default();
        for _ in 0..2 {
            let observer = |_: &Event| ();
            rows = leave_out(&input, &fingerprint, &mapping, unique, shard, &mut run, &observer).unwrap();
        }
        let mut rejects = Vec::new();
        let mut add = |reject: journal::Reject| {
            rejects.push(format!("{} {}: {}", reject.row, reject.code, reject.message));
            Ok::<_, JournalError>(())
        };
        run.journal().for_each_reject(run.id(), &mut add).unwrap();
        (rejects, rows.to_string())
    }

    const FILE: &str = "Reference,Priority,a\nR1,,1\nR2,Urgent,2\nR1,,3\n,,4\nR1,,5\nR2,,6\n";

    #[test]
    fn rows_that_break_a_rule_are_written_down_once() {
        let (rejects, rows) = left_out(FILE, UniqueReferences::Free, Shard::WHOLE);
        insta::assert_snapshot!(rejects.join("\n"), @"3 Priority: column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3");
        assert_eq!(rows, "");
    }

    #[test]
    fn a_queue_with_unique_references_leaves_out_more_and_a_row_that_is_left_out_takes_no_reference_away() {
        let (rejects, rows) = left_out(FILE, UniqueReferences::Required, Shard::WHOLE);
        insta::assert_snapshot!(rejects.join("\n"), @"
        3 Priority: column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
        4 DuplicateReference: row 2 has the same reference
        5 ReferenceRequired: the row has no reference, and the queue enforces unique references
        6 DuplicateReference: row 2 has the same reference
        ");
        assert_eq!(rows, "4-6");
    }

    #[test]
    fn a_share_writes_down_its_own_rows_only_and_knows_the_references_of_the_others() {
        let words = |shard: &str| left_out(FILE, UniqueReferences::Required, shard.parse().unwrap()).0.join("\n");
        insta::assert_snapshot!(words("1/2"), @"
        4 DuplicateReference: row 2 has the same reference
        6 DuplicateReference: row 2 has the same reference
        ");
        insta::assert_snapshot!(words("2/2"), @"
        3 Priority: column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
        5 ReferenceRequired: the row has no reference, and the queue enforces unique references
        ");
    }

    /// Somebody who leaves after being asked so often.
    struct Leaving(Cell<u32>);

    impl Observer for Leaving {
        fn notice(&mut self, _: &Event) {}

        fn has_left(&self) -> bool {
            let left = self.0.get().checked_sub(1);
            self.0.set(left.unwrap_or_default());
            left.is_none()
        }
    }

    #[test]
    fn a_pass_that_nobody_waits_for_ends_early_and_can_be_made_again() {
        let rows = 3 * NOTICE;
        let file = (0..rows).fold(String::from("Reference,Priority\n"), |file, row| file + &format!("R{},\n", row / 2));
        let folder = tempfile::tempdir().unwrap();
        let shard = "1/2".parse().unwrap();
        let (input, fingerprint, mapping, mut run) = begun(&file, shard, folder.path());
        let mut pass = |times: u32| {
            let leaving = Leaving(Cell::new(times));
            leave_out(&input, &fingerprint, &mapping, UniqueReferences::Required, shard, &mut run, &leaving)
        };
        // Three times in the first pass, and as often in the one that tells the rows of the share.
        for times in 0..6 {
            let interrupted = matches!(pass(times), Err(LeaveOutError::Check(CheckError::Interrupted)));
            assert!(interrupted, "{times}");
        }
        assert_eq!(pass(6).unwrap().len(), 0, "the second row of each reference is in the other share");
    }
}
