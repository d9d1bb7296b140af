//! Any history, cut off anywhere: every row has exactly one fate, and it is the one that was written last.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;

use super::support::*;
use crate::journal::{AttemptId, Cause, Entry, Evidence, Outcome, Reject, Run, RunId};
use crate::rows::{Portion, RangeSet, RowNumber, RowRange};

/// What a row's fate can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    ToSend,
    Open(AttemptId),
    Accepted,
    Rejected(Cause),
}

/// The rows of the file and what ought to be known of them.
type Fates = BTreeMap<u64, Fate>;

/// Lines 2 to 40, some of them blank.
fn file() -> impl Strategy<Value = Fates> {
    prop::collection::btree_set(2_u64..=40, 4..30)
        .prop_map(|rows| rows.into_iter().map(|row| (row, Fate::ToSend)).collect())
}

/// A step, in numbers that are read against the state in which it is taken.
type Dice = (u8, u8, Vec<u8>);

fn history() -> impl Strategy<Value = Vec<Dice>> {
    prop::collection::vec((any::<u8>(), any::<u8>(), prop::collection::vec(any::<u8>(), 1..8)), 1..10)
}

fn with(fates: &Fates, wanted: Fate) -> Vec<u64> {
    fates.iter().filter(|&(_, &fate)| fate == wanted).map(|(&row, _)| row).collect()
}

fn set(rows: &[u64]) -> RangeSet {
    rows.iter().copied().map(RowNumber).collect()
}

/// The rows of the next batch, from somewhere in what is to be sent, with the blank lines before and between them.
fn batch(fates: &Fates, spoken_for: &RangeSet, from: u8, count: u8) -> Option<(Vec<u64>, Portion)> {
    let to_send = with(fates, Fate::ToSend);
    let from = usize::from(from) % to_send.len().max(1);
    let rows: Vec<u64> = to_send.iter().copied().skip(from).take(1 + usize::from(count % 9)).collect();
    let before = to_send.get(from.wrapping_sub(1)).map_or(2, |row| row + 1);
    let span = RowRange { first: RowNumber(before), last: RowNumber(*rows.last()?) };
    let portion = Portion::new(RangeSet::from(span).difference(spoken_for), rows.len() as u64);
    Some((rows, portion))
}

