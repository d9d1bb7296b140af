//! What the tenant holds: queues and their items, in memory.

mod item;
mod processing;
mod queue;
mod schema;
mod store;

pub(super) use item::{Exception, Item, NewItem, Priority, Rest, Size, Status};
pub(super) use processing::Progress;
pub(super) use queue::{CommitType, Failed, Queue};
pub(super) use schema::QueueSchema;
pub(super) use store::{NameTaken, Store};
