//! Rows of which it was, or is, not known whether they arrived; and the sittings of the run.

use super::frame::Standing;
use super::markup::Markup;
use super::rejects::{counted, named};
use super::run::worded;
use super::times::Clock;
use crate::journal::SettledDoubt;
use crate::ui::document::account::{Known, RunAccount};
use crate::ui::document::rejects::SomeRows;
use crate::ui::document::words::{ending_words, evidence_words, number};

/// Settled doubts shown; a page is no log.
const DOUBTS: usize = 100;

/// Sittings shown, the latest.
const SITTINGS: usize = 50;

/// What is in doubt, and what was and how that was settled.
pub(super) fn doubts(run: &RunAccount, standing: Standing, clock: Clock<'_>) -> Markup {
    let Some(known) = run.known.as_ref().filter(|known| !known.settled.is_empty() || !known.in_doubt.is_empty()) else {
        return Markup::default();
    };
    let mut body = Markup::default();
    if known.in_doubt.is_empty() {
        body.add("<p>Every doubt is settled. A request is in doubt when its answer was lost: Orchestrator is then asked which of its rows are in the queue, and the others are sent again.</p>", &[]);
    } else {
        body.add("<p><b class='in_doubt'>In doubt now:</b> {}.</p>", &[&named(&SomeRows::of(&known.in_doubt))]);
        if let Some(why) = run.sitting.as_ref().and_then(|sitting| sitting.unreadable.as_ref()) {
            body.add("<p>They could not be looked up: {}.</p>", &[&worded(why)]);
        }
    }
    if !known.settled.is_empty() {
        body.append(&settled(known, clock));
    }
    standing.section("doubts", "Doubts", &body)
}

fn settled(known: &Known, clock: Clock<'_>) -> Markup {
    let mut table = Markup::of(
        "<details><summary>{} settled</summary><div class='scroll' role='group' aria-label='Settled doubts' tabindex='0'><table><thead><tr>\
         <th scope='col'>Sent<th scope='col'>Rows<th scope='col' class='num'>Found<th scope='col' class='num'>Sent again\
         <th scope='col' class='num'>Rejected<th scope='col'>Known by<th scope='col'>Why in doubt</tr></thead><tbody>",
        &[&requests(known.settled.len() as u64)],
    );
    for doubt in known.settled.iter().take(DOUBTS) {
        let SettledDoubt { portion, sent_at, why, evidence, accepted, rejected, missing, .. } = doubt;
        table.add(
            "<tr><td>{}<td>{}<td class='num'>{}<td class='num'>{}<td class='num'>{}<td>{}<td>{}</tr>",
            &[
                &clock.time(*sent_at),
                &named(&SomeRows::of(&portion.ranges)),
                &number(*accepted),
                &number(*missing),
                &number(*rejected),
                &evidence_words(*evidence),
                &worded(why),
            ],
        );
    }
    table.add("</tbody></table></div>", &[]);
    if let Some(more) = known.settled.len().checked_sub(DOUBTS).filter(|more| *more > 0) {
        table.add(
            "<p class='soft small'>{} more; <code>uiq runs show {}</code> lists them.</p>",
            &[&more, &known.run.id],
        );
    }
    table.add("</details>", &[]);
    table
}

fn requests(count: u64) -> String {
    if count == 1 { String::from("1 request") } else { format!("{} requests", number(count)) }
}

/// The sittings, where there was more than one.
pub(super) fn sittings(run: &RunAccount, standing: Standing, clock: Clock<'_>) -> Markup {
    let Some(known) = run.known.as_ref().filter(|known| known.run.sittings.len() > 1) else {
        return Markup::default();
    };
    let all = &known.run.sittings;
    let mut body = Markup::default();
    if let Some(earlier) = run.sitting.as_ref().map(|sitting| sitting.accepted_before) {
        body.add(
            "<p>Counts, rejects and doubts on this page are those of the whole run; its course, its requests and its pauses are those of \
             the last sitting, which began with {} in the queue.</p>",
            &[&counted(earlier)],
        );
    }
    body.add(
        "<table><thead><tr><th scope='col'>Began<th scope='col'>Ended<th scope='col'>How<th scope='col'>By</tr></thead><tbody>",
        &[],
    );
    for sitting in all.iter().skip(all.len().saturating_sub(SITTINGS)) {
        let (at, ending) = sitting.ended.as_ref().map(|(at, ending)| (*at, ending)).unzip();
        let at = at.map_or_else(|| Markup::of("–", &[]), |at| clock.time(at));
        body.add(
            "<tr><td>{}<td>{}<td>{}<td><bdi>{}</bdi></tr>",
            &[&clock.time(sitting.began), &at, &worded(&ending_words(ending)), &sitting.operator.who],
        );
    }
    body.add("</tbody></table>", &[]);
    standing.section("sittings", "Sittings", &body)
}
