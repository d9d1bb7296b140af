//! What goes wrong: every fault of the sandbox alone, and mixed.

/// A row of the matrix: a name, and faults as the sandbox reads them.
///
/// A script makes sure that the fault comes at least once, a rate that it also comes where nobody thought of. Waits that a server
/// asks for are whole seconds, so 429 comes by script alone.
pub(crate) const FAULTS: &[(&str, &[&str])] = &[
    ("none", &[]),
    ("drop before commit", &["drop-before-commit:@3", "drop-before-commit:15%"]),
    ("drop after commit", &["drop-after-commit:@3", "drop-after-commit:15%"]),
    ("hang before commit", &["hang-before-commit:@3", "hang-before-commit:8%"]),
    ("hang after commit", &["hang-after-commit:@3", "hang-after-commit:8%"]),
    ("commit later than the cut", &["commit-late:150ms:@3x2", "commit-late:100ms:10%"]),
    ("commit late, no answer", &["commit-late:150ms:cut:@3x2", "commit-late:100ms:cut:10%"]),
    ("429 in seconds", &["status-429:1s:@3", "status-429:1s:html:@5"]),
    ("429 with a date", &["status-429:1s:date:@3"]),
    ("408", &["status-408:@3", "status-408:after:@5"]),
    ("500", &["status-500:@2", "status-500:after:html:@4", "status-500:html:@5", "status-500:after:@6"]),
    ("502", &["status-502:html:@2", "status-502:after:@4", "status-502:@5", "status-502:after:html:@6"]),
    ("503", &["status-503:@2", "status-503:after:html:@4", "status-503:html:@5", "status-503:after:@6"]),
    ("504", &["status-504:html:@2", "status-504:after:@4", "status-504:@5", "status-504:after:html:@6"]),
    ("a status that nobody expects", &["status-418:after:html:@3", "status-418:html:@5"]),
    ("token expiry", &["token-expiry:@3", "token-expiry:15%"]),
    ("token expiry at reads", &["drop-after-commit:@3", "token-expiry:on=reads:30%"]),
    ("slow", &["slow:200ms:@3", "slow:100ms:15%"]),
    ("slower than patience", &["slow:700ms:@3", "slow:700ms:8%"]),
    ("truncated", &["truncated:@3", "truncated:15%"]),
    ("half of the JSON", &["cut-json:@3", "cut-json:15%"]),
    ("null ordinals", &["null-ordinal"]),
    (
        "reads fail",
        &[
            "drop-after-commit:@3",
            "drop-before-commit:@5",
            "status-503:on=reads:15%",
            "drop-before-commit:on=reads:10%",
        ],
    ),
    (
        "reads are cut",
        &["drop-after-commit:@3", "drop-before-commit:@5", "truncated:on=reads:15%", "cut-json:on=reads:10%"],
    ),
    (
        "no token at first",
        &["status-503:on=tokens:x1", "drop-before-commit:on=tokens:@3", "token-expiry:@3", "status-500:on=tokens:@4"],
    ),
    (
        "mixed",
        &[
            "drop-before-commit:5%",
            "drop-after-commit:5%",
            "commit-late:120ms:5%",
            "commit-late:120ms:cut:4%",
            "hang-after-commit:2%",
            "status-503:after:html:4%",
            "status-500:4%",
            "token-expiry:5%",
            "truncated:4%",
            "cut-json:4%",
            "null-ordinal:20%",
            "status-429:1s:2%",
            "status-504:on=reads:5%",
            "drop-before-commit:on=reads:5%",
            "slow:100ms:5%",
        ],
    ),
];
