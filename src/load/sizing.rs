//! How many rows does a request hold? So many that it takes the server about a second, found out from its answers.
//!
//! Pure: it is told how long requests took and how they ended. Larger requests spread the cost of a round trip over more rows; smaller
//! ones end before a gateway loses its patience, and leave fewer rows in doubt when something breaks. What it decides changes the pace of
//! a load and nothing else: where the size of a request decides which rows go in, it is not asked (see [`BatchRows::Steady`]).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::plan::DEFAULT_BATCH_ROWS;

/// The fewest rows that slowness or doubt lead to: below it, a request costs more than its rows.
pub const FEWEST_ROWS: usize = 50;

/// The most rows that swift answers lead to. Larger ones were hardly faster, and take more memory (four bodies are there at a time: under
/// way, waiting, being made, being copied). When a request ends in doubt its rows are asked about, 100 a read and 100 reads a minute:
/// this is a fifth of a minute's worth.
pub const MOST_ROWS: usize = 2_000;

/// Rows under way at a time, over all requests: a minute's worth of such reads.
const ROWS_UNDER_WAY: usize = 10_000;

/// Requests grow as long as they take less. At a second, a round trip of 50 ms is a twentieth.
const SWIFT: Duration = Duration::from_secs(1);

/// Requests shrink when they take longer: a quarter of the 30 s after which UiPath's own clients (the activities of Studio, the SDK) give
/// up, and so what servers and gateways are set up for.
const SLOW: Duration = Duration::from_millis(7_500);

/// How many rows a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchRows {
    /// So many, as the user says.
    Given(usize),
    /// As the server shows.
    Auto {
        /// Slowness and doubt lead no further down.
        fewest: usize,
        /// Swift answers lead no further up.
        most: usize,
    },
    /// So many, though nobody said so: the size of a request decides which rows go in with it, and must not follow the clock.
    Steady(usize),
    /// All that there are, in one request of at most so many.
    Whole(usize),
}

impl fmt::Display for BatchRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(rows) | Self::Whole(rows) => rows.fmt(f),
            Self::Auto { .. } | Self::Steady(_) => f.write_str("auto"),
        }
    }
}

impl BatchRows {
    /// As the server shows, from [`FEWEST_ROWS`] to [`MOST_ROWS`], or less where so many requests may be under way at a time.
    pub fn auto(jobs: usize) -> Self {
        let most = (ROWS_UNDER_WAY / jobs.max(1)).clamp(DEFAULT_BATCH_ROWS, MOST_ROWS);
        Self::Auto { fewest: FEWEST_ROWS, most }
    }

    /// The same, with at most `rows`. A whole file stays whole.
    #[must_use]
    pub fn at_most(self, rows: usize) -> Self {
        match self {
            Self::Given(given) => Self::Given(given.min(rows)),
            Self::Auto { fewest, most } => Self::Auto { fewest: fewest.min(rows), most: most.min(rows) },
            Self::Steady(usual) => Self::Steady(usual.min(rows)),
            Self::Whole(_) => self,
        }
    }

    fn first(self) -> usize {
        match self {
            Self::Given(rows) | Self::Steady(rows) | Self::Whole(rows) => rows,
            Self::Auto { most, .. } => DEFAULT_BATCH_ROWS.min(most),
        }
    }
}

/// What was chosen in the course of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The smallest size with which a request set out.
    pub smallest: usize,
    /// The largest.
    pub largest: usize,
    /// The last.
    pub last: usize,
}

/// The size of the next requests.
#[derive(Debug)]
pub(super) struct Sizing {
    /// None where the size stays as it is.
    bounds: Option<Bounds>,
    now: Arc<AtomicUsize>,
    chosen: Chosen,
}

#[derive(Debug)]
struct Bounds {
    /// Doubt leads no further down.
    fewest: usize,
    most: usize,
    /// Slowness leads no further down.
    fewest_when_slow: usize,
    /// A slow request, after which the next ones became smaller.
    slow: Option<(usize, Duration)>,
    growth: Growth,
}

/// By how much requests grow at most.
#[derive(Clone, Copy, Debug)]
enum Growth {
    /// They double.
    Quick,
    /// By an eighth: something went wrong before.
    Cautious,
}

