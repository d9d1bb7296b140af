//! What changes from run to run, replaced by its name, so that a snapshot can hold the rest to the letter.

use regex_lite::Regex;

/// Patterns of what is never the same twice; the earlier ones go first, for some are part of others.
const PATTERNS: &[(&str, &str)] = &[
    // The sandbox's tokens look like the real ones: three parts of base64 of which the first begins `{"`.
    (r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", "[token]"),
    // https://www.w3.org/TR/trace-context
    (r"\b00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]\b", "[trace]"),
    (r"\b\d{8}-\d{4}-[a-z0-9]{4}\b", "[run]"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "[guid]"),
    (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", "[time]"),
    // The number of a system's error is the system's.
    (r"\(os error \d+\)", "(os error [n])"),
    // Loopback addresses that no server of the test announced.
    (r"127\.0\.0\.1:\d{4,5}\b", "127.0.0.1:[port]"),
    // Durations and rates as a load prints them. A whole number of seconds is somebody's setting and stays.
    (r"\b[\d,]+(\.\d+)? rows/s\b", "[rate]"),
    (r"\b(\d+\.\d+ ?s|\d+(\.\d+)? ?ms)\b", "[duration]"),
];

/// Texts and patterns to be replaced by names.
#[derive(Clone, Default)]
pub(super) struct Masks(Vec<(String, String)>);

impl Masks {
    /// Shows `text` as `name` from now on, before any pattern is looked for.
    pub(super) fn add(&mut self, text: impl Into<String>, name: &str) {
        self.0.push((text.into(), name.to_owned()));
    }

    /// Gives `text` as it is the same in every run.
    pub(super) fn apply(&self, text: &str) -> String {
        let known = self.0.iter().fold(text.to_owned(), |text, (secret, name)| text.replace(secret, name));
        PATTERNS
            .iter()
            .fold(known, |text, (pattern, name)| Regex::new(pattern).unwrap().replace_all(&text, *name).into_owned())
    }
}

#[test]
fn what_changes_is_masked_and_what_does_not_stays() {
    let mut masks = Masks::default();
    masks.add("/tmp/.tmpX1", "[place]");
    let shown = masks.apply(
        "run 20261124-0540-k3f9 of /tmp/.tmpX1/a.csv: 2,500 rows in 1.25 s (2,000 rows/s), until 2026-11-24T05:40:00.1234567Z, \
         trace 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01, due 2026-12-01, within 30 s",
    );
    assert_eq!(
        shown,
        "run [run] of [place]/a.csv: 2,500 rows in [duration] ([rate]), until [time], trace [trace], due 2026-12-01, within 30 s"
    );
}
