//! The sandbox's page: a rehearsal is watched, and nobody has to press reload.

use uiq::sandbox::{Options, QueueSpec};

use crate::driver::{Browser, Look};
use crate::place::Place;
use crate::server::Server;

fn server() -> Server {
    Server::with(Options {
        queues: vec![QueueSpec { name: String::from("Invoices"), ..QueueSpec::default() }],
        faults: vec!["drop-after-commit:@2".parse().unwrap()],
        ..Options::default()
    })
}

fn place(server: &Server) -> Place {
    let sandbox = server.running();
    Place::new()
        .with("UIPATH_URL", &sandbox.url())
        .with("UIPATH_CLIENT_ID", sandbox.client_id())
        .with("UIPATH_CLIENT_SECRET", sandbox.client_secret())
        .with("UIPATH_FOLDER_PATH", sandbox.folder_path())
}

/// The number beside a name in the first list with that name.
fn count(name: &str) -> String {
    format!(
        "[...document.querySelectorAll('dt')].find((term) => term.textContent === '{name}')?.nextSibling.textContent"
    )
}

#[test]
fn counts_items_and_requests_move_without_a_reload() {
    let Some(browser) = Browser::start() else { return };
    let server = server();
    let place = place(&server);
    browser.look(Look { width: 1_440, scheme: "light", medium: "screen" });
    browser.visit(server.running().standalone_url());
    browser.until(&format!("{} === '0'", count("New")));
    browser.script("window.sameAsBefore = true");

    place.file("rows.csv", "Reference,Note\nR1,<img src=x onerror=document.title='gotcha'>\nR2,two\nR3,three\n");
    place.run(&["load", "Invoices", "rows.csv", "--batch-size", "2"], "").succeeded();
    browser.until(&format!("{} === '3'", count("New")));
    browser.until("document.body.textContent.includes('POST BulkAddQueueItems')");
    browser.until("document.body.textContent.includes('drop-after-commit:@2')");
    browser.until("document.body.textContent.includes('no answer')");
    browser.picture("sandbox-light");

    browser.script("document.querySelector('#queues tbody tr').sameAsBefore = true");
    browser.script("document.querySelector('#queues tbody details').open = true");
    place.run(&["add", "Invoices", "Note=four"], "").succeeded();
    browser.until(&format!("{} === '4'", count("New")));
    let kept = "const [, second] = document.querySelectorAll('#queues tbody tr'); return second.sameAsBefore && second.querySelector('details').open";
    assert_eq!(browser.script(kept), true, "a line that is there stays what it is");
    assert_eq!(browser.script("return window.sameAsBefore"), true, "the page was not loaded again");
    assert_eq!(browser.script("return document.querySelectorAll('img').length"), 0, "content is text");
    assert_eq!(browser.script("return document.title"), "uiq sandbox");
    for (name, scheme, width) in [("sandbox-dark", "dark", 1_100), ("sandbox-narrow", "light", 400)] {
        browser.look(Look { width, scheme, medium: "screen" });
        browser.picture(name);
        let fits = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(browser.script(fits), true, "{name}");
    }
}

#[test]
fn it_says_whether_it_is_live() {
    let Some(browser) = Browser::start() else { return };
    let server = server();
    browser.visit(server.running().standalone_url());
    browser.until("document.body.textContent.includes('Live.')");
    let hide = |hidden: bool| {
        browser.script(&format!(
            "Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }}); \
             document.dispatchEvent(new Event('visibilitychange'))"
        ))
    };
    hide(true);
    browser.until("document.body.textContent.includes('Paused while nobody looks.')");
    hide(false);
    browser.until("document.body.textContent.includes('Live.')");
    let heard = browser.heard();
    assert!(heard.iter().any(|(role, _)| role == "status"), "{heard:?}");
    drop(server);
    browser.until("document.body.textContent.includes('the sandbox has ended')");
}
