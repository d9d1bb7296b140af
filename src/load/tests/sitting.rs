//! One file on its way into one queue, over one sitting or several.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::watch;

use super::file::{Rows, terms};
use super::orchestrator::{Scripted, seconds};
use crate::http::Jobs;
use crate::journal::{Before, Input, Journal, NewRun, Operator, Reject, Run, RunId, RunKey};
use crate::load::report::Pace;
use crate::load::{BatchRows, Dispatched, Event, Halt, InDoubt, Plan, References, dispatch};
use crate::orchestrator::{CommitType, write_item};
use crate::rows::{RowNumber, Shard};

/// A load of `rows` into `server`, with one job and batches of two rows.
pub(super) struct Load {
    pub(super) plan: Plan,
    pub(super) server: Scripted,
    pub(super) rows: Rows,
    state: TempDir,
    run: Option<RunId>,
    readable: bool,
    pub(super) events: Vec<Event>,
    presses: watch::Sender<u32>,
    interrupt_at_request: Option<usize>,
}

/// How a sitting ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) halt: Option<Halt>,
    /// Rows, as the journal writes them.
    pub(super) accepted: String,
    pub(super) rejects: Vec<Reject>,
    /// What is still under way or in doubt, says the journal.
    pub(super) open: String,
    pub(super) unsettled: String,
    pub(super) unreadable: Option<String>,
    pub(super) tally: crate::load::Tally,
    pub(super) pace: Pace,
}

impl Ended {
    /// Rows that are not in the queue, each with the reason.
    pub(super) fn rejected(&self) -> String {
        let words = self.rejects.iter().map(|reject| format!("{} {:?} {}", reject.row, reject.cause, reject.code));
        words.collect::<Vec<_>>().join(", ")
    }
}

impl Load {
    pub(super) fn of(rows: Rows, server: Scripted) -> Self {
        let references = if rows.has_distinct_references() { References::Distinct } else { References::Ambiguous };
        let plan = Plan {
            terms: terms(CommitType::Independent),
            batch_rows: BatchRows::Given(2),
            batch_bytes: 1 << 20,
            jobs: Jobs::Given(1),
            rate: None,
            settle_grace: seconds(10),
            give_up_after: seconds(900),
            in_doubt: InDoubt::Check,
            max_rejects: None,
            references,
        };
        Self {
            plan,
            server,
            rows,
            state: tempfile::tempdir().unwrap(),
            run: None,
            readable: true,
            events: Vec::new(),
            presses: watch::Sender::new(0),
            interrupt_at_request: None,
        }
    }

    pub(super) fn jobs(mut self, jobs: usize) -> Self {
        self.plan.jobs = Jobs::Given(jobs);
        self
    }

    /// Requests and rows as the server shows.
    pub(super) fn adapting(mut self, jobs: Jobs, [fewest, most]: [usize; 2]) -> Self {
        (self.plan.jobs, self.plan.batch_rows) = (jobs, BatchRows::Auto { fewest, most });
        self
    }

    pub(super) fn batches_of(mut self, rows: usize) -> Self {
        self.plan.batch_rows = BatchRows::Given(rows);
        self
    }

    pub(super) fn commit(mut self, commit: CommitType) -> Self {
        self.plan.terms.commit = commit;
        self
    }

    pub(super) fn in_doubt(mut self, in_doubt: InDoubt) -> Self {
        self.plan.in_doubt = in_doubt;
        self
    }

    pub(super) fn giving_up_after(mut self, time: std::time::Duration) -> Self {
        self.plan.give_up_after = time;
        self
    }

    pub(super) fn with_at_most_rejects(mut self, rejects: u64) -> Self {
        self.plan.max_rejects = Some(rejects);
        self
    }

    /// The queue could not be read when the run began.
    pub(super) fn blind(mut self) -> Self {
        self.readable = false;
        self
    }

    /// The user asks to stop when the server has so many requests.
    pub(super) fn interrupted_at_request(mut self, request: usize) -> Self {
        self.interrupt_at_request = Some(request);
        self
    }

    pub(super) fn path(&self) -> &std::path::Path {
        self.state.path()
    }

