//! The end of a sitting: what the journal says last, and which rows come back.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::sitting::begun;
use crate::failure::{Exit, Failure};
use crate::http::Jobs;
use crate::journal::{Cause, Entry, Evidence, Fault, Journal, Outcome, Reject, Run};
use crate::load::report::{Pace, Report};
use crate::load::{BatchRows, Chosen, Closing, Dispatched, Halt, Tally, finish};
use crate::rows::{Portion, RangeSet, RowNumber, Shard};
use crate::source::{Input, Options};

/// A file of rows 2 to 7 and the run that loads it: rows 2 and 3 are accepted, row 4 is refused.
struct Desk {
    folder: tempfile::TempDir,
    run: Option<Run>,
}

fn pace() -> Pace {
    let rows = Chosen { smallest: 2, largest: 2, last: 2 };
    Pace { jobs: Jobs::Given(1), most_jobs: 1, last_jobs: 1, batch_rows: BatchRows::Given(2), rows }
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "No\nb\nc\nd\ne\nf\ng\n").unwrap();
        let mut run = begun(Journal::open(folder.path()).unwrap());
        let portion =
            |text: &str| Portion { ranges: text.parse().unwrap(), rows: text.parse::<RangeSet>().unwrap().len() };
        let now = Timestamp::now();
        let attempt = run.record(&[Entry::Sending(portion("2-4"))], now).unwrap()[0];
        let reject =
            Reject { row: RowNumber(4), cause: Cause::Refused, code: "Bad".to_owned(), message: "no".to_owned() };
        let outcome = Outcome {
            accepted: portion("2-3"),
            rejects: vec![reject],
            in_doubt: Portion::none(),
            evidence: Evidence::Answer,
        };
        run.record(&[Entry::Settled(attempt, outcome)], now).unwrap();
        Self { folder, run: Some(run) }
    }

    fn end(&mut self, halt: Option<Halt>, unsettled: &str) -> Report {
        self.end_after(halt, unsettled, |_| {})
    }

    /// The same, with something that happens to the file before.
    fn end_after(&mut self, halt: Option<Halt>, unsettled: &str, happens: impl FnOnce(&Path)) -> Report {
        let input = Input::new(self.folder.path().join("a.csv"), Options::default());
        let rejects = self.rejects_path();
        let closing = Closing {
            shard: Shard::WHOLE,
            input: &input,
            fingerprint: input.open().unwrap().fingerprint().unwrap(),
            rows: 6,
            queue: "Invoices",
            rejects: &rejects,
            accepted_before: 1,
            took: Duration::ZERO,
        };
        happens(&self.folder.path().join("a.csv"));
        let unsettled = unsettled.parse().unwrap();
        let run = self.run.take().unwrap();
        finish(Dispatched { run, halt, unsettled, unreadable: None, tally: Tally::default(), pace: pace() }, &closing)
            .unwrap()
    }

    fn rejects_path(&self) -> PathBuf {
        self.folder.path().join("a.rejects.csv")
    }

    fn rejects(&self) -> String {
        std::fs::read_to_string(self.rejects_path()).unwrap_or_default()
    }

    fn is_finished(&self, report: &Report) -> bool {
        Journal::open(self.folder.path()).unwrap().find(report.run.as_str()).unwrap().is_finished()
    }
}

#[test]
fn a_load_that_reached_the_end_is_finished_and_gives_back_what_was_refused() {
    let mut desk = Desk::new();
    let report = desk.end(None, "");
    assert!(desk.is_finished(&report));
    assert_eq!((report.accepted_now, report.counts.accepted), (1, 2));
    insta::assert_snapshot!(desk.rejects(), @r"
    No,_uiq_row,_uiq_error_code,_uiq_error
    d,4,Bad,no
    ");
}

#[test]
fn rejects_that_another_run_has_written_meanwhile_stay() {
    let mut desk = Desk::new();
    std::fs::write(desk.rejects_path(), "theirs").unwrap();
    let report = desk.end(None, "");
    assert_eq!(desk.rejects(), "theirs");
    let ours = desk.folder.path().join(format!("a.rejects.{}.csv", report.run));
    assert_eq!(report.rejects_file.as_ref(), Some(&ours));
    assert!(std::fs::read_to_string(&ours).unwrap().contains("d,4,Bad,no"));
    let noted = Journal::open(desk.folder.path()).unwrap().find(report.run.as_str()).unwrap().rejects_file;
    assert_eq!(noted, Some(ours));
}

#[test]
fn a_load_that_can_be_gone_on_with_is_not_finished_and_gives_nothing_back() {
    for (halt, unsettled) in [(Some(Halt::Interrupted), ""), (None, "5-6"), (Some(Halt::FirstFailure(None)), "5")] {
        let mut desk = Desk::new();
        let report = desk.end(halt, unsettled);
        assert!(!desk.is_finished(&report), "{unsettled}");
        assert_eq!(desk.rejects(), "");
    }
}

#[test]
fn a_load_that_stopped_for_good_gives_back_what_was_never_sent_too_each_row_once() {
    let mut desk = Desk::new();
    let fault = Fault { row: RowNumber(6), code: "Rule".to_owned(), rule: "breaks a rule".to_owned() };
    desk.run.as_mut().unwrap().record(&[Entry::LeftOut(vec![fault])], Timestamp::now()).unwrap();
    let report = desk.end(Some(Halt::FirstFailure(Some(RowNumber(4)))), "");
    assert!(desk.is_finished(&report));
    insta::assert_snapshot!(desk.rejects(), @r#"
    No,_uiq_row,_uiq_error_code,_uiq_error
    d,4,Bad,no
    e,5,NotSent,"never sent: row 4 was refused, and the load stops at the first failure"
    f,6,Rule,breaks a rule
    g,7,NotSent,"never sent: row 4 was refused, and the load stops at the first failure"
    "#);
}

#[test]
fn a_file_that_changes_or_goes_before_its_rejects_are_written_stops_the_load() {
    let append = |file: &Path| std::fs::write(file, "No\nb\nc\nd\ne\nf\ng\nh\n").unwrap();
    let remove = |file: &Path| std::fs::remove_file(file).unwrap();
    for happens in [append as fn(&Path), remove] {
        let mut desk = Desk::new();
        let report = desk.end_after(None, "", happens);
        assert!(matches!(report.halt, Some(Halt::Source(_))) && !report.is_over(), "{report:?}");
        assert!(!desk.is_finished(&report), "whoever has the old content can go on");
        let failure = Failure::from(report.halt.unwrap());
        assert_eq!((failure.exit(), desk.rejects()), (Exit::Failed, String::new()), "something was sent");
    }
}

#[test]
fn a_run_with_rows_in_doubt_is_not_finished_whatever_was_reported() {
    let mut desk = Desk::new();
    let portion = Portion { ranges: "5-6".parse().unwrap(), rows: 2 };
    desk.run.as_mut().unwrap().record(&[Entry::Sending(portion)], Timestamp::now()).unwrap();
    let report = desk.end(None, "");
    assert!(!desk.is_finished(&report));
}
