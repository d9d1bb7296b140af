//! Spans of time, short enough for a table.

/// `90` as `1h 30m`.
pub(super) fn minutes(minutes: u32) -> String {
    let parts = [(minutes / 1_440, "d"), (minutes % 1_440 / 60, "h"), (minutes % 60, "m")];
    let words: Vec<_> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if words.is_empty() { String::from("0m") } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn minutes_are_days_and_hours() {
        assert_eq!([0, 45, 60, 90, 1_440, 4_325].map(minutes), ["0m", "45m", "1h", "1h 30m", "1d", "3d 5m"]);
    }
}
