//! A fault, and what it does to a request.

use std::fmt;
use std::time::Duration;

use axum::http::StatusCode;

/// Something that goes wrong, and when. Written and read as the module says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub(super) text: String,
    pub(super) effect: Effect,
    pub(super) when: When,
    pub(super) target: Target,
}

/// The text is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// An unknown kind.
    #[error(
        "`{0}` is no fault; there are drop-before-commit, drop-after-commit, hang-before-commit, hang-after-commit, commit-late, \
         status-NNN, token-expiry, slow, truncated, cut-json and null-ordinal"
    )]
    Kind(String),
    /// A status that is no error.
    #[error("`status-{0}` is no error; the status is between 400 and 599")]
    Status(String),
    /// A field that cannot be read.
    #[error(
        "`{0}` is no field of a fault; there are 5%, @3, x2, @3x2, 3s, 120ms, date, before, after, json, html, empty, cut, \
         on=writes, on=reads, on=tokens and on=all"
    )]
    Field(String),
    /// A field that the kind has no use for, or has already.
    #[error("`{field}` has no place in `{kind}`, or is there twice")]
    Misplaced {
        /// The field.
        field: String,
        /// The kind.
        kind: String,
    },
}

/// What a fault does to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Effect {
    /// It is not executed.
    Instead(Answer),
    /// It is executed, then answered otherwise.
    After(Answer),
    /// It is answered, then executed so much later.
    Late(Duration, Answer),
    /// All tokens end before it.
    TokenExpiry,
}

/// How a request that met a fault is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Answer {
    /// The connection closes.
    Cut,
    /// The connection stays open and silent.
    Hang,
    Status {
        status: StatusCode,
        form: Form,
        retry_after: Option<RetryAfter>,
    },
    /// The right answer, so much later.
    Slow(Duration),
    /// The right answer up to its middle, then the connection closes.
    Truncated,
    /// Half of the right answer as if it were whole.
    CutJson,
    /// The right answer without the positions of failed items.
    NullOrdinal,
}

/// The body of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Form {
    Json,
    Html,
    Empty,
}

/// When the client may come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum RetryAfter {
    Seconds(u64),
    Date(u64),
}

/// The requests that are counted and hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Target {
    Writes,
    Reads,
    Tokens,
    All,
}

/// Which of its target's requests a fault hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Always,
    /// So many in a million.
    Rate(u64),
    /// `count` requests from the `first` on, counted from one.
    Script {
        first: u64,
        count: u64,
    },
}

impl Fault {
    pub(in crate::sandbox) fn effect(&self) -> &Effect {
        &self.effect
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
