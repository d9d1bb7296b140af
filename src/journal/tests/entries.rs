//! What one entry after the other does to the rows.

use super::support::*;
use crate::journal::{Attempt, AttemptState, Cause, Counts, Entry, Evidence, Fault, JournalError, Outcome, Reject};
use crate::rows::{Portion, RowNumber};

#[test]
fn a_batch_leaves_is_answered_and_the_next_one_leaves_in_the_same_breath() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let first = run.record(&[sending("2-501")], at(1)).unwrap()[0];
    let answer = Outcome::accepted(dense("2-501"));
    let second = run.record(&[Entry::Settled(first, answer), sending("502-1001")], at(2)).unwrap()[0];

    let progress = run.progress().unwrap();
    assert_eq!(progress.settled, rows("2-501"));
    assert_eq!(
        progress.open,
        [Attempt { id: second, portion: dense("502-1001"), ordinal: 1, sent_at: at(2), state: AttemptState::Sending }]
    );
    assert_eq!(progress.counts, Counts { accepted: 500, in_doubt: 500, ..Counts::default() });
    assert_eq!(progress.spoken_for(), rows("2-1001"));
}

#[test]
fn a_refused_row_is_settled_but_not_accepted() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let batch = run.record(&[sending("2-501")], at(1)).unwrap()[0];
    let answer = Outcome {
        rejects: vec![refused(17, 1016, "Error creating Transaction. Duplicate Reference.")],
        ..Outcome::accepted(dense("2-16, 18-501"))
    };
    run.record(&[Entry::Settled(batch, answer)], at(2)).unwrap();
    assert_eq!(run.progress().unwrap().settled, rows("2-501"));
    assert_eq!(run.accepted().unwrap(), rows("2-16, 18-501"));
    assert_eq!(run.progress().unwrap().counts, Counts { accepted: 499, refused: 1, ..Counts::default() });
}

#[test]
fn what_a_failed_request_did_not_come_to_is_to_be_sent() {
    // Stop on first failure: 2 and 3 were taken, 4 was refused, the rest not looked at.
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let batch = run.record(&[sending("2-9")], at(1)).unwrap()[0];
    let answer = Outcome { rejects: vec![refused(4, 1016, "")], ..Outcome::accepted(dense("2-3")) };
    run.record(&[Entry::Settled(batch, answer)], at(2)).unwrap();
    assert_eq!(run.progress().unwrap().spoken_for(), rows("2-4"));
    run.record(&[sending("5-9")], at(3)).unwrap();
}

#[test]
fn numbers_of_blank_lines_are_settled_with_the_rows_around_them() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    // Rows 2-4 and 7: lines 5 and 6 are blank.
    let batch = run.record(&[Entry::Sending(Portion::new(range(2, 7), 4))], at(1)).unwrap()[0];
    run.record(&[Entry::Settled(batch, Outcome::accepted(dense("2-4, 7")))], at(2)).unwrap();
    assert_eq!(run.progress().unwrap().settled, rows("2-7"));
    assert_eq!(run.progress().unwrap().counts.accepted, 4);
}

#[test]
fn a_doubt_is_settled_row_by_row_and_remembered() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let batch = run.record(&[sending("2-11")], at(1)).unwrap()[0];
    run.record(&[Entry::InDoubt(batch, "504 Gateway Timeout".to_owned())], at(31)).unwrap();
    // 2-4 are in the queue, 5-8 cannot be told apart, 9-11 are missing.
    run.record(&[Entry::Settled(batch, found(dense("2-4"), dense("5-8")))], at(32)).unwrap();

    let progress = run.progress().unwrap();
    assert_eq!(progress.settled, rows("2-4"));
    assert_eq!(progress.in_doubt(), rows("5-8"));
    assert_eq!(progress.open[0].state, AttemptState::InDoubt("504 Gateway Timeout".to_owned()));
    assert_eq!(progress.open[0].sent_at, at(1), "the doubt is as old as the request");

    let again = run.record(&[sending("9-11")], at(33)).unwrap()[0];
    let of_again = run.progress().unwrap().open.into_iter().find(|attempt| attempt.id == again);
    assert_eq!(of_again.unwrap().ordinal, 2);

    let doubts = run.journal().settled_doubts(run.id()).unwrap();
    let [doubt] = doubts.as_slice() else { panic!("{doubts:?}") };
    assert_eq!(doubt.portion, dense("2-4, 9-11"));
    assert_eq!((doubt.accepted, doubt.rejected, doubt.missing), (3, 0, 3));
    assert_eq!((doubt.sent_at, doubt.settled_at), (at(1), at(32)));
    assert_eq!((doubt.why.as_str(), doubt.evidence), ("504 Gateway Timeout", Evidence::References));
}

