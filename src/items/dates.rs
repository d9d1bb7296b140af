//! The dates people write, and the moment they mean.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Span, Timestamp};

use super::written::Written;

/// A point in time, shown as RFC 3339 with `Z`, which is how it is sent.
///
/// Kept to 100 ns, the tick of the .NET server: what is finer would not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Timestamp);

impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        let ticks = timestamp.subsec_nanosecond() / 100 * 100;
        Self(Timestamp::new(timestamp.as_second(), ticks).unwrap_or(timestamp))
    }
}

impl From<Moment> for Timestamp {
    fn from(moment: Moment) -> Self {
        moment.0
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text has none of the forms.
    #[error(
        "not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 \
         (2026-12-01T17:00:00+01:00), and from now +90m, +2h, +3d"
    )]
    Form,
    /// The form is right, but the calendar or the clock has no such time.
    #[error("there is no such date or time; months go to 12, days to the end of their month, hours to 23")]
    NoSuchTime,
    /// The clocks were put forward over this time.
    #[error("this time does not exist in {zone}, where the clocks go forward over it; give the offset (+01:00)")]
    Gap {
        /// The time zone.
        zone: String,
    },
    /// The moment lies beyond the years that can be written with four digits.
    #[error("the date lies beyond the year 9999")]
    OutOfRange,
}

/// What a date without an offset and a time from now are relative to.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The zone of dates that name none.
    pub zone: TimeZone,
    /// The moment that `+2h` starts from. One for a whole run, so that all its rows mean the same.
    pub now: Moment,
}

impl Calendar {
    /// Reads a moment.
    ///
    /// Allowed are `2026-12-01`, `2026/12/01`, `2026 12 01` (the forms of Orchestrator's own upload), each optionally with a space
    /// or `T` and `HH:mm` or `HH:mm:ss`, in this calendar's zone; RFC 3339 with an offset; `+90m`, `+2h`, `+3d` from now, where a
    /// day is one of the calendar: the same time by the clock. A time that comes twice, when clocks go back, is the first of the two.
    pub fn moment(&self, text: &str) -> Result<Moment, DateError> {
        let text = text.trim();
        if let Some(amount) = text.strip_prefix('+') {
            return self.later(amount);
        }
        let written = Written::scan(text.as_bytes()).ok_or(DateError::Form)?;
        let civil = written.civil().ok_or(DateError::NoSuchTime)?;
        let offset = match written.offset {
            Some(seconds) => Offset::from_seconds(seconds).map_err(|_| DateError::NoSuchTime)?,
            None => self.offset(civil)?,
        };
        offset.to_timestamp(civil).map(Moment::from).map_err(|_| DateError::OutOfRange)
    }

    /// Reads a day, in any form of [`Calendar::moment`] that names one, and writes it as `2026-12-01`.
    pub fn day(&self, text: &str) -> Result<String, DateError> {
        let written = Written::scan(text.trim().as_bytes()).ok_or(DateError::Form)?;
        written.civil().map(|civil| civil.date().to_string()).ok_or(DateError::NoSuchTime)
    }

