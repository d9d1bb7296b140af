//! Times as people type them: `10s`, `15m`, `1h 30m`, `250ms`.

use std::time::Duration;

use jiff::SignedDuration;

use super::Context;
use crate::failure::{Exit, Failure};

/// How long a request may still be executing after it left, unless the user says otherwise: gateways cut later than servers finish.
const SETTLE_GRACE: Duration = Duration::from_secs(10);

/// The settle grace: from the flag, from `UIQ_SETTLE_GRACE`, or the default.
pub(super) fn settle_grace(flag: Option<Duration>, context: &Context) -> Result<Duration, Failure> {
    match flag {
        Some(grace) => Ok(grace),
        None => Ok(from_environment("UIQ_SETTLE_GRACE", context)?.unwrap_or(SETTLE_GRACE)),
    }
}

/// A time from an environment variable, where that is set.
pub(super) fn from_environment(name: &str, context: &Context) -> Result<Option<Duration>, Failure> {
    let Some(text) = context.environment.get(name) else { return Ok(None) };
    match parse(text) {
        Ok(time) => Ok(Some(time)),
        Err(wanted) => Err(Failure::new(Exit::Usage, format!("`{name}={text}`: it takes {wanted}"))),
    }
}

/// Reads a time; the form is that of `jiff`'s friendly durations.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let wanted = "a time such as 10s, 15m or 1h 30m";
    let duration: SignedDuration = text.parse().map_err(|_| wanted.to_owned())?;
    Duration::try_from(duration).map_err(|_| wanted.to_owned())
}

/// A time as it is typed.
pub(super) fn words(time: Duration) -> String {
    format!("{:#}", SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        assert_eq!(parse("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(parse("15m"), Ok(Duration::from_secs(900)));
        assert_eq!(parse("1h 30m"), Ok(Duration::from_secs(5_400)));
        assert!(parse("soon").is_err() && parse("-5s").is_err() && parse("10").is_err());
    }
}
