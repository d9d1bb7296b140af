//! What the end of a request changes: rows that are accepted or refused, rows that have to be asked about, the pace, and whether the
//! load goes on.

use tokio::time::Instant;

use crate::journal::{AttemptId, Cause, Evidence, Reject};
use crate::orchestrator::{BulkAnswer, CommitType, Concern, OrchestratorError, Refusal};
use crate::rows::Portion;

use super::attempt::{Fate, Ticket};
use super::batch::Batch;
use super::books::reject_all;
use super::dispatch::{Dispatcher, UnderWay};
use super::doubts::Doubt;
use super::event::{Ending, Event};
use super::halt::Halt;
use super::resolve::resolve;
use super::submit::Submit;
use super::supply::Supply;

/// The code of a bulk failure that means that the reference is in the queue already.
const DUPLICATE_REFERENCE: &str = "DuplicateReference";

impl<S: Submit, F: Supply> Dispatcher<'_, S, F> {
    pub(super) fn note_back(&mut self, ticket: Ticket) {
        let under_way = self.under_way.len();
        if let Some(request) = self.under_way.get_mut(&ticket)
            && let Some((attempt, left_at)) = request.left.take()
        {
            self.books.not_executed(attempt);
            self.observer.notice(&exchanged(&request.batch, left_at, under_way, Ending::NotExecuted));
        }
        // It would not be allowed to leave again, and should not be waited for: it may be told to try in an hour.
        if self.halt.is_some()
            && let Some(request) = self.under_way.remove(&ticket)
        {
            request.task.abort();
        }
    }

    pub(super) fn note_done(&mut self, ticket: Ticket, fate: Fate) {
        let under_way = self.under_way.len();
        let Some(UnderWay { batch, left, .. }) = self.under_way.remove(&ticket) else { return };
        if let (Some(ending), Some((_, left_at))) = (fate.ending(), left) {
            self.observer.notice(&exchanged(&batch, left_at, under_way, ending));
        }
        match (fate, left) {
            (Fate::Answered(answer), Some((attempt, left_at))) => {
                self.silent_since = None;
                self.sizing.answered(batch.len(), left_at.elapsed());
                self.answered(attempt, &batch, &answer);
            }
            (Fate::Refused(error), Some((attempt, _))) => {
                self.silent_since = None;
                if error.refusal().is_some_and(Refusal::is_too_large) {
                    self.sizing.too_large(batch.len());
                }
                self.refused(attempt, &batch, error);
            }
            (Fate::Doubtful(error), Some((attempt, _))) => {
                self.sizing.doubtful(batch.len());
                self.in_doubt(attempt, batch, error.to_string());
                // A server that answers questions but no request would be sent the same rows for ever.
                if self.silent_since.get_or_insert_with(Instant::now).elapsed() > self.plan.give_up_after {
                    self.stop(Halt::GivenUp(error));
                }
            }
            (Fate::GivenUp(error), left) => {
                if let Some((attempt, _)) = left {
                    self.books.not_executed(attempt);
                }
                self.stop(Halt::GivenUp(error));
            }
            (Fate::Lost, left) => {
                if let Some((attempt, _)) = left {
                    self.in_doubt(attempt, batch, Halt::Lost.words());
                }
                self.stop(Halt::Lost);
            }
            (Fate::Withdrawn | Fate::Answered(_) | Fate::Refused(_) | Fate::Doubtful(_), _) => {}
        }
    }

    fn in_doubt(&mut self, attempt: AttemptId, batch: Batch, why: String) {
        self.observer.notice(&Event::Doubt { rows: batch.portion().ranges, why: why.clone() });
        self.books.doubt(attempt, &batch, why);
        self.doubts.push(Doubt::unanswered(attempt, batch, self.plan.settle_grace));
    }

    fn answered(&mut self, attempt: AttemptId, batch: &Batch, answer: &BulkAnswer) {
        let resolved = resolve(batch, answer, self.plan.terms.commit);
        // A row that was sent again after a doubt and is refused as a duplicate may be its own first sending, that came late.
        let (own, rejects): (Vec<_>, Vec<_>) = resolved
            .rejects
            .into_iter()
            .partition(|reject| reject.code == DUPLICATE_REFERENCE && self.sent_again.contains(reject.row));
        let failed_at = rejects.last().or(own.last()).map(|reject| reject.row);
        let is_in = |rejects: &[Reject], index| rejects.iter().any(|reject| Some(reject.row) == batch.row(index));
        let accepted = |index: usize| resolved.accepted.get(index).copied().unwrap_or(false);
        // Orchestrator stopped at such a row and looked at none behind it; whether it is a failure will be seen.
        let stopped_at_own = resolved.stopped && rejects.is_empty() && !own.is_empty();
        let untold = resolved.untold.is_some() || stopped_at_own;
        let open = |index| is_in(&own, index) || untold && !accepted(index) && !is_in(&rejects, index);
        let (taken, left) = (batch.portion_of(accepted), batch.portion_of(open));
        let part = batch.part(&self.plan.terms, open);
        self.books.answered(attempt, taken, rejects, left);
        if let Some(part) = part {
            self.doubts.push(Doubt::answered(attempt, part, resolved.untold, own));
        }
        if resolved.stopped && !stopped_at_own {
            self.stop(Halt::FirstFailure(failed_at));
        }
    }

    /// The request was refused as a whole.
    fn refused(&mut self, attempt: AttemptId, batch: &Batch, error: OrchestratorError) {
        let refusal = match error.refusal() {
            Some(refusal) if refusal.concern() == Concern::Rows => refusal,
            _ => {
                self.books.not_executed(attempt);
                self.stop(Halt::Refused(error));
                return;
            }
        };
        let commit = self.plan.terms.commit;
        if batch.len() > 1 && commit != CommitType::AllOrNothing {
            // The server does not say which row it means; smaller requests do.
            self.books.not_executed(attempt);
            for half in batch.halves(&self.plan.terms).into_iter().flatten().rev() {
                self.urgent.push_front(half);
            }
            return;
        }
        let cause = if batch.len() > 1 { Cause::RolledBack } else { Cause::Refused };
        let code = refusal.code.map_or_else(|| format!("HTTP {}", refusal.status), |code| code.to_string());
        let rejects = reject_all(batch, cause, &code, &refusal.message);
        if refusal.is_duplicate_reference() && batch.rows().any(|row| self.sent_again.contains(row)) {
            self.books.answered(attempt, Portion::none(), Vec::new(), batch.portion());
            self.doubts.push(Doubt::answered(attempt, batch.clone(), None, rejects));
            return;
        }
        self.books.settled(attempt, Portion::none(), rejects, Portion::none(), Evidence::Answer);
        if commit == CommitType::StopOnFirstFailure {
            self.stop(Halt::FirstFailure(batch.row(0)));
        }
    }
}

fn exchanged(batch: &Batch, left_at: Instant, under_way: usize, ending: Ending) -> Event {
    Event::Exchanged { rows: batch.len() as u64, bytes: batch.body().len(), took: left_at.elapsed(), under_way, ending }
}
