//! Moments as the real server keeps them: ticks of 100 ns.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};

const TICK_NANOSECONDS: i128 = 100;
const TICKS_PER_SECOND: i64 = 10_000_000;

/// Ticks of 100 ns since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    pub(super) fn now() -> Self {
        Self::from(jiff::Timestamp::now())
    }

    pub(super) fn next_tick(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Reads `2026-12-01T17:00:00.0000000+01:00` or the same with `Z`.
    ///
    /// Assumption: a date-time without offset is refused. What the real server makes of one is not documented, so nobody may rely
    /// on it. Digits beyond the seventh are cut, as the real clock cannot hold them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if !has_shape_of_date_time(text.as_bytes()) {
            return None;
        }
        text.parse::<jiff::Timestamp>().ok().map(Self::from)
    }

    /// The moment with all seven digits, as creation times are shown.
    pub(super) fn exact(self) -> String {
        let second = self.0.div_euclid(TICKS_PER_SECOND);
        let ticks = self.0.rem_euclid(TICKS_PER_SECOND);
        let whole = jiff::Timestamp::from_second(second).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        format!("{}.{ticks:07}Z", whole.strftime("%Y-%m-%dT%H:%M:%S"))
    }

    /// The moment after `seconds`, as an HTTP date.
    pub(super) fn http_date_after(self, seconds: u64) -> String {
        let second = self.0.div_euclid(TICKS_PER_SECOND).saturating_add_unsigned(seconds);
        let whole = jiff::Timestamp::from_second(second).unwrap_or(jiff::Timestamp::MAX);
        whole.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    pub(super) fn unix_seconds(self) -> i64 {
        self.0.div_euclid(TICKS_PER_SECOND)
    }
}

impl From<jiff::Timestamp> for Moment {
    fn from(timestamp: jiff::Timestamp) -> Self {
        let ticks = timestamp.as_nanosecond().div_euclid(TICK_NANOSECONDS);
        // Years -9999 to 9999 in ticks stay below 2^59.
        Self(i64::try_from(ticks).unwrap_or(i64::MAX))
    }
}

/// As .NET writes dates: no zeros at the end of the fraction, no fraction at all for whole seconds.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = self.exact();
        let trimmed = exact.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
        write!(f, "{trimmed}Z")
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("'{text}' is not a date-time with an offset or Z")))
    }
}

fn has_shape_of_date_time(text: &[u8]) -> bool {
    let Some((date, rest)) = text.split_at_checked(19) else { return false };
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    let fits = |(byte, wanted): (&u8, &u8)| if *wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted };
    if !date.iter().zip(pattern).all(fits) {
        return false;
    }
    let offset = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 || digits > 12 {
                return false; // OData's grammar ends at twelve digits
            }
            fraction.get(digits..).unwrap_or_default()
        }
        _ => rest,
    };
    match offset {
        b"Z" => true,
        [b'+' | b'-', offset @ ..] => offset.len() == 5 && offset.iter().zip(b"dd:dd").all(fits),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    fn shown(text: &str) -> Option<String> {
        Moment::parse(text).map(|moment| moment.to_string())
    }

    #[test]
    fn dates_need_an_offset_and_come_back_in_utc() {
        assert_eq!(shown("2026-12-01T17:00:00+01:00").as_deref(), Some("2026-12-01T16:00:00Z"));
        assert_eq!(shown("2026-12-01T17:00:00.1200Z").as_deref(), Some("2026-12-01T17:00:00.12Z"));
        assert_eq!(shown("2021-03-11T14:19:56.4407392Z").as_deref(), Some("2021-03-11T14:19:56.4407392Z"));
        for wrong in [
            "2026-12-01T17:00:00",
            "2026-12-01",
            "2026-02-30T00:00:00Z",
            "2026-12-01 17:00:00Z",
            "2026-12-01T17:00:00.Z",
            "2026-12-01T17:00:00+0100",
            "",
            "ü026-12-01T17:00:00Z",
        ] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn creation_times_show_seven_digits_and_http_dates_none() {
        let moment = Moment::parse("2026-12-01T16:00:00Z").unwrap();
        assert_eq!(moment.exact(), "2026-12-01T16:00:00.0000000Z");
        assert_eq!(moment.http_date_after(61), "Tue, 01 Dec 2026 16:01:01 GMT");
    }
}
