//! Rows by number: the one vocabulary in which file, batches, journal and messages speak about progress.

mod portion;
mod row;
mod set;
mod shard;

pub use portion::Portion;
pub use row::{RowNumber, RowRange};
pub use set::{MalformedRanges, RangeSet};
pub use shard::{NoShard, Shard};
