//! Climbs against made-up servers. Time is what the servers say it is.
#![allow(clippy::unnecessary_wraps)] // all servers have the type of the one that throttles

use proptest::prelude::*;

use super::*;

/// Rows in every request.
const ROWS: usize = 500;

/// What a server does with `limit` requests at a time: rows a second, or too many requests.
type Server = fn(usize) -> Result<f64, ()>;

/// The limit after each answer.
fn climbed(server: Server, answers: usize) -> Vec<usize> {
    let (mut climb, mut now, mut limits) = (Climb::new(), Instant::now(), Vec::new());
    for _ in 0..answers {
        match server(climb.limit()) {
            Ok(rate) => {
                now += Duration::from_secs_f64(500.0 / rate);
                climb.answered(ROWS, now);
            }
            Err(()) => climb.set_back(),
        }
        limits.push(climb.limit());
    }
    limits
}

#[allow(clippy::cast_precision_loss)]
fn each(rate: f64, limit: usize) -> f64 {
    rate * limit as f64
}

/// Every request takes its time, whatever else goes on.
fn patient(limit: usize) -> Result<f64, ()> {
    Ok(each(1_000.0, limit))
}

/// One request after the other, however many wait.
fn serial(_: usize) -> Result<f64, ()> {
    Ok(1_000.0)
}

/// Has hands for five.
fn of_five(limit: usize) -> Result<f64, ()> {
    Ok(each(1_000.0, limit.min(5)))
}

/// Throttles whoever has more than five requests under way.
fn strict(limit: usize) -> Result<f64, ()> {
    if limit > 5 { Err(()) } else { patient(limit) }
}

#[test]
fn a_server_that_bears_everything_gets_the_most_within_some_fifty_answers() {
    let limits = climbed(patient, 200);
    assert!(limits[60..].iter().all(|&limit| limit == MOST_TRIED), "{limits:?}");
}

#[test]
fn a_server_that_does_one_thing_at_a_time_is_asked_for_one_and_seldom_for_two() {
    let limits = climbed(serial, 1_000);
    assert!(limits.iter().all(|&limit| limit <= 2));
    let beyond = limits.iter().filter(|&&limit| limit == 2).count();
    assert!(beyond < 80, "{beyond} of 1000");
}

#[test]
fn a_moment_in_which_nothing_came_takes_no_step_back() {
    let (mut climb, mut now, mut answers) = (Climb::new(), Instant::now(), 0);
    while climb.limit() < MOST_TRIED {
        let rate = each(1_000.0, climb.limit());
        answers += 1;
        // Just after the step to two.
        let stall = if answers == 8 { Duration::from_secs(5) } else { Duration::ZERO };
        now += Duration::from_secs_f64(500.0 / rate) + stall;
        climb.answered(ROWS, now);
        assert!(answers < 100, "at {}", climb.limit());
    }
}

#[test]
fn the_hands_of_a_server_are_found_and_kept_busy() {
    let limits = climbed(of_five, 4_000);
    let late = &limits[1_000..];
    assert!(late.iter().all(|limit| (4..=6).contains(limit)), "{late:?}");
    let beyond = late.iter().filter(|&&limit| limit == 6).count();
    assert!(beyond * 20 < late.len(), "{beyond} of {}", late.len());
}

#[test]
fn a_server_that_throttles_is_not_pressed_again_and_again() {
    let (mut setbacks, mut last) = (Vec::new(), 1);
    for (answer, limit) in climbed(strict, 10_000).into_iter().enumerate() {
        assert!(limit <= 8, "only the first climb goes beyond, and no further than a doubling");
        if limit < last {
            setbacks.push(answer);
        }
        last = limit;
    }
    assert!(setbacks.len() < 20, "{setbacks:?}");
    let rests: Vec<_> = setbacks.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(rests.last() > rests.first(), "each rest is longer: {rests:?}");
}

#[test]
fn after_a_setback_the_lower_level_is_kept_for_a_while() {
    let (mut climb, mut now) = (Climb::new(), Instant::now());
    let mut answers = |count: usize, climb: &mut Climb| {
        for _ in 0..count {
            now += Duration::from_secs_f64(500.0 / each(1_000.0, climb.limit()));
            climb.answered(ROWS, now);
        }
    };
    answers(100, &mut climb);
    climb.set_back();
    assert_eq!(climb.limit(), 8);
    answers(60, &mut climb);
    assert_eq!(climb.limit(), 8);
    answers(60, &mut climb);
    assert!(climb.limit() > 8);
}

#[test]
fn a_server_that_becomes_slower_is_asked_for_less() {
    let (mut climb, mut now) = (Climb::new(), Instant::now());
    let mut answer = |rate: f64, climb: &mut Climb| {
        now += Duration::from_secs_f64(500.0 / rate);
        climb.answered(ROWS, now);
    };
    while climb.limit() < MOST_TRIED {
        let rate = each(1_000.0, climb.limit());
        answer(rate, &mut climb);
    }
    for _ in 0..100 {
        answer(16_000.0, &mut climb);
    }
    assert_eq!(climb.limit(), MOST_TRIED);
    for _ in 0..100 {
        answer(4_000.0, &mut climb);
    }
    assert!(climb.limit() < MOST_TRIED, "the same rate for more waiting is no gain");
}

#[test]
fn what_was_counted_before_a_pause_of_ours_does_not_count() {
    let (mut climb, mut now) = (Climb::new(), Instant::now());
    for _ in 0..200 {
        climb.paused();
        now += Duration::from_secs(60);
        for _ in 0..=ANSWERS_AT_LEAST.max(ANSWERS_A_REQUEST * climb.limit()) + climb.limit() {
            now += Duration::from_secs(1) / u32::try_from(climb.limit()).unwrap();
            climb.answered(ROWS, now);
        }
    }
    assert_eq!(climb.limit(), MOST_TRIED, "the minutes between are nobody's fault");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_the_limit_stays_within_its_bounds_and_moves_by_one_or_a_factor_of_two(
        happens in prop::collection::vec((0_u8..20, 0_u64..5_000, 0_usize..5_000), 1..400)
    ) {
        let (mut climb, mut now) = (Climb::new(), Instant::now());
        for (what, milliseconds, rows) in happens {
            let before = climb.limit();
            now += Duration::from_millis(milliseconds);
            match what {
                0 => climb.set_back(),
                1 => climb.paused(),
                _ => climb.answered(rows, now),
            }
            let after = climb.limit();
            prop_assert!((1..=MOST_TRIED).contains(&after));
            prop_assert!(after <= 2 * before && after >= before / 2, "{} to {}", before, after);
        }
    }
}
