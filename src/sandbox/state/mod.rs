//! What the tenant holds: queues and their items, in memory.

mod item;
mod queue;
mod schema;
mod store;

pub(super) use item::{Item, NewItem, Priority, Rest, Size};
pub(super) use queue::{CommitType, Failed, Queue};
pub(super) use schema::QueueSchema;
pub(super) use store::{NameTaken, Store};
