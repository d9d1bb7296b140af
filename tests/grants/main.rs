//! Every way in, end to end: the real binary against the sandbox, each in a place of its own.
#![cfg(unix)]
#![allow(dead_code)] // place is shared with tests/browser and tests/hygiene.rs
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)] // all of it is test code, helpers too

mod browser;
mod networks;
mod place;
mod printed;
mod proxies;
mod proxy;
mod rest;
mod server;

use place::Place;
use server::Server;

/// The arguments of a login of the application that keeps its secret in a file.
pub(crate) fn application<'a>(url: &'a str, id: &'a str) -> Vec<&'a str> {
    vec!["login", "--url", url, "--folder", "Shared", "--client-id", id, "--client-secret-stdin", "--store", "file"]
}

#[test]
fn a_personal_access_token_logs_in_and_is_used_as_it_is() {
    let (place, server) = (Place::new(), Server::start());
    let sandbox = server.running();
    let url = sandbox.url();
    let login = ["login", "--url", &url, "--folder", "Shared", "--pat-stdin", "--store", "file"];
    place.run(&login, sandbox.personal_access_token()).succeeded();
    let token = place.run(&["token"], "").succeeded();
    assert_eq!(token.stdout.trim(), sandbox.personal_access_token());
    let status = place.run(&["status"], "").succeeded();
    assert!(status.stdout.contains("secrets.json"), "{}", status.stdout);
    sandbox.revoke_tokens();
    place.run(&["status"], "").failed(4, "Preferences > Personal access token");
    assert_eq!(server.requests("/connect/token"), 0);
}

#[test]
fn a_wrong_personal_access_token_is_not_kept() {
    let (place, server) = (Place::new(), Server::start());
    let url = server.running().url();
    for folder in [&["--folder", "Shared"][..], &[]] {
        let login = [&["login", "--url", &url, "--pat-stdin", "--store", "file"], folder].concat();
        place.run(&login, "wrong").failed(4, "does not accept the token");
    }
    assert!(!place.path("config/secrets.json").exists());
    place.run(&["token"], "").failed(4, "no Orchestrator is known");
}

#[test]
fn a_user_of_a_standalone_server_logs_in_with_a_password() {
    let (place, server) = (Place::new(), Server::start());
    let sandbox = server.running();
    let url = sandbox.standalone_url();
    let login =
        ["login", "--url", url, "--tenant", "Default", "--folder", "Shared", "--username", "ann", "--password-stdin"];
    let login = [&login[..], &["--store", "file"]].concat();
    place.run(&login, "wrong").failed(4, "single sign-on");
    place.run(&login, &format!("{}\n", sandbox.password())).succeeded();
    place.run(&["status"], "").succeeded();
    let logins = server.requests("/api/Account/Authenticate");
    place.run(&["token"], "").succeeded();
    assert_eq!(server.requests("/api/Account/Authenticate"), logins, "the token was kept");
    // A token that the server rejects is replaced without anybody noticing.
    sandbox.revoke_tokens();
    place.run(&["status"], "").succeeded();
    let other_tenant = place.run(&["status", "--tenant", "Other"], "");
    other_tenant.failed(4, "no password is known");
}

#[test]
fn every_way_without_a_browser_goes_through_tls_and_is_kept_with_its_authority() {
    let server = Server::secure();
    let sandbox = server.running();
    let (url, standalone) = (sandbox.url(), sandbox.standalone_url());
    let of_a_user = ["login", "--url", standalone, "--tenant", "Default", "--folder", "Shared", "--store", "file"];
    let logins = [
        (application(&url, sandbox.client_id()), sandbox.client_secret()),
        (
            vec!["login", "--url", &url, "--folder", "Shared", "--pat-stdin", "--store", "file"],
            sandbox.personal_access_token(),
        ),
        ([&of_a_user[..], &["--username", sandbox.username(), "--password-stdin"]].concat(), sandbox.password()),
    ];
    for (login, secret) in logins {
        let place = Place::new();
        place.run(&login, secret).failed(1, "UnknownIssuer");
        let authority = server.trusted_in(&place);
        let trusting: Vec<&str> = authority.iter().map(String::as_str).collect();
        place.run(&[login, trusting].concat(), secret).succeeded();
        let status = place.run(&["status"], "").succeeded();
        assert!(status.stdout.contains("HTTPS, the certificate is trusted"), "{}", status.stdout);
        // Another start has another authority.
        place.file("ca.pem", Server::secure().running().authority().unwrap());
        place.run(&["status"], "").failed(4, "UnknownIssuer");
    }
}

#[test]
fn the_environment_alone_is_enough_for_every_way_without_a_browser() {
    for server in [Server::start(), Server::secure()] {
        from_the_environment(&server);
    }
}

fn from_the_environment(server: &Server) {
    let sandbox = server.running();
    let (url, standalone) = (sandbox.url(), sandbox.standalone_url());
    let at = |url: &str| {
        let place = Place::new().with("UIPATH_URL", url).with("UIPATH_FOLDER_PATH", "Shared");
        match server.trusted_in(&place).as_slice() {
            [_, authority] => place.with("UIQ_CA", authority),
            _ => place,
        }
    };
    let places = [
        at(&url).with("UIPATH_PAT", sandbox.personal_access_token()),
        at(&url).with("UIPATH_CLIENT_ID", sandbox.client_id()).with("UIPATH_CLIENT_SECRET", sandbox.client_secret()),
        at(standalone)
            .with("UIPATH_TENANT", "Default")
            .with("UIPATH_USERNAME", sandbox.username())
            .with("UIPATH_PASSWORD", sandbox.password()),
        at(&url)
            .with("UIPATH_CLIENT_ID", sandbox.client_id())
            .with("UIQ_CREDENTIAL_COMMAND", &format!("echo {}", sandbox.client_secret())),
    ];
    for place in &places {
        place.run(&["status"], "").succeeded();
        assert!(!place.path("config/secrets.json").exists(), "nothing is left behind");
    }
}
