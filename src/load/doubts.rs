//! The requests of which nobody knows what became of them, and how they are settled.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::journal::{AttemptId, Cause, Evidence, Reject};
use crate::rows::Portion;

use super::batch::{Batch, Terms};
use super::books::{Books, reject_all};
use super::plan::InDoubt;
use super::resolve::Untold;
use super::settle::Standing;

/// The code of a row that was left in doubt by the user's wish.
const IN_DOUBT: &str = "InDoubt";

/// How soon missing rows are looked for again, until the grace is over.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// One request in doubt.
#[derive(Debug)]
pub(super) struct Doubt {
    pub(super) attempt: AttemptId,
    pub(super) batch: Batch,
    /// Until this moment it may still be executing on the server.
    pub(super) executing_until: Instant,
    /// When to ask next; none once asking has turned out to be in vain.
    pub(super) ask_at: Option<Instant>,
    /// What to do with rows that are not there.
    pub(super) missing: Missing,
}

/// What to do with rows that turn out not to be in the queue.
#[derive(Clone, Debug)]
pub(super) enum Missing {
    /// Send them.
    Send,
    /// They were not told apart from refused ones.
    Untold(Untold),
    /// They were refused as duplicates of what might have been their own first sending, but is not.
    Refuse(Vec<Reject>),
}

impl Doubt {
    /// A request that left at `left` and got no answer that says what was done.
    pub(super) fn unanswered(attempt: AttemptId, batch: Batch, left: Instant, grace: Duration) -> Self {
        let now = Instant::now();
        Self { attempt, batch, executing_until: left + grace, ask_at: Some(now), missing: Missing::Send }
    }

    /// A request that was answered, and so is over, but whose answer does not say everything.
    pub(super) fn answered(attempt: AttemptId, batch: Batch, missing: Missing) -> Self {
        let now = Instant::now();
        Self { attempt, batch, executing_until: now, ask_at: Some(now), missing }
    }

    /// A request that an earlier sitting left open. The clock of the wall may have been set since: then the whole grace runs anew.
    pub(super) fn left_open(attempt: AttemptId, batch: Batch, sent_at: Timestamp, grace: Duration) -> Self {
        let now = Instant::now();
        let gone = Duration::try_from(Timestamp::now().duration_since(sent_at)).unwrap_or(Duration::ZERO);
        let rest = grace.saturating_sub(gone);
        Self { attempt, batch, executing_until: now + rest, ask_at: Some(now), missing: Missing::Send }
    }
}

/// What came of asking about one request.
#[derive(Debug, Default)]
pub(super) struct Settlement {
    /// Batches to be sent next, in order.
    pub(super) send: Vec<Batch>,
    /// The request, if something of it is still in doubt.
    pub(super) open: Option<Doubt>,
    /// How many rows were found, are missing, could not be told.
    pub(super) counts: (u64, u64, u64),
    /// The row at which Orchestrator stopped.
    pub(super) stopped_at: Option<crate::rows::RowNumber>,
}

/// Writes into the books what asking at `asked_at` told, and says what is to be done next.
pub(super) fn conclude(
    doubt: Doubt,
    standings: &[Standing],
    asked_at: Instant,
    evidence: Evidence,
    policy: InDoubt,
    terms: &Terms,
    books: &mut Books,
) -> Settlement {
    let Doubt { attempt, batch, executing_until, missing, .. } = doubt;
    let is = |index: usize, wanted: Standing| standings.get(index).copied().unwrap_or(Standing::Unclear) == wanted;
    let over = asked_at >= executing_until;
    let found = batch.portion_of(|index| is(index, Standing::Found));
    let absent = batch.portion_of(|index| is(index, Standing::Missing));
    let unclear = batch.len() as u64 - found.rows - absent.rows;
    let mut settlement = Settlement { counts: (found.rows, absent.rows, unclear), ..Settlement::default() };

    // What stays in doubt: rows that cannot be told apart, if the user has not decided; rows that may still be on their way.
    let keep_unclear = policy == InDoubt::Check;
    let stays = |index: usize| is(index, Standing::Unclear) && keep_unclear || is(index, Standing::Missing) && !over;
    let open = batch.portion_of(stays);
    let skipped = batch.part(terms, |index| is(index, Standing::Unclear) && policy == InDoubt::Skip);
    let mut rejects = skipped.map_or_else(Vec::new, |skipped| {
        reject_all(
            &skipped,
            Cause::Abandoned,
            IN_DOUBT,
            "not known whether Orchestrator took it; not sent again, as asked",
        )
    });

    let to_send = |index: usize| {
        is(index, Standing::Missing) && over || is(index, Standing::Unclear) && policy == InDoubt::Resend
    };
    let rest = batch.part(terms, to_send);
    match (&missing, rest) {
        (_, None) => {}
        (Missing::Send, Some(rest)) => settlement.send.push(rest),
        (Missing::Untold(Untold::Split), Some(rest)) => {
            settlement.send.extend(rest.halves(terms).into_iter().flatten());
        }
        (Missing::Untold(Untold::RefuseFirst(failure)), Some(rest)) => {
            settlement.stopped_at = rest.row(0);
            rejects.extend(rest.row(0).map(|row| Reject {
                row,
                cause: Cause::Refused,
                code: failure.code.clone(),
                message: failure.message.clone(),
            }));
        }
        (Missing::Refuse(reasons), Some(rest)) => {
            rejects.extend(reasons.iter().filter(|reason| rest.rows().any(|row| row == reason.row)).cloned());
        }
    }

    books.doubt_ended(batch.len() as u64 - open.rows);
    if let Some(part) = batch.part(terms, stays) {
        let waits = (0..batch.len()).any(|index| is(index, Standing::Missing) && !over);
        let ask_at = waits.then(|| executing_until.min(asked_at + LOOK_AGAIN));
        settlement.open = Some(Doubt { attempt, batch: part, executing_until, ask_at, missing });
    }
    if settlement.open.is_none() || !found.is_empty() || !rejects.is_empty() || !settlement.send.is_empty() {
        let in_doubt = if settlement.open.is_some() { open } else { Portion::none() };
        books.settled(attempt, found, rejects, in_doubt, evidence);
    }
    settlement
}
