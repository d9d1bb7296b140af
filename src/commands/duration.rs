//! Times as people type them: `10s`, `15m`, `1h 30m`, `250ms`.

use std::time::Duration;

use jiff::SignedDuration;

/// Reads a time; the form is that of `jiff`'s friendly durations.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let wanted = "a time such as 10s, 15m or 1h 30m";
    let duration: SignedDuration = text.parse().map_err(|_| wanted.to_owned())?;
    Duration::try_from(duration).map_err(|_| wanted.to_owned())
}

/// A time as people read it: `3.2 s`, `2 min 5 s`.
pub(super) fn words(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
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

    #[test]
    fn times_are_written_as_people_read_them() {
        let shown = [0.25, 59.0, 125.0, 7_260.0].map(|seconds| words(Duration::from_secs_f64(seconds)));
        assert_eq!(shown, ["0.2 s", "59.0 s", "2 min 5 s", "2 h 1 min"]);
    }
}
