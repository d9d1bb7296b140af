//! One run: what became of it, what to do next, and the facts.

use std::path::Path;

use super::course::course;
use super::doubts::{doubts, sittings};
use super::frame::{Standing, title_of};
use super::markup::Markup;
use super::pace::pace;
use super::processing::processing;
use super::rejects::{details_are_problems, problems, rejects};
use super::times::Clock;
use crate::ui::document::account::{Known, Outcome, RunAccount};
use crate::ui::document::words::{length, number, outcome_name, outcome_words};

/// Title, verdict, and the reason where there is one.
pub(super) fn run_header(run: &RunAccount, standing: Standing, clock: Clock<'_>) -> Markup {
    let ending = &run.ending;
    let mut header = Markup::default();
    if standing.heading == 1 {
        header.add("<p class='soft small'>uiq report of a load, {}</p>", &[&clock.time(run.ended)]);
    }
    header.add(
        "<h{} id='title-{}'>{}</h{}><p class='verdict'><b class='{}'>{}.</b> Exit code {}.</p>",
        &[
            &standing.heading,
            &standing.number,
            &title_of(run),
            &standing.heading,
            &outcome_name(ending.outcome),
            &outcome_words(ending.outcome),
            &ending.exit,
        ],
    );
    if let (Outcome::LoadedBefore, Some(known)) = (ending.outcome, &run.known) {
        let began = known.run.sittings.first().map(|sitting| clock.time(sitting.began)).unwrap_or_default();
        header.add("<p>What follows is told of run <bdi>{}</bdi>, begun {}.</p>", &[&known.run.id, &began]);
    }
    if let Some(message) = &ending.message {
        header.add("<div class='said'><p>{}</p>", &[&sentence(message, &run.input)]);
        // Told below, by rule, with what there is more of each.
        let details = if details_are_problems(run) { &[] } else { ending.details.as_slice() };
        if !details.is_empty() || !ending.causes.is_empty() {
            header.add("<ul>", &[]);
            for detail in details {
                header.add("<li>{}", &[&worded(detail)]);
            }
            for cause in &ending.causes {
                header.add("<li>caused by: {}", &[&worded(cause)]);
            }
            header.add("</ul>", &[]);
        }
        header.add("</div>", &[]);
    }
    header
}

/// Everything below the verdict.
pub(super) fn run_body(run: &RunAccount, standing: Standing, clock: Clock<'_>) -> Markup {
    let mut body = Markup::default();
    if let Some(known) = &run.known {
        body.append(&figures(known));
    }
    if !run.ending.next.is_empty() {
        let mut steps = Markup::of("<ul class='next'>", &[]);
        for step in &run.ending.next {
            steps.add("<li>{}", &[&sentence(step, &run.input)]);
        }
        steps.add("</ul>", &[]);
        body.append(&standing.section("next", "What to do next", &steps));
    }
    body.append(&problems(run, standing));
    body.append(&rejects(run, standing));
    body.append(&doubts(run, standing, clock));
    body.append(&processing(run, standing, clock));
    body.append(&course(run, standing));
    body.append(&pace(run, standing));
    body.append(&standing.section("facts", "What, where, when, who", &facts(run, clock)));
    body.append(&sittings(run, standing, clock));
    body
}

/// Our fragments as a sentence begins. A name at their beginning stays as it is: that of the input, or of its rejects file beside it,
/// and whatever is no plain word.
fn sentence(words: &str, input: &str) -> Markup {
    let input = Path::new(input).with_extension("");
    let names = [Some(input.as_path()), input.file_name().map(Path::new)];
    let is_name = names.into_iter().flatten().any(|name| words.starts_with(&*name.to_string_lossy()));
    let word = words.split(' ').next().unwrap_or_default().trim_end_matches(',');
    if is_name || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return worded(words);
    }
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    worded(&(first + letters.as_str()))
}

/// Words with commands in backticks, the commands as code.
pub(super) fn worded(words: &str) -> Markup {
    let mut markup = Markup::default();
    let mut pieces = words.split('`').peekable();
    while let Some(plain) = pieces.next() {
        markup.add("{}", &[&plain]);
        if let Some(code) = pieces.next() {
            // A backtick without its other half is only a backtick.
            let template = if pieces.peek().is_some() { "<code>{}</code>" } else { "`{}" };
            markup.add(template, &[&code]);
        }
    }
    markup
}

