//! Every kind of file, one job and eight, every fault: killed, resumed, compared.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::faults::FAULTS;
use super::ordeal::{Commit, Kills, Ordeal, Seen};
use super::rows::Kind;

/// The seed of the short form.
const SEED: u64 = 20_261_124;

/// How many ordeals go on at a time: they wait more than they work.
const AT_A_TIME: usize = 20;

/// Cell `number` of the matrix, which repeats itself with other dice.
fn cell(number: usize, seed: u64, kills: u64) -> Ordeal {
    let kind = Kind::ALL[number % 4];
    let jobs = [1, 8][number / 4 % 2];
    let fault = number / 8 % FAULTS.len();
    Ordeal {
        kind,
        jobs,
        fault,
        seed: seed.wrapping_add(number as u64),
        kills: Kills::UpTo(kills),
        commit: Commit::Independent,
    }
}

/// Goes through all of them; returns what was seen of each fault, and what went wrong.
fn undergo(ordeals: &[Ordeal]) -> (BTreeMap<usize, Seen>, Vec<String>) {
    let (next, seen, wrong) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()), Mutex::new(Vec::new()));
    let take_turns = || {
        while let Some(ordeal) = ordeals.get(next.fetch_add(1, Ordering::SeqCst)) {
            match ordeal.undergo() {
                Ok(one) => *seen.lock().unwrap().entry(ordeal.fault).or_insert_with(Seen::default) += one,
                Err(error) => {
                    eprintln!("WRONG {error}");
                    wrong.lock().unwrap().push(error);
                }
            }
        }
    };
    std::thread::scope(|scope| (0..AT_A_TIME).for_each(|_| drop(scope.spawn(take_turns))));
    (seen.into_inner().unwrap(), wrong.into_inner().unwrap())
}

fn sum(seen: &BTreeMap<usize, Seen>) -> Seen {
    seen.values().fold(Seen::default(), |mut sum, one| {
        sum += *one;
        sum
    })
}

#[test]
fn killed_and_resumed_every_row_arrives_once() {
    let ordeals: Vec<_> = (0..8 * FAULTS.len()).map(|number| cell(number, SEED, 1 + number as u64 % 2)).collect();
    let (seen, wrong) = undergo(&ordeals);
    assert!(wrong.is_empty(), "{} of {} went wrong", wrong.len(), ordeals.len());
    let all = sum(&seen);
    assert!(all.kills > all.runs / 2, "the program is hardly ever killed: {all:?}");
    for (fault, seen) in seen {
        assert!(seen.faults > 0 || FAULTS[fault].1.is_empty(), "`{}` never came", FAULTS[fault].0);
    }
}

/// With every row refused that has to be, and the others as the commit type says.
#[test]
fn killed_and_resumed_every_row_arrives_or_is_rejected_under_other_commit_types() {
    let faults = ["none", "drop after commit", "503", "null ordinals"].map(position);
    let commits = [Commit::AllOrNothing, Commit::StopOnFirstFailure];
    let ordeals = commits.into_iter().flat_map(|commit| {
        let of = move |(number, fault)| Ordeal { fault, commit, ..other_commit(number, commit, SEED, 2) };
        (0..).zip(faults.iter().copied().flat_map(|fault| [fault; 2])).map(of).collect::<Vec<_>>()
    });
    let (_, wrong) = undergo(&ordeals.collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{} went wrong", wrong.len());
}

/// More than a load of these files makes.
const CHANGES: u64 = 200;

/// Every change in the long form; in the short one every fifth, of each kind of file others.
#[test]
fn killed_at_every_change_of_the_journal_every_row_arrives_once() {
    let kinds = Kind::ALL.map(|kind| (kind, Commit::Independent)).into_iter();
    let kinds = kinds.chain([(Kind::Taken, Commit::AllOrNothing), (Kind::Taken, Commit::StopOnFirstFailure)]);
    let step = if std::env::var_os("UIQ_CRASH_RUNS").is_some() { 1 } else { 5 };
    let kill_at = |kind, commit, number| {
        let kills = Kills::AtChange(number);
        let ordeal = Ordeal { kind, jobs: 1, fault: position("none"), seed: SEED, kills, commit };
        ordeal.undergo().unwrap_or_else(|wrong| panic!("{wrong}")).kills > 0
    };
    std::thread::scope(|scope| {
        for (first, (kind, commit)) in (1..).zip(kinds) {
            scope.spawn(move || {
                let numbers = (first.min(step)..CHANGES).step_by(usize::try_from(step).unwrap());
                let kills = numbers.take_while(|&number| kill_at(kind, commit, number)).count();
                eprintln!("{kind:?}, {commit:?}: {kills} kills at changes of the journal");
                assert!(kills > 1, "killed {kills} times");
            });
        }
    });
}

fn position(name: &str) -> usize {
    FAULTS.iter().position(|(known, _)| *known == name).unwrap()
}

/// The queue has to refuse something for a commit type to matter.
fn other_commit(number: usize, commit: Commit, seed: u64, kills: u64) -> Ordeal {
    let fault = number / 2 % FAULTS.len();
    let (kills, seed) = (Kills::UpTo(kills), seed.wrapping_add(number as u64));
    Ordeal { kind: Kind::Taken, jobs: [1, 8][number % 2], fault, seed, kills, commit }
}

/// See `tests/README.md`.
#[test]
fn the_long_form() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let Some(runs) = number("UIQ_CRASH_RUNS") else { return };
    let seed = number("UIQ_CRASH_SEED").unwrap_or(1);
    let only = number("UIQ_CRASH_ONLY").map(|number| usize::try_from(number).unwrap());
    let all = 0..usize::try_from(runs).unwrap();
    let numbers = all.filter(|number| only.is_none_or(|only| only == *number));
    let ordeal = |number: usize| match number % 10 {
        // One in five with another commit type.
        4 => other_commit(number / 10, Commit::AllOrNothing, seed, 4),
        9 => other_commit(number / 10, Commit::StopOnFirstFailure, seed, 4),
        _ => cell(number, seed, 1 + number as u64 % 7),
    };
    let ordeals: Vec<_> = numbers.map(ordeal).collect();
    let began = Instant::now();
    let (faults, wrong) = undergo(&ordeals);
    for (fault, one) in &faults {
        eprintln!("{:27} {one:?}", FAULTS[*fault].0);
    }
    eprintln!("seed {seed}: {:?} in {:.0?}", sum(&faults), began.elapsed());
    assert!(wrong.is_empty(), "{} of {} went wrong", wrong.len(), ordeals.len());
}
