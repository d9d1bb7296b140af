//! Rows that are not in the queue, and rows that break a rule.

use super::frame::Standing;
use super::markup::Markup;
use super::run::worded;
use crate::ui::document::account::RunAccount;
use crate::ui::document::rejects::{RejectReason, SameMessage, SomeRows};
use crate::ui::document::words::{cause_words, number};
use crate::ui::plural::rows;

/// The rules that rows break, where that kept the load from beginning.
pub(super) fn problems(run: &RunAccount, standing: Standing) -> Markup {
    if run.problems.is_empty() || run.known.is_some() {
        return Markup::default();
    }
    let mut body = Markup::of("<div class='reasons'>", &[]);
    for problem in &run.problems {
        let times = if problem.times == 1 { String::from("once") } else { format!("{} times", number(problem.times)) };
        body.add("<details open><summary><b>{}</b>, broken {}</summary><ul>", &[&problem.rule, &times]);
        for line in &problem.first {
            body.add("<li>{}", &[&worded(line)]);
        }
        let more = problem.times.saturating_sub(problem.first.len() as u64);
        if more > 0 {
            body.add("<li class='soft'>and {} more", &[&number(more)]);
        }
        body.add("</ul></details>", &[]);
    }
    body.add("</div>", &[]);
    standing.section("problems", "Rules that rows break", &body)
}

/// Tells whether the lines of the failure are those of the rules that rows break.
pub(super) fn details_are_problems(run: &RunAccount) -> bool {
    let first = run.problems.first().and_then(|problem| problem.first.first());
    run.known.is_none() && first.is_some() && run.ending.details.first() == first
}

/// The rejects by reason, each with its rows folded away.
pub(super) fn rejects(run: &RunAccount, standing: Standing) -> Markup {
    let Some(known) = run.known.as_ref().filter(|known| !known.rejects.is_empty()) else { return Markup::default() };
    let total: u64 = known.rejects.iter().map(|reason| reason.rows).sum();
    let mut body = Markup::of("<p>{} not in the queue", &[&counted(total)]);
    match &known.rejects_file {
        Some(file) => body.add(
            ". All of them, in the columns of the input and with the reason, are in <code>{}</code>.</p>",
            &[&file.display()],
        ),
        None => body.add(", so far. The file with them is written when the run is over.</p>", &[]),
    }
    body.add("<div class='reasons'>", &[]);
    for reason in &known.rejects {
        // A single reason has nothing to be folded away from.
        let open = if known.rejects.len() == 1 { "<details open>" } else { "<details>" };
        body.add(open, &[]);
        body.add(
            "<summary><b>{}</b>: {}, {}</summary>{}</details>",
            &[&reason.code, &counted(reason.rows), &cause_words(reason.cause), &messages(reason)],
        );
    }
    body.add("</div>", &[]);
    standing.section("rejects", "Rejects", &body)
}

/// Messages seen at once; the others are folded away.
const AT_ONCE: usize = 10;

fn messages(reason: &RejectReason) -> Markup {
    let (first, others) = reason.messages.split_at(reason.messages.len().min(AT_ONCE));
    let mut body = message_table(first);
    if !others.is_empty() {
        body.add(
            "<details><summary>{} more messages</summary>{}</details>",
            &[&number(others.len() as u64), &message_table(others)],
        );
    }
    if reason.unlisted() > 0 {
        body.add(
            "<p class='soft small'>{} more, with other messages, are in the rejects file only.</p>",
            &[&counted(reason.unlisted())],
        );
    }
    body
}

fn message_table(messages: &[SameMessage]) -> Markup {
    let mut table = Markup::of(
        "<table><thead><tr><th scope='col'>Message<th scope='col' class='num'>Rows<th scope='col'>Which</tr></thead><tbody>",
        &[],
    );
    for same in messages {
        table.add(
            "<tr><td>{}<td class='num'>{}<td>{}</tr>",
            &[&worded(&same.message), &number(same.rows.count()), &named(&same.rows)],
        );
    }
    table.add("</tbody></table>", &[]);
    table
}

/// `2–501, 503 and 12 more`.
pub(super) fn named(rows: &SomeRows) -> Markup {
    let named = rows.named.to_string().replace('-', "–");
    if rows.more == 0 {
        return Markup::of("{}", &[&named]);
    }
    Markup::of("{} <span class='soft'>and {} more</span>", &[&named, &number(rows.more)])
}

/// `1 row`, `12 345 rows`.
pub(super) fn counted(count: u64) -> String {
    rows(count).replacen(&count.to_string(), &number(count), 1)
}