/// The counts: all rows, those that are in the queue, and what there is of the rest.
fn figures(known: &Known) -> Markup {
    let (counts, rows) = (&known.run.counts, known.run.rows);
    let mut figures = Markup::of("<dl class='figures'>", &[]);
    let rest = [
        ("refused", counts.refused),
        ("rolled back", counts.rolled_back),
        ("left out", counts.left_out),
        ("given up in doubt", counts.abandoned),
        ("in doubt", counts.in_doubt),
        ("not sent", known.unsent()),
    ];
    let rest = rest.into_iter().filter(|(_, count)| *count > 0);
    for (name, count) in [("rows", rows), ("accepted", counts.accepted)].into_iter().chain(rest) {
        figures.add("<div><dt>{}</dt><dd>{}</dd></div>", &[&name, &number(count)]);
    }
    figures.add("</dl>", &[]);
    figures.append(&share(known));
    figures
}

/// The same as a bar. It says nothing that the figures do not.
fn share(known: &Known) -> Markup {
    let (counts, rows) = (&known.run.counts, known.run.rows);
    let rejected = counts.done() - counts.accepted;
    let mut bar = Markup::of(
        "<svg class='share' viewBox='0 0 1000 6' preserveAspectRatio='none' aria-hidden='true'>\
         <rect class='rest' width='1000' height='6'/>",
        &[],
    );
    let mut x = 0;
    for (class, count) in [("accepted", counts.accepted), ("rejected", rejected), ("doubtful", counts.in_doubt)] {
        if let Some(thousandths) = (count * 1_000).checked_div(rows).filter(|_| count > 0) {
            // One row of a million is still to be seen.
            let width = thousandths.max(4).min(1_000 - x);
            bar.add("<rect class='{}' x='{}' width='{}' height='6'/>", &[&class, &x, &width]);
            x = (x + width).min(996);
        }
    }
    bar.add("</svg>\n", &[]);
    bar
}

fn facts(run: &RunAccount, clock: Clock<'_>) -> Markup {
    let mut list = Markup::of("<dl class='facts'>", &[]);
    let mut fact = |name: &'static str, value: &Markup| list.add("<dt>{}</dt><dd>{}</dd>", &[&name, value]);
    let text = |text: &str| Markup::of("<bdi>{}</bdi>", &[&text]);
    fact("Input", &text(&run.input));
    if let Some(known) = &run.known {
        fact("Content", &text(&format!("{} bytes, {} rows", number(known.run.key.length), number(known.run.rows))));
    } else if let Some(rows) = run.rows {
        fact("Rows", &text(&number(rows)));
    }
    fact("Queue", &text(&run.queue));
    match &run.place {
        Some(place) => {
            fact("Folder", &text(if place.folder.is_empty() { "none named" } else { &place.folder }));
            if let Some(tenant) = &place.tenant {
                fact("Tenant", &text(tenant));
            }
            let rehearsal =
                if place.is_rehearsal { " (a rehearsal in the sandbox; nothing is left of it)" } else { "" };
            fact("Orchestrator", &Markup::of("<bdi>{}</bdi>{}", &[&place.api_root, &rehearsal]));
        }
        None => fact("Orchestrator", &text("not reached")),
    }
    fact("Began", &clock.time(run.began));
    let took = run.ended.duration_since(run.began).unsigned_abs();
    fact("Ended", &Markup::of("{}, {} later", &[&clock.time(run.ended), &length(took)]));
    fact("By", &text(&run.operator.who));
    if !run.operator.login.is_empty() {
        fact("Logged in as", &text(&run.operator.login));
    }
    if let Some(known) = &run.known {
        fact("Run", &text(known.run.id.as_str()));
        fact("Commit", &text(&known.run.commit));
        let options: Vec<_> = known.run.options.iter().map(|(name, value)| format!("{name} {value}")).collect();
        if !options.is_empty() {
            fact("Options", &text(&options.join(" ")));
        }
    }
    list.add("</dl>", &[]);
    list
}

#[cfg(test)]
mod tests {
    use super::{sentence, worded};

    #[test]
    fn a_sentence_begins_with_a_capital_letter_and_a_name_as_it_is() {
        let shown = |words, input| sentence(words, input).into_string();
        assert_eq!(shown("mend the file", "in/bad 2.csv"), "Mend the file");
        assert_eq!(shown("first, look", "-"), "First, look");
        for name in [
            "bad 2.csv: broken",
            "in/bad 2.csv: broken",
            "bad 2.rejects.csv: full",
            "other.csv: broken",
            "rows: broken",
            "`a` does",
        ] {
            assert_eq!(shown(name, "in/bad 2.csv"), worded(name).into_string());
        }
    }

    #[test]
    fn what_stands_in_backticks_is_code_and_a_lone_one_is_itself() {
        let shown = ["run `uiq resume <x>` now", "a ` b", "`a` and `b`"].map(|words| worded(words).into_string());
        assert_eq!(shown, ["run <code>uiq resume &lt;x&gt;</code> now", "a ` b", "<code>a</code> and <code>b</code>"]);
    }
}
