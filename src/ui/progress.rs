//! The renderings of a load's events while it goes on: a bar on a terminal, a plain line now and then elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::brief::brief;
use super::channels::{Progress, Ui};
use super::plural::{rows, rows_named};
use crate::load::Halt;
use crate::load::event::{Event, Observer, Tally};

/// How often a line is written where there is no bar: often enough to see that it lives, seldom enough for a log.
pub(super) const LINE_EVERY: Duration = Duration::from_secs(10);

/// Pauses shorter than this are not worth a line.
const WORTH_A_WORD: Duration = Duration::from_secs(1);

/// Shows a load while it goes on.
#[derive(Debug)]
pub struct LoadView<'ui> {
    ui: &'ui Ui,
    bar: Option<ProgressBar>,
    name: String,
    total: u64,
    done_before: u64,
    began: Instant,
    last_line: Instant,
    last_tally: Tally,
}

impl<'ui> LoadView<'ui> {
    /// A view of the load of `name`, which is `bytes` long.
    pub fn new(ui: &'ui Ui, name: &str, bytes: u64) -> Self {
        let bar =
            (ui.progress() == Progress::Bar).then(|| bar(bytes, "checking {wide_bar} {bytes}/{total_bytes} {msg}"));
        let now = Instant::now();
        Self {
            ui,
            bar,
            name: name.to_owned(),
            total: 0,
            done_before: 0,
            began: now,
            last_line: now,
            last_tally: Tally::default(),
        }
    }

    /// Takes the bar away, so that what is said next stands on a line of its own.
    pub fn close(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn line(&self, words: &str) {
        match &self.bar {
            // A hidden bar's own `println` would drop the words; `suspend` never does.
            Some(bar) => bar.suspend(|| self.ui.say(words)),
            None => self.ui.say(words),
        }
    }

    fn started(&mut self, total: u64, done_before: u64) {
        (self.total, self.done_before) = (total, done_before);
        self.began = Instant::now();
        if let Some(bar) = &self.bar {
            bar.reset();
            bar.set_length(total);
            bar.set_style(style("{wide_bar} {pos}/{len}  {rate}  ETA {eta}  {msg}"));
            bar.set_position(done_before);
            bar.reset_eta();
        }
    }

    fn progressed(&mut self, tally: Tally) {
        self.last_tally = tally;
        let Tally { accepted, rejected, in_doubt } = tally;
        let position = accepted + rejected;
        let doubt = if in_doubt > 0 { format!(", {in_doubt} in doubt") } else { String::new() };
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.set_message(format!("{accepted} accepted, {rejected} rejected{doubt}"));
        } else if self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let total = self.total;
            let rate = self.rate(position);
            self.line(&format!(
                "{position} of {} dealt with: {accepted} accepted, {rejected} rejected{doubt}{rate}",
                rows(total)
            ));
        }
    }

    fn rate(&self, position: u64) -> String {
        #[allow(clippy::cast_precision_loss)] // for the eye
        let a_second = position.saturating_sub(self.done_before) as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        format!("; {a_second:.0} rows/s")
    }
}

impl Observer for LoadView<'_> {
    fn notice(&mut self, event: &Event) {
        match event {
            Event::Checking { bytes, .. } => {
                if let Some(bar) = &self.bar {
                    bar.set_position(*bytes);
                }
            }
            Event::Checked { rows: count, blank } => {
                let blank = if *blank > 0 {
                    format!(" ({} skipped)", super::plural::blank_rows(*blank))
                } else {
                    String::new()
                };
                self.line(&format!("checked {} of {}{blank}", rows(*count), self.name));
            }
            Event::Started { rows: total, done_before, queue } => {
                let before = if *done_before > 0 { format!("; {done_before} are done already") } else { String::new() };
                self.line(&format!("loading {} into {queue}{before}", rows(*total)));
                self.started(*total, *done_before);
            }
            Event::Progress(tally) => self.progressed(*tally),
            Event::Waiting { pause, why } if *pause >= WORTH_A_WORD => {
                self.line(&format!("waiting {:.0} s: {}", pause.as_secs_f64(), brief(why)));
            }
            // Single exchanges are of no interest to a person who watches; their sum is.
            Event::Waiting { .. } | Event::Exchanged { .. } => {}
            Event::Doubt { rows, why } => {
                self.line(&format!("{} in doubt: {}; asking what arrived", rows_named(rows), brief(why)));
            }
            Event::Asked { rows, found, missing, unclear } => {
                let unclear = if *unclear > 0 { format!(", {unclear} cannot be told") } else { String::new() };
                self.line(&format!("{}: {found} in the queue, {missing} not there{unclear}", rows_named(rows)));
            }
            Event::Stopping { why } if *why == Halt::Interrupted.words() => {
                self.line("stopping: what is under way is finished first; Ctrl-C again leaves at once");
            }
            Event::Stopping { why } => self.line(&format!("stopping: {}", brief(why))),
        }
    }
}

/// The library's bar, by a name that other views can use.
pub(super) type Bar = ProgressBar;

/// A bar on stderr.
pub(super) fn bar(length: u64, template: &str) -> Bar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    bar.set_style(style(template));
    bar
}

/// A style; an unreadable template would be a mistake of ours, and then the library's own bar does.
fn style(template: &str) -> ProgressStyle {
    // The library's own `per_sec` has four decimals, and with them a line that does not fit 60 columns.
    let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        let _ = write!(text, "{:.0}/s", state.per_sec());
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).with_key("rate", rate)
}
