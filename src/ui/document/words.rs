//! Words that both people and scripts read, and numbers as people read them.

use std::time::Duration;

use super::account::Outcome;
use crate::journal::{Cause, Ending, Evidence};

/// The word for scripts.
pub(super) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AllAccepted => "all_accepted",
        Outcome::SomeRejected => "some_rejected",
        Outcome::InDoubt => "in_doubt",
        Outcome::Stopped => "stopped",
        Outcome::Interrupted => "interrupted",
        Outcome::NotBegun => "not_begun",
        Outcome::LoadedBefore => "loaded_before",
    }
}

/// The sentence for people.
pub(super) fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::AllAccepted => "Every row is in the queue",
        Outcome::SomeRejected => "Finished, but some rows are not in the queue",
        Outcome::InDoubt => "For some rows it is not known whether they are in the queue",
        Outcome::Stopped => "Stopped early; it can be gone on with",
        Outcome::Interrupted => "Interrupted; it can be gone on with",
        Outcome::NotBegun => "Nothing was sent",
        Outcome::LoadedBefore => "Nothing was sent: this content was loaded before",
    }
}

/// The word for scripts.
pub(super) fn cause_name(cause: Cause) -> &'static str {
    match cause {
        Cause::Refused => "refused",
        Cause::RolledBack => "rolled_back",
        Cause::LeftOut => "left_out",
        Cause::Abandoned => "abandoned",
    }
}

/// The words for people.
pub(super) fn cause_words(cause: Cause) -> &'static str {
    match cause {
        Cause::Refused => "refused by Orchestrator",
        Cause::RolledBack => "rolled back with a refused row",
        Cause::LeftOut => "left out: breaks a rule",
        Cause::Abandoned => "in doubt, not sent again",
    }
}

/// The word for scripts.
pub(super) fn evidence_name(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Answer => "answer",
        Evidence::References => "references",
        Evidence::Content => "content",
        Evidence::User => "user",
    }
}

/// The words for people.
pub(super) fn evidence_words(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Answer => "the answer",
        Evidence::References => "references in the queue",
        Evidence::Content => "content in the queue",
        Evidence::User => "the user's word",
    }
}

/// How a sitting ended.
pub(super) fn ending_words(ending: Option<&Ending>) -> String {
    match ending {
        None => String::from("no end written down: killed"),
        Some(Ending::Finished) => String::from("finished"),
        Some(Ending::Interrupted) => String::from("interrupted"),
        Some(Ending::Stopped(reason)) => format!("stopped: {reason}"),
    }
}

/// `12 345`, with thin spaces that do not break.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A length of time in the unit that suits it: `0.4 ms`, `12 ms`, `1.2 s`, `4 min 10 s`, `3 h 05 min`.
pub(super) fn length(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1e3;
    let seconds = time.as_secs();
    match () {
        () if millis < 10.0 => format!("{millis:.1} ms"),
        () if millis < 1_000.0 => format!("{millis:.0} ms"),
        () if seconds < 10 => format!("{:.1} s", time.as_secs_f64()),
        () if seconds < 60 => format!("{seconds} s"),
        () if seconds < 3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        () => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped() {
        let shown = [0, 999, 1_234, 12_345, 1_234_567].map(|count| number(count).replace('\u{202f}', " "));
        assert_eq!(shown, ["0", "999", "1234", "12 345", "1 234 567"]);
    }

    #[test]
    fn a_length_has_the_unit_that_suits_it() {
        let shown = [400, 12_000, 999_000, 1_240_000, 42_000_000, 250_000_000, 11_100_000_000];
        let shown = shown.map(|micros| length(Duration::from_micros(micros)));
        assert_eq!(shown, ["0.4 ms", "12 ms", "999 ms", "1.2 s", "42 s", "4 min 10 s", "3 h 05 min"]);
    }
}
