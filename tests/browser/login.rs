//! A login by a person.

use crate::driver::Browser;
use crate::place::{Place, free_port};
use crate::server::Server;

#[test]
fn a_person_logs_in_with_a_real_browser_and_the_login_lasts() {
    let Some(browser) = Browser::start() else { return };
    let (place, server) = (Place::new(), Server::start());
    let sandbox = server.running();
    let (url, redirect) = (sandbox.url(), format!("http://localhost:{}", free_port()));
    let login =
        ["login", "--url", &url, "--client-id", sandbox.public_client_id(), "--folder", "Shared", "--store", "file"];
    let login = place.begin_login(&[&login[..], &["--browser", "--no-browser", "--redirect-uri", &redirect]].concat());

    browser.visit(&login.url);
    assert!(browser.page().contains("Sign in to the sandbox"), "{}", browser.page());
    browser.click("#allow");
    let page = browser.page_with("Back to the terminal");
    assert!(page.contains("You can close this page"), "{page}");

    let outcome = login.finish().succeeded();
    assert!(outcome.stderr.contains("folder `Shared` has 0 queues"), "{outcome:?}");
    place.run(&["token", "--fresh"], "").succeeded();
}

#[test]
fn whoever_cancels_in_the_browser_is_told_so_there_and_in_the_terminal() {
    let Some(browser) = Browser::start() else { return };
    let (place, server) = (Place::new(), Server::start());
    let sandbox = server.running();
    let (url, redirect) = (sandbox.url(), format!("http://localhost:{}", free_port()));
    let login = ["login", "--url", &url, "--client-id", sandbox.public_client_id(), "--store", "file"];
    let login = place.begin_login(&[&login[..], &["--browser", "--no-browser", "--redirect-uri", &redirect]].concat());
    browser.visit(&login.url);
    browser.click("#deny");
    browser.page_with("Not logged in");
    login.finish().failed(4, "access_denied");
}
