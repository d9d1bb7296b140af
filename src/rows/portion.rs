//! A part of a file: which row numbers it spans, and how many rows that is.

use super::{RangeSet, RowRange};

/// Row numbers together with the number of rows that they hold.
///
/// The two differ where blank lines were skipped: rows 2-501 may be 498 rows. Ranges that include the blank lines between their
/// rows touch their neighbours, so that a finished file is one range again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portion {
    /// The row numbers; some may belong to no row.
    pub ranges: RangeSet,
    /// How many rows there are among them.
    pub rows: u64,
}

impl Portion {
    /// No rows.
    pub fn none() -> Self {
        Self::default()
    }

    /// `rows` rows within `ranges`.
    pub fn new(ranges: impl Into<RangeSet>, rows: u64) -> Self {
        Self { ranges: ranges.into(), rows }
    }

    /// Every number of `range` as a row.
    pub fn dense(range: RowRange) -> Self {
        Self::new(range, range.last.0 - range.first.0 + 1)
    }

    /// Tells whether there is no row in it.
    pub fn is_empty(&self) -> bool {
        self.rows == 0 && self.ranges.is_empty()
    }
}
