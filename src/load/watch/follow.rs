//! Looks until nothing is open, the time is up, or the user has seen enough.

use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::look::{Window, look, only_postponed};
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
            sleep(run.time).await;
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

/// Looks until nothing is open, or what is open is postponed for longer than anybody looks. May be dropped at any point: it only reads.
async fn looks<S: Sight>(
    sight: &S,
    run: Followed,
    observer: &mut impl FnMut(&Processing),
) -> Result<End, OrchestratorError> {
    let time = SignedDuration::try_from(run.time).unwrap_or(SignedDuration::MAX);
    let time_up = Timestamp::now().saturating_add(time).unwrap_or(Timestamp::MAX);
    let (mut pace, window) = (Pace::new(), window(sight, run).await?);
    let (mut was_open, mut before) = (true, None);
    loop {
        let (seen, mut reads) = look(sight, window).await?;
        observer(&seen);
        tracing::debug!(reads, ?seen, "watch.looked");
        // An item that is retried for the second time may be between two states at the moment of both questions; not twice.
        if seen.open() == 0 && (seen.gone() == 0 || !was_open) {
            return Ok(End::Done);
        }
        // One read more, and only where nothing moves: robots have then taken all that they may take, or there are none.
        if seen.in_progress == 0 && seen.new > 0 && before == Some(seen) {
            let (postponed, more) = only_postponed(sight, window, &seen, time_up).await?;
            if let Some(postponed) = postponed {
                return Ok(End::Postponed(postponed));
            }
            reads += more;
        }
        (was_open, before) = (seen.open() > 0, Some(seen));
        sleep(pace.wait_after(reads)).await;
    }
}

/// Where the run's items are. Those that the run has added are there, even if the queue has lost some since.
async fn window<S: Sight>(sight: &S, run: Followed) -> Result<Window, OrchestratorError> {
    let to = sight.newest().await?;
    let items = sight.count(Among::Added(run.after, to), None).await?;
    Ok(Window { after: run.after, to, items: items.max(run.ours), ours: run.ours })
}
