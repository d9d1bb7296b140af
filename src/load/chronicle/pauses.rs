//! When nothing was to leave, and why.

use std::time::Duration;

use crate::orchestrator::without_trace;

/// Stretches kept at most; beyond that the two that are closest become one.
const MOST_STRETCHES: usize = 100;

/// Reasons kept apart at most. They are few, but their words are the server's.
const MOST_REASONS: usize = 20;

/// The words for all reasons beyond those.
const OTHER: &str = "for other reasons";

/// A stretch in which at least one request waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since the sending began.
    pub from: Duration,
    /// When it was to be over, if nothing else ended it.
    pub to: Duration,
}

/// How often there was a pause for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseReason {
    /// The reason, in the server's words or ours.
    pub why: String,
    /// How often.
    pub times: u64,
    /// The longest.
    pub longest: Duration,
}

/// The pauses of a sitting.
#[derive(Clone, Debug, Default)]
pub struct Pauses {
    stretches: Vec<Pause>,
    reasons: Vec<PauseReason>,
}

impl Pauses {
    pub(super) fn add(&mut self, at: Duration, pause: Duration, why: &str) {
        // The same reason is the same whatever its trace.
        self.count(pause, &without_trace(why));
        let stretch = Pause { from: at, to: at.saturating_add(pause) };
        match self.stretches.last_mut() {
            // Events come in order, so a stretch can only touch the one before it.
            Some(last) if stretch.from <= last.to => last.to = last.to.max(stretch.to),
            _ => self.stretches.push(stretch),
        }
        if self.stretches.len() > MOST_STRETCHES {
            self.join_the_closest();
        }
    }

    fn count(&mut self, pause: Duration, why: &str) {
        let known = self.reasons.iter().position(|reason| reason.why == why);
        let why = if known.is_none() && self.reasons.len() >= MOST_REASONS { OTHER } else { why };
        match self.reasons.iter_mut().find(|reason| reason.why == why) {
            Some(reason) => {
                reason.times += 1;
                reason.longest = reason.longest.max(pause);
            }
            None => self.reasons.push(PauseReason { why: why.to_owned(), times: 1, longest: pause }),
        }
    }

    fn join_the_closest(&mut self) {
        let gaps = self.stretches.windows(2).map(|pair| pair[1].from.saturating_sub(pair[0].to));
        if let Some((index, _)) = gaps.enumerate().min_by_key(|(_, gap)| *gap) {
            let joined = Pause { from: self.stretches[index].from, to: self.stretches[index + 1].to };
            self.stretches.splice(index..=index + 1, [joined]);
        }
    }

    /// The stretches in order, none touching the next.
    pub fn stretches(&self) -> &[Pause] {
        &self.stretches
    }

    /// The reasons, the most frequent first.
    pub fn reasons(&self) -> Vec<PauseReason> {
        let mut reasons = self.reasons.clone();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.times));
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_that_overlap_are_one_stretch_and_are_counted_each() {
        let mut pauses = Pauses::default();
        pauses.add(SECOND, 2 * SECOND, "429 (trace 00-a-b-00)");
        pauses.add(2 * SECOND, 5 * SECOND, "429 (trace 00-a-c-00)");
        pauses.add(20 * SECOND, SECOND, "no connection");
        let stretch = |from, to| Pause { from: from * SECOND, to: to * SECOND };
        assert_eq!(pauses.stretches(), [stretch(1, 7), stretch(20, 21)]);
        let reason = |why: &str, times, longest| PauseReason { why: why.to_owned(), times, longest: longest * SECOND };
        assert_eq!(pauses.reasons(), [reason("429", 2, 5), reason("no connection", 1, 1)]);
    }

    #[test]
    fn a_server_that_pauses_for_ever_in_ever_new_words_fills_no_memory() {
        let mut pauses = Pauses::default();
        for index in 0..10_000 {
            pauses.add(index * 10 * SECOND, SECOND, &format!("{index}"));
        }
        assert_eq!((pauses.stretches().len(), pauses.reasons().len()), (MOST_STRETCHES, MOST_REASONS + 1));
        assert_eq!(pauses.reasons().iter().map(|reason| reason.times).sum::<u64>(), 10_000);
        assert_eq!(pauses.stretches().last().unwrap().to, 99_991 * SECOND);
    }
}
