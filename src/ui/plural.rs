//! Numbers with their nouns.

/// `1 row`, `2 rows`.
pub fn rows(count: u64) -> String {
    if count == 1 { String::from("1 row") } else { format!("{count} rows") }
}

/// `1 blank row`, `2 blank rows`.
pub(super) fn blank_rows(count: u64) -> String {
    if count == 1 { String::from("1 blank row") } else { format!("{count} blank rows") }
}
