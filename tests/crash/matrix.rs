//! Every kind of file, one job and eight, every fault: killed, resumed, compared.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::faults::FAULTS;
use super::ordeal::{Ordeal, Seen};
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
    Ordeal { kind, jobs, fault, seed: seed.wrapping_add(number as u64), kills }
}

fn undergo(ordeals: &[Ordeal]) -> Seen {
    let (next, seen, wrong) = (AtomicUsize::new(0), Mutex::new(Seen::default()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(ordeal) = ordeals.get(next.fetch_add(1, Ordering::SeqCst)) {
                    match ordeal.undergo() {
                        Ok(one) => *seen.lock().unwrap() += one,
                        Err(error) => {
                            eprintln!("WRONG {error}");
                            wrong.lock().unwrap().push(error);
                        }
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} went wrong:\n{}", wrong.len(), ordeals.len(), wrong.join("\n"));
    seen.into_inner().unwrap()
}

#[test]
fn killed_and_resumed_every_row_arrives_once() {
    let ordeals: Vec<_> = (0..8 * FAULTS.len()).map(|number| cell(number, SEED, 2)).collect();
    let seen = undergo(&ordeals);
    assert!(seen.kills > seen.runs / 2, "the program is hardly ever killed: {seen:?}");
    assert!(seen.faults > FAULTS.len(), "hardly anything goes wrong: {seen:?}");
}

/// See `tests/README.md`.
#[test]
fn the_long_form() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let Some(runs) = number("UIQ_CRASH_RUNS") else { return };
    let seed = number("UIQ_CRASH_SEED").unwrap_or(1);
    let only = number("UIQ_CRASH_ONLY").map(|number| usize::try_from(number).unwrap());
    let all = 0..usize::try_from(runs).unwrap();
    let ordeals: Vec<_> = all
        .filter(|number| only.is_none_or(|only| only == *number))
        .map(|number| cell(number, seed, 1 + number as u64 % 7))
        .collect();
    let began = Instant::now();
    let seen = undergo(&ordeals);
    eprintln!("seed {seed}: {seen:?} in {:.0?}", began.elapsed());
}