/// An outcome that gives each row of an attempt a fate by dice.
fn outcome(fates: &mut Fates, attempt: AttemptId, dice: &[u8]) -> Outcome {
    let rows = with(fates, Fate::Open(attempt));
    let (mut accepted, mut in_doubt, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    for (&row, die) in rows.iter().zip(dice.iter().cycle()) {
        let fate = match die % 8 {
            0..=3 => Fate::Accepted,
            4 => Fate::Rejected(Cause::Refused),
            5 => Fate::Rejected(Cause::RolledBack),
            6 => Fate::ToSend,
            _ => Fate::Open(attempt),
        };
        match fate {
            Fate::Accepted => accepted.push(row),
            Fate::Rejected(cause) => rejects.push(Reject { cause, ..refused(row, 1, "no") }),
            Fate::Open(_) => in_doubt.push(row),
            Fate::ToSend => {}
        }
        fates.insert(row, fate);
    }
    let part = |rows: &[u64]| Portion::new(set(rows), rows.len() as u64);
    Outcome { accepted: part(&accepted), in_doubt: part(&in_doubt), rejects, evidence: Evidence::Content }
}

/// Takes a step in the journal and in the model: something about an open attempt, a new batch, or both at once.
fn step(run: &mut Run, fates: &mut Fates, (choice, which, dice): &Dice) {
    let progress = run.progress().unwrap();
    let open: Vec<_> = progress.open.iter().map(|attempt| attempt.id).collect();
    // Prepared while the attempt was under way, as a load does.
    let next = batch(fates, &progress.spoken_for(), *which, *choice).filter(|_| choice % 4 != 1);
    let mut entries = Vec::new();
    if choice % 4 > 0 && !open.is_empty() {
        let attempt = open[usize::from(*which) % open.len()];
        entries.push(match dice[0] % 5 {
            0 => Entry::InDoubt(attempt, "no answer".to_owned()),
            1 => {
                fates.values_mut().filter(|fate| **fate == Fate::Open(attempt)).for_each(|fate| *fate = Fate::ToSend);
                Entry::NotExecuted(attempt)
            }
            _ => Entry::Settled(attempt, outcome(fates, attempt, dice)),
        });
    }
    if let Some((_, portion)) = &next {
        entries.push(Entry::Sending(portion.clone()));
    }
    let begun = run.record(&entries, at(i64::from(*which))).unwrap();
    for (row, &attempt) in next.iter().flat_map(|(rows, _)| rows).zip(begun.iter().cycle()) {
        fates.insert(*row, Fate::Open(attempt));
    }
}

/// Holds what the journal says against what ought to be known.
fn assert_known(run: &Run, fates: &Fates) {
    let progress = run.progress().unwrap();
    let accepted = run.accepted().unwrap();
    let ranges = |connection: &rusqlite::Connection| {
        connection.query_row("SELECT count(*) FROM settled", [], |row| row.get::<_, usize>(0))
    };
    assert_eq!(
        run.journal().read(ranges).unwrap(),
        progress.settled.iter().len(),
        "ranges that touch are one in the table"
    );
    let mut rejects = BTreeMap::new();
    let mut visit = |reject: Reject| {
        rejects.insert(reject.row.0, reject.cause);
        Ok::<_, crate::journal::JournalError>(())
    };
    run.journal().for_each_reject(run.id(), &mut visit).unwrap();
    for (&row, &fate) in fates {
        let mut told = BTreeSet::new();
        let number = RowNumber(row);
        let open = progress.open.iter().filter(|attempt| attempt.portion.ranges.contains(number));
        told.extend(open.map(|attempt| format!("{:?}", Fate::Open(attempt.id))));
        if accepted.contains(number) {
            told.insert(format!("{:?}", Fate::Accepted));
        }
        told.extend(rejects.get(&row).map(|&cause| format!("{:?}", Fate::Rejected(cause))));
        if !progress.spoken_for().contains(number) {
            told.insert(format!("{:?}", Fate::ToSend));
        }
        assert_eq!(told, BTreeSet::from([format!("{fate:?}")]), "row {row}");
    }
    let count = |wanted: fn(&Fate) -> bool| fates.values().filter(|fate| wanted(fate)).count() as u64;
    assert_eq!(progress.counts.accepted, count(|fate| matches!(fate, Fate::Accepted)));
    assert_eq!(progress.counts.in_doubt, count(|fate| matches!(fate, Fate::Open(_))));
    assert_eq!(progress.counts.done(), count(|fate| matches!(fate, Fate::Accepted | Fate::Rejected(_))));
}

/// What a killed process leaves: the files as they are, its locks and shared memory gone.
pub(super) fn killed(state_dir: &Path) -> tempfile::TempDir {
    let left = tempfile::tempdir().unwrap();
    for name in ["journal.sqlite3", "journal.sqlite3-wal"] {
        std::fs::copy(state_dir.join(name), left.path().join(name)).unwrap();
    }
    left
}

fn log_length(state_dir: &Path) -> u64 {
    std::fs::metadata(state_dir.join("journal.sqlite3-wal")).unwrap().len()
}

fn assert_resumed(state_dir: &Path, id: &RunId, fates: &Fates) {
    let run = resume(state_dir, id);
    assert_known(&run, fates);
    let states = run.progress().unwrap().open.into_iter().map(|attempt| attempt.state);
    assert!(states.into_iter().all(|state| matches!(state, crate::journal::AttemptState::InDoubt(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn after_any_prefix_of_any_history_every_row_has_the_fate_that_was_written_last(
        mut fates in file(),
        history in history(),
        cut in 0.0..1.0_f64,
    ) {
        let state = tempfile::tempdir().unwrap();
        let mut run = begin(state.path());
        for dice in &history {
            let (before, length_before) = (fates.clone(), log_length(state.path()));
            step(&mut run, &mut fates, dice);
            assert_known(&run, &fates);
            assert_resumed(killed(state.path()).path(), run.id(), &fates);

            // The power fails in the middle of the commit: the log ends somewhere within what it wrote.
            let written = log_length(state.path()) - length_before;
            if written > 0 {
                let torn = killed(state.path());
                let log = std::fs::OpenOptions::new().write(true).open(torn.path().join("journal.sqlite3-wal")).unwrap();
                #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                log.set_len(length_before + (written as f64 * cut) as u64).unwrap();
                assert_resumed(torn.path(), run.id(), &before);
            }
        }
    }
}
