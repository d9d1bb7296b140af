//! The sending pass: keeps requests under way, writes down what leaves and what became of it, and settles doubts.
//!
//! One task keeps the books; each request is a task of its own that asks before it leaves and reports when it is over
//! (see [`super::attempt`]). With one job the next request does not leave before the one before it is settled, so that the order of
//! the file is kept; the next batch is made meanwhile.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use crate::http::{Gate, Jobs};
use crate::journal::{AttemptId, Cause, JournalError, Run};
use crate::orchestrator::CommitType;
use crate::rows::{RangeSet, RowRange};
use crate::source::SourceError;

use super::attempt::{Message, Road, Ticket, send_off};
use super::batch::Batch;
use super::books::Books;
use super::doubts::Doubt;
use super::event::{Event, Observer, Tally};
use super::halt::Halt;
use super::plan::Plan;
use super::report::Pace;
use super::sizing::Sizing;
use super::submit::Submit;
use super::supply::{Supplied, Supply, batches, gather};

/// How the sending pass ended.
#[derive(Debug)]
pub struct Dispatched {
    /// The run, to be ended by the caller.
    pub run: Run,
    /// Why it did not go on to the end of the file.
    pub halt: Option<Halt>,
    /// Rows of which nobody could say whether they arrived, although Orchestrator was asked.
    pub unsettled: RangeSet,
    /// Why asking was in vain, where it was.
    pub unreadable: Option<String>,
    /// How many rows went which way, in this sitting and those before it.
    pub tally: Tally,
    /// How fast it was done.
    pub pace: Pace,
}

/// How long an answer waits to be written down together with the next departure. That is a matter of microseconds, unless a token has to
/// be fetched first.
const SOON: Duration = Duration::from_millis(20);

pub(super) struct Dispatcher<'o, S, F> {
    pub(super) plan: Plan,
    pub(super) road: Arc<Road<S>>,
    pub(super) supply: F,
    pub(super) books: Books,
    pub(super) doubts: Vec<Doubt>,
    /// Batches that go before those of the file: parts of refused ones, and what turned out to be missing.
    pub(super) urgent: VecDeque<Batch>,
    pub(super) halt: Option<Halt>,
    pub(super) unreadable: Option<String>,
    /// Rows that were sent again after a doubt: "duplicate" may mean their own first sending.
    pub(super) sent_again: RangeSet,
    /// Since when no request was answered, and none found to have been carried out all the same.
    pub(super) silent_since: Option<Instant>,
    /// Until when the ground of later questions need not be taken anew, and how many rows were accepted when it was.
    pub(super) ground_stands_until: Instant,
    pub(super) accepted_at_ground: u64,
    pub(super) observer: &'o mut dyn Observer,
    inbox: mpsc::Receiver<Message>,
    fresh: mpsc::Receiver<Result<Supplied, SourceError>>,
    exhausted: bool,
    /// What is pending in the books is written by then, though no request leaves with which it could be.
    write_by: Option<Instant>,
    pub(super) under_way: BTreeMap<Ticket, UnderWay>,
    tickets: Ticket,
    pub(super) sizing: Sizing,
}

pub(super) struct UnderWay {
    pub(super) batch: Batch,
    /// Its name in the journal, from the moment at which it leaves.
    pub(super) left: Option<(AttemptId, Instant)>,
    pub(super) task: AbortHandle,
}

