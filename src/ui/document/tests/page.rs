//! The page by its markup: safe, in order, and of a size to be read.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex_lite::Regex;
use sha2::{Digest, Sha256};

use super::fixture::{HOSTILE, bare, document, full, not_begun, rejects};
use crate::ui::document::{RunAccount, document_html};

fn page(runs: Vec<RunAccount>) -> String {
    document_html(&document(runs))
}

fn pages(text: &str) -> Vec<String> {
    vec![
        page(vec![]),
        page(vec![bare()]),
        page(vec![not_begun(text)]),
        page(vec![full(text)]),
        page(vec![full(text), not_begun(text), bare()]),
    ]
}

/// All that a pattern's group matches.
fn all(page: &str, pattern: &str) -> Vec<String> {
    Regex::new(pattern).unwrap().captures_iter(page).map(|found| found[1].to_owned()).collect()
}

#[test]
fn no_word_of_anybody_becomes_markup() {
    // The same pages with harmless words have the same tags.
    for (hostile, harmless) in pages(HOSTILE).iter().zip(pages("`x`")) {
        let tags = |page: &str| all(page, r"<(/?[a-z0-9!]+)").into_iter().collect::<BTreeSet<_>>();
        assert_eq!(tags(hostile), tags(&harmless));
        assert!(!hostile.contains("<script") && !hostile.contains("<img"));
        // Of what would be an attribute, the quotation mark is no more one.
        assert!(!hostile.contains("onerror=alert(1)>"));
    }
}

#[test]
fn headings_are_in_order_and_names_are_there_once() {
    for page in pages("a") {
        let ranks: Vec<u8> = all(&page, "<h([1-6])").iter().map(|rank| rank.parse::<u8>().unwrap()).collect();
        assert!(ranks[0] == 1 && !ranks[1..].contains(&1), "one title: {ranks:?}");
        assert!(ranks.windows(2).all(|pair| pair[1] <= pair[0] + 1), "no rank is skipped: {ranks:?}");

        let names = all(&page, r" id='([^']+)'");
        let known: BTreeSet<_> = names.iter().cloned().collect();
        assert_eq!(known.len(), names.len(), "each once: {names:?}");
        for named in all(&page, r"aria-labelledby='([^']+)'").iter().flat_map(|names| names.split(' ')) {
            assert!(known.contains(named), "{named} is nowhere");
        }
        for target in all(&page, r"href='#([^']+)'") {
            assert!(known.contains(&target), "{target} is nowhere");
        }
    }
}

#[test]
fn every_table_has_headers_and_every_picture_words() {
    for page in pages("a") {
        assert_eq!(page.matches("<main").count(), 1);
        assert!(page.contains("<html lang='en'>") && page.contains("name='viewport'"));
        assert!(all(&page, "(<th[^e][^>]*>)").iter().all(|th| th.contains("scope=")));
        for picture in page.split("<svg").skip(1) {
            let (tag, inside) = picture.split_once('>').unwrap();
            let told = tag.contains("role='img'") && inside.starts_with("<title") && inside.contains("</desc>");
            assert!(told || tag.contains("aria-hidden='true'"), "{tag}");
        }
    }
}

#[test]
fn what_is_opened_is_closed() {
    for page in pages("a") {
        for name in [
            "div", "section", "article", "main", "header", "table", "thead", "tbody", "tr", "details", "dl", "ul",
            "svg", "figure", "p", "code", "b", "bdi",
        ] {
            let opened = all(&page, &format!("<({name})[ >]")).len();
            let closed = page.matches(&format!("</{name}>")).count();
            assert_eq!(opened, closed, "{name}");
        }
    }
}

