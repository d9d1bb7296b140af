//! A load in miniature that knows nothing but the journal, killed again and again, against a queue that remembers everything.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::crash::killed;
use super::support::*;
use crate::journal::{AttemptState, Cause, Entry, Outcome, Reject, Run};
use crate::rows::{Portion, RangeSet, RowNumber};

/// The program was killed.
struct Killed;

/// The world outside: how often each row is in the queue, and when the next misfortune strikes.
struct World {
    queue: BTreeMap<u64, u32>,
    dice: std::vec::IntoIter<u8>,
}

impl World {
    /// The next misfortune; none any more once the dice are used up, so that every load ends.
    fn die(&mut self) -> u8 {
        self.dice.next().unwrap_or(u8::MAX)
    }

    fn may_be_killed(&mut self) -> Result<(), Killed> {
        if self.die() < 40 { Err(Killed) } else { Ok(()) }
    }

    fn take(&mut self, rows: &[u64]) {
        rows.iter().filter(|&&row| !is_bad(row)).for_each(|&row| *self.queue.entry(row).or_default() += 1);
    }
}

/// Orchestrator refuses every seventh row.
fn is_bad(row: u64) -> bool {
    row.is_multiple_of(7)
}

fn portion(rows: impl IntoIterator<Item = u64>) -> Portion {
    let ranges: RangeSet = rows.into_iter().map(RowNumber).collect();
    Portion { rows: ranges.len(), ranges }
}

/// Asks the queue about everything in doubt.
fn settle(run: &mut Run, world: &mut World) -> Result<(), Killed> {
    for attempt in run.progress().unwrap().open {
        assert!(matches!(attempt.state, AttemptState::InDoubt(_)), "nothing is under way before the first batch");
        let rows = attempt.portion.ranges.numbers().map(|row| row.0);
        let in_queue = portion(rows.filter(|row| world.queue.contains_key(row)));
        world.may_be_killed()?;
        run.record(&[Entry::Settled(attempt.id, found(in_queue, Portion::none()))], at(1)).unwrap();
        world.may_be_killed()?;
    }
    Ok(())
}

/// Sends one batch and writes down what is known of it.
fn send(run: &mut Run, world: &mut World, rows: &[u64]) -> Result<(), Killed> {
    let attempt = run.record(&[Entry::Sending(portion(rows.iter().copied()))], at(2)).unwrap()[0];
    world.may_be_killed()?;
    let fortune = world.die();
    if fortune >= 60 {
        world.take(rows);
    }
    world.may_be_killed()?;
    let entry = match fortune {
        0..30 => Entry::NotExecuted(attempt),
        30..90 => Entry::InDoubt(attempt, "timeout".to_owned()),
        _ => {
            let (bad, good): (Vec<u64>, Vec<u64>) = rows.iter().copied().partition(|&row| is_bad(row));
            let reject = |row| Reject { cause: Cause::Refused, ..refused(row, 1016, "no") };
            let rejects = bad.into_iter().map(reject).collect();
            Entry::Settled(attempt, Outcome { rejects, ..Outcome::accepted(portion(good)) })
        }
    };
    run.record(&[entry], at(3)).unwrap();
    world.may_be_killed()
}

fn load(run: &mut Run, world: &mut World, rows: u64, batch: usize) -> Result<(), Killed> {
    loop {
        settle(run, world)?;
        let known = run.progress().unwrap().spoken_for();
        let next: Vec<u64> = (2..2 + rows).filter(|&row| !known.contains(RowNumber(row))).take(batch).collect();
        if next.is_empty() {
            return Ok(());
        }
        send(run, world, &next)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_row_is_there_exactly_once_however_often_the_load_is_killed(
        rows in 1_u64..40,
        batch in 1_usize..9,
        dice in prop::collection::vec(any::<u8>(), 0..120),
    ) {
        let mut world = World { queue: BTreeMap::new(), dice: dice.into_iter() };
        let mut state = tempfile::tempdir().unwrap();
        let mut run = begin(state.path());
        while let Err(Killed) = load(&mut run, &mut world, rows, batch) {
            let left = killed(state.path());
            let id = run.id().clone();
            drop(run);
            state = left;
            run = resume(state.path(), &id);
        }
        let good = portion((2..2 + rows).filter(|&row| !is_bad(row)));
        prop_assert_eq!(portion(world.queue.keys().copied()), good.clone(), "nothing is lost");
        prop_assert!(world.queue.values().all(|&times| times == 1), "nothing is doubled: {:?}", world.queue);
        let progress = run.progress().unwrap();
        prop_assert_eq!(run.accepted().unwrap(), good.ranges);
        prop_assert_eq!((progress.counts.done(), progress.counts.accepted), (rows, good.rows));
    }
}