/// Sends what is left of a run. `interrupt` counts how often the user has asked to stop; the first time is obeyed here.
pub async fn dispatch<S: Submit, F: Supply>(
    plan: Plan,
    submit: S,
    supply: F,
    run: Run,
    mut interrupt: watch::Receiver<u32>,
    observer: &mut dyn Observer,
) -> Result<Dispatched, Halt> {
    let (outbox, inbox) = mpsc::channel(plan.jobs.most() * 2 + 1);
    let gate = Gate::new(plan.jobs, plan.rate);
    let road = Road { submit, gate, give_up_after: plan.give_up_after, outbox };
    let progress = run.progress().map_err(Halt::Journal)?;
    let sizing = Sizing::new(plan.batch_rows);
    let fresh = batches(supply.clone(), plan.terms.clone(), plan.batch_bytes, sizing.shared(), progress.spoken_for())
        .map_err(|error| Halt::Source(SourceError::Thread(error)))?;
    // Where the queue could not be read before the run, asking later would prove nothing.
    let readable = run.before().map_err(Halt::Journal)?.largest_item.is_some();
    let left_open: Vec<RangeSet> = progress.open.iter().map(|attempt| attempt.portion.ranges.clone()).collect();
    let (gathering, terms) = (supply.clone(), plan.terms.clone());
    let left_open = if left_open.is_empty() {
        Vec::new()
    } else {
        off_thread(move || gather(&gathering, &terms, &left_open)).await.map_err(Halt::Source)?
    };
    let sent_again = once_missing(&run).map_err(Halt::Journal)?;
    let doubts =
        progress.open.into_iter().zip(left_open).filter_map(|(attempt, batch)| {
            Some(Doubt::left_open(attempt.id, batch?, attempt.sent_at, plan.settle_grace))
        });
    let mut dispatcher = Dispatcher {
        doubts: doubts.collect(),
        road: Arc::new(road),
        supply,
        books: Books::new(run).map_err(Halt::Journal)?,
        urgent: VecDeque::new(),
        halt: None,
        unreadable: (!readable)
            .then(|| String::from("nothing is known of the items that the queue had before the load began")),
        sent_again,
        silent_since: None,
        ground_stands_until: Instant::now(),
        accepted_at_ground: 0,
        observer,
        inbox,
        fresh,
        exhausted: false,
        write_by: None,
        under_way: BTreeMap::new(),
        tickets: 0,
        sizing,
        plan,
    };
    dispatcher.remember_the_end()?;
    dispatcher.run(&mut interrupt).await;
    Ok(dispatcher.end())
}

/// The rows that were missing when an earlier sitting asked about them, and so were, or will be, sent again.
fn once_missing(run: &Run) -> Result<RangeSet, JournalError> {
    let doubts = run.journal().settled_doubts(run.id())?;
    Ok(doubts.iter().filter(|doubt| doubt.missing > 0).flat_map(|doubt| doubt.portion.ranges.iter()).collect())
}

/// Runs work that reads the file on a thread where it holds nobody up.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, SourceError> {
    // Not by `spawn_blocking`, which panics where the system gives no thread.
    let (told, outcome) = oneshot::channel();
    let thread = thread::Builder::new().name(String::from("looking back"));
    thread.spawn(move || told.send(work())).map_err(SourceError::Thread)?;
    outcome.await.unwrap_or_else(|_| Err(SourceError::Thread(io::ErrorKind::UnexpectedEof.into())))
}

