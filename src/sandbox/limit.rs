//! The read limit: so many requests in so much time.

use std::collections::VecDeque;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// So many requests in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimit {
    /// Requests.
    pub requests: u32,
    /// In this time.
    pub per: Duration,
}

/// The text is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate is written as 100/min, 5/s or 1000/h")]
pub struct ReadLimitError;

impl FromStr for ReadLimit {
    type Err = ReadLimitError;

    fn from_str(text: &str) -> Result<Self, ReadLimitError> {
        let (requests, unit) = text.split_once('/').ok_or(ReadLimitError)?;
        let requests = requests.trim().parse().map_err(|_| ReadLimitError)?;
        let seconds = match unit.trim() {
            "s" | "sec" => 1,
            "min" | "m" => 60,
            "h" => 3600,
            _ => return Err(ReadLimitError),
        };
        if requests == 0 {
            return Err(ReadLimitError);
        }
        Ok(Self { requests, per: Duration::from_secs(seconds) })
    }
}

/// When the latest requests came.
///
/// Assumption: the window slides. The documentation gives the rate and not the method.
#[derive(Debug, Default)]
pub(super) struct Window(VecDeque<Instant>);

impl Window {
    /// Lets a request at `now` in, or says how long it has to wait.
    pub(super) fn admit(&mut self, limit: ReadLimit, now: Instant) -> Result<(), Duration> {
        while self.0.front().is_some_and(|first| now.saturating_duration_since(*first) >= limit.per) {
            self.0.pop_front();
        }
        if self.0.len() >= usize::try_from(limit.requests).unwrap_or(usize::MAX) {
            let oldest = self.0.front().copied().unwrap_or(now);
            return Err(limit.per.saturating_sub(now.saturating_duration_since(oldest)));
        }
        self.0.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lets_in_what_the_rate_allows_and_names_the_wait() {
        let limit: ReadLimit = "2/min".parse().unwrap();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut window = Window::default();
        assert_eq!(window.admit(limit, at(0)), Ok(()));
        assert_eq!(window.admit(limit, at(10)), Ok(()));
        assert_eq!(window.admit(limit, at(20)), Err(Duration::from_secs(40)));
        assert_eq!(window.admit(limit, at(60)), Ok(()));
        assert_eq!(window.admit(limit, at(61)), Err(Duration::from_secs(9)));
    }

    #[test]
    fn a_rate_needs_a_number_and_a_unit() {
        for wrong in ["100", "0/min", "x/min", "5/day", ""] {
            assert_eq!(wrong.parse::<ReadLimit>(), Err(ReadLimitError), "{wrong}");
        }
    }
}
