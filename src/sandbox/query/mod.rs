//! OData query options: `$filter`, `$select`, `$orderby`, `$top`, `$skip`, `$count`, as far as clients of queues use them.

mod entity;
mod filter;
mod lexer;
mod options;
mod parser;

use super::reply::Reply;

pub(super) use entity::{Entity, Kind, Object, Selection, Value};
pub(super) use filter::Filter;
pub(super) use options::{Query, only_name, selection_only};

/// The options cannot be understood; the text says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryError(pub(super) String);

impl QueryError {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// The answer of the real server, with our reason behind it.
    pub(super) fn into_reply(self) -> Reply {
        Reply::invalid_request(&format!("Invalid OData query options ({})", self.0))
    }
}
