//! Through a real proxy: tunnels and plain requests, passwords, exceptions, refusals.

use crate::place::{Outcome, Place, free_port};
use crate::proxy::{Users, proxy};
use crate::server::{Clients, Server, authority};

/// `ann:p@ss` as it goes over the wire, and as it is written into a URL.
const ANN: Users = Users::Known("YW5uOnBAc3M=");
const ANN_IN_A_URL: &str = "ann:p%40ss@";

/// `uiq add` into the sandbox, which the proxy knows as orchestrator.acme.local.
fn add(server: &Server, scheme: &str, variables: &[(&str, &str)]) -> Outcome {
    let sandbox = server.running();
    let place = Place::new()
        .with("UIPATH_URL", &format!("{scheme}://orchestrator.acme.local/sandbox/Default"))
        .with("UIPATH_FOLDER_PATH", "Shared")
        .with("UIPATH_CLIENT_ID", sandbox.client_id())
        .with("UIPATH_CLIENT_SECRET", sandbox.client_secret())
        .with("UIQ_CA", &authority());
    let place = variables.iter().fold(place, |place, (name, value)| place.with(name, value));
    place.run(&["add", "Invoices", "A=1", "--allow-http"], "")
}

fn server() -> Server {
    let queues = vec![uiq::sandbox::QueueSpec { name: "Invoices".to_owned(), ..Default::default() }];
    Server::with(uiq::sandbox::Options { queues, ..Default::default() })
}

#[test]
fn a_tunnel_carries_tls_to_a_host_that_only_the_proxy_knows() {
    let server = server();
    let tls = server.tls("other", Clients::Anybody);
    let (port, seen) = proxy(&server, tls, ANN);
    let named = format!("http://{ANN_IN_A_URL}127.0.0.1:{port}");
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        add(&server, "https", &[(variable, &named)]).succeeded();
    }
    let lines = seen.lines();
    assert!(lines.len() >= 3, "{lines:?}");
    // A name that stays a name: the proxy looks it up, and nothing but name and port is told to it.
    assert!(lines.iter().all(|line| line == "CONNECT orchestrator.acme.local:443 HTTP/1.1"), "{lines:?}");
    assert_eq!(server.running().items("Invoices").len(), 3);
}

#[test]
fn plain_requests_go_through_the_proxy_for_http() {
    let server = server();
    let (port, seen) = proxy(&server, server.port(), ANN);
    let named = format!("http://{ANN_IN_A_URL}127.0.0.1:{port}");
    add(&server, "http", &[("http_proxy", &named), ("HTTPS_PROXY", "http://127.0.0.1:9")]).succeeded();
    assert!(seen.lines()[0].starts_with("POST http://orchestrator.acme.local/"), "{:?}", seen.lines());
}

#[test]
fn a_proxy_that_wants_a_password_says_so_and_shows_none() {
    let server = server();
    let tls = server.tls("other", Clients::Anybody);
    let (port, _) = proxy(&server, tls, ANN);
    for login in ["", "ann:wr0ng-pass@"] {
        let named = format!("http://{login}127.0.0.1:{port}");
        let outcome = add(&server, "https", &[("HTTPS_PROXY", &named)]);
        let outcome = outcome.failed(1, "it is given with the proxy: `HTTPS_PROXY=http://USER:PASSWORD@");
        assert!(!outcome.stderr.contains("wr0ng-pass"), "{outcome:?}");
        let outcome = add(&server, "http", &[("HTTP_PROXY", &named), ("http_proxy", &named)]);
        let outcome = outcome.failed(1, "it is given with the proxy: `HTTP_PROXY=http://USER:PASSWORD@");
        assert!(!outcome.stderr.contains("wr0ng-pass"), "{outcome:?}");
    }
    assert!(server.running().items("Invoices").is_empty());
}

#[test]
fn a_proxy_that_lets_nobody_through_is_named() {
    let server = server();
    let (port, _) = proxy(&server, 9, Users::Nobody);
    let named = format!("http://127.0.0.1:{port}");
    add(&server, "https", &[("HTTPS_PROXY", &named)])
        .failed(1, "lets no connection to that host through; `NO_PROXY` names hosts");
}

#[test]
fn a_host_in_no_proxy_is_reached_without() {
    let server = server();
    let sandbox = server.running();
    let nobody = format!("http://127.0.0.1:{}", free_port());
    // Not a loopback address by its letters, though it leads to our own machine: no proxy is taken for one.
    let place = || {
        Place::new()
            .with("UIPATH_URL", &format!("http://0.0.0.0:{}/sandbox/Default", server.port()))
            .with("UIPATH_FOLDER_PATH", "Shared")
            .with("UIPATH_CLIENT_ID", sandbox.client_id())
            .with("UIPATH_CLIENT_SECRET", sandbox.client_secret())
            .with("HTTP_PROXY", &nobody)
            .with("http_proxy", &nobody)
    };
    let add = ["add", "Invoices", "A=1", "--allow-http"];
    place().run(&add, "").failed(1, "cannot connect to");
    place().with("NO_PROXY", "10.0.0.0/8").run(&add, "").failed(1, "cannot connect to");
    place().with("NO_PROXY", "10.0.0.0/8,0.0.0.0").run(&add, "").succeeded();
}

#[test]
fn our_own_machine_is_reached_without_a_proxy() {
    let server = server();
    let sandbox = server.running();
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let place = Place::new()
        .with("UIPATH_URL", &sandbox.url())
        .with("UIPATH_FOLDER_PATH", "Shared")
        .with("UIPATH_CLIENT_ID", sandbox.client_id())
        .with("UIPATH_CLIENT_SECRET", sandbox.client_secret())
        .with("HTTP_PROXY", &nobody)
        .with("ALL_PROXY", &nobody);
    place.run(&["add", "Invoices", "A=1"], "").succeeded();
}