    /// The journal's run: begun, or gone on with.
    pub(super) fn run(&mut self) -> Run {
        let journal = Journal::open(self.state.path()).unwrap();
        let largest_item = self.readable.then(|| self.server.largest_id());
        let run = match &self.run {
            Some(id) => journal.resume(id, &operator(), Timestamp::now()).unwrap(),
            None => journal.begin(&new_run(self.rows.len(), largest_item), Timestamp::now()).unwrap(),
        };
        self.run = Some(run.id().clone());
        run
    }

    /// One sitting, to its end.
    pub(super) async fn sit(&mut self) -> Ended {
        self.sit_for(usize::MAX).await.unwrap()
    }

    /// One sitting; the program is killed when the engine has moved so often. `None` if it was.
    pub(super) async fn sit_for(&mut self, moves: usize) -> Option<Ended> {
        let run = self.run();
        let (plan, server, rows, presses) =
            (self.plan.clone(), self.server.clone(), self.rows.clone(), self.presses.subscribe());
        let (sender, at) = (self.presses.clone(), self.interrupt_at_request.take());
        let mut events = Vec::new();
        let dispatched = {
            let watched = server.clone();
            let mut observer = |event: &Event| {
                if at.is_some_and(|at| watched.requests().len() >= at) {
                    let _ = sender.send(1);
                }
                events.push(event.clone());
            };
            killed_after(moves, dispatch(plan, server, rows, run, presses, &mut observer)).await
        };
        self.events.append(&mut events);
        self.presses.send_replace(0);
        dispatched.map(|dispatched| Self::ended(dispatched.unwrap()))
    }

    fn ended(dispatched: Dispatched) -> Ended {
        let Dispatched { run, halt, unsettled, unreadable, tally, pace } = dispatched;
        let mut rejects = Vec::new();
        let mut keep = |reject| {
            rejects.push(reject);
            Ok::<_, crate::journal::JournalError>(())
        };
        run.journal().for_each_reject(run.id(), &mut keep).unwrap();
        let progress = run.progress().unwrap();
        assert_eq!(progress.counts.accepted, tally.accepted, "the tally is the journal's");
        assert_eq!(progress.counts.in_doubt, tally.in_doubt, "the tally is the journal's");
        Ended {
            halt,
            accepted: run.accepted().unwrap().to_string(),
            rejects,
            open: progress.in_doubt().to_string(),
            unsettled: unsettled.to_string(),
            unreadable,
            tally,
            pace,
        }
    }

    /// The rows as they are sent, in the order of the file.
    pub(super) fn written(&self) -> Vec<String> {
        self.rows.iter().map(|(_, item)| written(item)).collect()
    }

    pub(super) fn written_row(&self, row: u64) -> String {
        self.rows.iter().find(|(number, _)| *number == RowNumber(row)).map(|(_, item)| written(item)).unwrap()
    }
}

fn operator() -> Operator {
    Operator { who: "ada@etl".to_owned(), login: "prod".to_owned(), version: "0".to_owned() }
}

fn new_run(rows: u64, largest_item: Option<i64>) -> NewRun {
    NewRun {
        key: RunKey {
            content: [7; 32],
            length: 1,
            api_root: "https://scripted".to_owned(),
            tenant: None,
            folder: "Shared".to_owned(),
            queue: "Invoices".to_owned(),
            queue_id: None,
            shard: Shard::WHOLE,
        },
        input: Input { given: "invoices.csv".to_owned(), path: None, spool: None },
        rows,
        span: None,
        options: BTreeMap::new(),
        commit: "independent".to_owned(),
        operator: operator(),
        before: Before { largest_item, clock_offset_ms: None },
    }
}

/// A run of ten rows, just begun.
pub(in crate::load) fn begun(journal: Journal) -> Run {
    journal.begin(&new_run(10, Some(0)), Timestamp::now()).unwrap()
}

/// An item as a server reads it.
pub(super) fn written(item: &crate::items::QueueItem<'_>) -> String {
    let mut bytes = Vec::new();
    write_item(&mut bytes, None, item);
    serde_json::from_slice::<serde_json::Value>(&bytes).unwrap().to_string()
}

/// Drops `work` after it was polled so often.
async fn killed_after<T>(moves: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = moves;
    std::future::poll_fn(|context| match (left.checked_sub(1), work.as_mut().poll(context)) {
        (_, Poll::Ready(value)) => Poll::Ready(Some(value)),
        (None, Poll::Pending) => Poll::Ready(None),
        (Some(rest), Poll::Pending) => {
            left = rest;
            Poll::Pending
        }
    })
    .await
}
