//! The dates people write, and the moment they mean.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Span, Timestamp};

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

/// A date by its parts, before anybody asked whether the calendar has it.
struct Written {
    date: (u32, u32, u32),
    time: (u32, u32, u32, u32),
    offset: Option<i32>,
}

impl Written {
    /// Takes a date apart; none where it has another form. By hand, because the forms are few and this runs for every row.
    fn scan(text: &[u8]) -> Option<Self> {
        let mut rest = Scanner(text);
        let year = rest.digits(4)?;
        let separator = rest.one_of(b"-/ ")?;
        let month = rest.digits(2)?;
        rest.one_of(&[separator])?;
        let date = (year, month, rest.digits(2)?);
        if rest.0.is_empty() {
            return Some(Self { date, time: (0, 0, 0, 0), offset: None });
        }
        rest.one_of(b" Tt")?;
        let hour = rest.digits(2)?;
        rest.one_of(b":")?;
        let minute = rest.digits(2)?;
        let (mut second, mut nanosecond) = (0, 0);
        if rest.one_of(b":").is_some() {
            second = rest.digits(2)?;
            if rest.one_of(b".").is_some() {
                nanosecond = rest.fraction()?;
            }
        }
        let time = (hour, minute, second, nanosecond);
        if rest.0.is_empty() {
            return Some(Self { date, time, offset: None });
        }
        // Only RFC 3339 has an offset, and it has hyphens.
        let offset = if separator == b'-' { rest.offset()? } else { return None };
        rest.0.is_empty().then_some(Self { date, time, offset: Some(offset) })
    }

    fn civil(&self) -> Option<DateTime> {
        let (year, month, day) = self.date;
        let (hour, minute, second, nanosecond) = self.time;
        // The year 0 has a place in the calendar of jiff, but none in that of .NET.
        let year = i16::try_from(year).ok().filter(|year| *year > 0)?;
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let (hour, minute, second) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?);
        let time = Time::new(hour, minute, second, i32::try_from(nanosecond).ok()?).ok()?;
        Some(date.to_datetime(time))
    }
}

/// What is left of a text.
struct Scanner<'a>(&'a [u8]);

impl Scanner<'_> {
    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        allowed.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = digits
            .iter()
            .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))?;
        self.0 = rest;
        Some(number)
    }

    /// One to nine digits of a second, as nanoseconds.
    fn fraction(&mut self) -> Option<u32> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = u32::try_from(count).ok().filter(|digits| (1..=9).contains(digits))?;
        Some(self.digits(count)? * 10_u32.pow(9 - digits))
    }

    /// `Z` or `+01:00`, as seconds east.
    fn offset(&mut self) -> Option<i32> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.digits(2)?;
        self.one_of(b":")?;
        let minutes = self.digits(2).filter(|minutes| *minutes < 60)?;
        i32::try_from(hours * 3600 + minutes * 60).ok().map(|seconds| sign * seconds)
    }
}
