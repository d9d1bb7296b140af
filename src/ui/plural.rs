//! Numbers with their nouns.

use crate::rows::RangeSet;

/// `1 row`, `2 rows`.
pub fn rows(count: u64) -> String {
    if count == 1 { String::from("1 row") } else { format!("{count} rows") }
}

/// `1 item`, `2 items`.
pub(super) fn items(count: u64) -> String {
    if count == 1 { String::from("1 item") } else { format!("{count} items") }
}

/// `row 4`, `rows 2-3, 7`.
pub fn rows_named(rows: &RangeSet) -> String {
    if rows.len() == 1 { format!("row {rows}") } else { format!("rows {rows}") }
}

/// `1 blank row`, `2 blank rows`.
pub(super) fn blank_rows(count: u64) -> String {
    if count == 1 { String::from("1 blank row") } else { format!("{count} blank rows") }
}