impl Growth {
    fn factor(self) -> f64 {
        match self {
            Self::Quick => 2.0,
            Self::Cautious => 1.125,
        }
    }
}

impl Sizing {
    pub(super) fn new(rows: BatchRows) -> Self {
        let first = rows.first().max(1);
        let bounds = match rows {
            BatchRows::Auto { fewest, most } => {
                let fewest = fewest.clamp(1, most.max(1));
                Some(Bounds { fewest, most, fewest_when_slow: fewest, slow: None, growth: Growth::Quick })
            }
            BatchRows::Given(_) | BatchRows::Steady(_) | BatchRows::Whole(_) => None,
        };
        let chosen = Chosen { smallest: first, largest: first, last: first };
        Self { bounds, now: Arc::new(AtomicUsize::new(first)), chosen }
    }

    /// The size, for whoever makes batches on another thread.
    pub(super) fn shared(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.now)
    }

    /// The size now.
    pub(super) fn now(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    /// The sizes with which requests have set out.
    pub(super) fn chosen(&self) -> Chosen {
        self.chosen
    }

    /// Notes that a request sets out.
    pub(super) fn sets_out(&mut self) {
        let now = self.now();
        let Chosen { smallest, largest, .. } = self.chosen;
        self.chosen = Chosen { smallest: smallest.min(now), largest: largest.max(now), last: now };
    }

    /// Notes an answer about `rows` rows after so long.
    pub(super) fn answered(&mut self, rows: usize, took: Duration) {
        let now = self.now();
        let Some(bounds) = &mut self.bounds else { return };
        if let Some((slow_rows, slow_took)) = bounds.slow
            && rows <= slow_rows / 2
        {
            bounds.slow = None;
            if took > slow_took.mul_f64(0.75) {
                // Half of the rows took as long: it is not the rows that take the time.
                bounds.fewest_when_slow = slow_rows.clamp(bounds.fewest, bounds.most);
                let back = bounds.fewest_when_slow.max(now);
                self.change(back);
                return;
            }
        }
        if took > SLOW && tells_of(rows, now) {
            bounds.growth = Growth::Cautious;
            let smaller = (rows / 2).max(bounds.fewest_when_slow);
            if smaller < now {
                bounds.slow = Some((rows, took));
                self.change(smaller);
            }
        } else if took < SWIFT && rows >= now - now / 4 {
            let factor = (SWIFT.as_secs_f64() / took.as_secs_f64().max(0.001)).min(bounds.growth.factor());
            #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let larger = (now as f64 * factor) as usize; // far below what a float holds exactly
            let larger = larger.max(now + 1).min(bounds.most.max(now));
            self.change(larger);
        }
    }

    /// Notes that a request with `rows` rows ended in doubt: a time-out, a gateway's answer, a broken connection.
    pub(super) fn doubtful(&mut self, rows: usize) {
        let now = self.now();
        if let Some(bounds) = &mut self.bounds
            && tells_of(rows, now)
        {
            bounds.growth = Growth::Cautious;
            let smaller = (rows / 2).max(bounds.fewest).min(now);
            self.change(smaller);
        }
    }

    /// Notes that a request with `rows` rows was too large (413). It will be so tomorrow: this bound stays.
    pub(super) fn too_large(&mut self, rows: usize) {
        let now = self.now();
        if let Some(bounds) = &mut self.bounds {
            bounds.most = bounds.most.min((rows / 2).max(1));
            bounds.fewest = bounds.fewest.min(bounds.most);
            bounds.fewest_when_slow = bounds.fewest_when_slow.min(bounds.most);
            let smaller = now.min(bounds.most);
            self.change(smaller);
        }
    }

    fn change(&mut self, rows: usize) {
        let before = self.now.swap(rows, Ordering::Relaxed);
        if before != rows {
            tracing::info!(from = before, to = rows, "pace.batch_rows");
        }
    }
}

/// Tells whether trouble with `rows` rows may be due to a size of `now`: the few last rows of a file say nothing about it.
fn tells_of(rows: usize, now: usize) -> bool {
    rows >= now / 2
}

#[cfg(test)]
#[path = "sizing_tests.rs"]
mod tests;
