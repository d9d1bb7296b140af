//! TLS with an authority of one's own, certificates of clients, proxies, time limits.

use crate::application;
use crate::place::Place;
use crate::server::{Clients, Server, authority};

fn login(place: &Place, server: &Server, port: u16, more: &[&str]) -> crate::place::Outcome {
    let sandbox = server.running();
    let url = format!("https://localhost:{port}/sandbox/Default");
    place.run(&[&application(&url, sandbox.client_id())[..], more].concat(), sandbox.client_secret())
}

#[test]
fn an_authority_of_ones_own_is_trusted_by_name_and_kept_in_the_profile() {
    let (place, server) = (Place::new(), Server::secure());
    let authority = &server.trusted_in(&place)[1];
    login(&place, &server, server.port(), &[]).failed(1, "`--ca FILE`");
    login(&place, &server, server.port(), &["--ca", authority]).succeeded();
    let status = place.run(&["status"], "").succeeded();
    assert!(status.stdout.contains("ca.pem"), "{}", status.stdout);
    let curl = place.run(&["token", "--as", "curl"], "").succeeded().stdout;
    assert!(curl.contains(&format!("--cacert '{authority}'")), "{curl}");
}

#[test]
fn plain_http_at_a_port_that_speaks_https_is_explained() {
    let (place, server) = (Place::new(), Server::secure());
    let sandbox = server.running();
    let url = sandbox.url().replace("https", "http");
    let outcome = place.run(&application(&url, sandbox.client_id()), sandbox.client_secret());
    outcome.failed(4, "should the address begin with `https://`?");
    assert_eq!(sandbox.requests(), []);
}

#[test]
fn a_server_that_asks_for_a_certificate_gets_the_one_of_the_profile() {
    let (place, server) = (Place::new(), Server::start());
    let port = server.tls("server", Clients::WithCertificate);
    let client = authority().replace("ca.pem", "client.pem");
    login(&place, &server, port, &["--ca", &authority()]).failed(1, "error: ");
    login(&place, &server, port, &["--ca", &authority(), "--client-cert", &client]).succeeded();
    place.run(&["status"], "").succeeded();
}

#[test]
fn certificates_that_cannot_work_say_why() {
    let (place, server) = (Place::new(), Server::start());
    let other = server.tls("other", Clients::Anybody);
    login(&place, &server, other, &["--ca", &authority()]).failed(1, "the certificate is for another name");
    let own = server.tls("authority", Clients::Anybody);
    let certificate = authority().replace("ca.pem", "authority.crt");
    login(&place, &server, own, &["--ca", &certificate]).failed(1, "`CA:TRUE`");
    let key = authority().replace("ca.pem", "server.key");
    login(&place, &server, own, &["--ca", &key]).failed(2, "there is no certificate in it");
}

#[test]
fn no_flag_turns_verification_off() {
    let help = Place::new().run(&["login", "--help"], "").succeeded().stdout;
    assert!(!help.contains("insecure") && !help.contains("no-verify"), "{help}");
}

#[test]
fn a_malformed_proxy_is_an_error_and_shows_no_password() {
    let place = Place::new()
        .with("HTTPS_PROXY", "http://user:pr0xy-pass@:3128")
        .with("UIPATH_URL", "https://orchestrator.invalid")
        .with("UIPATH_PAT", "token");
    let outcome = place.run(&["token"], "").failed(2, "the proxy in `HTTPS_PROXY` is not a URL");
    assert!(!outcome.stderr.contains("pr0xy-pass"), "{outcome:?}");
}

#[test]
fn a_server_that_says_nothing_is_given_up_within_the_limit() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/acme/Prod", silent.local_addr().unwrap());
    let place = Place::new().with("UIPATH_URL", &url).with("UIPATH_CLIENT_ID", "a").with("UIPATH_CLIENT_SECRET", "s");
    place.run(&["token", "--answer-timeout", "50ms"], "").failed(1, "no answer in time");
    place.run(&["token", "--timeout", "50ms"], "").failed(1, "no answer in time");
    let place = place.with("UIQ_ANSWER_TIMEOUT", "50ms");
    place.run(&["token"], "").failed(1, "no answer in time");
    place.with("UIQ_TIMEOUT", "soon").run(&["token"], "").failed(2, "`UIQ_TIMEOUT=soon`: it takes a time such as");
}
