//! Requests of which nobody knows what became of them.

use super::file::{Rows, identical, item, referenced, rows};
use super::orchestrator::{AT_ONCE, Read, Scripted, Turn, lost, lost_and_done_after, lost_but_done, seconds};
use super::sitting::{Load, written};
use crate::items::Value;
use crate::journal::Cause;
use crate::load::{Event, InDoubt};
use crate::orchestrator::CommitType;

#[tokio::test(start_paused = true)]
async fn what_was_carried_out_is_found_at_once_and_not_sent_again() {
    for file in [rows(4), referenced(4), identical(4)] {
        let mut load = Load::of(file, Scripted::default().then([lost_but_done()]));
        let ended = load.sit().await;
        assert_eq!(ended.accepted, "2-5");
        let requests = load.server.requests();
        assert_eq!(requests.len(), 2, "one a batch");
        assert_eq!(requests[1].at, requests[0].at, "nothing had to be waited for");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_is_sent_again_only_after_the_grace() {
    for file in [rows(4), referenced(4), identical(4)] {
        let mut load = Load::of(file, Scripted::default().then([lost()]));
        load.sit().await;
        let requests = load.server.requests();
        assert_eq!(requests[1].items, requests[0].items);
        assert!(requests[1].at >= requests[0].at + seconds(10), "{:?}", requests[1].at - requests[0].at);
        assert_eq!(load.server.added(), load.written());
    }
}

#[tokio::test(start_paused = true)]
async fn the_grace_begins_when_the_request_has_ended() {
    // A long body over a slow line: the server has only just got it when the connection ends.
    let late = Turn::Lost { cut: seconds(30), commit: Some(seconds(36)) };
    for file in [rows(4), referenced(4), identical(4)] {
        let mut load = Load::of(file, Scripted::default().then([late.clone()]));
        load.sit().await;
        assert_eq!(load.server.added(), load.written());
    }
}

#[tokio::test(start_paused = true)]
async fn what_arrives_within_the_grace_is_not_doubled() {
    for file in [rows(4), referenced(4), identical(4)] {
        let mut load = Load::of(file, Scripted::default().then([lost_and_done_after(seconds(9))]));
        let ended = load.sit().await;
        assert_eq!((load.server.added(), ended.accepted.as_str()), (load.written(), "2-5"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_there_before_the_run_is_not_ours_whatever_it_looks_like() {
    for file in [rows(4), referenced(4), identical(4)] {
        let server = Scripted::default().then([lost(), lost_but_done()]);
        let mut load = Load::of(file, server);
        for item in load.written() {
            load.server.somebody_adds(&item);
        }
        let ended = load.sit().await;
        assert_eq!((load.server.added(), ended.accepted.as_str()), (load.written(), "2-5"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_of_an_older_item_is_not_ours_either() {
    for file in [rows(2), referenced(2), identical(2)] {
        let mut load = Load::of(file, Scripted::default().then([lost()]));
        let item = load.written_row(2);
        load.server.somebody_adds(&item);
        drop(load.run());
        load.server.retries_the_first_item();
        load.sit().await;
        assert_eq!(load.server.added(), load.written());
    }
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_cannot_be_read_leaves_its_rows_unsettled_and_the_others_go_on() {
    for file in [rows(6), referenced(6)] {
        let server = Scripted::default().then([Turn::Answer(AT_ONCE), lost()]).reads(vec![Read::Forbidden; 99]);
        let mut load = Load::of(file, server);
        let ended = load.sit().await;
        assert!(ended.halt.is_none());
        assert_eq!(
            (ended.unsettled.as_str(), ended.open.as_str(), ended.accepted.as_str()),
            ("4-5", "4-5", "2-3, 6-7")
        );
        assert!(ended.unreadable.unwrap().contains("403"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_user_may_have_unsettled_rows_sent_again() {
    for blind in [false, true] {
        let server = Scripted::default().then([lost()]).reads(vec![Read::Forbidden; 99]);
        let load = Load::of(rows(4), server).in_doubt(InDoubt::Resend);
        let mut load = if blind { load.blind() } else { load };
        let ended = load.sit().await;
        assert_eq!((ended.unsettled.as_str(), ended.accepted.as_str()), ("", "2-5"));
        assert_eq!(load.server.added(), load.written());
        let requests = load.server.requests();
        assert!(requests[1].at >= requests[0].at + seconds(10), "not before the first sending is surely over");
    }
}

#[tokio::test(start_paused = true)]
async fn the_user_may_have_unsettled_rows_left_alone() {
    let server = Scripted::default().then([lost()]).reads(vec![Read::Forbidden; 99]);
    let mut load = Load::of(rows(4), server).in_doubt(InDoubt::Skip);
    let ended = load.sit().await;
    assert_eq!((ended.unsettled.as_str(), ended.accepted.as_str()), ("", "4-5"));
    assert!(ended.rejects.iter().all(|reject| reject.cause == Cause::Abandoned) && ended.rejects.len() == 2);
}

#[tokio::test(start_paused = true)]
async fn the_user_may_decide_in_a_later_sitting() {
    let server = Scripted::default().then([lost()]).reads(vec![Read::Forbidden; 99]);
    let mut load = Load::of(rows(4), server);
    assert_eq!(load.sit().await.unsettled, "2-3");
    let mut load = load.in_doubt(InDoubt::Skip);
    assert_eq!(load.sit().await.rejected(), "2 Abandoned InDoubt, 3 Abandoned InDoubt");
}

/// Two rows that look the same in the queue, but not to a robot.
fn look_alike() -> Rows {
    let mut second = item(None, "same");
    second.priority = crate::items::Priority::High;
    Rows::new([(2, item(None, "same")), (3, second)])
}

#[tokio::test(start_paused = true)]
async fn rows_that_look_alike_are_told_apart_once_all_of_them_have_arrived() {
    let mut load =
        Load::of(look_alike(), Scripted::default().then([lost_and_done_after(seconds(5))])).in_doubt(InDoubt::Resend);
    let ended = load.sit().await;
    assert_eq!((load.server.added(), ended.accepted.as_str()), (load.written(), "2-3"));
}

#[tokio::test(start_paused = true)]
async fn rows_that_look_alike_are_unsettled_where_only_some_arrived() {
    // Somebody else's item, added after the run began, looks like both.
    let mut load = Load::of(look_alike(), Scripted::default().then([lost()]));
    drop(load.run());
    let foreign = written(&item(None, "same"));
    load.server.somebody_adds(&foreign);
    let ended = load.sit().await;
    assert_eq!((ended.unsettled.as_str(), ended.accepted.as_str()), ("2-3", ""));
    assert_eq!(ended.unreadable, None);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_shows_contents_in_another_form_proves_nothing_by_what_is_not_seen() {
    // The first two rows are accepted and change their looks; so absence means nothing for the next two, which are there.
    let server = Scripted::default().then([Turn::Answer(AT_ONCE), lost_but_done()]).reads([Read::Fails]);
    let mut load = Load::of(rows(4), server);
    load.sit().await;
    load.server.shows("text", "TEXT");
    let ended = load.sit().await;
    assert_eq!((ended.unsettled.as_str(), ended.accepted.as_str()), ("4-5", "2-3"));
    assert_eq!(load.server.added(), load.written(), "and nothing is doubled");
}

#[tokio::test(start_paused = true)]
async fn a_form_that_changes_for_some_rows_only_doubles_none_of_them() {
    let file = Rows::new([
        (2, item(None, "plain")),
        (3, item(None, "fancy")),
        (4, item(None, "fancy too")),
        (5, item(None, "plain too")),
    ]);
    let server = Scripted::default().then([Turn::Answer(AT_ONCE), lost_but_done()]).reads([Read::Fails]);
    let mut load = Load::of(file, server);
    load.sit().await;
    load.server.shows("fancy", "FANCY");
    let ended = load.sit().await;
    assert_eq!((ended.unsettled.as_str(), ended.accepted.as_str()), ("4", "2-3, 5"));
    assert_eq!(load.server.added(), load.written());
}

#[tokio::test(start_paused = true)]
async fn numbers_are_recognised() {
    let mut number = item(None, "x");
    number.put("Amount", Value::Number("1234.50".into()));
    let mut load = Load::of(Rows::new([(2, number)]), Scripted::default().then([lost_but_done()]));
    assert_eq!(load.sit().await.accepted, "2");
    assert_eq!(load.server.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_of_our_own_late_item_is_accepted() {
    // It comes after the grace, so the row is sent again; the queue's rule keeps it from being doubled.
    for commit in [CommitType::Independent, CommitType::AllOrNothing, CommitType::StopOnFirstFailure] {
        let server = Scripted::default().with_unique_references();
        let late = lost_and_done_after(seconds(11));
        let mut load = Load::of(referenced(6), server.then([late, Turn::Answer(seconds(5))])).commit(commit);
        let ended = load.sit().await;
        assert_eq!(
            (load.server.added(), ended.accepted.as_str(), ended.rejected()),
            (load.written(), "2-7", String::new()),
            "{commit:?}"
        );
        assert!(ended.halt.is_none(), "{commit:?}: {:?}", ended.halt);
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_accepted_also_after_a_kill() {
    let server = Scripted::default().with_unique_references();
    let mut load = Load::of(referenced(4), server.then([lost_and_done_after(seconds(12))]));
    let mut moves = 1;
    // Killed where the rows are to be sent again, which only the journal remembers then.
    while load.server.requests().len() < 2 {
        load.sit_for(moves).await;
        moves += 1;
    }
    tokio::time::sleep(seconds(20)).await;
    let ended = load.sit().await;
    assert_eq!((ended.rejected(), ended.accepted.as_str()), (String::new(), "2-5"));
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_of_somebody_else_s_item_is_refused() {
    let server = Scripted::default().with_unique_references().then([lost()]);
    let mut load = Load::of(referenced(4), server);
    let item = load.written_row(3);
    load.server.somebody_adds(&item);
    let ended = load.sit().await;
    assert_eq!((ended.rejected().as_str(), ended.accepted.as_str()), ("3 Refused DuplicateReference", "2, 4-5"));
}

#[tokio::test(start_paused = true)]
async fn asking_is_told_about() {
    let mut load = Load::of(rows(4), Scripted::default().then([lost_but_done()]));
    load.sit().await;
    let asked = load.events.iter().find_map(|event| match event {
        Event::Asked { rows, found, missing, unclear } => Some((rows.to_string(), *found, *missing, *unclear)),
        _ => None,
    });
    assert_eq!(asked, Some(("2-3".to_owned(), 2, 0, 0)));
}

#[tokio::test(start_paused = true)]
async fn what_arrived_counts_for_the_request_that_is_over_and_not_for_one_that_may_still_arrive() {
    // Rows 2 and 4 are the same. The first request is carried out late; the second is answered, without naming the bad row.
    let file =
        Rows::new([(2, item(None, "same")), (3, item(None, "other")), (4, item(None, "same")), (5, item(None, "bad"))]);
    let late = Turn::Lost { cut: seconds(1), commit: Some(seconds(8)) };
    let server = Scripted::default().naming_nobody().then([late, Turn::Answer(seconds(2))]);
    let mut load = Load::of(file, server).jobs(2);
    let ended = load.sit().await;
    assert_eq!((load.server.added().len(), ended.accepted.as_str()), (3, "2-4"), "{}", load.server);
}

#[tokio::test(start_paused = true)]
async fn a_question_rests_on_a_ground_that_is_taken_anew_as_the_load_goes_on() {
    // By the time of the doubt, several grounds were taken; of the rows behind the last one only some are ours to count.
    let slow = vec![Turn::Answer(seconds(3)); 9];
    for doubtful in [lost(), lost_but_done(), lost_and_done_after(seconds(7))] {
        let mut load = Load::of(identical(30), Scripted::default().then(slow.clone()).then([doubtful]));
        let ended = load.sit().await;
        let mut run = load.run();
        assert!(run.quiet().unwrap().largest_item > Some(10), "a ground was taken");
        assert_eq!((load.server.added().len(), ended.accepted.as_str()), (30, "2-31"));
        run.note_quiet(load.server.largest_id()).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_ground_that_cannot_be_had_holds_nobody_up_for_long() {
    let slow = vec![Turn::Answer(seconds(3)); 20];
    let server = Scripted::default().then(slow).then([lost_but_done()]).reads(vec![Read::Fails; 1]);
    let mut load = Load::of(identical(50), server);
    let started = tokio::time::Instant::now();
    assert_eq!(load.sit().await.accepted, "2-51");
    assert!(started.elapsed() < seconds(90), "{:?}", started.elapsed());
}
