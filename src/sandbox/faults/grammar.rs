//! Reads a fault as it is written on the command line.

use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;

use super::fault::When;
use super::{Answer, Effect, Fault, FaultError, Form, RetryAfter, Target};

/// Longer than the patience of the usual client is not needed; it only has to be noticed.
const DEFAULT_DURATION: Duration = Duration::from_secs(3);

/// The fields that were given and not yet used.
#[derive(Default)]
struct Fields {
    when: Option<When>,
    target: Option<Target>,
    duration: Option<Duration>,
    moment: Option<Commit>,
    form: Option<Form>,
    date: Option<()>,
    cut: Option<()>,
    /// As they were written, to name the one that has no place.
    written: Vec<(Slot, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Commit {
    Before,
    After,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    When,
    Target,
    Duration,
    Moment,
    Form,
    Date,
    Cut,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut parts = text.split(':');
        let kind = parts.next().unwrap_or_default();
        let mut fields = Fields::default();
        for field in parts {
            let slot = fields.set(field)?;
            if fields.written.iter().any(|(taken, _)| *taken == slot) {
                return Err(misplaced(field, kind));
            }
            fields.written.push((slot, field.to_owned()));
        }
        let (effect, used) = effect(kind, &fields)?;
        let general = [Slot::When, Slot::Target];
        if let Some((_, field)) =
            fields.written.iter().find(|(slot, _)| !general.contains(slot) && !used.contains(slot))
        {
            return Err(misplaced(field, kind));
        }
        Ok(Self {
            text: text.to_owned(),
            effect,
            when: fields.when.unwrap_or(When::Always),
            target: fields.target.unwrap_or(Target::Writes),
        })
    }
}

/// What the kind does with the fields, and which it used.
fn effect(kind: &str, fields: &Fields) -> Result<(Effect, &'static [Slot]), FaultError> {
    let duration = fields.duration.unwrap_or(DEFAULT_DURATION);
    Ok(match kind {
        "drop-before-commit" => (Effect::Instead(Answer::Cut), &[]),
        "drop-after-commit" => (Effect::After(Answer::Cut), &[]),
        "hang-before-commit" => (Effect::Instead(Answer::Hang), &[]),
        "hang-after-commit" => (Effect::After(Answer::Hang), &[]),
        "commit-late" => {
            let form = fields.form.unwrap_or(Form::Html);
            let answer = match fields.cut {
                Some(()) => Answer::Cut,
                None => Answer::Status { status: StatusCode::GATEWAY_TIMEOUT, form, retry_after: None },
            };
            (Effect::Late(duration, answer), &[Slot::Duration, Slot::Form, Slot::Cut])
        }
        "token-expiry" => (Effect::TokenExpiry, &[]),
        "slow" => (Effect::After(Answer::Slow(duration)), &[Slot::Duration]),
        "truncated" => (Effect::After(Answer::Truncated), &[]),
        "cut-json" => (Effect::After(Answer::CutJson), &[]),
        "null-ordinal" => (Effect::After(Answer::NullOrdinal), &[]),
        _ => {
            let code = kind.strip_prefix("status-").ok_or_else(|| FaultError::Kind(kind.to_owned()))?;
            (status(code, fields)?, &[Slot::Duration, Slot::Moment, Slot::Form, Slot::Date])
        }
    })
}

fn status(code: &str, fields: &Fields) -> Result<Effect, FaultError> {
    let status = StatusCode::from_bytes(code.as_bytes())
        .ok()
        .filter(|status| status.is_client_error() || status.is_server_error())
        .ok_or_else(|| FaultError::Status(code.to_owned()))?;
    let seconds = match fields.duration {
        // The header has whole seconds; a part of one is a whole one, since coming too early would be wrong.
        Some(duration) => Some(duration.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)),
        None if status == StatusCode::TOO_MANY_REQUESTS || fields.date.is_some() => Some(1),
        None => None,
    };
    let retry_after = seconds.map(|seconds| match fields.date {
        Some(()) => RetryAfter::Date(seconds),
        None => RetryAfter::Seconds(seconds),
    });
    let answer = Answer::Status { status, form: fields.form.unwrap_or(Form::Json), retry_after };
    Ok(match fields.moment.unwrap_or(Commit::Before) {
        Commit::Before => Effect::Instead(answer),
        Commit::After => Effect::After(answer),
    })
}

