//! Any file, any script of misfortunes, killed anywhere and gone on with: every row is in the queue exactly once, or refused, or
//! reported as unsettled.
//!
//! `UIQ_CHAOS_CASES=20000 cargo test --lib load::tests::chaos` tries many more.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::file::{Rows, item};
use super::orchestrator::{Read, Scripted, Turn, seconds};
use super::sitting::{Ended, Load, written};
use crate::http::Jobs;
use crate::load::Halt;
use crate::orchestrator::CommitType;
use crate::rows::{RangeSet, RowNumber};

/// Cases in an ordinary run: a few seconds.
const CASES: u32 = 64;

/// How often a load is gone on with before it is said not to come to an end.
const SITTINGS: usize = 400;

#[derive(Clone, Debug)]
struct Chaos {
    file: Rows,
    jobs: usize,
    batch: usize,
    /// Where they follow what the server shows, requests have up to `batch` rows, and their number is found unless it is one.
    sizes: Sizes,
    commit: CommitType,
    turns: Vec<Turn>,
    reads: Vec<Read>,
    /// After so many moves of the engine it is killed, sitting by sitting; after these it is left alone.
    kills: Vec<usize>,
    unique: bool,
    nameless: bool,
    /// Items that somebody else has added before.
    foreign: bool,
}

#[derive(Clone, Copy, Debug)]
enum Sizes {
    AsGiven,
    AsTheServerShows,
}

/// Less than the grace, which is ten seconds.
fn delay() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(Duration::ZERO), (0_u64..9_000).prop_map(Duration::from_millis)]
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        6 => prop_oneof![Just(Duration::ZERO), (0_u64..5_000).prop_map(Duration::from_millis)].prop_map(Turn::Answer),
        1 => prop_oneof![Just(400), Just(413)].prop_map(|_| Turn::Throttle(None)),
        1 => (0_u64..60).prop_map(|wait| Turn::Throttle(Some(seconds(wait)))),
        1 => Just(Turn::Unauthorized),
        1 => Just(Turn::NoConnection),
        6 => ((0_u64..30).prop_map(seconds), prop::option::of(delay()))
            .prop_map(|(cut, commit)| Turn::Lost { cut, commit }),
    ]
}

fn file() -> impl Strategy<Value = Rows> {
    // A gap is a blank line; few texts, so that many rows are the same; some rows are bad.
    let row = (1_u64..4, 0_u8..5, any::<bool>());
    (prop::collection::vec(row, 1..24), 0_u8..3).prop_map(|(rows, references)| {
        let mut number = 1;
        Rows::new(rows.into_iter().map(|(gap, text, some)| {
            number += gap.saturating_sub(1).max(1);
            let reference = match references {
                0 => None,
                1 => Some(format!("R-{number}")),
                _ => some.then(|| format!("R-{text}")),
            };
            let text = if text == 0 { "bad".to_owned() } else { format!("text {text}") };
            (number, item(reference.as_deref(), &text))
        }))
    })
}

fn chaos() -> impl Strategy<Value = Chaos> {
    let commit = prop_oneof![
        3 => Just(CommitType::Independent),
        1 => Just(CommitType::AllOrNothing),
        1 => Just(CommitType::StopOnFirstFailure),
    ];
    let read = prop_oneof![6 => Just(Read::Works), 1 => Just(Read::Fails), 1 => Just(Read::Forbidden)];
    (
        file(),
        prop_oneof![Just(1_usize), 2_usize..9],
        1_usize..7,
        commit,
        prop::collection::vec(turn(), 0..30),
        prop::collection::vec(read, 0..8),
        prop::collection::vec(1_usize..60, 0..12),
        any::<(bool, bool, bool, bool)>(),
    )
        .prop_map(|(file, jobs, batch, commit, turns, reads, kills, (unique, nameless, foreign, adapts))| {
            let sizes = if adapts { Sizes::AsTheServerShows } else { Sizes::AsGiven };
            let unique = unique && file.has_distinct_references();
            Chaos {
                file,
                jobs,
                batch,
                sizes,
                commit,
                turns,
                reads,
                kills,
                unique,
                nameless,
                foreign: foreign && !unique,
            }
        })
}

/// Goes on until there is nothing left to go on with.
async fn until_it_is_done(load: &mut Load, kills: &[usize]) -> Ended {
    let mut kills = kills.iter();
    for _ in 0..SITTINGS {
        let moves = kills.next().copied().unwrap_or(usize::MAX);
        match load.sit_for(moves).await {
            None | Some(Ended { halt: Some(Halt::GivenUp(_)), .. } | Ended { unreadable: Some(_), .. }) => {}
            Some(ended) => return ended,
        }
    }
    panic!("no end after {SITTINGS} sittings");
}

