//! What is done while nothing is under way: asking about doubts, and taking a new ground for later questions.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::http::Verdict;
use crate::journal::Evidence;
use crate::orchestrator::write_item;
use crate::rows::{RangeSet, RowRange};
use crate::source::SourceError;

use super::batch::Batch;
use super::dispatch::{Dispatcher, off_thread};
use super::doubts::{Settlement, Told, conclude};
use super::event::Event;
use super::halt::Halt;
use super::likeness::Likeness;
use super::plan::References;
use super::settle::{Census, Ground, Standing, ask};
use super::submit::Submit;
use super::supply::Supply;

/// How many rows may be accepted before a new ground is taken, where rows are told apart by content. Asking reads all items since
/// the ground, 100 a request and 100 requests a minute: about a minute's worth. Tests have small files.
const ROWS_A_GROUND: u64 = if cfg!(test) { 5 } else { 10_000 };

/// How long a ground stands at least: taking one costs a read and the moment in which nothing is under way.
const GROUND_STANDS: Duration = Duration::from_secs(5);

/// How long one waits for a new ground. Nothing is sent meanwhile, and the old one is as true, only longer to read from.
const GROUND_PATIENCE: Duration = Duration::from_secs(10);

/// How long the old ground stands where a new one could not be had: reads may be limited while writes go well.
const GROUND_STANDS_ON: Duration = Duration::from_secs(60);

