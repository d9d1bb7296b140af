//! Repeating what may be repeated: reads, and writes that surely were not carried out.

use std::future::Future;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::{Instant, sleep};

use crate::auth::AuthError;
use crate::http::{Arrival, Obstacle, Verdict};

use super::OrchestratorError;

/// Waits that double, with jitter so that the workers of a crowd of machines do not come back all at once.
#[derive(Debug)]
pub struct Backoff(ExponentialBackoff);

impl Backoff {
    /// From a second to half a minute: short enough for a gateway that restarts, polite to one that is down.
    pub fn new() -> Self {
        let waits = ExponentialBuilder::new()
            .with_min_delay(Duration::from_secs(1))
            .with_max_delay(LONGEST)
            .without_max_times()
            .with_jitter();
        Self(waits.build())
    }

    /// The next wait.
    pub fn wait(&mut self) -> Duration {
        self.0.next().unwrap_or(LONGEST)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

const LONGEST: Duration = Duration::from_secs(30);

/// Repeats a read until it succeeds, is refused, or `limit` has passed since it began.
pub async fn patiently<T, F>(limit: Duration, mut read: impl FnMut() -> F) -> Result<T, OrchestratorError>
where
    F: Future<Output = Result<T, OrchestratorError>>,
{
    let began = Instant::now();
    let mut backoff = Backoff::new();
    loop {
        let error = match read().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let wait = match (&error, error.verdict()) {
            (OrchestratorError::Auth(auth), _) if is_disturbed(auth) => backoff.wait(),
            // Asking the same wrong address, or without a token, again changes nothing.
            (OrchestratorError::NotOrchestrator(_) | OrchestratorError::Auth(_), _) | (_, Verdict::Refused) => {
                return Err(error);
            }
            (_, Verdict::NotExecuted(Obstacle::Token)) => return Err(error),
            (_, Verdict::NotExecuted(Obstacle::Throttled(Some(asked)))) if !asked.is_zero() => asked,
            _ => backoff.wait(),
        };
        // A server may ask for any wait, also for one that overflows.
        if began.elapsed().saturating_add(wait) > limit {
            return Err(error);
        }
        tracing::debug!(wait_ms = wait.as_millis(), %error, "read.repeated");
        sleep(wait).await;
    }
}

/// Tells whether an identity server is there and only cannot answer now. One that cannot be reached may be a mistyped address, and
/// whoever typed it should not have to wait for the answer.
fn is_disturbed(error: &AuthError) -> bool {
    match error {
        AuthError::Transport(error) => error.arrival() == Arrival::Unknown,
        other => other.is_passing(),
    }
}
