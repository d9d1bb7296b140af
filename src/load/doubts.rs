//! The requests of which nobody knows what became of them, and how they are settled.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::journal::{AttemptId, Cause, Evidence, Reject};
use crate::orchestrator::CommitType;
use crate::rows::{Portion, RowNumber};

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
    /// Why rows that are missing cannot just be sent, where they were refused without being named.
    untold: Option<Untold>,
    /// Rows that were refused as duplicates of what may have been their own first sending.
    duplicates: Vec<Reject>,
}

impl Doubt {
    fn new(attempt: AttemptId, batch: Batch, executing_until: Instant) -> Self {
        let ask_at = Some(Instant::now());
        Self { attempt, batch, executing_until, ask_at, untold: None, duplicates: Vec::new() }
    }

    /// A request that has just ended without an answer that says what was done.
    ///
    /// The grace begins now and not when the request set out: a long body over a slow line has only just left, and a gateway that
    /// gave up after a minute shows that a minute was not enough.
    pub(super) fn unanswered(attempt: AttemptId, batch: Batch, grace: Duration) -> Self {
        Self::new(attempt, batch, far(grace))
    }

    /// A request that was answered, and so is over, but whose answer does not say everything.
    pub(super) fn answered(attempt: AttemptId, batch: Batch, untold: Option<Untold>, duplicates: Vec<Reject>) -> Self {
        Self { untold, duplicates, ..Self::new(attempt, batch, Instant::now()) }
    }

    /// A request that an earlier sitting left open. The clock of the wall may have been set since: then the whole grace runs anew.
    pub(super) fn left_open(attempt: AttemptId, batch: Batch, sent_at: Timestamp, grace: Duration) -> Self {
        let gone = Duration::try_from(Timestamp::now().duration_since(sent_at)).unwrap_or(Duration::ZERO);
        Self::new(attempt, batch, far(grace.saturating_sub(gone)))
    }
}

/// The moment after `time`; where that is beyond all clocks, in thirty years.
fn far(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now + Duration::from_secs(30 * 365 * 86_400))
}

/// What is to be done about one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// It is in the queue.
    Accept,
    /// It is not, and will not be.
    Refuse,
    /// It is not, and has to be sent.
    Send,
    /// Nobody knows, and the user does not want it to be sent again.
    Abandon,
    /// It may still arrive, or still become clear.
    AskAgain,
    /// Nobody knows, and the user has not decided.
    Leave,
}

/// Decides about a row; `over` says that its request cannot be executing any more, `duplicate` that it was refused as one.
fn course(standing: Standing, over: bool, policy: InDoubt, duplicate: bool) -> Course {
    match (standing, policy) {
        (Standing::Found, _) => Course::Accept,
        // Sending again is paced by the grace, also where there is nothing to look at: the server is not well.
        (Standing::Missing | Standing::Unclear, _) | (Standing::Hidden, InDoubt::Resend) if !over => Course::AskAgain,
        (Standing::Missing, _) | (_, InDoubt::Resend) if duplicate => Course::Refuse,
        (Standing::Missing, _) | (_, InDoubt::Resend) => Course::Send,
        (Standing::Unclear | Standing::Hidden, InDoubt::Skip) => Course::Abandon,
        (Standing::Unclear | Standing::Hidden, InDoubt::Check) => Course::Leave,
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
    pub(super) stopped_at: Option<RowNumber>,
}

/// What asking told about one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    /// Where each row stands.
    pub(super) standings: &'a [Standing],
    /// When it was asked.
    pub(super) asked_at: Instant,
    /// What was looked at.
    pub(super) evidence: Evidence,
}