#[test]
fn nothing_comes_from_elsewhere_and_only_our_own_style_is_let_in() {
    let page = page(vec![full("a")]);
    let (_, rest) = page.split_once("<style>").unwrap();
    let (style, _) = rest.split_once("</style>").unwrap();
    let digest = STANDARD.encode(Sha256::digest(style));
    assert!(page.contains(&format!("default-src 'none'; style-src 'sha256-{digest}'")));
    assert!(!style.contains("url(") && !style.contains("@import"));
    assert!(
        !page.contains(" src=") && !page.contains("<link") && !page.contains(" style="),
        "the policy would refuse it"
    );
}

#[test]
fn ten_thousand_rejects_make_a_page_that_can_be_read() {
    let mut run = full("Error creating Transaction.");
    let known = run.known.as_mut().unwrap();
    known.rejects = rejects("Error creating Transaction.", 10_000);
    known.settled.truncate(1);
    let page = page(vec![run]);
    assert!(page.len() < 300_000, "{} bytes", page.len());
    assert!(page.contains("10\u{202f}000 rows not in the queue"));
    assert!(page.matches("<details>").count() > 20, "reasons are folded away");
    assert!(page.contains("are in the rejects file only"));
}

#[test]
fn many_files_are_listed_before_they_are_told() {
    let page = page(vec![full("a.csv"), not_begun("b.csv")]);
    let list = page.split("<article").next().unwrap();
    assert!(
        list.contains("<h1>2 files</h1>")
            && list.contains("href='#run-1'>a.csv")
            && list.contains("href='#run-2'>b.csv")
    );
    assert_eq!(page.matches("<article").count(), 2);
}

#[test]
fn what_never_began_says_which_rules_were_broken() {
    let page = page(vec![not_begun("row 3, column `Amount`")]);
    assert!(page.contains("Nothing was sent.") && page.contains("broken 7 times") && page.contains("and 2 more"));
    assert!(page.contains("column <code>Amount</code>"));
    assert!(!page.contains("Accepted over time"), "there is nothing to plot");
}

#[test]
fn rules_that_rows_break_are_listed_once_and_other_details_stay() {
    let line = "row 3, column `Amount`";
    let mut run = not_begun("a.csv: 7 rows break a rule");
    run.ending.details = vec![line.to_owned(), String::from("... and 6 more of the same kind (NotOfType)")];
    run.problems[0].first = vec![line.to_owned()];
    let shown = page(vec![run]);
    assert_eq!(shown.matches("row 3, column <code>Amount</code>").count(), 1);
    assert!(shown.contains("and 6 more") && !shown.contains("... and") && !shown.contains('`'), "{shown}");
    let mut run = not_begun("a.csv: 7 rows break a rule");
    run.ending.details = vec![String::from("the run was begun otherwise")];
    assert!(page(vec![run]).contains("<li>the run was begun otherwise"));
}

#[test]
fn no_file_at_all_is_nothing_to_do_with_what_was_asked_for_and_when() {
    let page = page(vec![]);
    assert!(page.contains("<h1>Nothing to do</h1>") && page.contains("<bdi>in/*.csv</bdi>"), "{page}");
    assert!(page.contains("<bdi>Invoices</bdi>") && !page.contains("<table"), "{page}");
    let (header, _) = page.split_once("</header>").unwrap();
    assert!(header.contains("<time datetime='1970-01-01T00:00:00.000Z'>"), "{header}");
}

#[test]
fn what_robots_made_of_the_items_is_told_by_status_and_why_nobody_looks_any_more() {
    let page = page(vec![full("HTTP 403")]);
    let (_, section) = page.split_once("What robots made of them").unwrap();
    let (section, _) = section.split_once("</section>").unwrap();
    assert!(section.contains("The items could not be counted any more: HTTP 403."), "{section}");
    assert!(section.contains("8 of 900 items processed; 10 of them came from others"), "{section}");
    let statuses = all(section, r"<th scope='row'>([a-z ]+)<td class='num'>");
    assert_eq!(statuses, ["new", "in progress", "successful", "failed", "attempts that failed and were retried"]);
}
