//! Dates as they are written, taken apart.

use jiff::civil::{Date, DateTime, Time};

/// A date by its parts, before anybody asked whether the calendar has it.
pub(super) struct Written {
    date: (u32, u32, u32),
    time: (u32, u32, u32, u32),
    /// Seconds east of Greenwich.
    pub(super) offset: Option<i32>,
}

impl Written {
    /// Takes a date apart; none where it has another form. By hand, because the forms are few and this runs for every row.
    pub(super) fn scan(text: &[u8]) -> Option<Self> {
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

    pub(super) fn civil(&self) -> Option<DateTime> {
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
