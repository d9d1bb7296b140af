//! What became of the items once they were in the queue.

use super::frame::Standing;
use super::markup::Markup;
use super::run::worded;
use super::times::Clock;
use crate::load::watch::{End, Processing, Watched};
use crate::ui::document::account::RunAccount;
use crate::ui::document::words::number;
use crate::ui::processing::postponed_text;

/// The items by status, and why nobody looks any more.
pub(super) fn processing(run: &RunAccount, standing: Standing, clock: Clock<'_>) -> Markup {
    let Some(Watched { last, end }) = &run.processing else { return Markup::default() };
    let mut body = Markup::of("<p>{}", &[&how_it_ended(end)]);
    match last {
        Some(seen) => {
            body.add(" {} of {} items processed", &[&number(seen.settled()), &number(seen.items)]);
            if seen.by_others() > 0 {
                body.add(
                    "; {} of them came from others during the load, and nothing tells them from those of the file",
                    &[&number(seen.by_others())],
                );
            }
            if let End::Postponed(postponed) = end {
                body.add("; {}", &[&postponed_text(postponed, clock.zone)]);
            }
            body.add(".</p>{}", &[&by_status(seen)]);
        }
        None if matches!(end, End::NotWatched(_)) => body.add("</p>", &[]),
        None => body.add(" Nothing was seen.</p>", &[]),
    }
    standing.section("processing", "What robots made of them", &body)
}

fn how_it_ended(end: &End) -> Markup {
    match end {
        End::Done => Markup::of("Watched until nothing was open any more.", &[]),
        End::Postponed(_) => {
            Markup::of("Watched until nothing was left that may be taken before the time to watch is up.", &[])
        }
        End::TimeUp => Markup::of("The time to watch was up.", &[]),
        End::Interrupted => Markup::of("Watching was interrupted; the load was done.", &[]),
        End::Unreadable(why) => Markup::of("The items could not be counted any more: {}.", &[&worded(why)]),
        End::NotWatched(why) => Markup::of("Processing was not watched: {}.", &[&worded(why)]),
    }
}

/// The usual four always, the others where there are some.
fn by_status(seen: &Processing) -> Markup {
    let usual = [
        ("new", seen.new),
        ("in progress", seen.in_progress),
        ("successful", seen.successful),
        ("failed", seen.failed),
    ];
    let gone = if seen.open() == 0 { seen.gone() } else { 0 };
    let seldom = [
        ("abandoned", seen.abandoned),
        ("deleted", seen.deleted),
        ("no longer in the queue", gone),
        ("attempts that failed and were retried", seen.retried),
    ];
    let mut table = Markup::of(
        "<table><thead><tr><th scope='col'>Status<th scope='col' class='num'>Items</tr></thead><tbody>",
        &[],
    );
    for (status, count) in usual.into_iter().chain(seldom.into_iter().filter(|(_, count)| *count > 0)) {
        table.add("<tr><th scope='row'>{}<td class='num'>{}</tr>", &[&status, &number(count)]);
    }
    table.add("</tbody></table>", &[]);
    table
}
