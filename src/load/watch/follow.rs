//! Looks until nothing is open, the time is up, or the user has seen enough.

use std::future::Future;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::look::{Window, look};
use super::pace::Pace;
use super::processing::{End, Processing, Watched};
use super::sight::Sight;
use crate::orchestrator::{Among, OrchestratorError};

/// The run whose items are followed.
#[derive(Clone, Copy, Debug)]
pub struct Followed {
    /// The newest item of the queue before the run.
    pub after: i64,
    /// How many items it has added.
    pub ours: u64,
    /// How long it is looked at; at least once.
    pub time: Duration,
}

/// How much longer the look may take that is under way, or due, when the time is up. A look is 14 short answers at the most.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// Follows the items of a run, and shows every look to `observer`.
pub async fn follow<S: Sight>(
    sight: &S,
    run: Followed,
    interrupted: impl Future<Output = ()>,
    observer: &mut impl FnMut(&Processing),
) -> Watched {
    let (mut last, looked) = (None, Notify::new());
    let end = {
        let mut noted = |seen: &Processing| {
            last = Some(*seen);
            looked.notify_one();
            observer(seen);
        };
        // However short the time, one look is what was asked for.
        let time_up = async {
            sleep(run.time.saturating_add(LAST_LOOK)).await;
            looked.notified().await;
        };
        let looking = looks(sight, run, &mut noted);
        tokio::select! {
            end = looking => match end {
                Ok(end) => end,
                Err(error) => End::Unreadable(error.to_string()),
            },
            () = interrupted => End::Interrupted,
            () = time_up => End::TimeUp,
        }
    };
    Watched { last, end }
}

/// Looks until nothing is open, and for the last time when the time is up: robots have gone on since the look before, and what is told
/// has to be what there is. Its reads come before the pace would have them, but none come after. May be dropped at any point: it only
/// reads.
async fn looks<S: Sight>(
    sight: &S,
    run: Followed,
    observer: &mut impl FnMut(&Processing),
) -> Result<End, OrchestratorError> {
    let began = Instant::now();
    let (mut pace, window) = (Pace::new(), window(sight, run).await?);
    let mut was_open = true;
    let mut at_the_end = false;
    loop {
        let (seen, reads) = match look(sight, window).await {
            // What was seen before still holds, and nobody wanted to look any longer.
            Err(_) if at_the_end => return Ok(End::TimeUp),
            looked => looked?,
        };
        observer(&seen);
        tracing::debug!(reads, ?seen, "watch.looked");
        // An item that is retried for the second time may be between two states at the moment of both questions; not twice.
        if seen.open() == 0 && (seen.gone() == 0 || !was_open) {
            return Ok(End::Done);
        }
        let left = run.time.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Ok(End::TimeUp);
        }
        was_open = seen.open() > 0;
        let wait = pace.wait_after(reads);
        at_the_end = wait >= left;
        sleep(wait.min(left)).await;
    }
}

/// Where the run's items are. Those that the run has added are there, even if the queue has lost some since.
async fn window<S: Sight>(sight: &S, run: Followed) -> Result<Window, OrchestratorError> {
    let to = sight.newest().await?;
    let items = sight.count(Among::Added(run.after, to), None).await?;
    Ok(Window { after: run.after, to, items: items.max(run.ours), ours: run.ours })
}
