//! Sizes against made-up servers.

use proptest::prelude::*;

use super::*;

fn auto() -> Sizing {
    Sizing::new(BatchRows::auto(1))
}

/// The size after each of so many answers, where a request takes `fixed` and each row `each`.
fn sizes(sizing: &mut Sizing, fixed: Duration, each: Duration, answers: usize) -> Vec<usize> {
    let mut sizes = Vec::new();
    for _ in 0..answers {
        let rows = sizing.now();
        sizing.answered(rows, fixed + each * u32::try_from(rows).unwrap());
        sizes.push(sizing.now());
    }
    sizes
}

fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

#[test]
fn requests_grow_while_they_are_swift_and_no_further_than_the_most() {
    let sizes = sizes(&mut auto(), milliseconds(50), Duration::from_micros(20), 6);
    assert_eq!(sizes, [1_000, 2_000, 2_000, 2_000, 2_000, 2_000]);
}

#[test]
fn requests_grow_to_about_a_second() {
    let sizes = sizes(&mut auto(), milliseconds(100), milliseconds(1), 30);
    let last = *sizes.last().unwrap();
    assert!((800..=900).contains(&last), "0.1 s and 1 ms a row: {last}");
}

#[test]
fn requests_of_some_seconds_stay_as_they_are() {
    assert_eq!(sizes(&mut auto(), milliseconds(0), milliseconds(10), 3), [500, 500, 500], "5 s");
}

#[test]
fn slow_requests_shrink() {
    assert_eq!(sizes(&mut auto(), milliseconds(0), milliseconds(60), 5), [250, 125, 125, 125, 125], "7.5 s are borne");
    assert_eq!(sizes(&mut auto(), milliseconds(0), milliseconds(500), 6)[5], FEWEST_ROWS);
}

#[test]
fn slowness_that_is_not_due_to_the_rows_makes_no_small_requests() {
    let sizes = sizes(&mut auto(), milliseconds(9_000), milliseconds(1), 20);
    assert_eq!(sizes[..3], [250, 500, 500], "half of the rows took as long");
    assert!(sizes[2..].iter().all(|&rows| rows == 500), "{sizes:?}");
}

#[test]
fn doubt_halves_once_for_all_that_were_under_way_and_growth_is_cautious_then() {
    let mut sizing = auto();
    sizes(&mut sizing, milliseconds(1), Duration::ZERO, 2);
    for _ in 0..8 {
        sizing.doubtful(2_000);
    }
    assert_eq!(sizing.now(), 1_000);
    assert_eq!(sizes(&mut sizing, milliseconds(1), Duration::ZERO, 2), [1_125, 1_265]);
}

#[test]
fn what_was_too_large_once_is_not_tried_again() {
    let mut sizing = auto();
    sizing.too_large(500);
    assert!(sizes(&mut sizing, milliseconds(1), Duration::ZERO, 50).iter().all(|&rows| rows == 250));
    sizing.too_large(1);
    assert_eq!(sizing.now(), 1);
}

#[test]
fn the_last_rows_of_a_file_say_nothing_about_whole_requests() {
    let mut sizing = auto();
    sizing.answered(3, milliseconds(1));
    sizing.answered(3, milliseconds(60_000));
    sizing.doubtful(3);
    assert_eq!(sizing.now(), 500);
}

#[test]
fn many_jobs_share_the_rows_that_may_be_under_way() {
    let most = [1, 2, 4, 8, 16, 64].map(BatchRows::auto);
    let expected = [2_000, 2_000, 2_000, 1_250, 625, 500].map(|most| BatchRows::Auto { fewest: FEWEST_ROWS, most });
    assert_eq!(most, expected);
}

#[test]
fn what_was_given_stays() {
    for rows in [BatchRows::Given(7), BatchRows::Steady(500), BatchRows::Whole(15_000)] {
        let mut sizing = Sizing::new(rows);
        let first = sizing.now();
        sizes(&mut sizing, milliseconds(1), Duration::ZERO, 3);
        sizing.doubtful(first);
        sizing.too_large(first);
        sizing.sets_out();
        assert_eq!(sizing.chosen(), Chosen { smallest: first, largest: first, last: first });
    }
    assert_eq!(BatchRows::Steady(500).at_most(10), BatchRows::Steady(10));
}

#[test]
fn a_small_request_that_was_slow_sets_no_bound_below_the_fewest() {
    let mut sizing = Sizing::new(BatchRows::auto(1).at_most(51));
    for (rows, took) in [(25, 7_501), (1, 5_626), (25, 7_501)] {
        sizing.answered(rows, milliseconds(took));
        assert!(sizing.now() >= FEWEST_ROWS, "{}", sizing.now());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_happens_the_size_stays_within_its_bounds(
        jobs in 1_usize..70,
        a_second in 1_usize..10_000,
        happens in prop::collection::vec((0_u8..10, 0_u64..60_000, 1_usize..6_000), 0..200)
    ) {
        let rows = BatchRows::auto(jobs).at_most(a_second);
        let BatchRows::Auto { mut fewest, most } = rows else { panic!() };
        let mut sizing = Sizing::new(rows);
        for (what, took, rows) in happens {
            match what {
                0 => sizing.doubtful(rows),
                1 => { sizing.too_large(rows); fewest = fewest.min((rows / 2).max(1)); }
                _ => sizing.answered(rows, milliseconds(took)),
            }
            prop_assert!((fewest..=most).contains(&sizing.now()), "{} of {}..={}", sizing.now(), fewest, most);
        }
    }

    #[test]
    fn the_size_settles_on_any_server_whose_time_is_a_part_for_the_request_and_a_part_for_each_row(
        fixed in 0_u64..20_000,
        each in 0_u64..200_000,
    ) {
        let sizes = sizes(&mut auto(), milliseconds(fixed), Duration::from_micros(each), 100);
        prop_assert!(sizes[20..].is_sorted(), "it may still creep up, and does not swing: {sizes:?}");
    }
}
