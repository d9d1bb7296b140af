//! What `--report` will say of one file, noted on the way: whatever happens, as much of it as was found out.

use std::path::Path;

use jiff::Timestamp;

use super::Load;
use super::begin::Memory;
use crate::commands::connection::Connection;
use crate::commands::{Context, state};
use crate::failure::{Exit, Failure};
use crate::http::Jobs;
use crate::journal::{Counts, Journal, Operator, Reject, RunId};
use crate::load::chronicle::Chronicle;
use crate::load::report::{Pace, Report};
use crate::load::watch::Watched;
use crate::load::{BatchRows, Checked, Event, Observer, Plan};
use crate::ui::document::{
    Ended, Known, Outcome, Place, Problem, RejectDigest, RunAccount, SittingAccount, rejects_steps,
};

/// What was found out so far about the load of one file.
pub(super) struct Account {
    input: String,
    queue: String,
    place: Option<Place>,
    operator: Operator,
    began: Timestamp,
    rows: Option<u64>,
    problems: Vec<Problem>,
    /// The run, and the memory that has it.
    run: Option<(Memory, RunId)>,
    /// Rows that were in the queue when this sitting began.
    accepted_before: u64,
    planned: Option<Planned>,
    /// The course of it; none where no report is wanted, and then the account is closed without a word.
    chronicle: Option<Chronicle>,
    pace: Option<Pace>,
    unreadable: Option<String>,
    processing: Option<Watched>,
    wrong: Option<Failure>,
}

/// The pace that was asked for.
struct Planned {
    batch_rows: BatchRows,
    jobs: Jobs,
    rate: Option<String>,
}

impl Account {
    /// An account of the load of `file`, of which nothing is known yet.
    pub(super) fn new(command: &Load, file: &Path, context: &Context) -> Self {
        Self {
            input: file.display().to_string(),
            queue: command.queue.clone(),
            place: None,
            operator: state::operator(context, String::new()),
            began: Timestamp::now(),
            rows: None,
            problems: Vec::new(),
            run: None,
            accepted_before: 0,
            planned: None,
            chronicle: command.pace.report.as_ref().map(|_| Chronicle::default()),
            pace: None,
            unreadable: None,
            processing: None,
            wrong: None,
        }
    }

    /// The account of a command that failed before it came to its first file.
    pub(super) fn of_none(command: &Load, failure: &Failure, context: &Context) -> Option<RunAccount> {
        let files: Vec<String> = command.files.iter().map(|file| file.display().to_string()).collect();
        let mut account = Self::new(command, Path::new(&files.join(" ")), context);
        account.went_wrong(failure);
        account.close(failure.exit(), context)
    }

    /// The queue was found, under this name.
    pub(super) fn found(&mut self, connection: &Connection, queue: &str) {
        let target = connection.client.target();
        self.place = Some(Place {
            api_root: target.api_root.to_string(),
            tenant: target.tenant.clone(),
            folder: target.folder.as_ref().map(ToString::to_string).unwrap_or_default(),
            is_rehearsal: connection.is_sandbox(),
        });
        self.operator.login = connection.login();
        queue.clone_into(&mut self.queue);
    }

    /// All rows were checked.
    pub(super) fn checked(&mut self, checked: &Checked) {
        self.rows = Some(checked.rows);
        let problems = checked.problems.groups().iter().map(|group| Problem {
            rule: group.code.to_owned(),
            times: group.count,
            first: group.first.iter().map(ToString::to_string).collect(),
        });
        self.problems = problems.collect();
    }

    /// This is the run: one that begins, goes on, or has done it all before.
    pub(super) fn follow(&mut self, memory: &Memory, run: &RunId, before: Counts) {
        self.run = Some((memory.clone(), run.clone()));
        self.accepted_before = before.accepted;
    }

    /// Sending begins. What `view` is shown is noted here, too.
    pub(super) fn watch<'a>(&'a mut self, plan: &Plan, view: &'a mut dyn Observer) -> Beside<'a> {
        let rate = plan.rate.map(|rate| format!("{} rows per {} s", rate.rows, rate.per.as_secs()));
        self.planned = Some(Planned { batch_rows: plan.batch_rows, jobs: plan.jobs, rate });
        Beside(view, self.chronicle.as_mut())
    }

    /// Sending is over.
    pub(super) fn ended(&mut self, report: &Report) {
        self.pace = Some(report.pace);
        self.unreadable.clone_from(&report.unreadable);
    }

    /// Watching the items is over, where anybody wanted to know what becomes of them.
    pub(super) fn processed(&mut self, watched: Option<&Watched>) {
        self.processing = watched.cloned();
    }

