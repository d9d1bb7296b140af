//! `uiq token`: the forms of a token, and all that can stand between a person and one.

use crate::support::{FakeServer, Place, Sandboxed, Uiq, uiq};

const LOGIN_PAGE: &str = "<!DOCTYPE html><html><title>Guest network</title><body>Sign in to go on</body></html>";

/// `uiq token` with an application that no server has to know.
fn token_at(url: &str) -> Uiq<'static> {
    uiq(&["token"])
        .variable("UIPATH_URL", url)
        .variable("UIPATH_CLIENT_ID", "1a2b")
        .variable("UIPATH_CLIENT_SECRET", "s3cret")
}

#[test]
fn raw_is_the_token_and_nothing_else() {
    let output = uiq(&["token"]).against(&Sandboxed::new()).run();
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    [token]
    ");
    assert_eq!(output.stdout.lines().count(), 1);
}

#[test]
fn a_header_goes_into_curl_as_it_is() {
    let output = uiq(&["token", "--as", "header"]).against(&Sandboxed::new()).run();
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    Authorization: Bearer [token]
    ");
}

#[test]
fn json_says_until_when_and_for_what() {
    let sandbox = Sandboxed::new();
    let output = uiq(&["token", "--as", "json"]).against(&sandbox).run();
    insta::assert_snapshot!(output, @r#"
    exit: 0
    --- stdout
    {"access_token":"[token]","api_root":"http://sandbox/sandbox/Default/orchestrator_/","expires_at":"[time]","scope":"OR.Default OR.Folders OR.Folders.Read OR.Queues OR.Queues.Read OR.Queues.Write","token_type":"Bearer","version":1}
    "#);
    let json: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(json["version"], 1);
}

#[test]
fn output_json_is_the_same_json() {
    let output = uiq(&["-o", "json", "token"]).against(&Sandboxed::new()).run().succeeded();
    assert!(output.stdout.starts_with('{'), "{output}");
}

#[test]
fn curl_is_a_command_to_paste() {
    let output = uiq(&["token", "--as", "curl", "--folder", "Max's"]).against(&Sandboxed::new()).run();
    insta::assert_snapshot!(output, @r#"
    exit: 0
    --- stdout
    curl -sS 'http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem' \
      -H 'Authorization: Bearer [token]' \
      -H 'Content-Type: application/json' \
      -H 'X-UIPATH-FolderPath: Max'\''s' \
      -d '{"itemData":{"Name":"QUEUE","Priority":"Normal","Reference":"REFERENCE","SpecificContent":{"Amount":1.5,"Name":"value"}}}'
    "#);
}

#[test]
fn a_scope_of_the_application_can_be_asked_for_alone() {
    let output = uiq(&["token", "--as", "json", "--scope", "OR.Queues.Read"]).against(&Sandboxed::new()).run();
    insta::assert_snapshot!(output, @r#"
    exit: 0
    --- stdout
    {"access_token":"[token]","api_root":"http://sandbox/sandbox/Default/orchestrator_/","expires_at":"[time]","scope":"OR.Queues.Read","token_type":"Bearer","version":1}
    "#);
}

#[test]
fn the_secret_can_come_from_a_file() {
    let sandbox = Sandboxed::new();
    let place = Place::new();
    let file = place.file("secret.txt", format!("{}\r\n", sandbox.client_secret()));
    let command = uiq(&["token"]).against(&sandbox).at(&place).without("UIPATH_CLIENT_SECRET");
    command.variable("UIPATH_CLIENT_SECRET_FILE", file).run().succeeded();
}

#[test]
fn without_any_login_the_three_ways_in_are_named() {
    insta::assert_snapshot!(uiq(&["token"]).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: no Orchestrator is known: not logged in, and no address in `--url` or `UIPATH_URL`

    hint: `uiq login` logs in and keeps the secret in the keyring
    hint: or set `UIPATH_URL`, `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET` (or `UIPATH_CLIENT_SECRET_FILE`)
    hint: or add `--sandbox` to rehearse on a local Orchestrator, without any account
    ");
}

#[test]
fn a_wrong_secret_is_said_to_be_wrong() {
    let output = uiq(&["token"]).against(&Sandboxed::new()).variable("UIPATH_CLIENT_SECRET", "wrong").run();
    insta::assert_snapshot!(output.failed_with(4), @"
    exit: 4
    --- stderr
    error: the application id `[client id]` or its secret is wrong
      caused by: http://sandbox/identity_/connect/token answered HTTP 400: invalid_client

    hint: in Orchestrator, Admin > External applications shows the id (App ID) of each application of this organisation
    hint: a secret cannot be looked up again: Admin > External applications > the application > generate a new one, then `uiq login`
    ");
}

#[test]
fn an_unknown_application_is_said_to_be_unknown() {
    let output = uiq(&["token", "--client-id", "nobody"]).against(&Sandboxed::new()).run();
    insta::assert_snapshot!(output.failed_with(4), @"
    exit: 4
    --- stderr
    error: the application id `nobody` or its secret is wrong
      caused by: http://sandbox/identity_/connect/token answered HTTP 400: invalid_client

    hint: in Orchestrator, Admin > External applications shows the id (App ID) of each application of this organisation
    hint: a secret cannot be looked up again: Admin > External applications > the application > generate a new one, then `uiq login`
    ");
}

#[test]
fn a_scope_that_the_application_lacks_is_named() {
    let output = uiq(&["token", "--scope", "OR.Queues OR.Assets"]).against(&Sandboxed::new()).run();
    insta::assert_snapshot!(output.failed_with(4), @"
    exit: 4
    --- stderr
    error: the application `[client id]` may not have all of the scopes it asks for: OR.Queues OR.Assets
      caused by: http://sandbox/identity_/connect/token answered HTTP 400: invalid_scope

    hint: add them in Orchestrator under Admin > External applications > the application > Add scopes > Orchestrator API Access, tab *Application scopes*
    hint: or ask for fewer with `--scope`; without scopes the application gets all it was given
    ");
}

#[test]
fn an_unreachable_host_is_named() {
    // Nothing listens at port 1, so that the system refuses at once.
    insta::assert_snapshot!(token_at("http://127.0.0.1:1/acme/Prod").run().failed_with(1), @"
    exit: 1
    --- stderr
    error: cannot connect to http://127.0.0.1:1/identity_/connect/token
      caused by: tcp connect error
      caused by: Connection refused (os error [n])

    hint: is the port right, and does a proxy have to be named in `HTTPS_PROXY`?
    ");
}

#[test]
fn a_page_instead_of_json_comes_from_somebody_else() {
    let proxy = FakeServer::answering("200 OK", "text/html", LOGIN_PAGE);
    let command = token_at(&format!("http://{}/acme/Prod", proxy.host())).showing(proxy.host(), "[proxy]");
    insta::assert_snapshot!(command.run().failed_with(1), @r#"
    exit: 1
    --- stderr
    error: http://[proxy]/identity_/connect/token is no token endpoint: it answers with the web page "Guest network"

    hint: is the address right (`uiq status` shows it), and does no proxy or login page answer in its place?
    hint: an identity server at another place is named by `--identity-url https://HOST/identity_`
    "#);
}

#[test]
fn a_gateway_that_is_down_is_not_a_wrong_address() {
    let gateway = FakeServer::answering("502 Bad Gateway", "text/html", "<html><h1>502 Bad Gateway</h1></html>");
    let command = token_at(&format!("http://{}/acme/Prod", gateway.host())).showing(gateway.host(), "[gateway]");
    insta::assert_snapshot!(command.run().failed_with(1), @"
    exit: 1
    --- stderr
    error: http://[gateway]/identity_/connect/token cannot answer now (502)
    ");
}

#[test]
fn a_port_without_tls_fails_its_handshake() {
    let server = FakeServer::answering("400 Bad Request", "text/plain", "this port speaks http");
    let command = token_at(&format!("https://{}/acme/Prod", server.host())).showing(server.host(), "[server]");
    insta::assert_snapshot!(command.run().failed_with(1), @"
    exit: 1
    --- stderr
    error: cannot make a secure connection to https://[server]/identity_/connect/token
      caused by: received corrupt message of type InvalidContentType

    hint: the server speaks no TLS at that port; is it `http://`, or another port?
    ");
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let server = FakeServer::self_signed();
    let command = token_at(&format!("https://{}/acme/Prod", server.host())).showing(server.host(), "[server]");
    insta::assert_snapshot!(command.run().failed_with(1), @"
    exit: 1
    --- stderr
    error: cannot make a secure connection to https://[server]/identity_/connect/token
      caused by: invalid peer certificate: UnknownIssuer

    hint: a company's own certificate authority, or a proxy that opens TLS connections, must be trusted: `--ca FILE` names its certificate (PEM),
    hint: or it is installed on this machine for all programs (on Linux also by `SSL_CERT_FILE`)
    ");
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    insta::assert_snapshot!(token_at("http://orchestrator.acme.local").run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the address of Orchestrator is wrong (environment UIPATH_URL)
      caused by: `http://orchestrator.acme.local` would send the secret readably over the network

    hint: use `https://`, or `--allow-http` if the network between is trusted with the secret
    ");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let output = uiq(&["token"]).against(&Sandboxed::new()).with_its_reader_gone().run();
    insta::assert_snapshot!(output, @"exit: 0");
}

#[test]
fn the_log_shows_requests_and_neither_secret_nor_token() {
    let output = uiq(&["token", "-vv"]).against(&Sandboxed::new()).run().succeeded();
    assert!(output.stderr.contains("/connect/token"), "{output}");
    assert!(!output.stderr.contains(output.stdout.trim()), "the token is in the log\n{output}");
}
