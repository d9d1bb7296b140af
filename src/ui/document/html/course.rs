//! How the rows went in over time, as a plot and as a table, and the pauses between.

use super::frame::Standing;
use super::markup::Markup;
use super::plot::{NARROW, Scene, WIDE, plot};
use super::rejects::counted;
use super::run::worded;
use crate::load::chronicle::Point;
use crate::ui::brief::brief;
use crate::ui::document::account::{RunAccount, SittingAccount};
use crate::ui::document::words::{length, number};

/// Lines of the table beside the plot.
const LINES: usize = 12;

/// A plot needs a line, and a line needs some points.
const WORTH_A_PLOT: usize = 4;

/// The course of this sitting.
pub(super) fn course(run: &RunAccount, standing: Standing) -> Markup {
    let Some(sitting) = &run.sitting else { return Markup::default() };
    let points = sitting.chronicle.series.points();
    let total = run.rows.unwrap_or_default();
    let mut body = Markup::of("<p>{}</p>", &[&summary(sitting)]);
    if points.len() >= WORTH_A_PLOT {
        let scene = Scene {
            points: &points,
            pauses: sitting.chronicle.pauses.stretches(),
            lasted: sitting.chronicle.lasted,
            total,
            number: standing.number,
        };
        body.add("<figure>{}{}</figure>", &[&plot(&scene, WIDE), &plot(&scene, NARROW)]);
        if !scene.pauses.is_empty() {
            body.add("<p class='soft small'>Shaded: pauses, in which at least one request waited.</p>", &[]);
        }
        body.append(&as_table(&points));
    }
    body.append(&pauses(sitting));
    standing.section("course", "Accepted over time", &body)
}

fn summary(sitting: &SittingAccount) -> String {
    let (lasted, accepted) = (sitting.chronicle.lasted, sitting.chronicle.tally().map_or(0, |tally| tally.accepted));
    let accepted = accepted.saturating_sub(sitting.accepted_before);
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // for the eye
    let rate = (accepted as f64 / lasted.as_secs_f64().max(0.001)).round() as u64;
    format!("In this sitting {} accepted in {}, {} a second.", counted(accepted), length(lasted), counted(rate))
}

fn as_table(points: &[Point]) -> Markup {
    let mut table = Markup::of(
        "<details class='as-table small'><summary>The same as a table</summary><table><thead><tr><th scope='col'>After\
         <th scope='col' class='num'>Accepted<th scope='col' class='num'>Rejected<th scope='col' class='num'>In doubt</tr></thead><tbody>",
        &[],
    );
    let last = points.len() - 1;
    let lines = last.min(LINES - 1);
    for point in (0..=lines).filter_map(|line| points.get(line * last / lines.max(1))) {
        let tally = point.tally;
        table.add(
            "<tr><th scope='row'>{}<td class='num'>{}<td class='num'>{}<td class='num'>{}</tr>",
            &[&length(point.at), &number(tally.accepted), &number(tally.rejected), &number(tally.in_doubt)],
        );
    }
    table.add("</tbody></table></details>", &[]);
    table
}

fn pauses(sitting: &SittingAccount) -> Markup {
    let reasons = sitting.chronicle.pauses.reasons();
    if reasons.is_empty() {
        return Markup::of("<p class='soft small'>Nothing held it up: no throttling, no pauses.</p>", &[]);
    }
    let mut table = Markup::of(
        "<table><caption>Pauses and throttling</caption><thead><tr><th scope='col'>Reason<th scope='col' class='num'>Times\
         <th scope='col' class='num'>Longest</tr></thead><tbody>",
        &[],
    );
    for reason in &reasons {
        table.add(
            "<tr><th scope='row'>{}<td class='num'>{}<td class='num'>{}</tr>",
            &[&worded(&brief(&reason.why)), &number(reason.times), &length(reason.longest)],
        );
    }
    table.add("</tbody></table>", &[]);
    table
}