    /// It did not end well, for this reason.
    pub(super) fn went_wrong(&mut self, failure: &Failure) {
        self.wrong = Some(failure.clone());
    }

    /// The whole of it, which ended with this code; none where nobody wants it. Only here the journal is read once more.
    pub(super) fn close(self, exit: Exit, context: &Context) -> Option<RunAccount> {
        let chronicle = self.chronicle?;
        let known = self.run.as_ref().and_then(|(memory, run)| {
            let known = known(memory, run);
            known
                .map_err(|failure| context.ui.warn(&format!("the report lacks the journal: {}", failure.message())))
                .ok()
        });
        let mut ending = ending(exit, self.wrong.as_ref(), known.as_ref(), self.planned.is_some());
        if let Some(known) = &known {
            ending.next.extend(rejects_steps(known));
        }
        let (pace, unreadable, accepted_before) = (self.pace, self.unreadable, self.accepted_before);
        let sitting = self.planned.map(|planned| SittingAccount {
            chronicle,
            accepted_before,
            batch_rows: planned.batch_rows,
            jobs: planned.jobs,
            rate: planned.rate,
            pace,
            unreadable,
        });
        Some(RunAccount {
            input: self.input,
            queue: self.queue,
            place: self.place,
            operator: self.operator,
            began: self.began,
            ended: Timestamp::now(),
            ending,
            problems: self.problems,
            rows: self.rows,
            known,
            sitting,
            processing: self.processing,
        })
    }
}

fn known(memory: &Memory, run: &RunId) -> Result<Known, Failure> {
    let journal = Journal::open(memory.folder())?;
    let summary = journal.find(run.as_str())?;
    let mut digest = RejectDigest::default();
    journal.for_each_reject(run, |reject: Reject| {
        digest.add(reject);
        Ok::<_, Failure>(())
    })?;
    Ok(Known {
        rejects: digest.reasons(),
        rejects_file: summary.rejects_file.clone().filter(|file| file.exists()),
        in_doubt: journal.progress(run)?.in_doubt(),
        settled: journal.settled_doubts(run)?,
        run: summary,
    })
}

/// How it ended. `sent` says that sending had begun.
fn ending(exit: Exit, failure: Option<&Failure>, known: Option<&Known>, sent: bool) -> Ended {
    let over = known.filter(|known| sent && known.run.is_finished());
    let is_whole = |known: &Known| known.run.counts.accepted == known.run.rows;
    let outcome_of = match exit {
        Exit::InDoubt => Outcome::InDoubt,
        Exit::Interrupted => Outcome::Interrupted,
        Exit::AlreadyLoaded => Outcome::LoadedBefore,
        Exit::Done if !sent => Outcome::LoadedBefore,
        Exit::Done => Outcome::AllAccepted,
        Exit::Rejected => Outcome::SomeRejected,
        // Where only the last words failed, the rows fared as they did.
        Exit::Failed | Exit::Usage | Exit::NotAllowed => match over {
            Some(known) if is_whole(known) => Outcome::AllAccepted,
            Some(_) => Outcome::SomeRejected,
            None if sent => Outcome::Stopped,
            None => Outcome::NotBegun,
        },
    };
    let lines = |of: fn(&Failure) -> &[String]| failure.map(|failure| of(failure).to_vec()).unwrap_or_default();
    Ended {
        outcome: outcome_of,
        exit: exit as u8,
        message: failure.map(|failure| failure.message().to_owned()),
        details: lines(Failure::details),
        causes: lines(Failure::causes),
        next: lines(Failure::hints),
    }
}

/// Who watches, and the chronicle, where there is one.
pub(super) struct Beside<'a>(&'a mut dyn Observer, Option<&'a mut Chronicle>);

impl Observer for Beside<'_> {
    fn notice(&mut self, event: &Event) {
        self.0.notice(event);
        if let Some(chronicle) = &mut self.1 {
            chronicle.notice(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;
    use crate::commands::Global;
    use crate::profile::Environment;

    fn closed(words: &[&str]) -> Option<RunAccount> {
        let words = [&["uiq", "Invoices", "a.csv"], words].concat();
        let matches = Load::augment_args(Global::augment_args(Command::new("uiq"))).get_matches_from(words);
        let global = Global::from_arg_matches(&matches).unwrap();
        let command = Load::from_arg_matches(&matches).unwrap();
        let context = Context::new(global, Environment::from_process([]));
        Account::new(&command, Path::new("a.csv"), &context).close(Exit::Done, &context)
    }

    #[test]
    fn an_account_that_nobody_wants_is_closed_without_a_look_at_the_journal() {
        assert!(closed(&[]).is_none());
        assert_eq!(closed(&["--report", "r.json"]).unwrap().input, "a.csv");
    }
}
