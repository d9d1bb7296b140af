//! `uiq runs`, and the same command again.

use std::collections::BTreeMap;

use super::support::*;
use crate::journal::{
    Before, Cause, ChangedOption, Counts, Ending, Entry, Journal, JournalError, NewRun, Operator, Outcome, Reject,
    RejectGroup,
};
use crate::rows::RowNumber;

#[test]
fn a_run_is_found_again_as_it_was_begun() {
    let state = tempfile::tempdir().unwrap();
    let new = NewRun { before: Before::default(), ..invoices(1_000) };
    let mut run = Journal::open(state.path()).unwrap().begin(&new, at(0)).unwrap();
    run.note_before(invoices(0).before).unwrap();
    run.note_spool(Some(std::path::Path::new("/state/spool/1.csv"))).unwrap();
    run.end(&Ending::Stopped("no answer for 15 min".to_owned()), at(60)).unwrap();

    let found = run.journal().latest_for(&new.key).unwrap().unwrap();
    assert_eq!(&found.id, run.id());
    assert_eq!(found.key, new.key);
    assert_eq!((found.rows, found.span, found.commit.as_str()), (1_000, Some(range(2, 1_001)), new.commit.as_str()));
    assert_eq!(found.before, invoices(0).before);
    assert_eq!(found.input.given, "invoices.csv");
    assert_eq!(found.input.spool.as_deref(), Some(std::path::Path::new("/state/spool/1.csv")));
    assert_eq!(found.options, new.options);
    assert_eq!(found.sittings[0].began, at(0));
    assert_eq!(found.sittings[0].ended, Some((at(60), Ending::Stopped("no answer for 15 min".to_owned()))));
    assert!(!found.is_finished());
}

#[test]
fn a_name_says_when_and_is_found_by_either_end() {
    let state = tempfile::tempdir().unwrap();
    let first = begin(state.path()).id().to_string();
    let second = begin(state.path()).id().to_string();
    let journal = Journal::look(state.path()).unwrap().unwrap();
    assert!(first.starts_with("20261124-0540-"), "{first}");
    assert_eq!(first.len(), "20261124-0540-k3f9".len());
    assert_eq!(journal.find(&first).unwrap().id.as_str(), first);
    assert_eq!(journal.find(&second[14..]).unwrap().id.as_str(), second);
    assert!(matches!(journal.find(""), Err(JournalError::NoSuchRun(_))));
    let words = journal.find("20261124").unwrap_err().to_string();
    let words = words.replace(&first, "FIRST").replace(&second, "SECOND");
    insta::assert_snapshot!(words, @"`20261124` is the beginning of several runs: SECOND, FIRST");
    insta::assert_snapshot!(journal.find("2025").unwrap_err(), @"there is no run `2025`");
    let newest_first: Vec<_> = journal.runs().unwrap().iter().map(|run| run.id.to_string()).collect();
    assert_eq!(newest_first, [second, first]);
}

#[test]
fn the_same_content_into_another_queue_is_another_run() {
    let state = tempfile::tempdir().unwrap();
    let run = begin(state.path());
    let same = key("Invoices");
    let others = [
        key("Orders"),
        crate::journal::RunKey { content: [8; 32], ..same.clone() },
        crate::journal::RunKey { length: 1, ..same.clone() },
        crate::journal::RunKey { api_root: "https://orchestrator.acme.local".to_owned(), ..same.clone() },
        crate::journal::RunKey { tenant: Some(String::new()), ..same.clone() },
        crate::journal::RunKey { folder: "Finance".to_owned(), ..same.clone() },
        crate::journal::RunKey { shard: "1/2".parse().unwrap(), ..same.clone() },
    ];
    assert!(run.journal().latest_for(&same).unwrap().is_some());
    for other in others {
        assert!(run.journal().latest_for(&other).unwrap().is_none(), "{other:?}");
        assert_ne!(other.digest(), same.digest(), "{other:?}");
    }
}

#[test]
fn a_file_that_is_cut_otherwise_is_found_and_its_other_shares_are_not() {
    let state = tempfile::tempdir().unwrap();
    let share = |shard: &str| crate::journal::RunKey { shard: shard.parse().unwrap(), ..key("Invoices") };
    let mut new = invoices(1_000);
    new.key = share("3/8");
    let run = Journal::open(state.path()).unwrap().begin(&new, at(0)).unwrap();
    assert_eq!(run.journal().latest_for(&new.key).unwrap().unwrap().key, new.key);
    for (shard, is_cut_otherwise) in [("3/8", false), ("1/8", false), ("1/4", true), ("3/18", true), ("1/1", true)] {
        let found = run.journal().cut_otherwise(&share(shard)).unwrap();
        assert_eq!(found.is_some(), is_cut_otherwise, "{shard}");
    }
    let mut whole = invoices(1_000);
    whole.key.content = [9; 32];
    let run = Journal::open(state.path()).unwrap().begin(&whole, at(1)).unwrap();
    assert!(run.journal().cut_otherwise(&whole.key).unwrap().is_none());
    let share = crate::journal::RunKey { shard: "1/4".parse().unwrap(), ..whole.key };
    assert!(run.journal().cut_otherwise(&share).unwrap().is_some());
}

