//! The renderings of a load's events while it goes on: a bar on a terminal, a plain line now and then elsewhere.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::bar;
use super::brief::brief;
use super::channels::{Progress, Ui};
use super::plural::{rows, rows_named};
use super::told::Told;
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
    run: String,
    total: u64,
    done_before: u64,
    began: Instant,
    last_line: Instant,
    last_tally: Tally,
}

impl<'ui> LoadView<'ui> {
    /// A view of the load of `name`, which is `bytes` long.
    pub fn new(ui: &'ui Ui, name: &str, bytes: u64) -> Self {
        let bar = (ui.progress() == Progress::Bar).then(|| bar::checking(bytes, ui.terminal()));
        let now = Instant::now();
        Self {
            ui,
            bar,
            name: name.to_owned(),
            run: String::new(),
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

    fn tell(&self, told: &Told<'_>, words: &str) {
        match &self.bar {
            // A hidden bar's own `println` would drop the words; `suspend` never does.
            Some(bar) => bar.suspend(|| self.ui.tell(told, words)),
            None => self.ui.tell(told, words),
        }
    }

    fn started(&mut self, total: u64, done_before: u64) {
        (self.total, self.done_before) = (total, done_before);
        self.began = Instant::now();
        if let Some(checking) = self.bar.take() {
            checking.finish_and_clear();
            self.bar = Some(bar::loading(total, done_before, self.ui.terminal()));
        }
    }

    fn progressed(&mut self, tally: Tally) {
        self.last_tally = tally;
        let Tally { accepted, rejected, in_doubt } = tally;
        let position = accepted + rejected;
        let doubt = if in_doubt > 0 { format!(", {in_doubt} in doubt") } else { String::new() };
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{accepted} accepted, {rejected} rejected{doubt}"));
            bar.set_position(position);
        } else if self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let (file, run, total) = (self.name.as_str(), self.run.as_str(), self.total);
            let rate = self.rate(position);
            let words = format!(
                "{position} of {} dealt with: {accepted} accepted, {rejected} rejected{doubt}{rate}",
                rows(total)
            );
            self.tell(&Told::Progress { file, run, rows: total, accepted, rejected, in_doubt }, &words);
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
            Event::Progress(tally) => self.progressed(*tally),
            Event::Started { rows: total, done_before, queue, run } => {
                self.run.clone_from(run);
                let before = if *done_before > 0 { format!("; {done_before} are done already") } else { String::new() };
                let told = Told::Started { file: &self.name, queue, run, rows: *total, done_before: *done_before };
                self.tell(&told, &format!("loading {} into {queue}{before}", rows(*total)));
                self.started(*total, *done_before);
            }
            Event::Checked { .. }
            | Event::Waiting { .. }
            | Event::Exchanged { .. }
            | Event::Doubt { .. }
            | Event::Asked { .. }
            | Event::Stopping { .. } => self.word(event),
        }
    }
}

impl LoadView<'_> {
    /// What is worth a line, and moves no bar.
    fn word(&self, event: &Event) {
        let (file, run) = (self.name.as_str(), self.run.as_str());
        match event {
            Event::Checked { rows: count, blank } => {
                let skipped = if *blank > 0 {
                    format!(" ({} skipped)", super::plural::blank_rows(*blank))
                } else {
                    String::new()
                };
                let words = format!("checked {} of {file}{skipped}", rows(*count));
                self.tell(&Told::Checked { file, rows: *count, blank_rows: *blank }, &words);
            }
            Event::Waiting { pause, why } if *pause >= WORTH_A_WORD => {
                let seconds = pause.as_secs_f64();
                let words = format!("waiting {seconds:.0} s: {}", brief(why));
                self.tell(&Told::Waiting { file, run, seconds, why }, &words);
            }
            Event::Doubt { rows, why } => {
                let words = format!("{} in doubt: {}; asking what arrived", rows_named(rows), brief(why));
                self.tell(&Told::Doubt { file, run, rows: rows.to_string(), why }, &words);
            }
            Event::Asked { rows, found, missing, unclear } => {
                let (found, missing, unclear) = (*found, *missing, *unclear);
                let told = Told::Asked { file, run, rows: rows.to_string(), found, missing, unclear };
                let rest = if unclear > 0 { format!(", {unclear} cannot be told") } else { String::new() };
                let words = format!("{}: {found} in the queue, {missing} not there{rest}", rows_named(rows));
                self.tell(&told, &words);
            }
            Event::Stopping { why } => {
                let words = if *why == Halt::Interrupted.words() {
                    String::from("stopping: what is under way is finished first; Ctrl-C again leaves at once")
                } else {
                    format!("stopping: {}", brief(why))
                };
                self.tell(&Told::Stopping { file, run, why }, &words);
            }
            // Short pauses, and single exchanges, are of no interest to whoever watches; their sum is.
            Event::Waiting { .. }
            | Event::Exchanged { .. }
            | Event::Checking { .. }
            | Event::Started { .. }
            | Event::Progress(_) => {}
        }
    }
}