/// How many rows of each content there are.
fn census<'a>(items: impl Iterator<Item = &'a String>) -> BTreeMap<String, i64> {
    items.fold(BTreeMap::new(), |mut census, item| {
        *census.entry(item.clone()).or_default() += 1;
        census
    })
}

fn rows_in<'a>(load: &'a Load, set: &str) -> impl Iterator<Item = String> + use<'a> {
    let set: RangeSet = set.parse().unwrap();
    load.rows.iter().filter(move |(row, _)| set.contains(*row)).map(|(_, item)| written(item))
}

fn verify(load: &Load, ended: &Ended) -> Result<(), TestCaseError> {
    let added = census(load.server.added().iter());
    let accepted: Vec<_> = rows_in(load, &ended.accepted).collect();
    let unsettled: Vec<_> = rows_in(load, &ended.unsettled).collect();
    let (accepted, unsettled) = (census(accepted.iter()), census(unsettled.iter()));
    for (item, &times) in &added {
        let ours = accepted.get(item).copied().unwrap_or(0);
        let perhaps = unsettled.get(item).copied().unwrap_or(0);
        prop_assert!(
            ours <= times && times <= ours + perhaps,
            "{item}: {times} times there, {ours} accepted, {perhaps} unsettled"
        );
    }
    for (item, ours) in &accepted {
        prop_assert!(added.contains_key(item), "{item} was accepted {ours} times and is not there");
    }
    prop_assert!(rows_in(load, &ended.open).eq(rows_in(load, &ended.unsettled)), "what is open is reported");
    let rejected: RangeSet = ended.rejects.iter().map(|reject| reject.row).collect();
    let known = |row: &RowNumber| {
        let sets = [&ended.accepted, &ended.unsettled].map(|set| set.parse::<RangeSet>().unwrap());
        sets.iter().filter(|set| set.contains(*row)).count() + usize::from(rejected.contains(*row))
    };
    match &ended.halt {
        None => prop_assert!(load.rows.iter().all(|(row, _)| known(row) == 1), "{ended:?}"),
        Some(Halt::FirstFailure(_)) => prop_assert!(load.rows.iter().all(|(row, _)| known(row) <= 1), "{ended:?}"),
        Some(halt) => prop_assert!(false, "{halt:?}"),
    }
    if load.plan.terms.commit == CommitType::Independent {
        for (row, item) in
            load.rows.iter().filter(|(row, _)| !ended.unsettled.parse::<RangeSet>().unwrap().contains(*row))
        {
            prop_assert_eq!(rejected.contains(*row), written(item).contains("bad"), "row {}", row);
        }
    }
    Ok(())
}

/// With one job the queue is in the order of the file, whatever happened.
fn verify_order(load: &Load, ended: &Ended) -> Result<(), TestCaseError> {
    let certain: RangeSet = ended.accepted.parse().unwrap();
    if load.plan.jobs.keep_order() && ended.unsettled.is_empty() {
        let expected: Vec<_> =
            load.rows.iter().filter(|(row, _)| certain.contains(*row)).map(|(_, item)| written(item)).collect();
        prop_assert_eq!(load.server.added(), expected);
    }
    Ok(())
}

fn try_out(chaos: &Chaos) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut server = Scripted::default().then(chaos.turns.clone()).reads(chaos.reads.clone());
        if chaos.unique {
            server = server.with_unique_references();
        }
        if chaos.nameless {
            server = server.naming_nobody();
        }
        let mut load =
            Load::of(chaos.file.clone(), server).jobs(chaos.jobs).batches_of(chaos.batch).commit(chaos.commit);
        if let Sizes::AsTheServerShows = chaos.sizes {
            let jobs = if chaos.jobs == 1 { Jobs::Given(1) } else { Jobs::Auto };
            load = load.adapting(jobs, [1, chaos.batch]);
        }
        if chaos.foreign {
            load.written().iter().filter(|item| !item.contains("bad")).for_each(|item| load.server.somebody_adds(item));
        }
        let ended = until_it_is_done(&mut load, &chaos.kills).await;
        // Whatever may still be executing, comes to its end.
        tokio::time::sleep(seconds(120)).await;
        verify(&load, &ended)?;
        // Rows that cannot be looked up hold nobody up; what comes of them comes later.
        if chaos.reads.contains(&Read::Forbidden) { Ok(()) } else { verify_order(&load, &ended) }
    })
}

#[test]
fn every_row_is_there_once_or_refused_or_reported() {
    let cases = std::env::var("UIQ_CHAOS_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let config =
        ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    if let Err(error) = runner.run(&chaos(), |chaos| try_out(&chaos)) {
        panic!("{error}");
    }
}