impl Fields {
    /// Reads a field into its slot.
    fn set(&mut self, field: &str) -> Result<Slot, FaultError> {
        match field {
            "before" => self.moment = Some(Commit::Before),
            "after" => self.moment = Some(Commit::After),
            "json" => self.form = Some(Form::Json),
            "html" => self.form = Some(Form::Html),
            "empty" => self.form = Some(Form::Empty),
            "date" => self.date = Some(()),
            "cut" => self.cut = Some(()),
            "on=writes" => self.target = Some(Target::Writes),
            "on=reads" => self.target = Some(Target::Reads),
            "on=tokens" => self.target = Some(Target::Tokens),
            "on=all" => self.target = Some(Target::All),
            _ => {
                if let Some(when) = when(field) {
                    self.when = Some(when);
                    return Ok(Slot::When);
                }
                self.duration = Some(duration(field).ok_or_else(|| FaultError::Field(field.to_owned()))?);
                return Ok(Slot::Duration);
            }
        }
        Ok(match field {
            "before" | "after" => Slot::Moment,
            "json" | "html" | "empty" => Slot::Form,
            "date" => Slot::Date,
            "cut" => Slot::Cut,
            _ => Slot::Target,
        })
    }
}

fn misplaced(field: &str, kind: &str) -> FaultError {
    FaultError::Misplaced { field: field.to_owned(), kind: kind.to_owned() }
}

fn when(field: &str) -> Option<When> {
    let positive = |text: &str| text.parse().ok().filter(|number: &u64| *number > 0);
    if let Some(percent) = field.strip_suffix('%') {
        let percent: f64 = percent.parse().ok().filter(|percent| (0.0..=100.0).contains(percent))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to a million
        return Some(When::Rate((percent * 10_000.0).round() as u64));
    }
    if let Some(count) = field.strip_prefix('x') {
        return Some(When::Script { first: 1, count: positive(count)? });
    }
    let script = field.strip_prefix('@')?;
    let (first, count) = script.split_once('x').unwrap_or((script, "1"));
    Some(When::Script { first: positive(first)?, count: positive(count)? })
}

/// `120ms`, `3s`, `1m`.
fn duration(field: &str) -> Option<Duration> {
    let digits = field.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = field.split_at(digits);
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        text.parse().unwrap()
    }

    #[test]
    fn a_fault_is_a_kind_and_fields_in_any_order() {
        let late = fault("commit-late:3s:5%");
        assert_eq!(late.when, When::Rate(50_000));
        let Effect::Late(after, Answer::Status { status, .. }) = late.effect else { panic!("{late:?}") };
        assert_eq!((after, status.as_u16()), (Duration::from_secs(3), 504));

        let limited = fault("status-429:@3x2:date:on=reads:1500ms");
        assert_eq!((limited.when, limited.target), (When::Script { first: 3, count: 2 }, Target::Reads));
        let Effect::Instead(Answer::Status { retry_after, .. }) = limited.effect else { panic!() };
        assert_eq!(retry_after, Some(RetryAfter::Date(2)));

        let after = fault("status-503:after:html:x4");
        assert_eq!(after.when, When::Script { first: 1, count: 4 });
        assert!(matches!(after.effect, Effect::After(Answer::Status { form: Form::Html, retry_after: None, .. })));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let error = |text: &str| text.parse::<Fault>().unwrap_err().to_string();
        assert!(error("explode").starts_with("`explode` is no fault; there are"));
        assert_eq!(error("status-200"), "`status-200` is no error; the status is between 400 and 599");
        assert_eq!(error("drop-after-commit:html"), "`html` has no place in `drop-after-commit`, or is there twice");
        assert_eq!(error("slow:3s:4s"), "`4s` has no place in `slow`, or is there twice");
        for field in ["101%", "-1%", "@0", "x0", "x", "3", "3h", "", "on=me", "NaN%"] {
            assert!(error(&format!("slow:{field}")).starts_with(&format!("`{field}` is no field")), "{field}");
        }
    }
}
