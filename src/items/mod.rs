//! What is a queue item?
//!
//! The item and its values, the dates people write, and the rules that an item must keep before anything is sent. Pure: no files,
//! no network, no clock (whoever reads relative dates is told what time it is).

pub mod assignment;
mod dates;
mod item;
mod json;
pub mod key;
mod kind;
pub mod limits;
mod members;
mod priority;
mod schema;
mod value;
mod violation;
mod written;

pub use dates::{Calendar, DateError, Moment};
pub use item::QueueItem;
pub use json::{JsonItemError, item_from_json};
pub use kind::{Decimal, Kind, UnknownKind, recognise};
pub use members::{Members, MembersError};
pub use priority::Priority;
pub use schema::{Declared, Empty, Field, Fit, Schema, SchemaError};
pub use value::{Value, ValueError};
pub use violation::{Rule, Violation};
