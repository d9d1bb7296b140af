//! What becomes of a run's items once robots take them: a bar or lines while it goes on, then words and JSON.

use std::time::Instant;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::bar::{self, Bar};
use super::channels::{Progress, Ui};
use super::plural::items;
use super::progress::LINE_EVERY;
use crate::load::watch::{End, Processing, Watched};
use crate::orchestrator::Postponed;

/// Shows how items are processed, a look at a time.
#[derive(Debug)]
pub struct ProcessingView<'ui> {
    ui: &'ui Ui,
    bar: Option<Bar>,
    shown: Option<Processing>,
    last_line: Instant,
}

impl<'ui> ProcessingView<'ui> {
    /// A view of so many items.
    pub fn new(ui: &'ui Ui, count: u64) -> Self {
        let bar = (ui.progress() == Progress::Bar).then(|| bar::processing(count, ui.terminal()));
        Self { ui, bar, shown: None, last_line: Instant::now() }
    }

    /// Shows what was seen. Without a bar a line is written when something has changed, and not at every look.
    pub fn notice(&mut self, seen: &Processing) {
        if let Some(bar) = &self.bar {
            // Short, for a narrow terminal: what is not among these was processed well.
            let Processing { new, in_progress, failed, .. } = seen;
            bar.set_message(format!("{new} new, {in_progress} in progress, {failed} failed"));
            bar.set_length(seen.items);
            bar.set_position(seen.settled().min(seen.items));
            return;
        }
        let is_due = self.shown.is_none() || self.last_line.elapsed() >= LINE_EVERY;
        if is_due && self.shown != Some(*seen) {
            (self.shown, self.last_line) = (Some(*seen), Instant::now());
            self.ui.say(&format!("{} of {} processed: {}", seen.settled(), items(seen.items), states(seen)));
        }
    }

