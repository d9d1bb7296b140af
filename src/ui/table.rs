//! Tables without lines: columns as wide as their words, nothing at the edges. Where they are wider than the terminal, a wrapped table could
//! not be read: each row becomes a paragraph instead, which a screen reader reads well, too.

use comfy_table::{Table, presets};

/// How wide a table may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// As wide as it likes: in a file, or before a program.
    #[default]
    Any,
    /// As a terminal.
    Columns(u16),
}

/// Blanks between two columns.
const GAP: u16 = 2;

/// The table as text.
pub(super) fn text<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>, width: Width) -> String {
    let rows: Vec<[String; N]> = rows.collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    table.add_rows(&rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    let widths = table.column_max_content_widths();
    let gaps = usize::from(GAP) * widths.len().saturating_sub(1);
    match width {
        Width::Columns(columns) if widths.into_iter().map(usize::from).sum::<usize>() + gaps > usize::from(columns) => {
            let columns = usize::from(columns);
            rows.iter().map(|row| paragraph(&header, row, columns)).collect::<Vec<_>>().join("\n")
        }
        _ => table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n"),
    }
}

/// A row: its first cell, and below it the others with their names, as many on a line as there is room for.
fn paragraph(header: &[&str], row: &[String], columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (name, cell) in header.iter().zip(row).skip(1) {
        let cell = format!("{} {cell}", name.to_lowercase());
        match lines.last_mut() {
            // Two for what is between them, one for the comma at the end.
            Some(line) if line.chars().count() + 2 + cell.chars().count() < columns => line.extend([", ", &cell]),
            _ => lines.push(format!("  {cell}")),
        }
    }
    format!("{}\n{}", row.first().map_or("", String::as_str), lines.join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::Width;

    fn queues(width: Width) -> String {
        let row = |name: &str, new: &str| [name.to_owned(), String::from("yes"), new.to_owned(), String::from("0")];
        let rows = [row("Rechnungen für März", "2"), row("A", "1000000")];
        super::text(["QUEUE", "UNIQUE REFERENCE", "NEW", "IN PROGRESS"], rows.into_iter(), width)
    }

    #[test]
    fn columns_stand_below_their_names_and_nothing_is_at_the_edges() {
        insta::assert_snapshot!(queues(Width::Any), @"
        QUEUE                UNIQUE REFERENCE  NEW      IN PROGRESS
        Rechnungen für März  yes               2        0
        A                    yes               1000000  0
        ");
        assert_eq!(queues(Width::Columns(59)), queues(Width::Any), "it fits to the letter");
    }

    #[test]
    fn what_is_too_wide_becomes_a_paragraph_a_row() {
        insta::assert_snapshot!(queues(Width::Columns(58)), @"
        Rechnungen für März
          unique reference yes, new 2, in progress 0
        A
          unique reference yes, new 1000000, in progress 0
        ");
        insta::assert_snapshot!(queues(Width::Columns(30)), @"
        Rechnungen für März
          unique reference yes, new 2,
          in progress 0
        A
          unique reference yes,
          new 1000000, in progress 0
        ");
    }
}
