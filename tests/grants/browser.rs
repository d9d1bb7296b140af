//! A person, by way of the browser; what the browser does is done here by plain requests. A real one is in `tests/browser`.

use std::io::Write;

use uiq::sandbox::Options;

use crate::place::{BrowserLogin, Place, free_port};
use crate::server::Server;

fn begin(place: &Place, server: &Server, redirect: &str) -> BrowserLogin {
    let sandbox = server.running();
    let url = sandbox.url();
    let login = ["login", "--url", &url, "--client-id", sandbox.public_client_id(), "--folder", "Shared"];
    let more = ["--browser", "--no-browser", "--redirect-uri", redirect, "--store", "file"];
    let authority = server.trusted_in(place);
    let authority: Vec<&str> = authority.iter().map(String::as_str).collect();
    place.begin_login(&[&login[..], &more, &authority].concat())
}

fn logged_in(server: &Server) -> Place {
    let place = Place::new();
    let login = begin(&place, server, &format!("http://localhost:{}", free_port()));
    let back = server.press(&login.url, "allow");
    assert!(server.get(&back).contains("You can close this page"));
    let outcome = login.finish().succeeded();
    assert!(outcome.stderr.contains("as a person, through application"), "{outcome:?}");
    place
}

#[test]
fn the_login_lasts_and_is_renewed() {
    let server = Server::start();
    let place = logged_in(&server);
    let status = place.run(&["status"], "").succeeded();
    assert!(status.stdout.contains("offline_access"), "{}", status.stdout);
    let first = place.run(&["token"], "").succeeded().stdout;
    for _ in 0..3 {
        assert_ne!(place.run(&["token", "--fresh"], "").succeeded().stdout, first);
    }
    server.running().revoke_tokens();
    place.run(&["status"], "").succeeded();
}

#[test]
fn so_it_does_over_tls() {
    let server = Server::secure();
    let place = logged_in(&server);
    let first = place.run(&["token"], "").succeeded().stdout;
    assert_ne!(place.run(&["token", "--fresh"], "").succeeded().stdout, first);
    let status = place.run(&["status"], "").succeeded();
    assert!(status.stdout.contains("HTTPS, the certificate is trusted"), "{}", status.stdout);
}

#[test]
fn processes_that_renew_at_the_same_moment_do_not_lose_the_login() {
    let server = Server::with(Options { token_life: std::time::Duration::from_secs(1), ..Options::default() });
    let place = logged_in(&server);
    for _ in 0..2 {
        server.running().revoke_tokens();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| place.run(&["token", "--fresh"], "").succeeded());
            }
        });
    }
    place.run(&["token", "--fresh"], "").succeeded();
}

#[test]
fn a_refresh_token_that_was_used_elsewhere_ends_the_login_with_the_way_back() {
    let server = Server::start();
    let place = logged_in(&server);
    let copy = std::fs::read(place.path("config/secrets.json")).unwrap();
    place.run(&["token", "--fresh"], "").succeeded();
    std::fs::write(place.path("config/secrets.json"), copy).unwrap();
    place.run(&["token", "--fresh"], "").failed(4, "`uiq login --browser` logs in again");
}

#[test]
fn whoever_cancels_is_not_logged_in() {
    let (place, server) = (Place::new(), Server::start());
    let login = begin(&place, &server, &format!("http://localhost:{}", free_port()));
    let back = server.press(&login.url, "deny");
    assert!(server.get(&back).contains("refused the login"));
    login.finish().failed(4, "the identity server refuses the login: access_denied");
    assert!(!place.path("config/secrets.json").exists());
}

#[test]
fn the_address_at_which_a_browser_elsewhere_ended_is_pasted() {
    let (place, server) = (Place::new(), Server::start());
    let mut login = begin(&place, &server, &format!("http://localhost:{}", free_port()));
    let back = server.press(&login.url, "allow");
    writeln!(login.stdin, "what?\n{back}").unwrap();
    login.finish().succeeded();
    place.run(&["status"], "").succeeded();
}

#[test]
fn somebody_elses_answer_is_turned_away_and_the_login_goes_on() {
    let (place, server) = (Place::new(), Server::start());
    let login = begin(&place, &server, &format!("http://localhost:{}", free_port()));
    let back = server.press(&login.url, "allow");
    let (address, _) = back.split_once('?').unwrap();
    assert!(server.get(&format!("{address}?code=evil&state=guessed")).contains("belongs to another login"));
    assert!(server.get(&format!("{address}elsewhere")).contains("nothing here"));
    server.get(&back);
    login.finish().succeeded();
}

#[test]
fn the_page_s_own_proposal_for_a_redirect_url_is_explained() {
    let place = Place::new().with("UIPATH_URL", "https://cloud.uipath.com/acme/Prod");
    let login = |uri| place.run(&["login", "--client-id", "0b5c", "--browser", "--redirect-uri", uri], "");
    login("https://localhost").failed(2, "`https://localhost` is only the page's proposal");
    login("http://localhost").failed(2, "names no port");
}

#[test]
fn the_browser_that_is_named_is_opened_without_our_secrets() {
    let server = Server::start();
    let sandbox = server.running();
    let place = Place::new().with("UIPATH_CLIENT_SECRET", "marker");
    let script = place.file(
        "browser.sh",
        "printf '%s\\n' \"$1\" \"${UIPATH_CLIENT_SECRET-unset}\" > \"$0.part\"; mv \"$0.part\" \"$0.out\"",
    );
    let place = place.with("BROWSER", &format!("sh {script}"));
    let redirect = format!("http://localhost:{}", free_port());
    let url = sandbox.url();
    let arguments = [
        "login",
        "--url",
        &url,
        "--client-id",
        sandbox.public_client_id(),
        "--browser",
        "--redirect-uri",
        &redirect,
        "--store",
        "file",
    ];
    let login = place.begin_login(&arguments);
    let seen = loop {
        match std::fs::read_to_string(format!("{script}.out")) {
            Ok(seen) => break seen,
            Err(_) => std::thread::yield_now(),
        }
    };
    assert_eq!(seen, format!("{}\nunset\n", login.url));
    server.get(&server.press(&login.url, "allow"));
    login.finish().succeeded();
}
