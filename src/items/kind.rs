//! The types that a column can have, and the values that its texts then stand for.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::{Calendar, Rule, Value};

/// The type of a column, by a header such as `Amount:number`, by `--map`, or by the queue's schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The text as it is.
    Text,
    /// A number; every digit arrives.
    Number,
    /// A number without a fraction.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A day, sent as the text `2026-12-01`.
    Date,
    /// A moment, sent as the text of RFC 3339 with `Z`.
    DateTime,
    /// A JSON value as it stands in the cell.
    Json,
}

/// Not the name of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no type; allowed are string, number, integer, boolean, date, datetime and json")]
pub struct UnknownKind;

const NAMES: [(&str, Kind); 7] = [
    ("string", Kind::Text),
    ("number", Kind::Number),
    ("integer", Kind::Integer),
    ("boolean", Kind::Boolean),
    ("date", Kind::Date),
    ("datetime", Kind::DateTime),
    ("json", Kind::Json),
];

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Reads a text as a value of this type. But for [`Kind::Text`], spaces around it are ignored and an empty one is `null`.
    pub fn read<'a>(self, text: &'a str, decimal: Decimal, calendar: &Calendar) -> Result<Value<'a>, Rule> {
        if self == Self::Text {
            return Ok(Value::Text(Cow::Borrowed(text)));
        }
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(Value::Null);
        }
        let other = || Rule::NotOfKind { kind: self, decimal };
        match self {
            Self::Text => Ok(Value::Text(Cow::Borrowed(text))),
            Self::Number => number(trimmed, decimal).map(Value::Number).ok_or_else(other),
            Self::Integer => {
                let digits = number(trimmed, decimal).filter(|digits| !digits.contains(['.', 'e', 'E']));
                digits.map(Value::Number).ok_or_else(other)
            }
            Self::Boolean => truth(trimmed).map(Value::Bool).ok_or_else(other),
            Self::Date => calendar.day(trimmed).map(|day| Value::Text(Cow::Owned(day))).map_err(Rule::Date),
            Self::DateTime => {
                calendar.moment(trimmed).map(|moment| Value::Text(Cow::Owned(moment.to_string()))).map_err(Rule::Date)
            }
            Self::Json => match Value::from_json(trimmed) {
                Ok(value) => Ok(value),
                Err(super::ValueError::Nested) => Err(Rule::Nested),
                Err(super::ValueError::NotJson(_)) => Err(other()),
            },
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        NAMES.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind).ok_or(UnknownKind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What stands between the whole and the fraction of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decimal {
    /// `1249.00`. Nothing may divide thousands: `1,249` would be one number here and another one there.
    #[default]
    Point,
    /// `1249,00` and `1.249,00`, where the points divide thousands.
    Comma,
}

/// Recognises what a text obviously is: `true` and `false` in any case, and numbers that lose nothing when they are one. Whatever
/// begins with a zero (`0815`, `007`) or a plus, or has an exponent (`1E5` is an article as often as a number), stays text.
pub fn recognise(text: &str, decimal: Decimal) -> Value<'_> {
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Value::Bool(text.eq_ignore_ascii_case("true"));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',');
    match number(text, decimal) {
        Some(number) if plain && !leading_zero => Value::Number(number),
        _ => Value::Text(Cow::Borrowed(text)),
    }
}

/// A number as JSON writes it, with the digits that the text has; none where the text is none.
fn number(text: &str, decimal: Decimal) -> Option<Cow<'_, str>> {
    let plain = match decimal {
        Decimal::Point => Cow::Borrowed(text),
        Decimal::Comma => Cow::Owned(pointed(text)?),
    };
    if is_json_number(plain.as_bytes()) {
        return Some(plain);
    }
    // What people write and JSON does not: a plus, leading zeros.
    let (sign, digits) = match plain.as_bytes().first()? {
        b'-' => ("-", &plain[1..]),
        b'+' => ("", &plain[1..]),
        _ => ("", &*plain),
    };
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    if whole == 0 {
        return None;
    }
    let zeros = digits.bytes().take_while(|byte| *byte == b'0').count().min(whole.saturating_sub(1));
    let shortened = format!("{sign}{}", &digits[zeros..]);
    is_json_number(shortened.as_bytes()).then_some(Cow::Owned(shortened))
}

/// `-1.249,00` as `-1249.00`; none where the points are not where thousands are.
fn pointed(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once(',').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    if fraction.is_some_and(|fraction| fraction.contains([',', '.'])) {
        return None;
    }
    let mut groups = whole.split('.');
    let first = groups.next()?;
    let mut joined = first.to_owned();
    let leading = first.trim_start_matches(['-', '+']).len();
    for group in groups {
        if group.len() != 3 || !(1..=3).contains(&leading) {
            return None;
        }
        joined.push_str(group);
    }
    if let Some(fraction) = fraction {
        joined.push('.');
        joined.push_str(fraction);
    }
    Some(joined)
}

/// The grammar of RFC 8259. By hand, because this runs for every cell of a typed column.
fn is_json_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with(b"0")) {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}

