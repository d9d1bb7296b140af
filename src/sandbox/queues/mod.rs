//! The calls around queues: what comes in, by the published definition, and what goes out.

mod add;
mod body;
mod content;
mod definitions;

pub(super) use add::{add_item, bulk_add_items};
pub(super) use definitions::create_definition;
