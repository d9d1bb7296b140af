//! What an answer says about a write: was it carried out? Waiting and repeating are somebody else's business.
//!
//! A write is repeated only when it surely was not carried out. Everything that leaves a doubt is [`Verdict::Unknown`], and whoever
//! sent the write has to ask what arrived.

use std::time::Duration;

use super::exchange::Answer;
use super::retry_after::retry_after;
use super::transport::{Arrival, TransportError};

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The server answered for itself; the body says what was done.
    Answered,
    /// The server refused it as a whole, in its own words; nothing was done.
    Refused,
    /// It surely was not carried out, and may be repeated.
    NotExecuted(Obstacle),
    /// It may or may not have been carried out.
    Unknown,
}

/// Why a write was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There was no connection.
    Connection,
    /// The token was not accepted (401).
    Token,
    /// Too many requests (429), with the wait that the server asked for.
    Throttled(Option<Duration>),
}

/// Judges an answer to a write.
pub fn judge(answer: &Answer) -> Verdict {
    match answer.status.as_u16() {
        401 => Verdict::NotExecuted(Obstacle::Token),
        429 => Verdict::NotExecuted(Obstacle::Throttled(retry_after(&answer.headers))),
        // A web page comes from something that stands between us and Orchestrator; what that did with the write, nobody knows.
        _ if answer.is_html() => Verdict::Unknown,
        200..=299 => Verdict::Answered,
        // A request time-out may come from a gateway that had already passed the request on.
        408 => Verdict::Unknown,
        // 501 is the one 5xx that says something about the request: the server knows no such method, so it did nothing (RFC 9110, 15.6.2).
        400..=499 | 501 => Verdict::Refused,
        // 1xx does not end an exchange; 3xx can follow a write that was done (303); 5xx says only that something broke.
        _ => Verdict::Unknown,
    }
}

/// Judges a write without a whole answer.
pub fn judge_failure(error: &TransportError) -> Verdict {
    match error.arrival() {
        Arrival::NotSent => Verdict::NotExecuted(Obstacle::Connection),
        Arrival::Unknown => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let status = StatusCode::from_u16(status).unwrap();
        Answer { endpoint: String::from("http://test/"), status, headers: HeaderMap::new(), body: body.into() }
    }

    /// Every status from 100 to 599 with a body in JSON, equal neighbours folded.
    #[test]
    fn every_status_has_a_verdict() {
        let verdicts = |body: &str| {
            let mut table = String::new();
            let mut open: Option<(u16, u16, Verdict)> = None;
            for status in 100..=599 {
                let verdict = judge(&answer(status, body));
                match &mut open {
                    Some((_, last, known)) if *known == verdict => *last = status,
                    _ => {
                        if let Some((first, last, verdict)) = open.replace((status, status, verdict)) {
                            writeln!(table, "{first}-{last} {verdict:?}").unwrap();
                        }
                    }
                }
            }
            let (first, last, verdict) = open.unwrap();
            write!(table, "{first}-{last} {verdict:?}").unwrap();
            table
        };
        insta::assert_snapshot!(verdicts("{}"), @r"
        100-199 Unknown
        200-299 Answered
        300-399 Unknown
        400-400 Refused
        401-401 NotExecuted(Token)
        402-407 Refused
        408-408 Unknown
        409-428 Refused
        429-429 NotExecuted(Throttled(None))
        430-499 Refused
        500-500 Unknown
        501-501 Refused
        502-599 Unknown
        ");
        insta::assert_snapshot!(verdicts("<!DOCTYPE html><title>Sign in</title>"), @r"
        100-400 Unknown
        401-401 NotExecuted(Token)
        402-428 Unknown
        429-429 NotExecuted(Throttled(None))
        430-599 Unknown
        ");
    }

    #[test]
    fn a_throttled_answer_keeps_the_wait_it_asked_for() {
        let mut throttled = answer(429, "");
        throttled.headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
        assert_eq!(judge(&throttled), Verdict::NotExecuted(Obstacle::Throttled(Some(Duration::from_secs(7)))));
    }
}
