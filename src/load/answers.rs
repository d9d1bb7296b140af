//! What an answer changes: rows that are accepted or refused, rows that have to be asked about, and whether the load goes on.

use crate::journal::{AttemptId, Cause, Evidence, Reject};
use crate::orchestrator::{BulkAnswer, CommitType, Concern, OrchestratorError};
use crate::rows::Portion;

use super::batch::Batch;
use super::books::reject_all;
use super::dispatch::Dispatcher;
use super::doubts::Doubt;
use super::halt::Halt;
use super::resolve::resolve;
use super::submit::Submit;
use super::supply::Supply;

/// The code of a bulk failure that means that the reference is in the queue already.
const DUPLICATE_REFERENCE: &str = "DuplicateReference";

impl<S: Submit, F: Supply> Dispatcher<'_, S, F> {
    pub(super) fn answered(&mut self, attempt: AttemptId, batch: &Batch, answer: &BulkAnswer) {
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
    pub(super) fn refused(&mut self, attempt: AttemptId, batch: &Batch, error: OrchestratorError) {
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
