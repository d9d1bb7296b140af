//! Decides which request meets which fault.

use std::sync::atomic::{AtomicU64, Ordering};

use super::fault::When;
use super::{Fault, Target};
use crate::sandbox::random::repeatable;

const MILLION: u64 = 1_000_000;

/// The faults, and how many requests each has seen.
///
/// Whether a request is hit depends on the seed, the fault and the number of the request among those that the fault aims at, and
/// on nothing else: the same requests in the same order meet the same faults.
#[derive(Debug)]
pub(in crate::sandbox) struct Plan {
    faults: Vec<(Fault, AtomicU64)>,
    seed: u64,
}

impl Plan {
    pub(in crate::sandbox) fn new(faults: Vec<Fault>, seed: u64) -> Self {
        Self { faults: faults.into_iter().map(|fault| (fault, AtomicU64::new(0))).collect(), seed }
    }

    /// Counts a request of this kind; returns the fault that it meets. The first one wins, and the others have seen it all the same.
    pub(in crate::sandbox) fn draw(&self, request: Target) -> Option<&Fault> {
        let mut met = None;
        for (position, (fault, seen)) in (0u64..).zip(&self.faults) {
            if fault.target != Target::All && fault.target != request {
                continue;
            }
            let number = seen.fetch_add(1, Ordering::SeqCst) + 1;
            if fault.when.hits(self.seed.wrapping_add(position << 32), number) {
                met = met.or(Some(fault));
            }
        }
        met
    }
}

impl When {
    fn hits(self, seed: u64, number: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Rate(rate) => repeatable(seed, number) % MILLION < rate,
            Self::Script { first, count } => first <= number && number - first < count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(faults: &[&str], seed: u64, requests: u64) -> Vec<u64> {
        let plan = Plan::new(faults.iter().map(|text| text.parse().unwrap()).collect(), seed);
        (1..=requests).filter(|_| plan.draw(Target::Writes).is_some()).collect()
    }

    #[test]
    fn scripts_hit_exactly_what_they_name() {
        assert_eq!(hits(&["slow:@3"], 0, 6), [3]);
        assert_eq!(hits(&["slow:x2"], 0, 6), [1, 2]);
        assert_eq!(hits(&["slow:@3x2", "slow:@6"], 0, 6), [3, 4, 6]);
        assert_eq!(hits(&["slow:on=reads"], 0, 6), [0u64; 0]);
    }

    #[test]
    fn a_rate_is_kept_and_repeatable() {
        let first = hits(&["slow:5%"], 7, 10_000);
        assert_eq!(first, hits(&["slow:5%"], 7, 10_000));
        assert_ne!(first, hits(&["slow:5%"], 8, 10_000));
        assert!((400..600).contains(&first.len()), "{}", first.len());
        assert!(hits(&["slow:0%"], 7, 1000).is_empty());
        assert_eq!(hits(&["slow:100%"], 7, 1000).len(), 1000);
    }
}
