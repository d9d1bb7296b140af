//! How many requests at a time does a server bear? Climbs while each further one brings rows, and steps back where it does not.
//!
//! Pure: it is told of answers and trouble, and of the time; the [`super::Gate`] asks it for the limit. The measure is rows a second
//! over a round, which is some answers for each request under way. A step up has to bring at least half of what as many requests more
//! would bring if nobody were in each other's way; otherwise it is taken back. Until the first setback a step doubles the limit, after
//! it a step is one request. A level that failed is tried again only after a rest, and each time in vain the next rest is twice as long.

use std::time::Duration;

use tokio::time::Instant;

/// How many requests at a time are tried at most. More bring a server nothing that its own limits (100 requests a minute for reads,
/// 429 for the rest) do not take back, and a company's proxy has other users too.
pub const MOST_TRIED: usize = 16;

/// Answers in a round for each request that may be under way: two, so that one slow answer does not decide alone.
const ANSWERS_A_REQUEST: usize = 2;

/// Answers in the shortest round.
const ANSWERS_AT_LEAST: usize = 4;

/// What a step up has to bring, as a part of what it would bring if requests did not disturb each other.
const WORTH: f64 = 0.5;

/// So much of its rate a level may lose before that counts as a server that has become slower.
const KEPT: f64 = 0.7;

/// Rounds of rest after the first setback.
const FIRST_REST: u32 = 4;

/// Rounds of the longest rest.
const LONGEST_REST: u32 = 128;

/// The climb of one load.
#[derive(Debug)]
pub(super) struct Climb {
    limit: usize,
    stage: Stage,
    round: Round,
    /// The lowest level at which there was a setback, since something above it went well.
    failed_at: Option<usize>,
    /// How long the next rest is, in rounds.
    rest: u32,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// A step was taken from this level, which brought so many rows a second.
    Stepped { from: usize, rate: f64, look: Look },
    /// The level is kept for so many rounds; `rate` is what it brought in the first of them.
    Resting { rounds: u32, rate: Option<f64> },
}

/// A step that seems to bring nothing is looked at twice: a moment in which somebody else was busy is no reason to take it back.
#[derive(Clone, Copy, Debug)]
enum Look {
    First,
    Second,
}

/// What is counted towards the next decision.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// Answers that still belong to the level before.
    before: usize,
    began: Instant,
    answers: usize,
    rows: usize,
}

impl Round {
    /// A round that begins after as many answers as may be under way.
    fn after(limit: usize) -> Self {
        Self { before: limit, began: Instant::now(), answers: 0, rows: 0 }
    }
}

impl Climb {
    /// A climb from one request at a time.
    pub(super) fn new() -> Self {
        let stage = Stage::Resting { rounds: 0, rate: None };
        Self { limit: 1, stage, round: Round::after(1), failed_at: None, rest: FIRST_REST }
    }

    /// How many requests may be under way now; between 1 and [`MOST_TRIED`].
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Notes an answer about `rows` rows.
    pub(super) fn answered(&mut self, rows: usize, now: Instant) {
        let round = &mut self.round;
        if round.before > 0 {
            round.before -= 1;
            round.began = now;
            return;
        }
        round.answers += 1;
        round.rows += rows;
        if round.answers >= ANSWERS_AT_LEAST.max(ANSWERS_A_REQUEST * self.limit) {
            let time = now.saturating_duration_since(round.began).max(Duration::from_micros(1));
            #[allow(clippy::cast_precision_loss)]
            // it is compared with another that is larger or smaller by a good part
            let rate = round.rows as f64 / time.as_secs_f64();
            *round = Round { before: 0, began: now, answers: 0, rows: 0 };
            self.judge(rate);
        }
    }

    /// Notes that the server wants less (429), or that a request ended in doubt.
    pub(super) fn set_back(&mut self) {
        self.fail_at(self.limit);
        self.go_to((self.limit / 2).max(1));
        self.take_a_rest(None);
    }

    /// Notes that nothing was sent for a while, for a reason of our own: what was counted says nothing about the server.
    pub(super) fn paused(&mut self) {
        self.round = Round::after(self.limit);
    }

    fn judge(&mut self, rate: f64) {
        match self.stage {
            Stage::Stepped { from, rate: before, look } => {
                #[allow(clippy::cast_precision_loss)] // both are at most 16
                let ideal = self.limit as f64 / from as f64;
                if rate >= before * (1.0 + WORTH * (ideal - 1.0)) {
                    if self.failed_at.is_some_and(|failed| self.limit >= failed) {
                        (self.failed_at, self.rest) = (None, FIRST_REST);
                    }
                    self.step_unless_it_failed(rate);
                } else if let Look::First = look {
                    self.stage = Stage::Stepped { from, rate: before, look: Look::Second };
                } else {
                    self.fail_at(self.limit);
                    self.go_to(from);
                    self.take_a_rest(Some(before));
                }
            }
            Stage::Resting { rate: Some(usual), .. } if rate < usual * KEPT => {
                self.go_to((self.limit - self.limit / 4).max(1));
                self.stage = Stage::Resting { rounds: FIRST_REST, rate: None };
            }
            Stage::Resting { rounds: 0, .. } => self.step(rate),
            Stage::Resting { rounds, rate: usual } => {
                self.stage = Stage::Resting { rounds: rounds - 1, rate: usual.or(Some(rate)) };
            }
        }
    }

    fn step_unless_it_failed(&mut self, rate: f64) {
        if self.failed_at.is_some_and(|failed| self.next() >= failed) {
            self.take_a_rest(Some(rate));
        } else {
            self.step(rate);
        }
    }

    fn step(&mut self, rate: f64) {
        if self.limit == MOST_TRIED {
            // Nothing failed: this is watching, and no rest.
            self.stage = Stage::Resting { rounds: FIRST_REST, rate: Some(rate) };
        } else {
            self.stage = Stage::Stepped { from: self.limit, rate, look: Look::First };
            self.go_to(self.next());
        }
    }

    fn next(&self) -> usize {
        let next = if self.failed_at.is_some() { self.limit + 1 } else { self.limit * 2 };
        next.min(MOST_TRIED)
    }

    fn fail_at(&mut self, level: usize) {
        self.failed_at = Some(self.failed_at.map_or(level, |failed| failed.min(level)));
    }

    /// Keeps the level for a while, and the next time for twice as long.
    fn take_a_rest(&mut self, rate: Option<f64>) {
        self.stage = Stage::Resting { rounds: self.rest, rate };
        self.rest = (self.rest * 2).min(LONGEST_REST);
    }

    fn go_to(&mut self, limit: usize) {
        tracing::info!(from = self.limit, to = limit, "pace.jobs");
        self.limit = limit;
        self.round = Round::after(limit);
    }
}

#[cfg(test)]
#[path = "climb_tests.rs"]
mod tests;