#[test]
fn of_many_settled_doubts_the_latest_thousand_are_kept() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        INSERT INTO doubts (run, first_row, last_row, ranges, rows, sent, doubt, settled, evidence, accepted, rejected, missing)
        SELECT 1, 2, 2, '2', 1, 0, 'old', 0, 'answer', 0, 0, 1 FROM n";
    run.journal().read(|connection| connection.execute(many, [])).unwrap();
    let batch = run.record(&[sending("2")], at(1)).unwrap()[0];
    run.record(&[Entry::InDoubt(batch, "new".to_owned()), Entry::NotExecuted(batch)], at(2)).unwrap();
    let doubts = run.journal().settled_doubts(run.id()).unwrap();
    assert_eq!((doubts.len(), doubts[999].why.as_str(), doubts[998].why.as_str()), (1_000, "new", "old"));
}

#[test]
fn rows_that_break_a_rule_are_written_down_once() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let faults = vec![Fault { row: RowNumber(5), code: "Date".to_owned(), rule: "no date".to_owned() }];
    run.record(&[Entry::LeftOut(faults.clone())], at(1)).unwrap();
    run.record(&[Entry::LeftOut(faults)], at(2)).unwrap();
    // The batch spans the row, and does not count it.
    let batch = run.record(&[Entry::Sending(Portion::new(range(2, 9), 7))], at(3)).unwrap()[0];
    run.record(&[Entry::Settled(batch, Outcome::accepted(Portion::new(range(2, 9), 7)))], at(4)).unwrap();
    assert_eq!(run.progress().unwrap().counts, Counts { accepted: 7, left_out: 1, ..Counts::default() });
    assert_eq!(run.accepted().unwrap(), rows("2-4, 6-9"));
}

#[test]
fn of_a_message_the_beginning_is_kept() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let batch = run.record(&[sending("2")], at(1)).unwrap()[0];
    let message = format!("x{}", "é".repeat(400));
    let reject = Reject { cause: Cause::RolledBack, ..refused(2, 0, &message) };
    let answer = Outcome { rejects: vec![reject], ..Outcome::accepted(Portion::none()) };
    run.record(&[Entry::Settled(batch, answer)], at(2)).unwrap();
    let groups = run.journal().rejects_by_code(run.id()).unwrap();
    assert_eq!(
        groups[0].message,
        format!("x{}", "é".repeat(249)),
        "499 bytes: the next character would not fit in 500"
    );
}

/// What the journal answers to `entries` after rows 2-9 were accepted and 20-29 have left.
fn refusal(entries: impl FnOnce(crate::journal::AttemptId) -> Vec<Entry>) -> String {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let first = run.record(&[sending("2-9")], at(1)).unwrap()[0];
    let answer = Entry::Settled(first, Outcome::accepted(dense("2-9")));
    let open = run.record(&[answer, sending("20-29")], at(2)).unwrap()[0];
    let before = run.progress().unwrap();
    let error = run.record(&entries(open), at(3)).unwrap_err();
    assert!(matches!(error, JournalError::Contradiction { .. }), "{error:?}");
    let after = run.progress().unwrap();
    assert_eq!((before.settled, before.open, before.counts), (after.settled, after.open, after.counts));
    error.to_string()
}

#[test]
fn rows_cannot_be_sent_twice() {
    insta::assert_snapshot!(
        refusal(|_| vec![sending("10-15"), sending("12-16")]),
        @"the journal was told something impossible about rows 12-15: they are under way or in doubt and cannot be sent again"
    );
    insta::assert_snapshot!(
        refusal(|_| vec![sending("8-12")]),
        @"the journal was told something impossible about rows 8-9: they are settled and cannot be sent again"
    );
    insta::assert_snapshot!(
        refusal(|_| vec![sending("")]),
        @"the journal was told something impossible: there is no row to be sent"
    );
}

#[test]
fn an_attempt_has_one_outcome_and_a_row_one_fate() {
    insta::assert_snapshot!(
        refusal(|open| vec![Entry::NotExecuted(open), Entry::NotExecuted(open)]),
        @"the journal was told something impossible: their attempt is unknown: settled already, or of another run"
    );
    insta::assert_snapshot!(
        refusal(|open| vec![Entry::Settled(open, Outcome::accepted(dense("20-30")))]),
        @"the journal was told something impossible about rows 30: they were not part of the attempt"
    );
    insta::assert_snapshot!(
        refusal(|open| vec![Entry::Settled(open, found(dense("20-24"), dense("24-25")))]),
        @"the journal was told something impossible about rows 20-25: some of them have more than one outcome"
    );
    insta::assert_snapshot!(
        refusal(|open| vec![Entry::Settled(open, Outcome::accepted(Portion::new(range(20, 29), 11)))]),
        @"the journal was told something impossible about rows 20-29: there are more outcomes than rows"
    );
    let twice = vec![refused(21, 1, ""), refused(21, 2, "")];
    refusal(|open| vec![Entry::Settled(open, Outcome { rejects: twice, ..Outcome::accepted(Portion::none()) })]);
}
