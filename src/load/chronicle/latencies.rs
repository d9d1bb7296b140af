//! How long requests took, as counts by length: exact enough for people, and of the same size for ten requests and for ten million.

use std::time::Duration;

/// Where stretches begin within a decade, in tenths of its beginning: 1, 1.5, 2, 3, 5, 7 ms, then 10, 15, 20 … Close enough to see a
/// shape, few enough to read.
const BEGINNINGS: [u32; 7] = [10, 15, 20, 30, 50, 70, 100];

/// Parts of each stretch: a percentile is off by less than a tenth.
const PARTS: u32 = 8;

/// Stretches, the first being all below a millisecond: eight decades reach to a day, and an answer is waited for 100 seconds.
const STRETCHES: usize = 1 + 6 * 8;

/// Requests counted by how long they took.
#[derive(Clone, Debug)]
pub struct Latencies {
    counts: Vec<u64>,
    requests: u64,
    shortest: Duration,
    longest: Duration,
}

/// Requests of about the same length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// They took at least this long.
    pub from: Duration,
    /// And less than this.
    pub to: Duration,
    /// How many there were.
    pub requests: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            counts: vec![0; STRETCHES * PARTS as usize],
            requests: 0,
            shortest: Duration::MAX,
            longest: Duration::ZERO,
        }
    }
}

impl Latencies {
    pub(super) fn add(&mut self, took: Duration) {
        if let Some(count) = self.counts.get_mut(part(took)) {
            *count += 1;
        }
        self.requests += 1;
        self.shortest = self.shortest.min(took);
        self.longest = self.longest.max(took);
    }

    /// How many requests there were.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// The longest of them.
    pub fn longest(&self) -> Option<Duration> {
        (self.requests > 0).then_some(self.longest)
    }

    /// The length that so many of a hundred requests did not exceed; less than a tenth above the truth.
    pub fn percentile(&self, percent: u64) -> Option<Duration> {
        let wanted = (self.requests * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let index = self.counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        })?;
        Some(end_of(index).clamp(self.shortest, self.longest))
    }

    /// The requests in bins that people can name (1, 1.5, 2, 3, 5, 7, 10 ms …), without the empty ones at both ends.
    pub fn bins(&self) -> Vec<Bin> {
        let counts = self.counts.chunks(PARTS as usize).map(|parts| parts.iter().sum());
        let bins = counts.enumerate().map(|(index, requests)| {
            let (from, to) = stretch(index);
            Bin { from, to, requests }
        });
        let mut bins: Vec<Bin> = bins.skip_while(|bin| bin.requests == 0).collect();
        let used = bins.iter().rposition(|bin| bin.requests > 0).map_or(0, |last| last + 1);
        bins.truncate(used);
        bins
    }
}

/// From where to where a stretch goes.
fn stretch(index: usize) -> (Duration, Duration) {
    let Some(index) = index.checked_sub(1) else { return (Duration::ZERO, Duration::from_millis(1)) };
    let decade = Duration::from_micros(100) * 10_u32.pow(u32::try_from(index / 6).unwrap_or(0));
    (decade * BEGINNINGS[index % 6], decade * BEGINNINGS[index % 6 + 1])
}

/// The part of a stretch to which a length belongs.
fn part(took: Duration) -> usize {
    let found = (0..STRETCHES).map(|index| (index, stretch(index))).find(|(_, (_, to))| took < *to);
    let Some((index, (from, to))) = found else { return STRETCHES * PARTS as usize - 1 };
    let part = took.saturating_sub(from).as_nanos() * u128::from(PARTS) / to.saturating_sub(from).as_nanos().max(1);
    index * PARTS as usize + usize::try_from(part).unwrap_or(0)
}

/// Where a part ends.
fn end_of(part: usize) -> Duration {
    let (from, to) = stretch(part / PARTS as usize);
    let parts = u32::try_from(part % PARTS as usize).unwrap_or(0) + 1;
    from + to.saturating_sub(from) * parts / PARTS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(millis: impl IntoIterator<Item = u64>) -> Latencies {
        let mut latencies = Latencies::default();
        millis.into_iter().for_each(|millis| latencies.add(Duration::from_millis(millis)));
        latencies
    }

    #[test]
    fn without_requests_there_is_nothing_to_say() {
        let none = of([]);
        assert_eq!((none.percentile(50), none.longest(), none.bins().len()), (None, None, 0));
    }

    #[test]
    fn bins_have_round_ends_and_a_gap_stays_visible() {
        let bins = of([3, 4, 12, 25]).bins();
        let shown: Vec<_> = bins.iter().map(|bin| (bin.from.as_millis(), bin.to.as_millis(), bin.requests)).collect();
        assert_eq!(shown, [(3, 5, 2), (5, 7, 0), (7, 10, 0), (10, 15, 1), (15, 20, 0), (20, 30, 1)]);
    }

    #[test]
    fn the_extremes_have_a_bin_too() {
        let mut latencies = of([]);
        latencies.add(Duration::ZERO);
        latencies.add(Duration::from_secs(1_000_000));
        assert_eq!(latencies.bins().iter().map(|bin| bin.requests).sum::<u64>(), 2);
        assert_eq!(latencies.longest(), Some(Duration::from_secs(1_000_000)));
    }

    proptest! {
        #[test]
        fn a_percentile_is_hardly_above_the_truth(mut millis in prop::collection::vec(1_u64..100_000, 1..200), percent in 1_u64..=100) {
            let latencies = of(millis.iter().copied());
            millis.sort_unstable();
            let rank = (millis.len() as u64 * percent).div_ceil(100).max(1);
            let truth = Duration::from_millis(millis[usize::try_from(rank).unwrap() - 1]);
            let told = latencies.percentile(percent).unwrap();
            prop_assert!(told >= truth.mul_f64(0.999) && told <= truth.mul_f64(1.1), "{told:?} for {truth:?}");
        }

        #[test]
        fn no_request_is_lost_between_the_bins(millis in prop::collection::vec(0_u64..200_000, 0..200)) {
            let bins = of(millis.iter().copied()).bins();
            prop_assert_eq!(bins.iter().map(|bin| bin.requests).sum::<u64>(), millis.len() as u64);
            prop_assert!(bins.windows(2).all(|pair| pair[0].to == pair[1].from));
        }
    }
}
