//! `uiq load --watch-processing`: what becomes of the items once they are in the queue.

use std::time::Duration;

use clap::Args;
use tokio::sync::watch;

use crate::commands::connection::Connection;
use crate::commands::{Context, duration};
use crate::load::Remote;
use crate::load::report::Report;
use crate::load::watch::{End, Followed, Processing, Watched, follow};
use crate::sandbox::Robot;
use crate::ui::ProcessingView;

/// What is done once everything is sent.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Afterwards")]
pub struct WatchArgs {
    /// Follow the items until robots have processed them; Ctrl-C ends the watching
    ///
    /// Exit code and rejects are those of the load, whatever becomes of its items. They are counted by status: a look takes 7 of the
    /// 100 reads of items that Orchestrator allows a minute (14 where items are retried), and watching takes 40 of them at most, and
    /// 20 more at the beginning. Where only items are left that are postponed for longer than --for, watching ends. What others add
    /// to the queue during the load is counted along, and said. With --sandbox a robot works on the items.
    #[arg(long)]
    pub watch_processing: bool,
    /// For how long at most
    #[arg(long = "for", value_name = "TIME", default_value = "30m", requires = "watch_processing", value_parser = duration::parse)]
    pub watch_for: Duration,
}

impl WatchArgs {
    /// Follows the items of a load that is over; nothing where nobody wants to know. `before` is the newest item before the run.
    pub(super) async fn processing(
        &self,
        report: &Report,
        before: Option<i64>,
        (sight, connection): (&Remote, &Connection),
        presses: watch::Receiver<u32>,
        context: &Context,
    ) -> Option<Watched> {
        if !self.watch_processing {
            return None;
        }
        let after = match (why_not(report, &presses), before) {
            (Some(why), _) => return Some(not_watched(why)),
            (None, None) => return Some(not_watched("it is not known which items were in the queue before the run")),
            (None, Some(after)) => after,
        };
        let ui = &context.ui;
        let ours = report.counts.accepted;
        ui.say(&format!(
            "{} accepted into {}; watching how they are processed, for {} at most; Ctrl-C ends the watching",
            crate::ui::rows(ours),
            report.queue,
            duration::words(self.watch_for)
        ));
        if connection.employ(robot(ours)) {
            ui.say("a rehearsal: a robot of the sandbox works on them");
        }
        let mut view = ProcessingView::new(ui, ours);
        let run = Followed { after, ours, time: self.watch_for };
        let watched = follow(sight, run, pressed(presses), &mut |seen: &Processing| view.notice(seen)).await;
        view.close();
        Some(watched)
    }
}

/// Why there is nothing to watch.
fn why_not(report: &Report, presses: &watch::Receiver<u32>) -> Option<&'static str> {
    if !report.is_over() {
        return Some("the load is not over");
    }
    if *presses.borrow() > 0 {
        return Some("interrupted");
    }
    (report.counts.accepted == 0).then_some("no row was accepted")
}

fn not_watched(why: &str) -> Watched {
    Watched { last: None, end: End::NotWatched(why.to_owned()) }
}

/// A robot that is done in seconds, and with which not all goes well.
fn robot(items: u64) -> Robot {
    let items = u32::try_from(items / 5).unwrap_or(u32::MAX).max(20);
    Robot { items, per: Duration::from_secs(1), fails: 0.02, refuses: 0.01 }
}

async fn pressed(mut presses: watch::Receiver<u32>) {
    if presses.wait_for(|&presses| presses > 0).await.is_err() {
        std::future::pending::<()>().await;
    }
}
