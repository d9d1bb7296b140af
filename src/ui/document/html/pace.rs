//! The requests: how many, how they ended, how long they took, and at which pace they were sent.

use std::time::Duration;

use super::frame::Standing;
use super::markup::Markup;
use super::rejects::counted;
use crate::http::Jobs;
use crate::load::Chosen;
use crate::load::chronicle::{Latencies, Requests};
use crate::load::report::Pace;
use crate::ui::document::account::{RunAccount, SittingAccount};
use crate::ui::document::words::{length, number};

/// Requests and their lengths.
pub(super) fn pace(run: &RunAccount, standing: Standing) -> Markup {
    let Some(sitting) = run.sitting.as_ref().filter(|sitting| sitting.chronicle.requests.total() > 0) else {
        return Markup::default();
    };
    let mut body = Markup::of("<p>{}</p>", &[&sent(sitting)]);
    if let Some(words) = sitting.pace.as_ref().and_then(chosen) {
        body.add("<p>{}</p>", &[&words]);
    }
    body.append(&endings(&sitting.chronicle.requests));
    body.append(&latencies(&sitting.chronicle.latencies));
    standing.section("requests", "Requests", &body)
}

fn sent(sitting: &SittingAccount) -> String {
    let requests = &sitting.chronicle.requests;
    let under_way =
        if requests.most_under_way == 1 { String::from("one") } else { number(requests.most_under_way as u64) };
    let rate = sitting.rate.as_ref().map(|rate| format!(", {rate}")).unwrap_or_default();
    format!(
        "At most {} in a request, and at most {under_way} under way at a time (asked for: {} and {}{rate}). {} of items were sent.",
        counted(requests.most_rows),
        sitting.batch_rows,
        sitting.jobs,
        bytes(requests.bytes)
    )
}

/// What the server led to, where that differs from what was asked for.
fn chosen(pace: &Pace) -> Option<String> {
    let Pace { most_jobs, last_jobs, rows: Chosen { smallest, largest, last }, .. } = *pace;
    let jobs = (most_jobs != last_jobs || pace.jobs == Jobs::Auto)
        .then(|| format!("up to {most_jobs} requests at a time, {last_jobs} in the end"));
    let rows = (smallest != largest).then(|| {
        format!(
            "requests of {} to {} rows, {} in the end",
            number(smallest as u64),
            number(largest as u64),
            number(last as u64)
        )
    });
    let words: Vec<String> = jobs.into_iter().chain(rows).collect();
    (!words.is_empty()).then(|| format!("The server led to {}.", words.join(", and ")))
}

/// `812 bytes`, `1.4 MB`.
fn bytes(count: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // for the eye
    let exact = count as f64;
    match count {
        0..10_000 => format!("{} bytes", number(count)),
        10_000..1_000_000 => format!("{:.0} kB", exact / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", exact / 1e6),
        _ => format!("{:.1} GB", exact / 1e9),
    }
}

fn endings(requests: &Requests) -> Markup {
    let mut table = Markup::of(
        "<table><caption>What came of them</caption><thead><tr><th scope='col'>Ending<th scope='col' class='num'>Requests</tr></thead><tbody>",
        &[],
    );
    let lines = [
        ("answered: Orchestrator said what it did with each item", requests.answered),
        ("refused as a whole", requests.refused),
        ("sent back, surely not carried out: throttled, a rejected token, no connection", requests.not_executed),
        ("in doubt: the answer was lost", requests.doubtful),
        ("questions about rows in doubt", requests.questions),
    ];
    for (words, count) in lines.into_iter().filter(|(_, count)| *count > 0) {
        table.add("<tr><th scope='row'>{}<td class='num'>{}</tr>", &[&words, &number(count)]);
    }
    table.add("</tbody></table>", &[]);
    table
}

fn latencies(latencies: &Latencies) -> Markup {
    let (Some(median), Some(most), Some(longest)) =
        (latencies.percentile(50), latencies.percentile(95), latencies.longest())
    else {
        return Markup::default();
    };
    let mut body = Markup::of(
        "<p>An answer took <b>{}</b> in the median, at most <b>{}</b> for 95 of 100, and <b>{}</b> at the longest.</p>",
        &[&length(median), &length(most), &length(longest)],
    );
    let bins = latencies.bins();
    let largest = bins.iter().map(|bin| bin.requests).max().unwrap_or(1).max(1);
    body.add(
        "<table><caption>How long answers took</caption><thead><tr><th scope='col'>Time\
         <th scope='col' class='num'>Requests<td class='bar'></td></tr></thead><tbody>",
        &[],
    );
    for bin in &bins {
        let from = if bin.from.is_zero() { String::from("0") } else { round(bin.from) };
        // The bar repeats the number for the eye; the smallest one is still to be seen.
        let width = (bin.requests * 1_000).div_ceil(largest);
        body.add(
            "<tr><th scope='row'>{} to {}<td class='num'>{}<td class='bar'>\
             <svg viewBox='0 0 1000 10' preserveAspectRatio='none' aria-hidden='true'><rect width='{}' height='10'/></svg></tr>",
            &[&from, &round(bin.to), &number(bin.requests), &width],
        );
    }
    body.add("</tbody></table>", &[]);
    body
}

/// The end of a bin, which is round: `1.5 ms`, `700 ms`, `15 s`.
fn round(time: Duration) -> String {
    let (count, unit) = if time.as_secs() > 0 { (time.as_secs_f64(), "s") } else { (time.as_secs_f64() * 1e3, "ms") };
    format!("{count} {unit}")
}