    /// Takes the bar away.
    pub fn close(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// `3 new, 1 in progress, 95 successful, 1 failed`: the usual four always, the others where there are some.
fn states(seen: &Processing) -> String {
    let usual = [
        (seen.new, "new"),
        (seen.in_progress, "in progress"),
        (seen.successful, "successful"),
        (seen.failed, "failed"),
    ];
    let seldom = [(seen.abandoned, "abandoned"), (seen.deleted, "deleted")];
    let some = usual.into_iter().chain(seldom.into_iter().filter(|(count, _)| *count > 0));
    let mut words: Vec<_> = some.map(|(count, state)| format!("{count} {state}")).collect();
    if seen.open() == 0 && seen.gone() > 0 {
        words.push(format!("{} no longer in the queue", seen.gone()));
    }
    if seen.retried > 0 {
        words.push(format!(
            "{} retried",
            if seen.retried == 1 { String::from("1 attempt") } else { format!("{} attempts", seen.retried) }
        ));
    }
    words.join(", ")
}

/// What became of the items, and why nobody looks any more.
pub fn processing_text(watched: &Watched) -> String {
    let state = |seen: &Processing| {
        let others = match seen.by_others() {
            0 => String::new(),
            others => format!(
                "\n{others} of them came from others during the load; nothing tells them from those of the file"
            ),
        };
        format!("{}{others}", states(seen))
    };
    let not_seen = || String::from("nothing was seen");
    match (&watched.end, &watched.last) {
        (End::Done, Some(seen)) if seen.items > 1 && seen.successful == seen.items => {
            format!("all {} processed: {}", items(seen.items), state(seen))
        }
        (End::NotWatched(why), _) => format!("processing was not watched: {why}"),
        (end, last) => {
            let why = match end {
                End::Postponed(_) => "nothing else may be taken before the time to watch is up; ",
                End::TimeUp => "the time to watch is up; ",
                End::Interrupted => "watching was interrupted, and the load is done; ",
                End::Unreadable(_) => "the items cannot be counted any more; ",
                End::Done | End::NotWatched(_) => "",
            };
            let because = match end {
                End::Unreadable(error) => format!("\n  because {error}"),
                End::Postponed(postponed) => format!("\n{}", postponed_text(postponed, &TimeZone::system())),
                _ => String::new(),
            };
            match last {
                Some(seen) => {
                    format!("{why}{} of {} processed: {}{because}", seen.settled(), items(seen.items), state(seen))
                }
                None => format!("{why}{}{because}", not_seen()),
            }
        }
    }
}

/// `670 of them are postponed, the first until 2026-11-26 08:00`.
pub(super) fn postponed_text(postponed: &Postponed, zone: &TimeZone) -> String {
    let Postponed { items, first } = postponed;
    let are = if *items == 1 { "is" } else { "are" };
    match first.map(|first| zone.to_datetime(first)) {
        None => format!("{items} of them {are} postponed"),
        Some(first) if *items == 1 => format!("1 of them is postponed until {}", first.strftime("%Y-%m-%d %H:%M")),
        Some(first) => format!("{items} of them {are} postponed, the first until {}", first.strftime("%Y-%m-%d %H:%M")),
    }
}

/// The same for scripts. Its shape changes only with its version, which is that of the report it stands in.
pub fn processing_json(watched: &Watched) -> Value {
    let (end, why) = match &watched.end {
        End::Done => ("done", None),
        End::Postponed(_) => ("postponed", None),
        End::TimeUp => ("time_up", None),
        End::Interrupted => ("interrupted", None),
        End::Unreadable(why) => ("unreadable", Some(why)),
        End::NotWatched(why) => ("not_watched", Some(why)),
    };
    let seen = watched.last.as_ref();
    let postponed = if let End::Postponed(postponed) = &watched.end { Some(postponed) } else { None };
    let of = |count: fn(&Processing) -> u64| seen.map(count);
    json!({
        "end": end,
        "why": why,
        "items": of(|seen| seen.items),
        "by_others": of(Processing::by_others),
        "new": of(|seen| seen.new),
        "in_progress": of(|seen| seen.in_progress),
        "successful": of(|seen| seen.successful),
        "failed": of(|seen| seen.failed),
        "abandoned": of(|seen| seen.abandoned),
        "deleted": of(|seen| seen.deleted),
        // Only once nothing is open it is certain that nothing is merely on its way from one state to the next.
        "gone": of(|seen| if seen.open() == 0 { seen.gone() } else { 0 }),
        "retried_attempts": of(|seen| seen.retried),
        "postponed": postponed.map(|postponed| postponed.items),
        "postponed_until": postponed.and_then(|postponed| postponed.first).map(|first| first.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: Processing = Processing {
        items: 100,
        ours: 100,
        new: 0,
        in_progress: 0,
        successful: 100,
        failed: 0,
        abandoned: 0,
        deleted: 0,
        retried: 0,
    };

    fn text(last: Option<Processing>, end: End) -> String {
        processing_text(&Watched { last, end })
    }

    #[test]
    fn what_is_postponed_is_said_with_the_moment_where_it_is_known() {
        let first = "2026-11-26T08:00:00Z".parse().ok();
        let said = [(670, first), (1, first), (2, None)];
        let said = said.map(|(items, first)| postponed_text(&Postponed { items, first }, &TimeZone::UTC));
        insta::assert_snapshot!(said.join("\n"), @"
    670 of them are postponed, the first until 2026-11-26 08:00
    1 of them is postponed until 2026-11-26 08:00
    2 of them are postponed
    ");
        let open = Processing { new: 2, successful: 98, ..SEEN };
        let end = End::Postponed(Postponed { items: 2, first: None });
        insta::assert_snapshot!(text(Some(open), end), @"
    nothing else may be taken before the time to watch is up; 98 of 100 items processed: 2 new, 0 in progress, 98 successful, 0 failed
    2 of them are postponed
    ");
    }

    #[test]
    fn what_became_of_the_items_is_said_with_the_reason_why_nobody_looks_any_more() {
        let open = Processing { new: 30, in_progress: 2, successful: 60, failed: 8, ours: 93, retried: 1, ..SEEN };
        let said = [
            text(Some(SEEN), End::Done),
            text(Some(Processing { successful: 90, failed: 7, abandoned: 1, deleted: 1, ..SEEN }), End::Done),
            text(Some(open), End::TimeUp),
            text(Some(open), End::Interrupted),
            text(Some(open), End::Unreadable("HTTP 403".into())),
            text(None, End::Interrupted),
            text(None, End::NotWatched("no row was accepted".into())),
        ];
        insta::assert_snapshot!(said.join("\n\n"), @"
    all 100 items processed: 0 new, 0 in progress, 100 successful, 0 failed

    99 of 100 items processed: 0 new, 0 in progress, 90 successful, 7 failed, 1 abandoned, 1 deleted, 1 no longer in the queue

    the time to watch is up; 68 of 100 items processed: 30 new, 2 in progress, 60 successful, 8 failed, 1 attempt retried
    7 of them came from others during the load; nothing tells them from those of the file

    watching was interrupted, and the load is done; 68 of 100 items processed: 30 new, 2 in progress, 60 successful, 8 failed, 1 attempt retried
    7 of them came from others during the load; nothing tells them from those of the file

    the items cannot be counted any more; 68 of 100 items processed: 30 new, 2 in progress, 60 successful, 8 failed, 1 attempt retried
    7 of them came from others during the load; nothing tells them from those of the file
      because HTTP 403

    watching was interrupted, and the load is done; nothing was seen

    processing was not watched: no row was accepted
    ");
        insta::assert_snapshot!(processing_json(&Watched { last: Some(open), end: End::TimeUp }).to_string(), @r#"{"abandoned":0,"by_others":7,"deleted":0,"end":"time_up","failed":8,"gone":0,"in_progress":2,"items":100,"new":30,"postponed":null,"postponed_until":null,"retried_attempts":1,"successful":60,"why":null}"#);
    }
}