/// Writes into the books what asking told, and says what is to be done next.
pub(super) fn conclude(doubt: Doubt, told: Told<'_>, policy: InDoubt, terms: &Terms, books: &mut Books) -> Settlement {
    let over = told.asked_at >= doubt.executing_until;
    let Doubt { attempt, batch, duplicates, .. } = &doubt;
    let is_duplicate = |index: usize| duplicates.iter().any(|reject| Some(reject.row) == batch.row(index));
    let standing = |index: usize| told.standings.get(index).copied().unwrap_or(Standing::Hidden);
    let courses: Vec<Course> =
        (0..batch.len()).map(|index| course(standing(index), over, policy, is_duplicate(index))).collect();
    let is = |wanted: &'static [Course]| {
        let courses = &courses;
        move |index: usize| courses.get(index).is_some_and(|course| wanted.contains(course))
    };

    let found = batch.portion_of(is(&[Course::Accept]));
    let open = batch.portion_of(is(&[Course::AskAgain, Course::Leave]));
    let absent = (0..batch.len()).filter(|&index| standing(index) == Standing::Missing).count() as u64;
    let mut settlement =
        Settlement { counts: (found.rows, absent, batch.len() as u64 - found.rows - absent), ..Settlement::default() };
    let mut rejects = abandoned(batch.part(terms, is(&[Course::Abandon])));
    let refused = is(&[Course::Refuse]);
    let is_refused = |reject: &&Reject| (0..batch.len()).any(|at| batch.row(at) == Some(reject.row) && refused(at));
    rejects.extend(duplicates.iter().filter(is_refused).cloned());
    if terms.commit == CommitType::StopOnFirstFailure {
        settlement.stopped_at = (0..batch.len()).find(|&index| refused(index)).and_then(|index| batch.row(index));
    }
    if let Some(rest) = batch.part(terms, is(&[Course::Send])) {
        send(rest, doubt.untold.as_ref(), terms, &mut settlement, &mut rejects);
    }

    books.doubt_ended(batch.len() as u64 - open.rows);
    let part = batch.part(terms, is(&[Course::AskAgain, Course::Leave]));
    if part.is_none() || open.rows < batch.len() as u64 {
        let in_doubt = if part.is_some() { open } else { Portion::none() };
        books.settled(*attempt, found, rejects, in_doubt, told.evidence);
    }
    let asks_again = courses.contains(&Course::AskAgain);
    let ask_at = asks_again.then(|| doubt.executing_until.min(told.asked_at + LOOK_AGAIN));
    settlement.open = part.map(|batch| Doubt { batch, ask_at, ..doubt });
    settlement
}

fn abandoned(rows: Option<Batch>) -> Vec<Reject> {
    let words = "not known whether Orchestrator took it; not sent again, as asked";
    rows.map_or_else(Vec::new, |rows| reject_all(&rows, Cause::Abandoned, IN_DOUBT, words))
}

/// Says how rows are sent that are not in the queue; or, where the first of them is the one that was refused, that it was.
fn send(rest: Batch, untold: Option<&Untold>, terms: &Terms, settlement: &mut Settlement, rejects: &mut Vec<Reject>) {
    match untold {
        None => settlement.send.push(rest),
        Some(Untold::Split) => settlement.send.extend(rest.halves(terms).into_iter().flatten()),
        Some(Untold::RefuseFirst(failure)) => {
            settlement.stopped_at = settlement.stopped_at.or(rest.row(0));
            rejects.extend(rest.row(0).map(|row| Reject {
                row,
                cause: Cause::Refused,
                code: failure.code.clone(),
                message: failure.message.clone(),
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standing_has_its_course() {
        let mut table = Vec::new();
        for standing in [Standing::Found, Standing::Missing, Standing::Unclear, Standing::Hidden] {
            for policy in [InDoubt::Check, InDoubt::Resend, InDoubt::Skip] {
                let courses = [false, true].map(|over| course(standing, over, policy, false));
                table.push(format!("{standing:?} {policy:?}: {:?}, then {:?}", courses[0], courses[1]));
            }
        }
        insta::assert_snapshot!(table.join("\n"), @r"
        Found Check: Accept, then Accept
        Found Resend: Accept, then Accept
        Found Skip: Accept, then Accept
        Missing Check: AskAgain, then Send
        Missing Resend: AskAgain, then Send
        Missing Skip: AskAgain, then Send
        Unclear Check: AskAgain, then Leave
        Unclear Resend: AskAgain, then Send
        Unclear Skip: AskAgain, then Abandon
        Hidden Check: Leave, then Leave
        Hidden Resend: AskAgain, then Send
        Hidden Skip: Abandon, then Abandon
        ");
    }

    #[test]
    fn a_duplicate_that_is_not_there_is_refused_and_never_sent_again() {
        for standing in [Standing::Missing, Standing::Unclear, Standing::Hidden] {
            assert_eq!(course(standing, true, InDoubt::Resend, true), Course::Refuse);
        }
        assert_eq!(course(Standing::Found, true, InDoubt::Resend, true), Course::Accept);
    }
}
