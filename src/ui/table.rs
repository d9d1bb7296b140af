//! Tables without lines: columns as wide as their words, nothing at the edges.

use comfy_table::{Table, presets};

/// The table as text.
pub(super) fn text<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_stand_below_their_names_and_nothing_is_at_the_edges() {
        let rows = [["Rechnungen für März".to_owned(), "2".to_owned()], ["A".to_owned(), "10".to_owned()]];
        insta::assert_snapshot!(super::text(["QUEUE", "NEW"], rows.into_iter()), @r"
        QUEUE                NEW
        Rechnungen für März  2
        A                    10
        ");
    }
}
