//! Rows that Orchestrator does not take, under each commit type.

use super::file::{Rows, item, rows};
use super::orchestrator::{AT_ONCE, Scripted, Turn, seconds};
use super::sitting::Load;
use crate::load::Halt;
use crate::orchestrator::CommitType;

/// Rows 2 to `1 + count`, of which these are bad.
fn with_bad(count: u64, bad: &[u64]) -> Rows {
    let word = |row| if bad.contains(&row) { "bad" } else { "good" };
    Rows::new((2..2 + count).map(|row| (row, item(None, &format!("{} {row}", word(row))))))
}

#[tokio::test(start_paused = true)]
async fn a_named_row_is_refused_and_the_others_are_taken() {
    let mut load = Load::of(with_bad(8, &[3, 6]), Scripted::default()).batches_of(4);
    let ended = load.sit().await;
    assert_eq!(
        (ended.rejected().as_str(), ended.accepted.as_str()),
        ("3 Refused InvalidArgument, 6 Refused InvalidArgument", "2, 4-5, 7-9")
    );
    assert_eq!(load.server.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_nobody_names_is_found_by_asking_and_splitting() {
    for bad in [&[3][..], &[2], &[5], &[2, 3, 4, 5], &[3, 5, 8]] {
        let mut load = Load::of(with_bad(8, bad), Scripted::default().naming_nobody()).batches_of(4);
        let ended = load.sit().await;
        let rejected: Vec<u64> = ended.rejects.iter().map(|reject| reject.row.0).collect();
        assert_eq!(rejected, bad);
        assert_eq!((ended.open.as_str(), load.server.added().len()), ("", 8 - bad.len()));
        assert_eq!(ended.unsettled, "");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_refused_as_a_whole_is_split_until_the_row_is_found() {
    let server = Scripted::default().then([Turn::Refuse(400), Turn::Refuse(422), Turn::Refuse(400)]);
    let mut load = Load::of(rows(4), server).batches_of(4);
    let ended = load.sit().await;
    assert_eq!((ended.rejected().as_str(), ended.accepted.as_str()), ("2 Refused HTTP 400", "3-5"));
    assert_eq!(load.server.added(), load.written()[1..]);
}

#[tokio::test(start_paused = true)]
async fn requests_too_large_for_the_server_are_made_smaller() {
    let mut load = Load::of(rows(16), Scripted::default().taking_at_most(3)).batches_of(16);
    let ended = load.sit().await;
    assert_eq!((ended.accepted.as_str(), load.server.added()), ("2-17", load.written()));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_concerns_every_request_stops_the_load() {
    for status in [401 + 2, 404, 405] {
        let mut load = Load::of(rows(6), Scripted::default().then([Turn::Answer(AT_ONCE), Turn::Refuse(status)]));
        let ended = load.sit().await;
        assert!(matches!(ended.halt, Some(Halt::Refused(_))), "{status}");
        assert_eq!((ended.accepted.as_str(), ended.open.as_str(), ended.rejects.len()), ("2-3", "", 0));
    }
}

#[tokio::test(start_paused = true)]
async fn all_or_nothing_rolls_back_the_batch_and_only_the_batch() {
    let server = Scripted::default();
    let mut load = Load::of(with_bad(6, &[5]), server).commit(CommitType::AllOrNothing);
    let ended = load.sit().await;
    assert_eq!(
        (ended.rejected().as_str(), ended.accepted.as_str()),
        ("4 RolledBack InvalidArgument, 5 Refused InvalidArgument", "2-3, 6-7")
    );
    assert_eq!(ended.rejects[0].message, "rolled back with row 5: a bad item");

    let mut load = Load::of(with_bad(6, &[5]), Scripted::default().naming_nobody()).commit(CommitType::AllOrNothing);
    let ended = load.sit().await;
    assert_eq!(
        (ended.rejected().as_str(), ended.accepted.as_str()),
        ("4 RolledBack InvalidArgument, 5 RolledBack InvalidArgument", "2-3, 6-7")
    );

    let server = Scripted::default().then([Turn::Refuse(400)]);
    let ended = Load::of(rows(4), server).commit(CommitType::AllOrNothing).sit().await;
    assert_eq!(
        (ended.rejected().as_str(), ended.accepted.as_str()),
        ("2 RolledBack HTTP 400, 3 RolledBack HTTP 400", "4-5")
    );
}

#[tokio::test(start_paused = true)]
async fn stop_on_first_failure_stops_at_it_and_keeps_what_came_before() {
    for nameless in [false, true] {
        let server = if nameless { Scripted::default().naming_nobody() } else { Scripted::default() };
        let mut load = Load::of(with_bad(12, &[7, 11]), server).batches_of(4).commit(CommitType::StopOnFirstFailure);
        let ended = load.sit().await;
        assert!(matches!(ended.halt, Some(Halt::FirstFailure(Some(row))) if row.0 == 7), "{:?}", ended.halt);
        assert_eq!((ended.rejected().as_str(), ended.accepted.as_str()), ("7 Refused InvalidArgument", "2-6"));
        assert_eq!((ended.open.as_str(), ended.unsettled.as_str(), load.server.requests().len()), ("", "", 2));
    }
}

#[tokio::test(start_paused = true)]
async fn a_load_that_had_to_stop_stays_stopped_when_it_was_killed_before_it_could_say_so() {
    for nameless in [false, true] {
        for moves in 1..80 {
            let server = if nameless { Scripted::default().naming_nobody() } else { Scripted::default() };
            let mut load = Load::of(with_bad(12, &[7]), server).batches_of(4).commit(CommitType::StopOnFirstFailure);
            load.sit_for(moves).await;
            let ended = load.sit().await;
            assert!(
                matches!(ended.halt, Some(Halt::FirstFailure(Some(row))) if row.0 == 7),
                "{moves}: {:?}",
                ended.halt
            );
            assert_eq!((load.server.added().len(), ended.accepted.as_str()), (5, "2-6"), "{moves}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn more_refused_rows_than_allowed_stop_the_load_for_good() {
    let mut load = Load::of(with_bad(20, &[2, 3, 4, 5, 6]), Scripted::default()).with_at_most_rejects(3);
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::TooManyRejects(3))));
    assert_eq!((ended.rejects.len(), load.server.requests().len()), (4, 2));
    assert_eq!(ended.open, "");

    let requests = load.server.requests().len();
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::TooManyRejects(3))));
    assert_eq!(load.server.requests().len(), requests, "nothing more is sent when it is gone on with");
}

#[tokio::test(start_paused = true)]
async fn what_is_about_to_leave_when_the_load_ends_stays_and_is_not_in_doubt() {
    let turns = (0..8).map(|index| Turn::Answer(seconds(1 + index % 2)));
    let mut load =
        Load::of(with_bad(80, &[2, 9, 12, 14]), Scripted::default().then(turns)).jobs(8).with_at_most_rejects(1);
    let ended = load.sit().await;
    assert!(matches!(ended.halt, Some(Halt::TooManyRejects(1))));
    assert_eq!(ended.open, "");
    assert_eq!(ended.tally.in_doubt, 0);
}

#[tokio::test(start_paused = true)]
async fn exactly_as_many_refused_rows_as_allowed_do_not() {
    let ended = Load::of(with_bad(20, &[2, 9]), Scripted::default()).with_at_most_rejects(2).sit().await;
    assert!(ended.halt.is_none());
    assert_eq!(ended.rejects.len(), 2);
}
