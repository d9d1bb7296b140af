//! The queue's own JSON schema: what types its keys have, whether a content follows it, and what one that does looks like.

mod document;
mod examples;
mod field;
mod pattern;

pub use document::{Declared, Empty, Schema, SchemaError};
pub use field::{Field, Fit};
