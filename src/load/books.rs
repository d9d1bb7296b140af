//! The books of a load: the journal and the counts. Nobody else writes them.

use jiff::Timestamp;

use crate::journal::{AttemptId, Cause, Entry, Evidence, JournalError, Outcome, Reject, Run};
use crate::rows::Portion;

use super::batch::Batch;
use super::event::Tally;

/// The journal of this run, with what is to be written into it next.
#[derive(Debug)]
pub(super) struct Books {
    run: Run,
    pending: Vec<Entry>,
    tally: Tally,
    /// Rows that Orchestrator refused, or took back with a refused one.
    refused: u64,
}

impl Books {
    pub(super) fn new(run: Run) -> Result<Self, JournalError> {
        let counts = run.progress()?.counts;
        let rejected = counts.done() - counts.accepted;
        let tally = Tally { accepted: counts.accepted, rejected, in_doubt: counts.in_doubt };
        let refused = counts.refused + counts.rolled_back;
        Ok(Self { run, pending: Vec::new(), tally, refused })
    }

    pub(super) fn run(&self) -> &Run {
        &self.run
    }

    pub(super) fn run_mut(&mut self) -> &mut Run {
        &mut self.run
    }

    pub(super) fn into_run(self) -> Run {
        self.run
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused
    }

    /// A request is about to leave.
    pub(super) fn sending(&mut self, batch: &Batch) {
        self.pending.push(Entry::Sending(batch.portion()));
    }

    /// A request surely was not carried out.
    pub(super) fn not_executed(&mut self, attempt: AttemptId) {
        self.pending.push(Entry::NotExecuted(attempt));
    }

    /// Nobody knows whether a request was carried out.
    pub(super) fn doubt(&mut self, attempt: AttemptId, batch: &Batch, why: String) {
        self.tally.in_doubt += batch.len() as u64;
        self.pending.push(Entry::InDoubt(attempt, why));
    }

    /// A request was answered; for the rows in `open` the answer is not the last word.
    pub(super) fn answered(&mut self, attempt: AttemptId, accepted: Portion, rejects: Vec<Reject>, open: Portion) {
        self.tally.in_doubt += open.rows;
        self.settled(attempt, accepted, rejects, open, Evidence::Answer);
    }

    /// It is known now what became of some rows.
    pub(super) fn settled(
        &mut self,
        attempt: AttemptId,
        accepted: Portion,
        rejects: Vec<Reject>,
        in_doubt: Portion,
        evidence: Evidence,
    ) {
        self.tally.accepted += accepted.rows;
        self.tally.rejected += rejects.len() as u64;
        let refused = |reject: &&Reject| matches!(reject.cause, Cause::Refused | Cause::RolledBack);
        self.refused += rejects.iter().filter(refused).count() as u64;
        self.pending.push(Entry::Settled(attempt, Outcome { accepted, rejects, in_doubt, evidence }));
    }

    /// So many rows are no longer in doubt.
    pub(super) fn doubt_ended(&mut self, rows: u64) {
        self.tally.in_doubt = self.tally.in_doubt.saturating_sub(rows);
    }

    /// Tells whether something is to be written down.
    pub(super) fn are_behind(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Writes down what is pending, in one go; returns the attempts that begin, in order.
    pub(super) fn write(&mut self) -> Result<Vec<AttemptId>, JournalError> {
        if self.pending.is_empty() {
            return Ok(Vec::new());
        }
        let written = self.run.record(&self.pending, Timestamp::now());
        self.pending.clear();
        written
    }
}

/// A reject for each row of a batch, for the same reason.
pub(super) fn reject_all(batch: &Batch, cause: Cause, code: &str, message: &str) -> Vec<Reject> {
    batch.rows().map(|row| Reject { row, cause, code: code.to_owned(), message: message.to_owned() }).collect()
}
