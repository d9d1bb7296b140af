use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::queue::Queue;
use crate::load::watch::{End, Followed, Processing, Watched, follow};
use crate::orchestrator::ItemStatus::{self, Abandoned, Failed, InProgress, New, Retried, Successful};

const HALF_AN_HOUR: Duration = Duration::from_secs(1_800);

/// Follows `ours` items of the queue, of which none is older than the run.
async fn followed(queue: &Queue, ours: u64) -> (Watched, Vec<Processing>) {
    let mut looks = Vec::new();
    let run = Followed { after: 100, ours, time: HALF_AN_HOUR };
    let watched = follow(queue, run, pending(), &mut |seen: &Processing| looks.push(*seen)).await;
    (watched, looks)
}

fn goes(at: u64, end: ItemStatus) -> [(u64, ItemStatus); 3] {
    [(0, New), (at, InProgress), (at + 20, end)]
}

#[tokio::test(start_paused = true)]
async fn items_are_followed_to_their_ends() {
    let queue = Queue::new().item(&goes(5, Successful)).item(&goes(30, Failed)).item(&goes(60, Abandoned));
    let (watched, looks) = followed(&queue, 3).await;
    assert_eq!(watched.end, End::Done);
    let last = watched.last.unwrap();
    assert_eq!((last.successful, last.failed, last.abandoned, last.open(), last.by_others()), (1, 1, 1, 0, 0));
    assert_eq!((looks[0].new, looks[0].settled()), (3, 0));
    assert!(looks.iter().any(|look| look.in_progress == 1));
    assert!(looks.iter().all(|look| look.settled() + look.open() <= look.items));
}

#[tokio::test(start_paused = true)]
async fn most_of_the_limit_is_left_for_others_however_long_it_takes_and_however_much_is_retried() {
    let queue = Queue::new().item(&[(0, Retried)]).retry_of(101, &[(0, New)]);
    let (watched, looks) = followed(&queue, 1).await;
    assert_eq!((watched.end, watched.last.unwrap().new), (End::TimeUp, 1));
    assert!(looks.len() > 60, "it looks now and then: {}", looks.len());
    // 40 a minute, 20 at once, and the look that is under way.
    assert!(queue.most_a_minute() <= 75, "{} reads in a minute", queue.most_a_minute());
    // And once the two that find the items, and the last look.
    assert!(queue.reads() <= 30 * 40 + 20 + 14 + 2 + 14, "{} reads in half an hour", queue.reads());
}

#[tokio::test(start_paused = true)]
async fn a_retried_item_is_open_until_its_last_attempt_has_ended() {
    let queue = Queue::new()
        .item(&goes(1, Retried))
        .item(&goes(1, Successful))
        .retry_of(101, &[(21, New), (80, InProgress), (90, Retried)])
        .retry_of(103, &[(90, New), (200, Successful)]);
    let (watched, looks) = followed(&queue, 2).await;
    let last = watched.last.unwrap();
    assert_eq!((watched.end, last.items, last.successful, last.retried), (End::Done, 2, 2, 2));
    let half = looks.iter().filter(|look| look.successful == 1).collect::<Vec<_>>();
    assert!(half.iter().all(|look| look.open() == 1), "{half:?}");
}

#[tokio::test(start_paused = true)]
async fn what_others_added_meanwhile_is_told_and_not_guessed_away() {
    let queue = Queue::new().item(&goes(1, Successful)).item(&goes(1, Failed));
    let (watched, _) = followed(&queue, 1).await;
    let last = watched.last.unwrap();
    assert_eq!((last.items, last.ours, last.by_others()), (2, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn items_older_than_the_run_and_those_after_its_end_are_not_counted() {
    let queue = Queue::new().item(&[(0, New)]).item(&goes(1, Successful)).item(&[(10, New)]);
    let run = Followed { after: 101, ours: 1, time: HALF_AN_HOUR };
    let watched = follow(&queue, run, pending(), &mut |_: &Processing| {}).await;
    assert_eq!((watched.end, watched.last.unwrap().items), (End::Done, 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_from_the_queue_is_not_waited_for() {
    let queue = Queue::new().vanishing(30).item(&goes(1, Successful));
    let (watched, _) = followed(&queue, 2).await;
    assert_eq!((watched.end, watched.last.unwrap().gone()), (End::Done, 1));
}

#[tokio::test(start_paused = true)]
async fn watching_ends_with_the_time_with_ctrl_c_and_with_the_permission_to_look() {
    let began = Instant::now();
    let run = Followed { after: 100, ours: 1, time: Duration::from_secs(90) };
    let queue = Queue::new().item(&[(0, New)]);
    assert_eq!(follow(&queue, run, pending(), &mut |_: &Processing| {}).await.end, End::TimeUp);
    assert_eq!(began.elapsed(), run.time);
    let pressed = sleep(Duration::from_secs(40));
    assert_eq!(follow(&queue, run, pressed, &mut |_: &Processing| {}).await.end, End::Interrupted);
    let queue = Queue::new().item(&[(0, New)]).readable_for(20);
    let watched = follow(&queue, run, pending(), &mut |_: &Processing| {}).await;
    assert!(matches!(&watched.end, End::Unreadable(why) if why.contains("403")), "{watched:?}");
    assert_eq!(watched.last.unwrap().new, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_told_when_the_time_is_up_is_what_there_is_then() {
    for seconds in 60..75 {
        let queue = Queue::new().item(&[(0, New)]).item(&[(0, New), (seconds - 1, Successful)]);
        let (began, run) = (Instant::now(), Followed { after: 100, ours: 2, time: Duration::from_secs(seconds) });
        let watched = follow(&queue, run, pending(), &mut |_: &Processing| {}).await;
        assert_eq!((watched.end, watched.last.unwrap().successful), (End::TimeUp, 1), "{seconds}");
        assert_eq!(began.elapsed(), run.time);
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_the_last_look() {
    for closed in [|queue: Queue| queue.answers_for(59), |queue: Queue| queue.readable_for(59)] {
        let queue = closed(Queue::new().item(&[(0, New)]));
        let (began, run) = (Instant::now(), Followed { after: 100, ours: 1, time: Duration::from_secs(60) });
        let watched = follow(&queue, run, pending(), &mut |_: &Processing| {}).await;
        assert_eq!((watched.end, watched.last.unwrap().new), (End::TimeUp, 1));
        assert!(began.elapsed() <= run.time + Duration::from_secs(5), "{:?}", began.elapsed());
    }
}
