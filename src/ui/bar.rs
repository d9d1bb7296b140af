//! The bar: as much of it as the terminal has room for, so that its line is never wrapped and left standing.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::terminal::Terminal;

/// From here on there is room for everything, with ten million rows, refusals and doubt.
const WIDE: u16 = 100;

/// From here on there is room for a bar between the numbers.
const USUAL: u16 = 80;

/// The library's bar, by a name that other views can use.
pub(super) type Bar = ProgressBar;

/// A bar for a file of so many bytes that is being checked.
pub(super) fn checking(bytes: u64, terminal: Terminal) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    bar.set_style(style("checking {wide_bar} {bytes}/{total_bytes}", terminal));
    bar
}

/// A bar for so many rows that are being loaded, of which an earlier sitting has done some.
pub(super) fn loading(rows: u64, done_before: u64, terminal: Terminal) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(rows), ProgressDrawTarget::stderr());
    bar.set_style(style(template(columns()), terminal));
    bar.set_position(done_before);
    bar.reset_eta();
    bar
}

/// A bar for so many items that are being processed.
pub(super) fn processing(items: u64, terminal: Terminal) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(items), ProgressDrawTarget::stderr());
    bar.set_style(style(
        if columns() < USUAL { "{pos}/{len}  {wide_msg}" } else { "{wide_bar} {pos}/{len}  {msg}" },
        terminal,
    ));
    bar
}

/// The width of the terminal. Where it is not to be had, the shortest form does.
fn columns() -> u16 {
    terminal_size::terminal_size_of(std::io::stderr()).map_or(0, |(width, _)| width.0)
}

/// What is shown on a terminal of so many columns. `wide_msg` is cut where there is no room for all of it.
fn template(columns: u16) -> &'static str {
    match columns {
        WIDE.. => "{wide_bar} {pos}/{len}  {rate}  ETA {eta}  {msg}",
        USUAL.. => "{wide_bar} {percent}%  {rate}  ETA {eta}  {msg}",
        _ => "{percent}%  ETA {eta}  {wide_msg}",
    }
}

/// A style; an unreadable template would be a mistake of ours, and then the library's own bar does.
fn style(template: &str, terminal: Terminal) -> ProgressStyle {
    // The library's own `per_sec` has four decimals.
    let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        let _ = write!(text, "{:.0}/s", state.per_sec());
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    match terminal {
        Terminal::Unicode => style,
        Terminal::Ascii | Terminal::Dumb => style.progress_chars("##-"),
    }
    .with_key("rate", rate)
}
