//! One request on its way: it waits for its turn, asks to have its departure written down, leaves, and is repeated for as long as it
//! surely was not carried out.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

use crate::http::{Gate, Obstacle, Pass, Verdict};
use crate::orchestrator::{Backoff, BulkAnswer, OrchestratorError};

use super::batch::Batch;
use super::event::Ending;
use super::submit::Submit;

/// Names a request within this process.
pub(super) type Ticket = u64;

/// What a request tells the keeper of the books.
#[derive(Debug)]
pub(super) enum Message {
    /// It is about to leave, and does so when this is answered; without an answer it does not.
    Leaving(Ticket, oneshot::Sender<()>),
    /// It surely was not carried out, and will try again.
    Back(Ticket),
    /// It waits.
    Waiting(Duration, String),
    /// It is over.
    Done(Ticket, Fate),
}

/// How a request ended.
#[derive(Debug)]
pub(super) enum Fate {
    /// Orchestrator says what it did.
    Answered(BulkAnswer),
    /// Orchestrator refused the request as a whole, and did nothing.
    Refused(OrchestratorError),
    /// Nobody knows.
    Doubtful(OrchestratorError),
    /// It was never carried out, and trying on makes no sense or took too long.
    GivenUp(OrchestratorError),
    /// It was not allowed to leave.
    Withdrawn,
    /// The task that was to see to it is gone.
    Lost,
}

impl Fate {
    /// What came of the request, if it left.
    pub(super) fn ending(&self) -> Option<Ending> {
        match self {
            Self::Answered(_) => Some(Ending::Answered),
            Self::Refused(_) => Some(Ending::Refused),
            Self::Doubtful(_) | Self::Lost => Some(Ending::Doubtful),
            Self::GivenUp(_) => Some(Ending::NotExecuted),
            Self::Withdrawn => None,
        }
    }
}

/// What every request of a load shares.
#[derive(Debug)]
pub(super) struct Road<S> {
    pub(super) submit: S,
    pub(super) gate: Gate,
    /// How long a request is repeated.
    pub(super) give_up_after: Duration,
    pub(super) outbox: mpsc::Sender<Message>,
}

/// Two rejected tokens in a row are no matter of a token that has ended: the second one was new.
const REJECTED_TOKENS: u32 = 2;

/// Lets the request leave once. An error means that it surely was not carried out.
async fn try_once<S: Submit>(
    road: &Road<S>,
    pass: &Pass<'_>,
    ticket: Ticket,
    batch: &Batch,
) -> Result<Fate, OrchestratorError> {
    road.submit.ready().await?;
    let (left, leave) = oneshot::channel();
    let _ = road.outbox.send(Message::Leaving(ticket, left)).await;
    if leave.await.is_err() {
        return Ok(Fate::Withdrawn);
    }
    let error = match road.submit.add(batch.body(), batch.len()).await {
        Ok(answer) => {
            pass.answered();
            return Ok(Fate::Answered(answer));
        }
        Err(error) => error,
    };
    match error.verdict() {
        Verdict::Refused => Ok(Fate::Refused(error)),
        Verdict::Unknown | Verdict::Answered => {
            pass.troubled();
            Ok(Fate::Doubtful(error))
        }
        Verdict::NotExecuted(_) => {
            let _ = road.outbox.send(Message::Back(ticket)).await;
            Err(error)
        }
    }
}

/// Sends `batch` and reports, on a task of its own; gives the handle that ends it.
pub(super) fn send_off<S: Submit>(road: Arc<Road<S>>, ticket: Ticket, batch: Batch) -> AbortHandle {
    let outbox = road.outbox.clone();
    let task = tokio::spawn(async move { fate_of(&road, ticket, &batch).await });
    let handle = task.abort_handle();
    tokio::spawn(async move {
        let fate = match task.await {
            Ok(fate) => fate,
            // A mistake, ours or a library's. Without a word about it the load would wait for ever.
            Err(error) if error.is_panic() => Fate::Lost,
            Err(_) => return, // ended on purpose
        };
        // Nobody listens any more where the user has left at once; the journal says what was under way.
        let _ = outbox.send(Message::Done(ticket, fate)).await;
    });
    handle
}

async fn fate_of<S: Submit>(road: &Road<S>, ticket: Ticket, batch: &Batch) -> Fate {
    let (mut backoff, mut rejected_tokens, mut trouble) = (Backoff::new(), 0, None);
    loop {
        let pass = road.gate.pass(batch.len()).await;
        let error = match try_once(road, &pass, ticket, batch).await {
            Ok(fate) => return fate,
            Err(error) => error,
        };
        let Verdict::NotExecuted(obstacle) = error.verdict() else { return Fate::GivenUp(error) };
        let pause = match obstacle {
            Obstacle::Token if matches!(&error, OrchestratorError::Auth(auth) if auth.is_passing()) => backoff.wait(),
            Obstacle::Token if matches!(&error, OrchestratorError::Auth(_)) => return Fate::GivenUp(error),
            Obstacle::Token => {
                rejected_tokens += 1;
                if rejected_tokens >= REJECTED_TOKENS {
                    return Fate::GivenUp(error);
                }
                continue; // with the token that has been renewed meanwhile
            }
            Obstacle::Connection => backoff.wait(),
            // A wait of nothing is no advice; a server that is throttling should not be asked again at once.
            Obstacle::Throttled(asked) => asked.filter(|asked| !asked.is_zero()).unwrap_or_else(|| backoff.wait()),
        };
        rejected_tokens = 0;
        let since: Instant = *trouble.get_or_insert_with(Instant::now);
        if since.elapsed().saturating_add(pause) > road.give_up_after {
            return Fate::GivenUp(error);
        }
        let _ = road.outbox.send(Message::Waiting(pause, error.to_string())).await;
        if matches!(obstacle, Obstacle::Throttled(_)) {
            pass.throttled(pause);
        } else {
            drop(pass);
            sleep(pause).await;
        }
    }
}
