//! One row, and a stretch of rows.

use std::fmt;

/// A row as its owner finds it: for a CSV the row that a spreadsheet shows (the header is row 1), for JSON Lines the line.
///
/// Numbers grow along the file; where blank lines were skipped, some are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowNumber(pub u64);

impl fmt::Display for RowNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Rows `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRange {
    /// The first row.
    pub first: RowNumber,
    /// The last row; never before the first.
    pub last: RowNumber,
}

impl RowRange {
    /// The range of one row.
    pub fn single(row: RowNumber) -> Self {
        Self { first: row, last: row }
    }

    /// Tells whether `row` lies within.
    pub fn contains(&self, row: RowNumber) -> bool {
        self.first <= row && row <= self.last
    }
}

impl fmt::Display for RowRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}
