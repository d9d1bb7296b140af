//! The document of `--report FILE`: what, where, when, who, how it went, how it ended, what to do next.
//!
//! One document holds a list of runs, for one command may load many files. It is filled from what the journal knows (all sittings of a
//! run) and from the [`Chronicle`](crate::load::chronicle::Chronicle) of this sitting, and says which is which. Two forms: a page that
//! needs nothing but itself ([`document_html`]), and JSON by a published schema, `samples/report.schema.json` ([`document_json`]).

mod account;
mod html;
mod json;
mod rejects;
mod steps;
mod words;

#[cfg(test)]
mod tests;

pub use account::{Document, Ended, Known, Outcome, Place, Problem, RunAccount, SittingAccount};
pub use html::{MARK as HTML_MARK, document_html};
pub use json::{SCHEMA as JSON_MARK, document_json};
pub use rejects::{RejectDigest, RejectReason, SameMessage, SomeRows};
pub use steps::rejects_steps;