impl<S: Submit, F: Supply> Dispatcher<'_, S, F> {
    /// Tells whether there is so much behind the ground that asking would take long.
    pub(super) fn baseline_is_old(&self) -> bool {
        self.plan.references == References::Ambiguous
            && self.unreadable.is_none()
            && self.doubts.is_empty() // what has not arrived yet would come after the ground, and count for somebody else
            && self.books.tally().accepted.saturating_sub(self.accepted_at_ground) > ROWS_A_GROUND
            && self.ground_stands_until < Instant::now()
    }

    /// Asks what is to be asked. Nothing is under way. May be cancelled at any point: nothing changes before the answer is there.
    pub(super) async fn quiet_moment(&mut self) {
        self.road.gate.paused();
        let now = Instant::now();
        if self.doubts.iter().any(|doubt| doubt.ask_at.is_some_and(|moment| moment <= now)) {
            self.settle().await;
        } else {
            self.take_ground().await;
        }
    }

    /// Asks about all doubts at once, due or not: rows of one may look like rows of another.
    ///
    /// What arrived is credited to the requests that were over first. An item too many with one of those would mean that its row is
    /// sent again although it is there; with one that may still be executing, only that it is waited for.
    async fn settle(&mut self) {
        self.doubts.sort_by_key(|doubt| doubt.executing_until);
        let batches: Vec<_> = self.doubts.iter().map(|doubt| doubt.batch.clone()).collect();
        let asked_at = Instant::now();
        let evidence = match self.plan.references {
            References::Distinct => Evidence::References,
            References::Ambiguous => Evidence::Content,
        };
        match self.ask(&batches.iter().collect::<Vec<_>>()).await {
            Ok(standings) => {
                let doubts = std::mem::take(&mut self.doubts);
                let mut urgent = Vec::new();
                for (doubt, standings) in doubts.into_iter().zip(standings) {
                    let in_question = doubt.batch.portion().ranges;
                    let told = Told { standings: &standings, asked_at, evidence };
                    let settlement = conclude(doubt, told, self.plan.in_doubt, &self.plan.terms, &mut self.books);
                    self.carry_out(settlement, &in_question, &mut urgent);
                }
                urgent.sort_by_key(|batch| batch.row(0));
                for batch in urgent.into_iter().rev() {
                    self.urgent.push_front(batch);
                }
                self.stop_at_too_many_rejects();
                self.write();
                self.observer.notice(&Event::Progress(self.books.tally()));
            }
            Err(halt) => {
                self.doubts.iter_mut().for_each(|doubt| doubt.ask_at = None);
                // Where the load is over for another reason, this one is not lost.
                self.unreadable = self.halt.is_some().then(|| halt.words()).or(self.unreadable.take());
                self.stop(halt);
            }
        }
    }

    fn carry_out(&mut self, settlement: Settlement, in_question: &RangeSet, urgent: &mut Vec<Batch>) {
        let (found, missing, unclear) = settlement.counts;
        self.observer.notice(&Event::Asked { rows: in_question.clone(), found, missing, unclear });
        if found > 0 {
            self.silent_since = None;
        }
        for row in settlement.send.iter().flat_map(Batch::rows) {
            self.sent_again.insert(RowRange::single(row));
        }
        urgent.extend(settlement.send);
        self.doubts.extend(settlement.open);
        if let Some(row) = settlement.stopped_at {
            self.stop(Halt::FirstFailure(Some(row)));
            if let Some(Halt::FirstFailure(unknown @ None)) = &mut self.halt {
                *unknown = Some(row);
            }
        }
    }

    /// An answer for each row; all hidden where the queue cannot be read.
    async fn ask(&mut self, doubts: &[&Batch]) -> Result<Vec<Vec<Standing>>, Halt> {
        let hidden = || doubts.iter().map(|batch| vec![Standing::Hidden; batch.len()]).collect();
        let Some(ground) = self.ground().await? else {
            return Ok(hidden());
        };
        match ask(&self.road.submit, &ground, doubts).await {
            Ok(standings) => {
                self.unreadable = None;
                Ok(standings)
            }
            Err(error) if error.verdict() == Verdict::Refused => {
                self.unreadable = Some(error.to_string());
                Ok(hidden())
            }
            Err(error) => Err(Halt::GivenUp(error)),
        }
    }

    /// What the next question rests on; none where nothing is known of the queue before the run.
    async fn ground(&self) -> Result<Option<Ground>, Halt> {
        if self.plan.references == References::Distinct {
            let before = self.books.run().before().map_err(Halt::Journal)?;
            return Ok(before.largest_item.map(|after| Ground::References { after }));
        }
        let quiet = self.books.run().quiet().map_err(Halt::Journal)?;
        let Some(after) = quiet.largest_item else { return Ok(None) };
        let since = self.books.run().accepted().map_err(Halt::Journal)?.difference(&quiet.settled);
        let supply = self.supply.clone();
        let accepted = off_thread(move || census(&supply, &since)).await.map_err(Halt::Source)?;
        Ok(Some(Ground::Contents { after, accepted }))
    }

    /// Notes the newest item of the queue: what is accepted from now on has a greater number.
    async fn take_ground(&mut self) {
        self.ground_stands_until = Instant::now() + GROUND_STANDS_ON;
        match timeout(GROUND_PATIENCE, self.road.submit.newest()).await {
            Ok(Ok(newest)) => match self.books.run_mut().note_quiet(newest) {
                Ok(()) => {
                    self.accepted_at_ground = self.books.tally().accepted;
                    self.ground_stands_until = Instant::now() + GROUND_STANDS;
                }
                Err(error) => self.stop(Halt::Journal(error)),
            },
            Ok(Err(error)) if error.verdict() == Verdict::Refused => self.unreadable = Some(error.to_string()),
            Ok(Err(error)) => tracing::debug!(%error, "ground.kept"),
            Err(_) => tracing::debug!("ground.kept"),
        }
    }
}

/// Counts the items of `rows` by likeness.
fn census(supply: &impl Supply, rows: &RangeSet) -> Result<Census, SourceError> {
    let mut census = Census::default();
    if rows.is_empty() {
        return Ok(census);
    }
    let mut written = Vec::new();
    supply.items(&mut |row, item| {
        if rows.contains(row) {
            written.clear();
            write_item(&mut written, None, item);
            census.add(Likeness::of_sent(&written));
        }
        ControlFlow::Continue(())
    })?;
    Ok(census)
}
