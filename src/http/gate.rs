//! One pace for all workers: how many requests are under way, how many rows a second, and when nobody may go at all.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// How many answers in a row, per worker, must be untroubled before one more request may be under way.
const CALM_ANSWERS: usize = 8;

/// Rows per time, as asked for with `--rate`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// How many rows.
    pub rows: u32,
    /// In which time.
    pub per: Duration,
}

impl Rate {
    /// How many rows go through in `time`.
    pub fn rows_within(self, time: Duration) -> usize {
        let times = time.as_secs_f64() / self.per.as_secs_f64().max(f64::MIN_POSITIVE);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // both are positive, and a float saturates
        let rows = (f64::from(self.rows) * times) as usize;
        rows
    }

    fn time_for(self, rows: usize) -> Duration {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        self.per.mul_f64(f64::from(rows) / f64::from(self.rows.max(1)))
    }
}

/// The gate that every request of a load passes.
#[derive(Debug)]
pub struct Gate {
    state: Mutex<State>,
    moved: Notify,
    rate: Option<Rate>,
}

#[derive(Debug)]
struct State {
    /// How many requests may be under way now; between 1 and `most`.
    limit: usize,
    most: usize,
    under_way: usize,
    calm: usize,
    /// Nobody passes before this moment: the server asked for a pause.
    held_until: Option<Instant>,
    /// When the rows that went through are paid for, at the rate asked for.
    paid_until: Option<Instant>,
}

impl Gate {
    /// A gate for at most `most` requests at a time.
    pub fn new(most: usize, rate: Option<Rate>) -> Self {
        let most = most.max(1);
        let state = State { limit: most, most, under_way: 0, calm: 0, held_until: None, paid_until: None };
        Self { state: Mutex::new(state), moved: Notify::new(), rate }
    }

    /// Waits until a request with `rows` rows may leave.
    pub async fn pass(&self, rows: usize) -> Pass<'_> {
        loop {
            let moved = self.moved.notified();
            let until = {
                let mut state = self.state();
                let now = Instant::now();
                let open_at = state.held_until.max(state.paid_until).filter(|&moment| moment > now);
                if open_at.is_none() && state.under_way < state.limit {
                    state.under_way += 1;
                    state.paid_until = self.rate.map(|rate| now + rate.time_for(rows));
                    return Pass { gate: self };
                }
                open_at
            };
            match until {
                Some(moment) => tokio::select! { () = sleep_until(moment) => {}, () = moved => {} },
                None => moved.await,
            }
        }
    }

    /// Holds everybody for `pause`, and halves how many may be under way.
    pub fn throttle(&self, pause: Duration) {
        let mut state = self.state();
        state.held_until = state.held_until.max(Some(Instant::now() + pause));
        state.limit = (state.limit / 2).max(1);
        state.calm = 0;
    }

    /// Notes an untroubled answer; after enough of them one more request may be under way.
    pub fn answered(&self) {
        let mut state = self.state();
        if state.limit < state.most {
            state.calm += 1;
            if state.calm >= CALM_ANSWERS * state.limit {
                state.calm = 0;
                state.limit += 1;
                self.moved.notify_waiters();
            }
        }
    }

    /// How many requests may be under way now.
    pub fn limit(&self) -> usize {
        self.state().limit
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing under this lock can panic half-way; a poisoned state is still a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permission to have one request under way; it ends when dropped.
#[derive(Debug)]
pub struct Pass<'gate> {
    gate: &'gate Gate,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.gate.state().under_way -= 1;
        self.gate.moved.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_every_worker() {
        let gate = Arc::new(Gate::new(4, None));
        gate.throttle(Duration::from_secs(30));
        let start = Instant::now();
        let workers: Vec<_> = (0..2)
            .map(|_| {
                let gate = Arc::clone(&gate);
                tokio::spawn(async move {
                    let _pass = gate.pass(1).await;
                    start.elapsed()
                })
            })
            .collect();
        for worker in workers {
            assert!(worker.await.unwrap() >= Duration::from_secs(30));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn concurrency_halves_and_recovers_step_by_step() {
        let gate = Gate::new(8, None);
        gate.throttle(Duration::ZERO);
        gate.throttle(Duration::ZERO);
        assert_eq!(gate.limit(), 2);
        for _ in 0..2 * CALM_ANSWERS {
            gate.answered();
        }
        assert_eq!(gate.limit(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_requests_are_under_way_than_allowed() {
        let gate = Gate::new(1, None);
        let first = gate.pass(1).await;
        assert!(tokio::time::timeout(Duration::from_secs(60), gate.pass(1)).await.is_err());
        drop(first);
        assert!(tokio::time::timeout(Duration::from_secs(60), gate.pass(1)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_spaces_the_rows() {
        let gate = Gate::new(4, Some(Rate { rows: 100, per: Duration::from_secs(60) }));
        let start = Instant::now();
        for _ in 0..3 {
            drop(gate.pass(50).await);
        }
        assert!(start.elapsed() >= Duration::from_secs(60), "150 rows at 100 a minute: {:?}", start.elapsed());
    }
}