impl<S: Submit, F: Supply> Dispatcher<'_, S, F> {
    async fn run(&mut self, interrupt: &mut watch::Receiver<u32>) {
        loop {
            if self.books.are_behind() && !self.departure_is_near() {
                self.catch_up();
            }
            if self.under_way.is_empty() && self.wants_quiet() {
                tokio::select! {
                    biased;
                    () = pressed(interrupt), if self.halt.is_none() => self.stop(Halt::Interrupted),
                    () = self.quiet_moment() => {}
                }
                continue;
            }
            while self.may_start()
                && let Some(batch) = self.urgent.pop_front()
            {
                let batch = self.fitting(batch);
                self.start(batch);
            }
            if self.is_over() {
                return;
            }
            let (may_read, may_interrupt) = (self.may_start() && !self.exhausted, self.halt.is_none());
            // A question that is due waits for what is under way, and that reports by itself.
            let ask_at = self.doubts.iter().filter_map(|doubt| doubt.ask_at).min().filter(|&at| at > Instant::now());
            tokio::select! {
                biased;
                Some(message) = self.inbox.recv() => self.heed(message),
                () = pressed(interrupt), if may_interrupt => self.stop(Halt::Interrupted),
                batch = self.fresh.recv(), if may_read => match batch {
                    Some(Ok(Supplied::Batch(batch))) => self.urgent.push_back(batch),
                    Some(Ok(Supplied::End)) => self.exhausted = true,
                    Some(Err(error)) => self.stop(Halt::Source(error)),
                    None => self.stop(Halt::Source(SourceError::Thread(io::ErrorKind::UnexpectedEof.into()))),
                },
                () = sleep_until(self.write_by.unwrap_or_else(Instant::now)), if self.write_by.is_some() => self.catch_up(),
                () = sleep_until(ask_at.unwrap_or_else(Instant::now)), if ask_at.is_some() && self.may_ask() => {}
            }
        }
    }

    fn is_over(&self) -> bool {
        let settling = self.may_ask() && self.doubts.iter().any(|doubt| doubt.ask_at.is_some());
        let done = self.halt.is_some() || self.exhausted && self.urgent.is_empty();
        self.under_way.is_empty() && done && !settling
    }

    /// Tells whether doubts are worth asking about now: a run that will be resumed asks then.
    fn may_ask(&self) -> bool {
        self.halt.as_ref().is_none_or(Halt::is_final)
    }

    /// Tells whether a question is due for which nothing may be under way.
    fn wants_quiet(&self) -> bool {
        let now = Instant::now();
        let due = |doubt: &Doubt| doubt.ask_at.is_some_and(|moment| moment <= now);
        self.may_ask() && self.doubts.iter().any(due) || self.halt.is_none() && self.baseline_is_old()
    }

    fn may_start(&self) -> bool {
        let waiting = self.doubts.iter().filter(|doubt| doubt.ask_at.is_some()).count();
        // With one job, order is promised: nothing overtakes rows whose fate is open. With more, the bytes of rows in doubt are
        // kept in memory, so there is an end to how many there may be.
        let jobs = self.plan.jobs;
        let room = if jobs.keep_order() { waiting == 0 } else { waiting < 2 * jobs.most() };
        // Not more than may leave: a batch that waits here has the size of yesterday.
        let may_wait = if jobs == Jobs::Auto { self.road.gate.limit() } else { jobs.most() };
        self.halt.is_none() && self.under_way.len() < may_wait && room && !self.wants_quiet()
    }

    /// As much of the batch as goes into one request now; the rest waits at the front. What was made before requests had to become
    /// smaller, or turned out to be missing, would fare as badly again.
    fn fitting(&mut self, batch: Batch) -> Batch {
        let rows = self.sizing.now();
        if batch.len() / 2 < rows || self.plan.terms.commit == CommitType::AllOrNothing {
            return batch;
        }
        let [first, rest] = batch.cut_at(&self.plan.terms, rows);
        if let Some(rest) = rest {
            self.urgent.push_front(rest);
        }
        first.unwrap_or(batch)
    }

    fn start(&mut self, batch: Batch) {
        self.tickets += 1;
        let ticket = self.tickets;
        self.sizing.sets_out();
        let task = send_off(Arc::clone(&self.road), ticket, batch.clone());
        self.under_way.insert(ticket, UnderWay { batch, left: None, task });
    }

    pub(super) fn stop(&mut self, halt: Halt) {
        if self.halt.is_some() {
            return;
        }
        self.observer.notice(&Event::Stopping { why: halt.words() });
        self.halt = Some(halt);
        // What has not left does not leave; what has left is waited for.
        self.under_way.retain(|_, request| {
            if request.left.is_none() {
                request.task.abort();
            }
            request.left.is_some()
        });
    }

    /// Stops where an earlier sitting would have, had it not been cut short.
    fn remember_the_end(&mut self) -> Result<(), Halt> {
        self.stop_at_too_many_rejects();
        if self.plan.terms.commit == CommitType::StopOnFirstFailure {
            let run = self.books.run();
            let rejects = run.journal().rejects_by_code(run.id()).map_err(Halt::Journal)?;
            let refused = rejects.iter().filter(|group| group.cause == Cause::Refused).map(|group| group.first).min();
            if let Some(row) = refused {
                self.stop(Halt::FirstFailure(Some(row)));
            }
        }
        Ok(())
    }

    pub(super) fn stop_at_too_many_rejects(&mut self) {
        if let Some(most) = self.plan.max_rejects.filter(|&most| self.books.refused() > most) {
            self.stop(Halt::TooManyRejects(most));
        }
    }

    /// Takes all messages that have come, so that one write into the journal serves them all. What is about to leave comes last: it
    /// stays where another message ends the load.
    fn heed(&mut self, first: Message) {
        let mut leaving = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Leaving(ticket, leave) => leaving.push((ticket, leave)),
                Message::Back(ticket) => self.note_back(ticket),
                Message::Waiting(pause, why) => self.observer.notice(&Event::Waiting { pause, why }),
                Message::Done(ticket, fate) => self.note_done(ticket, fate),
            }
            next = self.inbox.try_recv().ok();
        }
        self.stop_at_too_many_rejects();
        if leaving.is_empty() && self.departure_is_near() {
            self.write_by.get_or_insert_with(|| Instant::now() + SOON);
            return;
        }
        self.let_leave(leaving);
        self.caught_up();
    }

    /// Tells whether a request is about to leave, so that one write serves what it has to wait for and what is over. If the program
    /// dies before, what was answered is in doubt, and is found in the queue.
    fn departure_is_near(&self) -> bool {
        let at_the_gate = || self.under_way.values().any(|request| request.left.is_none());
        let at_hand = || self.may_start() && !(self.urgent.is_empty() && self.fresh.is_empty());
        self.halt.is_none() && self.road.gate.is_open() && (at_the_gate() || at_hand())
    }

    /// Writes down what is pending, with nothing that leaves.
    fn catch_up(&mut self) {
        self.write();
        self.caught_up();
    }

    /// Only what is written down counts.
    fn caught_up(&mut self) {
        self.write_by = None;
        self.observer.notice(&Event::Progress(self.books.tally()));
    }

    /// Writes down what is pending and what is about to leave, and lets it.
    fn let_leave(&mut self, mut leaving: Vec<(Ticket, oneshot::Sender<()>)>) {
        // After a halt nothing leaves: dropping `leave` says so.
        leaving.retain(|(ticket, _)| self.halt.is_none() && self.under_way.contains_key(ticket));
        for request in leaving.iter().filter_map(|(ticket, _)| self.under_way.get(ticket)) {
            self.books.sending(&request.batch);
        }
        let written = self.write();
        for ((ticket, leave), attempt) in leaving.into_iter().zip(written) {
            if let Some(request) = self.under_way.get_mut(&ticket) {
                request.left = Some((attempt, Instant::now()));
                // A request that is not there any more does not leave; it will be asked about.
                let _ = leave.send(());
            }
        }
    }

    /// Writes down what is pending. If that fails nothing more is sent, and what was under way is in doubt.
    pub(super) fn write(&mut self) -> Vec<AttemptId> {
        match self.books.write() {
            Ok(attempts) => attempts,
            Err(error) => {
                self.stop_writing(error);
                Vec::new()
            }
        }
    }

    fn stop_writing(&mut self, error: JournalError) {
        self.stop(Halt::Journal(error));
    }

    fn end(self) -> Dispatched {
        let mut unsettled = RangeSet::default();
        if self.may_ask() {
            for row in self.doubts.iter().flat_map(|doubt| doubt.batch.rows()) {
                unsettled.insert(RowRange::single(row));
            }
        }
        let pace = Pace {
            jobs: self.plan.jobs,
            most_jobs: self.road.gate.peak(),
            last_jobs: self.road.gate.limit(),
            batch_rows: self.plan.batch_rows,
            rows: self.sizing.chosen(),
        };
        Dispatched {
            pace,
            tally: self.books.tally(),
            run: self.books.into_run(),
            halt: self.halt,
            unsettled,
            unreadable: self.unreadable,
        }
    }
}

/// Waits until the user has asked to stop; for ever if that cannot happen any more.
async fn pressed(interrupt: &mut watch::Receiver<u32>) {
    if interrupt.wait_for(|&presses| presses > 0).await.is_err() {
        std::future::pending::<()>().await;
    }
}