#[test]
fn changed_options_are_named() {
    let state = tempfile::tempdir().unwrap();
    let id = begin(state.path()).id().clone();
    let run = Journal::look(state.path()).unwrap().unwrap().find(id.as_str()).unwrap();
    assert!(run.changed_options(&run.options).is_empty());
    let now = BTreeMap::from([("--priority".to_owned(), "High".to_owned()), ("--types".to_owned(), "auto".to_owned())]);
    let option = |name: &str, then: Option<&str>, now: Option<&str>| ChangedOption {
        name: name.to_owned(),
        then: then.map(str::to_owned),
        now: now.map(str::to_owned),
    };
    assert_eq!(
        run.changed_options(&now),
        [option("--priority", Some("Normal"), Some("High")), option("--types", None, Some("auto"))]
    );
}

#[test]
fn each_sitting_is_remembered_and_a_killed_one_has_no_end() {
    let state = tempfile::tempdir().unwrap();
    let id = begin(state.path()).id().clone();
    let night_shift = Operator { who: "cron@etl-02".to_owned(), ..operator() };
    let mut run = Journal::open(state.path()).unwrap().resume(&id, &night_shift, at(600)).unwrap();
    assert_eq!(run.journal().find(id.as_str()).unwrap().ending(), None);
    run.end(&Ending::Interrupted, at(700)).unwrap();
    drop(run);
    let mut run = resume(state.path(), &id);
    run.end(&Ending::Finished, at(900)).unwrap();

    let summary = run.journal().find(id.as_str()).unwrap();
    let sittings: Vec<_> = summary.sittings.iter().map(|s| (s.operator.who.as_str(), s.ended.clone())).collect();
    assert_eq!(
        sittings,
        [
            ("ada@etl-01", None),
            ("cron@etl-02", Some((at(700), Ending::Interrupted))),
            ("ada@etl-01", Some((at(900), Ending::Finished))),
        ]
    );
    assert!(summary.is_finished());
    let nobody = crate::journal::RunId("20200101-0000-aaaa".to_owned());
    let error = Journal::open(state.path()).unwrap().resume(&nobody, &operator(), at(1)).unwrap_err();
    assert!(matches!(error, JournalError::NoSuchRun(_)));
}

#[test]
fn rejects_are_shown_in_row_order_and_grouped_by_why() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let later = run.record(&[sending("100-200")], at(1)).unwrap()[0];
    let earlier = run.record(&[sending("2-9")], at(1)).unwrap()[0];
    let answer = |accepted: &str, rejects| Outcome { rejects, ..Outcome::accepted(dense(accepted)) };
    let duplicate = "Error creating Transaction. Duplicate Reference.";
    let rolled_back = Reject { cause: Cause::RolledBack, code: String::from("1016"), ..refused(3, 0, "with row 2") };
    run.record(
        &[Entry::Settled(later, answer("101-199", vec![refused(200, 1016, "b"), refused(100, 1016, "a")]))],
        at(2),
    )
    .unwrap();
    run.record(
        &[Entry::Settled(earlier, answer("4-9", vec![rolled_back.clone(), refused(2, 1016, duplicate)]))],
        at(3),
    )
    .unwrap();

    let mut seen = Vec::new();
    let mut visit = |reject: Reject| {
        seen.push(reject.row.0);
        Ok::<_, JournalError>(())
    };
    run.journal().for_each_reject(run.id(), &mut visit).unwrap();
    assert_eq!(seen, [2, 3, 100, 200]);
    let group = |reject: Reject, rows| RejectGroup {
        cause: reject.cause,
        code: reject.code,
        rows,
        first: reject.row,
        message: reject.message,
    };
    assert_eq!(
        run.journal().rejects_by_code(run.id()).unwrap(),
        [group(refused(2, 1016, duplicate), 3), group(rolled_back, 1)]
    );
    let summary = run.journal().find(run.id().as_str()).unwrap();
    assert_eq!(summary.counts, Counts { accepted: 105, refused: 3, rolled_back: 1, ..Counts::default() });
    assert_eq!(summary.counts.done(), 109);
}

#[test]
fn showing_rejects_ends_where_the_visitor_cannot_go_on() {
    let state = tempfile::tempdir().unwrap();
    let mut run = begin(state.path());
    let batch = run.record(&[sending("2-3")], at(1)).unwrap()[0];
    let answer = Outcome { rejects: vec![refused(2, 1, ""), refused(3, 1, "")], ..Outcome::accepted(dense("")) };
    run.record(&[Entry::Settled(batch, answer)], at(2)).unwrap();
    let mut seen = Vec::new();
    let stopped = run.journal().for_each_reject(run.id(), |reject| {
        seen.push(reject.row);
        Err(JournalError::NoSuchRun("the disk is full".to_owned()))
    });
    assert_eq!(stopped.unwrap_err().to_string(), "there is no run `the disk is full`");
    assert_eq!(seen, [RowNumber(2)]);
}
