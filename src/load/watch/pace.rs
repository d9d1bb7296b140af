//! How long to wait between two looks.

use std::time::Duration;

use tokio::time::Instant;

use crate::orchestrator::limits::ITEM_READS_A_MINUTE;

/// Reads a minute that watching takes for good: less than half of the limit, for others of the tenant read items, too.
const READS_A_MINUTE: u32 = ITEM_READS_A_MINUTE * 2 / 5;

/// Reads beyond that which it may take once, at the beginning: a small load is processed in seconds, and its owner waits for it.
const AT_ONCE: u32 = 20;

/// The first wait; each is twice the one before, until it is as long as the reads ask for.
const SHORTEST: Duration = Duration::from_secs(1);

/// Keeps account of the reads.
#[derive(Debug)]
pub(super) struct Pace {
    /// When all reads so far are paid for; in the past, where some are left over.
    paid: Instant,
    eager: Duration,
}

impl Pace {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self { paid: now.checked_sub(time_for(AT_ONCE)).unwrap_or(now), eager: SHORTEST }
    }

    /// How long to wait after a look of so many reads.
    pub(super) fn wait_after(&mut self, reads: u32) -> Duration {
        let now = Instant::now();
        self.paid += time_for(reads);
        let eager = self.eager.min(time_for(reads));
        self.eager = self.eager.saturating_mul(2);
        eager.max(self.paid.saturating_duration_since(now))
    }
}

fn time_for(reads: u32) -> Duration {
    Duration::from_secs(60) / READS_A_MINUTE * reads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn looks_are_close_at_first_and_then_as_far_apart_as_their_reads_cost() {
        let mut pace = Pace::new();
        let mut waits = Vec::new();
        for _ in 0..8 {
            let wait = pace.wait_after(8);
            waits.push(wait.as_secs());
            tokio::time::sleep(wait).await;
        }
        assert_eq!(waits, [1, 2, 4, 11, 12, 12, 12, 12]);
    }
}
