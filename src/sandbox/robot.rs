//! A robot that works on the items of all queues, so that a rehearsal shows how they are processed.

use std::str::FromStr;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};

use super::orchestrator::Orchestrator;
use super::random::repeatable;
use super::state::Status;

/// How fast a robot works, and how well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Robot {
    /// Items that it ends.
    pub items: u32,
    /// In this time.
    pub per: Duration,
    /// The share of its attempts that end with an application exception, 0 to 1.
    pub fails: f64,
    /// The share that ends with a business exception.
    pub refuses: f64,
}

/// How a robot ends its work on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what the item asks for.
    Successful,
    /// Something broke; where the queue retries, the item is tried again.
    ApplicationException,
    /// The item asks for what cannot be; it is never tried again.
    BusinessException,
    /// It was never heard of again, and Orchestrator gave up waiting.
    Abandoned,
}

/// The text describes no robot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RobotError {
    /// No rate.
    #[error("a robot begins with its pace, as in 50/s or 600/min")]
    Pace,
    /// Something else behind it.
    #[error("`{0}` is nothing that a robot does; there are `fail:N%` and `business:N%`, together 100% at most")]
    Habit(String),
}

/// A robot is looked after no more often than this.
const TICK: Duration = Duration::from_millis(10);

impl FromStr for Robot {
    type Err = RobotError;

    fn from_str(text: &str) -> Result<Self, RobotError> {
        let mut parts = text.split(',').map(str::trim);
        let (items, unit) = parts.next().and_then(|pace| pace.split_once('/')).ok_or(RobotError::Pace)?;
        let per = match unit {
            "s" | "sec" => Duration::from_secs(1),
            "min" | "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(3_600),
            _ => return Err(RobotError::Pace),
        };
        let items = items.parse().ok().filter(|&items| items > 0).ok_or(RobotError::Pace)?;
        let mut robot = Self { items, per, fails: 0.0, refuses: 0.0 };
        for part in parts {
            let habit = || RobotError::Habit(part.to_owned());
            let (name, share) = part.split_once(':').ok_or_else(habit)?;
            let share: f64 = share.strip_suffix('%').and_then(|share| share.parse().ok()).ok_or_else(habit)?;
            match name {
                "fail" => robot.fails = share / 100.0,
                "business" => robot.refuses = share / 100.0,
                _ => return Err(habit()),
            }
            let shares = [robot.fails, robot.refuses, 1.0 - robot.fails - robot.refuses];
            if !shares.iter().all(|share| (0.0..=1.0).contains(share)) {
                return Err(habit());
            }
        }
        Ok(robot)
    }
}

impl Robot {
    /// How many items it has ended after this time.
    fn ended_after(&self, time: Duration) -> u64 {
        let times = time.as_secs_f64() / self.per.as_secs_f64().max(f64::MIN_POSITIVE);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // both are positive, and a float saturates
        let ended = (f64::from(self.items) * times) as u64;
        ended
    }

    /// How its work on the `position`th item ends.
    fn outcome(&self, seed: u64, position: u64) -> Outcome {
        #[allow(clippy::cast_precision_loss)] // a share of all numbers of 53 bits
        let roll = (repeatable(seed, position) >> 11) as f64 / (1_u64 << 53) as f64;
        match roll {
            roll if roll < self.fails => Outcome::ApplicationException,
            roll if roll < self.fails + self.refuses => Outcome::BusinessException,
            _ => Outcome::Successful,
        }
    }
}

/// Works until the sandbox ends.
pub(super) async fn work(orchestrator: Arc<Orchestrator>, robot: Robot) {
    tokio::select! {
        () = shift(&orchestrator, robot) => {}
        () = orchestrator.closed() => {}
    }
}

/// Ends at each tick what is due, and takes as much again: whoever looks sees items in progress.
async fn shift(orchestrator: &Orchestrator, robot: Robot) {
    let mut ticks = interval((robot.per / robot.items).max(TICK));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (began, mut ended, mut position, mut first) = (Instant::now(), 0, 0, 0);
    loop {
        ticks.tick().await;
        let due = robot.ended_after(began.elapsed());
        let mut store = orchestrator.store.write().unwrap_or_else(PoisonError::into_inner);
        let queues = store.queues().len();
        // From another queue each time, so that a long one keeps no other waiting.
        first = (first + 1) % queues.max(1);
        let places = (first..queues).chain(0..first);
        let mut left = usize::try_from(due - ended).unwrap_or(usize::MAX);
        for place in places {
            let before = left;
            while left > 0 && store.end_work(place, robot.outcome(orchestrator.options.seed, position)) {
                position += 1;
                left -= 1;
            }
            let in_hand = store.queues().get(place).map_or(0, |queue| queue.count(Status::InProgress));
            store.begin_work(place, before.max(1).saturating_sub(in_hand));
        }
        // What it could not do for want of items is not made up for later.
        ended = due;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robot_is_described_by_pace_and_habits() {
        let robot: Robot = "50/s,fail:2%,business:1.5%".parse().unwrap();
        assert_eq!(robot, Robot { items: 50, per: Duration::from_secs(1), fails: 0.02, refuses: 0.015 });
        assert_eq!(robot.ended_after(Duration::from_millis(1_990)), 99);
        for wrong in [
            "",
            "50",
            "0/s",
            "5/y",
            "5/s,fail",
            "5/s,fail:2",
            "5/s,nap:2%",
            "5/s,fail:60%,business:50%",
            "5/s,fail:-1%",
        ] {
            assert!(wrong.parse::<Robot>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_same_seed_has_the_same_failures_and_about_as_many_as_asked_for() {
        let robot = Robot { items: 1, per: TICK, fails: 0.3, refuses: 0.2 };
        let of = |seed| (0..1_000).map(move |position| robot.outcome(seed, position)).collect::<Vec<_>>();
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
        let count = |outcome| of(7).iter().filter(|&&it| it == outcome).count();
        assert!((250..350).contains(&count(Outcome::ApplicationException)));
        assert!((150..250).contains(&count(Outcome::BusinessException)));
    }
}
