//! The page of `uiq load --report`: in light and in dark, on a telephone and on paper, to the ear, and with 10,000 rejects.

use std::fmt::Write;

use uiq::sandbox::{Options, QueueSpec};

use crate::driver::{Browser, Look};
use crate::place::Place;
use crate::server::Server;

const LOOKS: [(&str, Look); 4] = [
    ("light", Look { width: 1_000, scheme: "light", medium: "screen" }),
    ("dark", Look { width: 1_000, scheme: "dark", medium: "screen" }),
    ("narrow", Look { width: 400, scheme: "light", medium: "screen" }),
    ("print", Look { width: 794, scheme: "dark", medium: "print" }),
];

/// A queue and a file of whose names a careless page would make a script.
const QUEUE: &str = "<script>document.title='gotcha'</script>";
const FILE: &str = "<img src=x onerror=document.title='gotcha'>.csv";

/// Ten thousand and a hundred rows: 5,000 that repeat a reference, 5,000 that are no number, and some that are good.
fn rows() -> String {
    let mut rows = String::from("Reference,Amount:number,Note\n");
    for row in 0..5_050 {
        let _ = write!(rows, "R{row},{row},first\nR{row},{row},again\n");
    }
    for row in 0..5_000 {
        let _ = writeln!(rows, "S{row},much,<b>bold</b>");
    }
    rows
}

/// A place with `report.html`, of a load with lost answers and a pause.
fn reported() -> Place {
    let faults = ["drop-after-commit:@2", "status-429:1s:@4"];
    let server = Server::with(Options {
        queues: vec![QueueSpec { name: QUEUE.to_owned(), unique: true, ..QueueSpec::default() }],
        faults: faults.map(|fault| fault.parse().unwrap()).into(),
        ..Options::default()
    });
    let sandbox = server.running();
    let place = Place::new()
        .with("UIPATH_URL", &sandbox.url())
        .with("UIPATH_CLIENT_ID", sandbox.client_id())
        .with("UIPATH_CLIENT_SECRET", sandbox.client_secret())
        .with("UIPATH_FOLDER_PATH", sandbox.folder_path());
    place.file(FILE, &rows());
    let load = ["load", QUEUE, FILE, "--skip-invalid", "--batch-size", "100", "--report", "report.html"];
    let outcome = place.run(&load, "");
    assert_eq!(outcome.code, 3, "{outcome:?}");
    place
}

#[test]
fn the_page_of_ten_thousand_rejects_can_be_used_by_everybody() {
    let Some(browser) = Browser::start() else { return };
    let place = reported();
    let url = format!("file://{}", place.path("report.html").display());
    looks_right(&browser, &url);
    reads_well_aloud(&browser, &url);
}

fn looks_right(browser: &Browser, url: &str) {
    for (name, look) in LOOKS {
        browser.look(look);
        browser.visit(url);
        browser.picture(&format!("report-{name}"));
        assert_eq!(
            browser.script("return document.styleSheets[0].cssRules.length > 20"),
            true,
            "our own style is let in"
        );
        assert_eq!(browser.script(FITS), true, "{name}: nothing is wider than the page");
        let faint = browser.script(FAINT);
        assert_eq!(faint.as_array().map(Vec::len), Some(0), "{name}: too faint: {faint}");
    }
    let title = browser.script("return document.title");
    assert!(title.as_str().unwrap().ends_with(": uiq report"), "no script ran: {title}");
    assert_eq!(browser.script("return document.querySelectorAll('img, script').length"), 0);
    assert!(browser.script("return document.getElementsByTagName('*').length").as_u64().unwrap() < 3_000);
    assert!(browser.script("return document.documentElement.scrollHeight").as_u64().unwrap() < 8_000);
    assert!(browser.page().contains("10\u{202f}050 rows not in the queue"));
}

fn reads_well_aloud(browser: &Browser, url: &str) {
    browser.look(LOOKS[0].1);
    browser.visit(url);
    let heard = browser.heard();
    let named =
        |role: &str| heard.iter().filter(|(is, _)| is == role).map(|(_, name)| name.as_str()).collect::<Vec<_>>();
    for landmark in ["banner", "main", "contentinfo"] {
        assert_eq!(named(landmark).len(), 1, "{landmark}");
    }
    assert_eq!(named("heading")[0], format!("{FILE} into {QUEUE}"));
    for region in ["What to do next", "Rejects", "Doubts", "Accepted over time", "Requests", "What, where, when, who"] {
        assert!(named("region").contains(&region), "{region} is not in {:?}", named("region"));
    }
    let folded = |name: &str| heard.iter().any(|(role, is)| role == "DisclosureTriangle" && is.starts_with(name));
    assert!(folded("DuplicateReference: 5050 rows") && folded("NotOfType: 5000 rows"), "{heard:?}");
    // One of the two plots; the other is for another width, and not to be heard.
    assert_eq!([named("image"), named("img"), named("graphics-document")].concat(), ["Rows accepted over time"]);
    browser.script("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
    let heard = browser.heard();
    let headers = |role: &str, name: &str| heard.iter().any(|(is, named)| is == role && named == name);
    assert!(headers("columnheader", "Message") && headers("rowheader", "in doubt: the answer was lost"), "{heard:?}");
}

/// Whether the page needs no scrolling sideways.
const FITS: &str = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";

/// The words whose contrast with what is behind them is below that of WCAG AA for small letters, 4.5 to 1.
const FAINT: &str = r"
const parts = (color) => color.match(/[\d.]+/g).map(Number);
const light = (color) => {
  const [r, g, b] = parts(color).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (parts(color)[3] !== 0) return color;
  }
  return 'rgb(255, 255, 255)';
};
const faint = [];
for (const node of document.querySelectorAll('body *')) {
  const words = [...node.childNodes].filter((child) => child.nodeType === 3 && child.textContent.trim());
  if (!words.length || !node.checkVisibility()) continue;
  const style = getComputedStyle(node);
  const [one, other] = [light(node.ownerSVGElement ? style.fill : style.color), light(behind(node.ownerSVGElement ? node.ownerSVGElement : node))];
  const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (contrast < 4.5) faint.push([node.outerHTML.slice(0, 80), contrast]);
}
return faint;
";
