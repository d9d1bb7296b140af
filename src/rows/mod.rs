//! Rows by number: the one vocabulary in which file, batches, journal and messages speak about progress.

mod portion;
mod row;
mod set;

pub use portion::Portion;
pub use row::{RowNumber, RowRange};
pub use set::{MalformedRanges, RangeSet};