fn truth(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes", "1"]) {
        Some(true)
    } else if is(["false", "no", "0"]) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn read(kind: Kind, text: &str, decimal: Decimal) -> String {
        let calendar = Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() };
        match kind.read(text, decimal, &calendar) {
            Ok(value) => format!("{value:?}"),
            Err(rule) => rule.to_string(),
        }
    }

    #[test]
    fn a_number_keeps_every_digit_and_loses_only_what_json_has_not() {
        for (text, sent) in [
            ("12345678901234567890.10", "12345678901234567890.10"),
            (" -0.50 ", "-0.50"),
            ("+7", "7"),
            ("007", "7"),
            ("-00.5", "-0.5"),
            ("1e400", "1e400"),
            ("0", "0"),
        ] {
            assert_eq!(read(Kind::Number, text, Decimal::Point), format!("Number({sent:?})"), "{text}");
        }
        for text in ["1,249", "1 249", ".5", "5.", "1.2.3", "--1", "+-1", "0x10", "NaN", "١", "€ 5", "-", "1e"] {
            assert!(read(Kind::Number, text, Decimal::Point).starts_with("not a number"), "{text}");
        }
    }

    #[test]
    fn a_comma_is_a_decimal_point_only_where_it_was_said_to_be() {
        for (text, sent) in
            [("1.249,00", "1249.00"), ("-1.234.567,8", "-1234567.8"), ("12,5", "12.5"), ("1249", "1249")]
        {
            assert_eq!(read(Kind::Number, text, Decimal::Comma), format!("Number({sent:?})"), "{text}");
        }
        for text in ["1,249.00", "1.24", "1234.567", "1,2,3", ".123", "1.249.5"] {
            assert!(read(Kind::Number, text, Decimal::Comma).starts_with("not a number"), "{text}");
        }
    }

    #[test]
    fn the_other_types() {
        assert_eq!(read(Kind::Integer, "42", Decimal::Point), "Number(\"42\")");
        assert_eq!(read(Kind::Boolean, "Yes", Decimal::Point), "Bool(true)");
        assert_eq!(read(Kind::Boolean, "0", Decimal::Point), "Bool(false)");
        assert_eq!(read(Kind::Date, "2026/12/01", Decimal::Point), "Text(\"2026-12-01\")");
        assert_eq!(read(Kind::DateTime, "2026-12-01 17:00", Decimal::Point), "Text(\"2026-12-01T17:00:00Z\")");
        assert_eq!(read(Kind::Json, "\"a\\u00fc\"", Decimal::Point), "Text(\"aü\")");
        assert_eq!(read(Kind::Number, " ", Decimal::Point), "Null");
        assert_eq!(read(Kind::Text, " ", Decimal::Point), "Text(\" \")");
    }

    #[test]
    fn what_a_type_refuses_says_what_it_takes() {
        insta::assert_snapshot!(read(Kind::Number, "1.249,00", Decimal::Point), @"not a number; allowed are digits with a decimal point, as in -1249.00 (`--decimal ,` reads 1.249,00)");
        insta::assert_snapshot!(read(Kind::Number, "1,249.00", Decimal::Comma), @"not a number; allowed are digits with a decimal comma, as in -1249,00 or 1.249,00");
        insta::assert_snapshot!(read(Kind::Integer, "4.0", Decimal::Point), @"not an integer; allowed are digits, with a minus in front if need be");
        insta::assert_snapshot!(read(Kind::Boolean, "maybe", Decimal::Point), @"not a boolean; allowed are true, false, yes, no, 1 and 0");
        insta::assert_snapshot!(read(Kind::Json, "{", Decimal::Point), @r#"not JSON; text goes in double quotes ("text")"#);
        insta::assert_snapshot!(read(Kind::Json, "[1]", Decimal::Point), @"SpecificContent is flat; an object or array goes in as text (`COLUMN:string`), and the robot parses it");
    }

    #[test]
    fn only_what_loses_nothing_is_recognised() {
        for (text, value) in [
            ("42", Value::Number("42".into())),
            ("-0.50", Value::Number("-0.50".into())),
            ("12345678901234567890", Value::Number("12345678901234567890".into())),
            ("TRUE", Value::Bool(true)),
            ("false", Value::Bool(false)),
        ] {
            assert_eq!(recognise(text, Decimal::Point), value, "{text}");
        }
        for text in ["0815", "007", "-01", "+7", "1E5", "1.249,00", " 42", "42 ", "", "yes", "1 000", "00", "null"] {
            assert_eq!(recognise(text, Decimal::Point), Value::Text(text.into()), "{text}");
        }
        assert_eq!(recognise("1.249,00", Decimal::Comma), Value::Number("1249.00".into()));
    }

    proptest! {
        #[test]
        fn what_is_read_as_a_number_is_one_in_json(text in "[-+0-9.,eE ]{0,12}|.{0,6}") {
            for decimal in [Decimal::Point, Decimal::Comma] {
                for value in [number(&text, decimal), match recognise(&text, decimal) { Value::Number(n) => Some(n), _ => None }].into_iter().flatten() {
                    prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&value).is_ok(), "{text:?} -> {value:?}");
                }
            }
        }
    }
}
