//! The page around the runs: head, title, the list of many runs, foot.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::markup::Markup;
use super::run::{run_body, run_header};
use super::times::Clock;
use crate::ui::document::account::{Document, RunAccount};
use crate::ui::document::words::{number, outcome_words};

/// What the head of each page has, and by which it is known for a report.
pub const MARK: &str = "<meta name='generator' content='uiq'>";

const STYLE: &str = include_str!("page.css");

/// Where in the page a run stands: which headings it has, and how the names of its parts begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// The rank of the run's own heading.
    pub(super) heading: u8,
    /// The number of the run, from one.
    pub(super) number: usize,
}

impl Standing {
    /// A part of a run, with a heading of its own. It is a landmark where there is one run; of many, each run is one.
    pub(super) fn section(self, name: &'static str, title: &'static str, body: &Markup) -> Markup {
        let (rank, number) = (self.heading + 1, self.number);
        let label = match self.heading {
            1 => Markup::of(" aria-labelledby='{}-{}'", &[&name, &number]),
            _ => Markup::default(),
        };
        Markup::of(
            "<section{}><h{} id='{}-{}'>{}</h{}>{}</section>\n",
            &[&label, &rank, &name, &number, &title, &rank, body],
        )
    }
}

/// The document as a page.
pub fn document_html(document: &Document) -> String {
    let clock = Clock { zone: &document.zone };
    let (title, body) = match document.runs.as_slice() {
        [] => (String::from("Nothing to do"), none(document, clock)),
        [run] => (title_of(run), one(run, clock)),
        runs => (format!("{} files", number(runs.len() as u64)), many(document, clock)),
    };
    let mut page = Markup::default();
    page.add(
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n{}\n\
         <meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name='viewport' content='width=device-width, initial-scale=1'>\n<meta name='robots' content='noindex'>\n\
         <meta name='color-scheme' content='light dark'>\n<title>{}: uiq report</title>\n",
        &[&Markup::of(MARK, &[]), &STANDARD.encode(Sha256::digest(STYLE)), &title],
    );
    page.add("<style>", &[]);
    page.add(STYLE, &[]);
    page.add("</style>\n</head>\n<body>\n", &[]);
    page.append(&body);
    page.add(
        "<footer class='soft small'><p>Written {} by uiq {}. Nothing on this page comes from the network.</p></footer>\n</body>\n</html>\n",
        &[&clock.time(document.written), &env!("CARGO_PKG_VERSION")],
    );
    page.into_string()
}

/// What was to be loaded where.
pub(super) fn title_of(run: &RunAccount) -> String {
    format!("{} into {}", run.input, run.queue)
}

/// An inbox with nothing in it, on most nights; or with files that another load has.
fn none(document: &Document, clock: Clock<'_>) -> Markup {
    let mut body = Markup::of(
        "<header><p class='soft small'>uiq report of a load, {}</p><h1>Nothing to do</h1>\
         <p class='verdict'>There was no file to load, or another load has it. Exit code {}.</p></header>\n<main>\n\
         <section aria-labelledby='asked'><h2 id='asked'>What was asked for</h2><dl class='facts'>",
        &[&clock.time(document.written), &document.exit],
    );
    for file in &document.files {
        body.add("<dt>Files</dt><dd><bdi>{}</bdi></dd>", &[file]);
    }
    body.add("<dt>Queue</dt><dd><bdi>{}</bdi></dd></dl></section>\n</main>\n", &[&document.queue]);
    body
}

fn one(run: &RunAccount, clock: Clock<'_>) -> Markup {
    let standing = Standing { heading: 1, number: 1 };
    let mut body = Markup::of("<header>{}</header>\n<main>\n", &[&run_header(run, standing, clock)]);
    body.append(&run_body(run, standing, clock));
    body.add("</main>\n", &[]);
    body
}

fn many(document: &Document, clock: Clock<'_>) -> Markup {
    let mut body = Markup::of(
        "<header><p class='soft small'>uiq report of a load, {}</p><h1>{} files</h1>\
         <p class='verdict'>Exit code of the command: <b>{}</b></p></header>\n<main>\n",
        &[&clock.time(document.written), &number(document.runs.len() as u64), &document.exit],
    );
    body.add(
        "<section aria-labelledby='runs'><h2 id='runs'>Files</h2><div class='scroll' role='group' aria-labelledby='runs' tabindex='0'><table><thead><tr>\
         <th scope='col'>File<th scope='col'>Queue<th scope='col' class='num'>Rows<th scope='col' class='num'>Accepted\
         <th scope='col' class='num'>Exit code<th scope='col'>How it ended</tr></thead><tbody>",
        &[],
    );
    for (index, run) in document.runs.iter().enumerate() {
        let count = |count: Option<u64>| count.map_or_else(|| String::from("–"), number);
        let accepted = run.known.as_ref().map(|known| known.run.counts.accepted);
        body.add(
            "<tr><th scope='row'><a href='#run-{}'>{}</a><td>{}<td class='num'>{}<td class='num'>{}<td class='num'>{}<td>{}</tr>",
            &[
                &(index + 1),
                &run.input,
                &run.queue,
                &count(run.rows),
                &count(accepted),
                &run.ending.exit,
                &outcome_words(run.ending.outcome),
            ],
        );
    }
    body.add("</tbody></table></div></section>\n", &[]);
    for (index, run) in document.runs.iter().enumerate() {
        let standing = Standing { heading: 2, number: index + 1 };
        body.add("<article id='run-{}' aria-labelledby='title-{}'>", &[&standing.number, &standing.number]);
        body.append(&run_header(run, standing, clock));
        body.append(&run_body(run, standing, clock));
        body.add("</article>\n", &[]);
    }
    body.add("</main>\n", &[]);
    body
}
