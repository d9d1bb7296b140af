//! Long lines that begin with a name, within the width of a terminal.

use super::table::Width;

/// `text` behind its `lead`, and what there is no room for below it, as far to the right. No word is broken: an address that is too long
/// is one that somebody will want to copy.
pub fn hanging(lead: &str, text: &str, width: Width) -> String {
    let whole = format!("{lead}{text}");
    let (long, columns) = match width {
        Width::Columns(columns) => (length(&whole) > usize::from(columns), usize::from(columns)),
        Width::Any => (false, 0),
    };
    if !long {
        return whole;
    }
    // Where the lead leaves less than half of a terminal, nothing could be read that stands below each other behind it.
    let indent = if 2 * length(lead) > columns { 2 } else { length(lead) };
    let (mut lines, mut line) = (Vec::new(), lead.to_owned());
    let mut is_begun = false;
    for word in text.split_whitespace() {
        if is_begun && length(&line) + 1 + length(word) > columns {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
        } else if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    lines.push(line);
    lines.join("\n")
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "12 new (the oldest since 2026-11-24T05:40:00Z), 1 in progress, 0 failed";

    #[test]
    fn what_fits_or_is_no_terminal_stays_a_line() {
        for width in [Width::Any, Width::Columns(200), Width::Columns(81)] {
            assert_eq!(hanging("items     ", TEXT, width), format!("items     {TEXT}"));
        }
        assert_eq!(hanging("note      ", "two  blanks", Width::Columns(21)), "note      two  blanks");
    }

    #[test]
    fn what_does_not_fit_goes_on_below() {
        insta::assert_snapshot!(hanging("items     ", TEXT, Width::Columns(40)), @"
    items     12 new (the oldest since
              2026-11-24T05:40:00Z), 1 in
              progress, 0 failed
    ");
        insta::assert_snapshot!(hanging("unique reference  ", TEXT, Width::Columns(30)), @"
    unique reference  12 new (the
      oldest since
      2026-11-24T05:40:00Z), 1 in
      progress, 0 failed
    ");
        insta::assert_snapshot!(hanging("url  ", "https://cloud.uipath.com/acme/Prod default", Width::Columns(20)), @"
    url  https://cloud.uipath.com/acme/Prod
         default
    ");
    }
}
