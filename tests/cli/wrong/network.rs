//! Nobody there, or somebody else.

use super::load;
use crate::support::{FakeServer, Place, Sandboxed, Uiq, uiq};

const LOGIN_PAGE: &str = "<!DOCTYPE html><html><title>Guest network</title><body>Sign in to go on</body></html>";

/// With a token that needs no identity server, and an Orchestrator there.
fn ready<'a>(command: Uiq<'a>, url: &str) -> Uiq<'a> {
    command
        .variable("UIPATH_URL", url)
        .variable("UIPATH_ACCESS_TOKEN", "token")
        .variable("UIPATH_FOLDER_PATH", "Shared")
}

#[test]
fn unreachable_host() {
    let place = Place::new();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/acme/Prod");
    insta::assert_snapshot!(ready(uiq(&["add", "Invoices", "A=1"]), &url).run().failed_with(1), @"
    exit: 1
    --- stderr
    error: cannot connect to http://127.0.0.1:[port]/acme/Prod/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem
      caused by: tcp connect error
      caused by: Connection refused (os error [n])

    hint: is the port right, and does a proxy have to be named in `HTTPS_PROXY`?
    ");
    let application = load(&[], &place)
        .variable("UIPATH_URL", &url)
        .variable("UIPATH_CLIENT_ID", "1a2b")
        .variable("UIPATH_CLIENT_SECRET", "s3cret");
    insta::assert_snapshot!(application.run().failed_with(1), @"
    exit: 1
    --- stderr
    error: cannot connect to http://127.0.0.1:[port]/identity_/connect/token
      caused by: tcp connect error
      caused by: Connection refused (os error [n])

    hint: is the port right, and does a proxy have to be named in `HTTPS_PROXY`?
    ");
}

#[test]
fn a_name_that_nobody_knows() {
    let output = ready(uiq(&["add", "Invoices", "A=1"]), "https://orchestrator.invalid/acme/Prod").run().failed_with(1);
    assert!(output.stderr.contains("orchestrator.invalid"), "{output}");
    assert!(output.stderr.contains("hint: "), "{output}");
}

#[test]
fn a_certificate_that_nobody_trusts() {
    let place = Place::new();
    let server = FakeServer::self_signed();
    let url = format!("https://{}/acme/Prod", server.host());
    let add = ready(uiq(&["add", "Invoices", "A=1"]), &url).showing(server.host(), "[server]");
    insta::assert_snapshot!(add.run().failed_with(1), @"
    exit: 1
    --- stderr
    error: cannot make a secure connection to https://[server]/acme/Prod/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem
      caused by: invalid peer certificate: UnknownIssuer

    hint: a company's own certificate authority, or a proxy that opens TLS connections, must be trusted: `--ca FILE` names its certificate (PEM),
    hint: or it is installed on this machine for all programs (on Linux also by `SSL_CERT_FILE`)
    ");
    let application = load(&[], &place)
        .variable("UIPATH_URL", &url)
        .variable("UIPATH_CLIENT_ID", "1a2b")
        .variable("UIPATH_CLIENT_SECRET", "s3cret");
    insta::assert_snapshot!(application.showing(server.host(), "[server]").run().failed_with(1), @"
    exit: 1
    --- stderr
    error: cannot make a secure connection to https://[server]/identity_/connect/token
      caused by: invalid peer certificate: UnknownIssuer

    hint: a company's own certificate authority, or a proxy that opens TLS connections, must be trusted: `--ca FILE` names its certificate (PEM),
    hint: or it is installed on this machine for all programs (on Linux also by `SSL_CERT_FILE`)
    ");
}

#[test]
fn a_web_page_instead_of_json() {
    let place = Place::new();
    let server = FakeServer::answering("200 OK", "text/html", LOGIN_PAGE);
    let url = format!("http://{}/acme/Prod", server.host());
    let load = ready(load(&[], &place), &url).showing(server.host(), "[server]");
    insta::assert_snapshot!(load.run().failed_with(1), @"
    exit: 1
    --- stderr
    error: http://[server]/acme/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 200 with a web page instead of JSON: Guest network

    hint: is the address right (`uiq status` shows it), and does no proxy or login page answer in its place?
    hint: a proxy that wants a login of its own answers so as well; `NO_PROXY` names hosts to be reached without it
    ");
}

#[test]
fn a_server_that_cannot_answer_now_is_given_up_before_the_first_row_as_later() {
    let place = Place::new();
    let load = |fault: &str, patience: &str| {
        let sandbox = Sandboxed::with(|options| options.faults = vec![fault.parse().unwrap()]);
        (load(&["--give-up-after", patience], &place).against(&sandbox).run(), sandbox.items("Invoices").len())
    };
    insta::assert_snapshot!(load("status-429:on=reads:600s", "5m").0.failed_with(1), @"
    exit: 1
    --- stderr
    error: Orchestrator wants a longer pause than `--give-up-after` allows
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 429: Too Many Requests (trace [trace])

    hint: a slower pace helps, e.g. `--rate 600/min`, or a longer `--give-up-after`
    ");
    insta::assert_snapshot!(load("status-503:on=reads", "10ms").0.failed_with(1), @"
    exit: 1
    --- stderr
    error: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 503: Service Unavailable (trace [trace])
    ");
    insta::assert_snapshot!(load("status-503:on=tokens", "10ms").0.failed_with(1), @"
    exit: 1
    --- stderr
    error: http://sandbox/identity_/connect/token cannot answer now (503)
    ");
    for fault in ["status-503:on=reads:x1", "status-503:on=tokens:x1"] {
        let (output, items) = load(fault, "1h");
        assert_eq!((output.code, items), (Some(0), 3), "{fault}: {output}");
        std::fs::remove_dir_all(place.state()).unwrap();
    }
}

#[test]
fn a_server_that_hangs_up() {
    let server = FakeServer::hanging_up();
    let url = format!("http://{}/acme/Prod", server.host());
    let add = ready(uiq(&["add", "Invoices", "A=1", "--settle-grace", "1ms"]), &url).showing(server.host(), "[server]");
    insta::assert_snapshot!(add.run().failed_with(5), @"
    exit: 5
    --- stderr
    error: it is not known whether the item is in Invoices
      caused by: the connection ended before the answer of http://[server]/acme/Prod/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem
      caused by: it could not be looked up: http://[server]/acme/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 403: forbidden

    hint: look into the queue before you add it again
    ");
}

#[test]
fn a_web_page_in_answer_to_an_item() {
    let server = FakeServer::answering("200 OK", "text/html", LOGIN_PAGE);
    let url = format!("http://{}/acme/Prod", server.host());
    let add = ready(uiq(&["add", "Invoices", "A=1"]), &url).showing(server.host(), "[server]");
    insta::assert_snapshot!(add.run().failed_with(5), @"
    exit: 5
    --- stderr
    error: it is not known whether the item is in Invoices
      caused by: http://[server]/acme/Prod/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 200 with a web page instead of JSON: Guest network
      caused by: it could not be looked up: http://[server]/acme/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 200 with a web page instead of JSON: Guest network

    hint: is the address right (`uiq status` shows it)? a login page or a proxy may have answered in its place
    hint: look into the queue before you add it again
    ");
}

#[test]
#[cfg(unix)]
fn a_server_that_says_nothing_is_waited_for_aloud_and_not_past_an_interrupt() {
    use crate::support::Signal;

    if ignores_interrupts() {
        eprintln!(
            "not tested: who runs the tests in the background of a script ignores Ctrl-C, and so do their programs"
        );
        return;
    }
    let place = Place::new();
    let server = FakeServer::mute();
    let url = format!("http://{}/acme/Prod", server.host());
    let mut load = ready(load(&[], &place), &url).start();
    load.says("waiting for Orchestrator to answer, for 20s at most");
    load.send(Signal::Interrupt);
    insta::assert_snapshot!(load.wait(), @"
    ended by a signal
    --- stderr
    waiting for Orchestrator to answer, for 20s at most
    ");
}

/// Whether this process, and so every program that it starts, ignores SIGINT; as far as the system says so.
#[cfg(unix)]
fn ignores_interrupts() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let set = ignored.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).unwrap_or(0);
    set & (1 << 1) != 0 // SIGINT is 2, and the lowest bit is signal 1
}
