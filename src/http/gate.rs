//! One pace for all workers: how many requests are under way, how many rows a second, and when nobody may go at all.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::climb::{Climb, MOST_TRIED};

/// How many answers in a row, per worker, must be untroubled before one more request may be under way.
const CALM_ANSWERS: usize = 8;

/// How many requests at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// At most so many.
    Given(usize),
    /// As many as bring more rows and as the server bears, up to [`MOST_TRIED`].
    Auto,
}

impl fmt::Display for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(jobs) => jobs.fmt(f),
            Self::Auto => f.write_str("auto"),
        }
    }
}

impl Jobs {
    /// How many there can be.
    pub fn most(self) -> usize {
        match self {
            Self::Given(most) => most.max(1),
            Self::Auto => MOST_TRIED,
        }
    }

    /// Tells whether one request is over before the next one leaves.
    pub fn keep_order(self) -> bool {
        self == Self::Given(1)
    }
}

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
    limit: Limit,
    /// The highest limit there was.
    peak: usize,
    under_way: usize,
    /// How often the limit was cut; whatever left before the last cut knows nothing about it.
    cuts: u64,
    /// Nobody passes before this moment: the server asked for a pause.
    held_until: Option<Instant>,
    /// When the rows that went through are paid for, at the rate asked for.
    paid_until: Option<Instant>,
}

/// How many requests may be under way now.
#[derive(Debug)]
enum Limit {
    /// Between 1 and `most`: cut by throttling, and regained by calm answers.
    Below { most: usize, now: usize, calm: usize },
    /// As the server shows.
    Found(Climb),
}

impl Limit {
    fn now(&self) -> usize {
        match self {
            Self::Below { now, .. } => *now,
            Self::Found(climb) => climb.limit(),
        }
    }
}

impl Gate {
    /// A gate for so many requests at a time.
    pub fn new(jobs: Jobs, rate: Option<Rate>) -> Self {
        let limit = match jobs {
            Jobs::Given(_) => Limit::Below { most: jobs.most(), now: jobs.most(), calm: 0 },
            Jobs::Auto => Limit::Found(Climb::new()),
        };
        let peak = limit.now();
        let state = State { limit, peak, under_way: 0, cuts: 0, held_until: None, paid_until: None };
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
                if open_at.is_none() && state.under_way < state.limit.now() {
                    state.under_way += 1;
                    state.paid_until = self.rate.map(|rate| now + rate.time_for(rows));
                    return Pass { gate: self, rows, cuts: state.cuts };
                }
                open_at
            };
            match until {
                Some(moment) => tokio::select! { () = sleep_until(moment) => {}, () = moved => {} },
                None => moved.await,
            }
        }
    }

    /// Tells whether a request could leave now.
    pub fn is_open(&self) -> bool {
        let state = self.state();
        let is_held = state.held_until.max(state.paid_until).is_some_and(|moment| moment > Instant::now());
        !is_held && state.under_way < state.limit.now()
    }

    /// Notes that nothing was sent for a while, though something could have been.
    pub fn paused(&self) {
        if let Limit::Found(climb) = &mut self.state().limit {
            climb.paused();
        }
    }

    /// How many requests may be under way now.
    pub fn limit(&self) -> usize {
        self.state().limit.now()
    }

    /// How many requests could be under way at most until now.
    pub fn peak(&self) -> usize {
        self.state().peak
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
    rows: usize,
    cuts: u64,
}

impl Pass<'_> {
    /// Notes an untroubled answer; after enough of them one more request may be under way.
    pub fn answered(&self) {
        let mut state = self.gate.state();
        match &mut state.limit {
            Limit::Below { most, now, calm } => {
                *calm += 1;
                if *calm >= CALM_ANSWERS * *now {
                    (*now, *calm) = ((*now + 1).min(*most), 0);
                }
            }
            Limit::Found(climb) => climb.answered(self.rows, Instant::now()),
        }
        state.peak = state.peak.max(state.limit.now());
    }

    /// Holds everybody for `pause`, and halves how many may be under way; once for all requests that were under way together.
    pub fn throttled(self, pause: Duration) {
        let mut state = self.gate.state();
        state.held_until = state.held_until.max(Instant::now().checked_add(pause));
        if state.cuts > self.cuts {
            return;
        }
        state.cuts += 1;
        match &mut state.limit {
            Limit::Below { now, calm, .. } => (*now, *calm) = ((*now / 2).max(1), 0),
            Limit::Found(climb) => climb.set_back(),
        }
    }

    /// Notes an end in doubt. It may have nothing to do with how many requests there were; where that number is ours to find, it is
    /// taken for a sign that they were too many, for doubts cost more than time.
    pub fn troubled(&self) {
        let mut state = self.gate.state();
        if state.cuts == self.cuts
            && let Limit::Found(climb) = &mut state.limit
        {
            climb.set_back();
            state.cuts += 1;
        }
    }
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
        let gate = Arc::new(Gate::new(Jobs::Given(4), None));
        gate.pass(1).await.throttled(Duration::from_secs(30));
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
        let gate = Gate::new(Jobs::Given(8), None);
        gate.pass(1).await.throttled(Duration::ZERO);
        gate.pass(1).await.throttled(Duration::ZERO);
        assert_eq!(gate.limit(), 2);
        for _ in 0..2 * CALM_ANSWERS {
            gate.pass(1).await.answered();
        }
        assert_eq!((gate.limit(), gate.peak()), (3, 8));
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_were_under_way_together_are_throttled_once() {
        for jobs in [Jobs::Given(8), Jobs::Auto] {
            let gate = Gate::new(jobs, None);
            while gate.limit() < 8 {
                gate.pass(1).await.answered();
                tokio::time::advance(Duration::from_millis(100) / u32::try_from(gate.limit()).unwrap()).await;
            }
            let mut together = Vec::new();
            for _ in 0..8 {
                together.push(gate.pass(1).await);
            }
            for pass in together {
                pass.throttled(Duration::ZERO);
            }
            assert_eq!(gate.limit(), 4, "{jobs:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_requests_are_under_way_than_allowed() {
        let gate = Gate::new(Jobs::Given(1), None);
        let first = gate.pass(1).await;
        assert!(tokio::time::timeout(Duration::from_secs(60), gate.pass(1)).await.is_err());
        drop(first);
        assert!(tokio::time::timeout(Duration::from_secs(60), gate.pass(1)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_spaces_the_rows() {
        let gate = Gate::new(Jobs::Given(4), Some(Rate { rows: 100, per: Duration::from_secs(60) }));
        let start = Instant::now();
        for _ in 0..3 {
            drop(gate.pass(50).await);
        }
        assert!(start.elapsed() >= Duration::from_secs(60), "150 rows at 100 a minute: {:?}", start.elapsed());
    }
}