    fn offset(&self, civil: DateTime) -> Result<Offset, DateError> {
        match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => Ok(offset),
            AmbiguousOffset::Gap { .. } => {
                Err(DateError::Gap { zone: self.zone.iana_name().unwrap_or("the local time zone").to_owned() })
            }
        }
    }

    fn later(&self, amount: &str) -> Result<Moment, DateError> {
        let unit = amount.chars().last().ok_or(DateError::Form)?;
        let digits = amount.strip_suffix(unit).unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DateError::Form);
        }
        let count: i64 = digits.parse().map_err(|_| DateError::OutOfRange)?;
        let span = match unit {
            'm' => Span::new().try_minutes(count),
            'h' => Span::new().try_hours(count),
            'd' => Span::new().try_days(count),
            _ => return Err(DateError::Form),
        };
        let later = span.and_then(|span| self.now.0.to_zoned_datetime(self.zone.clone()).checked_add(span));
        later.map(|zoned| Moment::from(zoned.timestamp())).map_err(|_| DateError::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn calendar(zone: &str, now: &str) -> Calendar {
        Calendar { zone: TimeZone::get(zone).unwrap(), now: Moment::from(now.parse::<Timestamp>().unwrap()) }
    }

    fn berlin(text: &str) -> String {
        match calendar("Europe/Berlin", "2026-10-24T12:00:00.5Z").moment(text) {
            Ok(moment) => moment.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_form_of_the_upload_is_read_in_the_zone() {
        for date in ["2026-12-01", "2026/12/01", "2026 12 01"] {
            assert_eq!(berlin(date), "2026-11-30T23:00:00Z");
            assert_eq!(berlin(&format!("{date} 17:00")), "2026-12-01T16:00:00Z");
            assert_eq!(berlin(&format!("{date}T17:00:30")), "2026-12-01T16:00:30Z");
            assert_eq!(berlin(&format!(" {date} 17:00:30 ")), "2026-12-01T16:00:30Z");
        }
    }

    #[test]
    fn an_offset_overrules_the_zone() {
        assert_eq!(berlin("2026-12-01T17:00:00Z"), "2026-12-01T17:00:00Z");
        assert_eq!(berlin("2026-12-01t17:00:00.1234567z"), "2026-12-01T17:00:00.1234567Z");
        assert_eq!(berlin("2026-12-01 17:00:00-05:30"), "2026-12-01T22:30:00Z");
        assert_eq!(berlin("2026-12-01T17:00:00.123456789+14:00"), "2026-12-01T03:00:00.1234567Z", "ticks of 100 ns");
    }

    #[test]
    fn a_time_from_now_counts_hours_exactly_and_days_by_the_clock() {
        assert_eq!(berlin("+90m"), "2026-10-24T13:30:00.5Z");
        assert_eq!(berlin("+24h"), "2026-10-25T12:00:00.5Z");
        assert_eq!(berlin("+1d"), "2026-10-25T13:00:00.5Z", "the clocks go back in that night");
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first_and_one_that_never_comes_is_named() {
        assert_eq!(berlin("2026-10-25 02:30"), "2026-10-25T00:30:00Z");
        insta::assert_snapshot!(berlin("2027-03-28 02:30"), @"this time does not exist in Europe/Berlin, where the clocks go forward over it; give the offset (+01:00)");
    }

    #[test]
    fn other_forms_are_refused_with_those_that_are_allowed() {
        insta::assert_snapshot!(berlin("31/02/2026"), @"not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 (2026-12-01T17:00:00+01:00), and from now +90m, +2h, +3d");
        let form = DateError::Form.to_string();
        for text in [
            "",
            "tomorrow",
            "01.12.2026",
            "12/01/2026",
            "2026-12-1",
            "2026-12/01",
            "20261201",
            "2026-12-01 17",
            "2026-12-01 5:00 PM",
            "2026-12-01  17:00",
            "2026-12-01 17:00:00.",
            "2026/12/01 17:00Z",
            "2026-12-01Z",
            "2026-12-01T17:00:00+1",
            "46357",
            "2026-12-01 17:00 ",
            "+",
            "+2",
            "+h",
            "+-2h",
            "+2.5h",
            "+2w",
            "-2h",
            "+２h",
            "２０２６-12-01",
            "+2é",
        ] {
            let expected = if text == "2026-12-01 17:00 " { "2026-12-01T16:00:00Z" } else { &form };
            assert_eq!(berlin(text), expected, "{text}");
        }
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_refused() {
        insta::assert_snapshot!(berlin("2026-02-29"), @"there is no such date or time; months go to 12, days to the end of their month, hours to 23");
        let none = DateError::NoSuchTime.to_string();
        for text in [
            "2026-13-01",
            "2026-04-31",
            "2026-00-10",
            "0000-01-01",
            "2026-12-01 24:00",
            "2026-12-01 23:60",
            "2026-12-01T10:00:00+99:00",
        ] {
            assert_eq!(berlin(text), none, "{text}");
        }
        insta::assert_snapshot!(berlin("+99999999999h"), @"the date lies beyond the year 9999");
        insta::assert_snapshot!(berlin("+99999999999999999999d"), @"the date lies beyond the year 9999");
        insta::assert_snapshot!(berlin("9999-12-31T23:00:00-02:00"), @"the date lies beyond the year 9999");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn what_is_shown_is_read_back_as_the_same_moment(second in -62_135_596_800_i64..253_402_207_200, tick in 0_i32..10_000_000) {
            let moment = Moment::from(Timestamp::new(second, tick * 100).unwrap());
            let shown = moment.to_string();
            prop_assert!(shown.ends_with('Z'));
            prop_assert_eq!(calendar("Asia/Tokyo", "2026-01-01T00:00:00Z").moment(&shown), Ok(moment));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9/ T:.Zmhd]{0,30}|.{0,12}") {
            let _ = calendar("America/New_York", "2026-01-01T00:00:00Z").moment(&text);
        }
    }
}
