//! The order of the file, and how much is under way.

use std::time::Duration;

use crate::load::Event;
use crate::orchestrator::CommitType;

use super::file::{Rows, identical, item, referenced, rows};
use super::orchestrator::{AT_ONCE, Read, Scripted, Turn, lost, lost_and_done_after, lost_but_done, seconds};
use super::sitting::Load;

/// Every misfortune that leaves rows to be sent again, or in doubt.
fn misfortunes() -> Vec<(&'static str, Vec<Turn>)> {
    vec![
        ("none", vec![]),
        ("throttled", vec![Turn::Answer(AT_ONCE), Turn::Throttle(None), Turn::Throttle(Some(seconds(7)))]),
        ("no connection", vec![Turn::NoConnection, Turn::NoConnection]),
        ("token", vec![Turn::Answer(AT_ONCE), Turn::Unauthorized]),
        ("lost", vec![lost()]),
        ("lost but done", vec![lost_but_done(), lost(), lost_but_done()]),
        ("done later", vec![lost_and_done_after(seconds(5)), lost_and_done_after(seconds(9))]),
        ("cut", vec![Turn::Lost { cut: seconds(100), commit: Some(seconds(3)) }]),
        ("refused as a whole", vec![Turn::Refuse(413), Turn::Answer(AT_ONCE), Turn::Answer(AT_ONCE), lost_but_done()]),
        ("slow", vec![Turn::Answer(seconds(20)), Turn::Throttle(None)]),
    ]
}

#[tokio::test(start_paused = true)]
async fn with_one_job_the_file_s_order_survives_every_misfortune() {
    for file in [rows(9), referenced(9)] {
        for (name, turns) in misfortunes() {
            let mut load = Load::of(file.clone(), Scripted::default().then(turns));
            let ended = load.sit().await;
            assert!(ended.halt.is_none(), "{name}: {:?}", ended.halt);
            assert_eq!(load.server.added(), load.written(), "{name}");
            assert_eq!((ended.accepted.as_str(), ended.open.as_str()), ("2-10", ""), "{name}");
            assert_eq!(load.server.most_under_way(), 1, "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn with_eight_jobs_every_row_is_there_once_whatever_happens() {
    for file in [rows(90), referenced(90), identical(90)] {
        for (name, turns) in misfortunes() {
            // Twice the same answer to the same row would be another matter for these.
            let once = turns.iter().any(|turn| matches!(turn, Turn::Unauthorized | Turn::Refuse(_)));
            let times = if once { 1 } else { 4 };
            let turns = turns.iter().cycle().take(times * turns.len()).cloned();
            let mut load = Load::of(file.clone(), Scripted::default().then(turns)).jobs(8);
            let ended = load.sit().await;
            assert!(ended.halt.is_none(), "{name}: {:?}", ended.halt);
            let (mut added, mut written) = (load.server.added(), load.written());
            added.sort();
            written.sort();
            assert_eq!(added, written, "{name}");
            assert!(load.server.most_under_way() <= 8, "{name}");
            assert_eq!(ended.open, "", "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn eight_jobs_are_eight_requests_at_a_time() {
    let server = Scripted::default().then(vec![Turn::Answer(seconds(1)); 40]);
    let mut load = Load::of(rows(80), server).jobs(8);
    let started = tokio::time::Instant::now();
    load.sit().await;
    assert_eq!(load.server.most_under_way(), 8);
    assert!(started.elapsed() >= Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_due_waits_for_what_is_under_way_and_goes_on_then() {
    let server = Scripted::default().then([lost(), Turn::Answer(seconds(60))]);
    let mut load = Load::of(rows(4), server).jobs(2);
    let ended = load.sit().await;
    assert_eq!((ended.accepted.as_str(), load.server.added().len()), ("2-5", 4));
}

#[tokio::test(start_paused = true)]
async fn blank_lines_do_not_confuse_a_run_that_is_gone_on_with() {
    let file = Rows::new([2, 5, 9, 14, 15, 21].map(|row| (row, item(None, &format!("text {row}")))));
    for moves in 1..60 {
        let turns = [lost(), Turn::Refuse(413), lost_but_done(), Turn::Throttle(None), lost()];
        let mut load = Load::of(file.clone(), Scripted::default().then(turns)).batches_of(3);
        let mut sittings = 0;
        while load.sit_for(moves).await.is_none_or(|ended| {
            assert!(ended.halt.is_none(), "after {moves} moves: {:?}", ended.halt);
            false
        }) && sittings < 200
        {
            sittings += 1;
        }
        load.server.clone().reads([Read::Works]);
        if sittings < 200 {
            assert_eq!(load.server.added(), load.written(), "killed after {moves} moves, again and again");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_request_carries_the_commit_type_and_rows_of_the_plan() {
    let mut load = Load::of(rows(3), Scripted::default()).commit(CommitType::AllOrNothing);
    load.sit().await;
    let sizes: Vec<_> = load.server.requests().iter().map(|request| request.items.len()).collect();
    assert_eq!(sizes, [2, 1]);
}

#[tokio::test(start_paused = true)]
async fn what_is_over_and_what_leaves_next_are_written_down_together() {
    let mut load = Load::of(rows(600), Scripted::default());
    load.sit().await;
    let writes = load.events.iter().filter(|event| matches!(event, Event::Progress(_))).count();
    // Each by itself would be 600. The thread that makes batches may be late now and then; not always.
    assert!((300..590).contains(&writes), "{writes} writes for {} requests", load.server.requests().len());
}
