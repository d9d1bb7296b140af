//! Waiting, and giving up.

use std::time::Duration;

use tokio::time::Instant;

use super::file::{referenced, rows};
use super::orchestrator::{AT_ONCE, Read, Scripted, Turn, lost, lost_but_done, seconds};
use super::sitting::Load;
use crate::http::Jobs;
use crate::load::{Event, Halt};

#[tokio::test(start_paused = true)]
async fn a_throttled_request_holds_all_and_halves_how_many_are_under_way() {
    let mut turns = vec![Turn::Answer(seconds(1)); 7];
    turns.push(Turn::Throttle(Some(seconds(30))));
    turns.extend(vec![Turn::Answer(seconds(1)); 100]);
    let mut load = Load::of(referenced(60), Scripted::default().then(turns)).jobs(8);
    load.sit().await;
    let requests = load.server.requests();
    // The eighth is told to wait, and so is everybody who has not left at that moment.
    let throttled_at = requests[7].at;
    let later: Vec<_> = requests.iter().map(|request| request.at).filter(|&at| at > throttled_at).collect();
    assert!(later.iter().all(|&at| at >= throttled_at + seconds(30)), "{later:?}");
    let together = later.iter().filter(|&&at| at == later[0]).count();
    // The file is read by a thread of its own, which paused time does not wait for.
    assert!((1..=4).contains(&together), "{together} of at most half of eight");
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_nothing_is_not_taken_at_its_word() {
    let server = Scripted::default().then(vec![Turn::Throttle(Some(AT_ONCE)); 5]);
    let started = Instant::now();
    let mut load = Load::of(rows(2), server);
    load.sit().await;
    assert!(started.elapsed() >= seconds(5), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_waited_for_stops_the_load_at_once() {
    for asked in [seconds(3600), Duration::MAX] {
        let started = Instant::now();
        let server = Scripted::default().then([Turn::Answer(AT_ONCE), Turn::NoConnection, Turn::Throttle(Some(asked))]);
        let ended = Load::of(rows(6), server).sit().await;
        assert!(matches!(ended.halt, Some(Halt::GivenUp(_))), "{:?}", ended.halt);
        assert!(started.elapsed() < seconds(60));
        assert_eq!((ended.accepted.as_str(), ended.open.as_str()), ("2-3", ""), "resumable, and nothing in doubt");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_away_is_given_up_within_the_time() {
    let server = Scripted::default().then(vec![Turn::NoConnection; 1000]);
    let mut load = Load::of(rows(6), server).giving_up_after(seconds(300)).jobs(2);
    let started = Instant::now();
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::GivenUp(_))));
    assert!((seconds(200)..=seconds(300)).contains(&started.elapsed()), "{:?}", started.elapsed());
    assert_eq!(ended.open, "");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_questions_but_no_request_is_given_up_too() {
    let server = Scripted::default().then(vec![lost(); 1000]);
    let mut load = Load::of(rows(6), server).giving_up_after(seconds(300));
    let started = Instant::now();
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::GivenUp(_))), "{:?}", ended.halt);
    assert!(started.elapsed() < seconds(330), "{:?}", started.elapsed());
    assert_eq!(ended.unsettled, "", "they are asked about when the run is gone on with");
    assert_eq!(ended.open, "2-3");
}

#[tokio::test(start_paused = true)]
async fn a_server_whose_answers_are_lost_but_that_does_its_work_is_not_given_up() {
    let server = Scripted::default().then(vec![Turn::Lost { cut: seconds(60), commit: Some(seconds(1)) }; 20]);
    let mut load = Load::of(rows(40), server).giving_up_after(seconds(300));
    assert_eq!(load.sit().await.accepted, "2-41");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_has_ended_is_tried_anew_and_the_second_rejection_ends_it() {
    let server = Scripted::default().then([Turn::Answer(AT_ONCE), Turn::Unauthorized]);
    let mut load = Load::of(rows(6), server);
    assert!(load.sit().await.halt.is_none());
    assert_eq!(load.server.tokens_renewed(), 1);

    let server = Scripted::default().then([Turn::Answer(AT_ONCE), Turn::Unauthorized, Turn::Unauthorized]);
    let mut load = Load::of(rows(6), server);
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::GivenUp(_))), "{:?}", ended.halt);
    assert_eq!(load.server.requests().len(), 3);
    assert_eq!((ended.accepted.as_str(), ended.open.as_str()), ("2-3", ""));
}

#[tokio::test(start_paused = true)]
async fn reads_that_fail_stop_the_load_so_that_it_can_be_gone_on_with() {
    let server = Scripted::default().then([lost_but_done()]).reads([Read::Fails]);
    let mut load = Load::of(rows(6), server);
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::GivenUp(_))), "{:?}", ended.halt);
    assert_eq!((ended.open.as_str(), ended.unsettled.as_str()), ("2-3", ""));
    let ended = load.sit().await;
    assert!(ended.halt.is_none());
    assert_eq!(load.server.added(), load.written());
}

