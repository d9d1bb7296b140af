//! `Retry-After`, in both of its forms.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// How long the server asks us to wait: seconds, or a date (RFC 9110, 10.2.3).
///
/// A date is read against the server's own `Date`, so that a clock that runs wrong on either side changes nothing.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let parser = DateTimeParser::new();
    let until = parser.parse_timestamp(text).ok()?;
    let now = headers
        .get(DATE)
        .and_then(|date| parser.parse_timestamp(date.to_str().ok()?).ok())
        .unwrap_or_else(jiff::Timestamp::now);
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)) // a date that has passed asks for nothing
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn asked(retry_after_text: &'static str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static("Tue, 24 Nov 2026 05:30:00 GMT"));
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after_text));
        retry_after(&headers)
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(asked("120"), Some(Duration::from_secs(120)));
        assert_eq!(asked("Tue, 24 Nov 2026 05:30:09 GMT"), Some(Duration::from_secs(9)));
        assert_eq!(asked("Tue, 24 Nov 2026 05:29:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("soon"), None);
    }
}
