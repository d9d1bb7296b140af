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

/// The table as text: where it is too wide with its names as they are, then with their words one below the other.
pub(super) fn text<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>, width: Width) -> String {
    let rows: Vec<[String; N]> = rows.collect();
    let stacked = header.map(|name| name.replace(' ', "\n"));
    let tables = [laid_out(&header, &rows), laid_out(&stacked, &rows)];
    let Width::Columns(columns) = width else { return lines(&tables[0]) };
    let columns = usize::from(columns);
    if let Some(table) = tables.iter().find(|table| width_of(table) <= columns) {
        return lines(table);
    }
    rows.iter().map(|row| paragraph(&header, row, columns)).collect::<Vec<_>>().join("\n")
}

fn laid_out<const N: usize>(header: &[impl ToString; N], rows: &[[String; N]]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header.iter().map(ToString::to_string));
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    table
}

fn width_of(table: &Table) -> usize {
    let widths = table.column_max_content_widths();
    widths.iter().map(|width| usize::from(*width)).sum::<usize>() + usize::from(GAP) * widths.len().saturating_sub(1)
}

fn lines(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
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
    fn names_of_two_words_stand_in_two_lines_before_anything_else_gives_way() {
        insta::assert_snapshot!(queues(Width::Columns(58)), @"
        QUEUE                UNIQUE     NEW      IN
                             REFERENCE           PROGRESS
        Rechnungen für März  yes        2        0
        A                    yes        1000000  0
        ");
    }

    #[test]
    fn what_is_too_wide_becomes_a_paragraph_a_row() {
        insta::assert_snapshot!(queues(Width::Columns(48)), @"
        Rechnungen für März
          unique reference yes, new 2, in progress 0
        A
          unique reference yes, new 1000000,
          in progress 0
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