#[tokio::test(start_paused = true)]
async fn each_exchange_is_told_with_its_time_and_its_end() {
    let server = Scripted::default().then([
        Turn::Answer(seconds(3)),
        Turn::Throttle(Some(seconds(30))),
        Turn::Refuse(400),
        lost(),
    ]);
    let mut load = Load::of(referenced(8), server);
    load.sit().await;
    let told = load.events.iter().filter_map(|event| match event {
        Event::Exchanged { rows, took, ending, .. } => Some(format!("{rows} {} s {ending:?}", took.as_secs())),
        _ => None,
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    2 3 s Answered
    2 0 s NotExecuted
    2 0 s Refused
    1 0 s Doubtful
    1 0 s Answered
    1 0 s Answered
    2 0 s Answered
    2 0 s Answered
    ");
}

#[tokio::test(start_paused = true)]
async fn requests_grow_with_swift_answers_and_a_file_stays_in_its_order() {
    let mut load = Load::of(rows(12_000), Scripted::default()).adapting(Jobs::Given(1), [50, 5_000]);
    let ended = load.sit().await;
    assert_eq!(load.server.added(), load.written());
    let sizes: Vec<_> = load.server.requests().iter().map(|request| request.items.len()).collect();
    assert!(sizes[0] == 500 && sizes.iter().all(|&size| size <= 5_000) && sizes.len() < 12, "{sizes:?}");
    assert_eq!((ended.pace.rows.smallest, ended.pace.rows.last > 1_000), (500, true), "{:?}", ended.pace);
}

#[tokio::test(start_paused = true)]
async fn what_a_gateway_cut_goes_on_in_smaller_requests_however_it_was_made() {
    // Each request is lost while it is larger than 100 rows.
    let mut load =
        Load::of(referenced(600), Scripted::default().losing_more_than(100)).adapting(Jobs::Given(1), [50, 5_000]);
    let ended = load.sit().await;
    assert_eq!((load.server.added(), ended.accepted.as_str()), (load.written(), "2-601"));
    let sizes: Vec<_> = load.server.requests().iter().map(|request| request.items.len()).collect();
    assert_eq!(sizes[..4], [500, 250, 125, 62], "each half as large as the one that was lost");
    assert!(sizes.len() < 16, "{sizes:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_too_large_is_not_tried_again() {
    let mut load =
        Load::of(referenced(3_000), Scripted::default().taking_at_most(300)).adapting(Jobs::Given(1), [50, 5_000]);
    let ended = load.sit().await;
    assert_eq!((load.server.added(), ended.accepted.as_str()), (load.written(), "2-3001"));
    let refused = load.server.requests().iter().filter(|request| request.items.len() > 300).count();
    assert_eq!(refused, 1);
}

#[tokio::test(start_paused = true)]
async fn a_load_that_finds_its_own_pace_takes_what_a_patient_server_gives() {
    let server = Scripted::default().then(vec![Turn::Answer(seconds(1)); 1_000]);
    let mut load = Load::of(referenced(400), server).adapting(Jobs::Auto, [1, 2]);
    let ended = load.sit().await;
    assert_eq!(load.server.added().len(), 400);
    assert_eq!(load.server.most_under_way(), ended.pace.most_jobs);
    assert!(ended.pace.most_jobs >= 8, "{:?}", ended.pace);
}

#[tokio::test(start_paused = true)]
async fn a_load_that_finds_its_own_pace_spares_a_server_that_throttles() {
    let server = Scripted::default().throttling_more_than(3);
    let mut load = Load::of(referenced(1_200), server).adapting(Jobs::Auto, [1, 2]);
    let ended = load.sit().await;
    assert_eq!(load.server.added().len(), 1_200);
    assert!(ended.pace.most_jobs <= 4 && ended.pace.last_jobs <= 3, "{:?}", ended.pace);
    let throttled = load.server.throttled();
    assert!((1..12).contains(&throttled), "{throttled} of {}", load.server.requests().len());
}

/// Waits for `work`, a minute of real time at the most: the clock of the tests jumps ahead while the file is read.
async fn within_a_minute<T>(work: impl Future<Output = T>) -> T {
    let (over, minute) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(seconds(60));
        let _ = over.send(());
    });
    tokio::select! {
        done = work => done,
        _ = minute => panic!("it waits for ever"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_breaks_off_ends_the_load_and_its_rows_are_looked_for_later() {
    for (jobs, turn) in
        [(1, Turn::Panic { commit: true }), (1, Turn::Panic { commit: false }), (4, Turn::Panic { commit: true })]
    {
        let server = Scripted::default().then([Turn::Answer(seconds(1)), turn]);
        let mut load = Load::of(rows(8), server).jobs(jobs);
        let ended = within_a_minute(load.sit()).await;
        assert!(matches!(ended.halt, Some(Halt::Lost)), "{:?}", ended.halt);
        assert_eq!(
            (ended.tally.in_doubt, ended.unsettled.as_str()),
            (2, ""),
            "they are asked about in the next sitting"
        );
        let ended = load.sit().await;
        assert!(ended.halt.is_none());
        let (mut added, mut written) = (load.server.added(), load.written());
        added.sort();
        written.sort();
        assert_eq!((added, ended.accepted.as_str()), (written, "2-9"));
    }
}
