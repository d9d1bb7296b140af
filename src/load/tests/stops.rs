//! Loads that do not reach the end of the file.

use tokio::time::Instant;

use super::file::rows;
use super::orchestrator::{AT_ONCE, Scripted, Turn, lost_and_done_after, seconds};
use super::sitting::Load;
use crate::load::Halt;

#[tokio::test(start_paused = true)]
async fn an_interrupt_finishes_what_is_under_way_and_begins_nothing() {
    for jobs in [1, 4] {
        let server = Scripted::default().then(vec![Turn::Answer(seconds(5)); 20]);
        let mut load = Load::of(rows(40), server).jobs(jobs).interrupted_at_request(jobs);
        let ended = load.sit().await;
        assert!(matches!(ended.halt, Some(Halt::Interrupted)));
        assert_eq!(load.server.added().len() as u64, ended.tally.accepted, "what was under way has its answer");
        assert_eq!(ended.open, "");
        let ended = load.sit().await;
        assert!(ended.halt.is_none());
        assert_eq!(load.server.added().len(), 40);
    }
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_does_not_wait_for_a_request_that_waits() {
    let server = Scripted::default().then([Turn::Answer(AT_ONCE), Turn::Throttle(Some(seconds(600)))]);
    let mut load = Load::of(rows(8), server).interrupted_at_request(2);
    let started = Instant::now();
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::Interrupted)));
    assert!(started.elapsed() < seconds(60), "{:?}", started.elapsed());
    assert_eq!((ended.open.as_str(), ended.accepted.as_str()), ("", "2-3"));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_comes_back_after_the_interrupt_is_not_tried_again() {
    // The first is refused a connection while the second is still under way.
    let server = Scripted::default().then([Turn::Answer(seconds(5)), Turn::Throttle(Some(seconds(600)))]);
    let mut load = Load::of(rows(8), server).jobs(2).interrupted_at_request(1);
    let started = Instant::now();
    load.sit().await;
    assert!(started.elapsed() < seconds(60), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_while_rows_are_looked_for_leaves_them_for_the_next_sitting() {
    let mut load =
        Load::of(rows(8), Scripted::default().then([lost_and_done_after(seconds(8))])).interrupted_at_request(1);
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::Interrupted)));
    assert_eq!((ended.open.as_str(), ended.unsettled.as_str()), ("2-3", ""));
    let ended = load.sit().await;
    assert_eq!((load.server.added(), ended.accepted.as_str()), (load.written(), "2-9"));
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_written_stops_the_load_and_nothing_leaves_unwritten() {
    let mut load = Load::of(rows(40), Scripted::default().then(vec![Turn::Answer(seconds(1)); 40]));
    // Another program locks the journal's file for good once three requests have left: as good as a disk that fails.
    let run = load.run();
    drop(run);
    let path = load.path().join("journal.sqlite3");
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch("CREATE TRIGGER broken BEFORE INSERT ON attempts WHEN new.first_row > 7 BEGIN SELECT raise(ABORT, 'broken'); END")
        .unwrap();
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::Journal(_))), "{:?}", ended.halt);
    assert_eq!(load.server.requests().len(), 3);
    assert_eq!((ended.accepted.as_str(), ended.open.as_str()), ("2-7", ""));
    connection.execute_batch("DROP TRIGGER broken").unwrap();
    load.sit().await;
    assert_eq!(load.server.added(), load.written());
}
