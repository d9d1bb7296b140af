//! What people get wrong, and what they read then. Nothing here sends a row.

use crate::support::{FakeServer, Output, Place, Sandboxed, Uiq, uiq};

const LOGIN_PAGE: &str = "<!DOCTYPE html><html><title>Guest network</title><body>Sign in to go on</body></html>";

/// Loads a file with this content against a sandbox, and gives what is said about it.
#[track_caller]
fn load_of(content: impl AsRef<[u8]>) -> Output {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("invoices.csv", content);
    let output = uiq(&["load", "Invoices", "invoices.csv"]).against(&sandbox).at(&place).run().failed_with(2);
    assert!(sandbox.items("Invoices").is_empty(), "nothing is sent of a file that is wrong");
    output
}

/// A file without a fault, loaded with these arguments.
fn load<'a>(arguments: &[&str], place: &'a Place) -> Uiq<'a> {
    place.file("invoices.csv", "Reference\nA\nB\nC\n");
    uiq(&[&["load", "Invoices", "invoices.csv"], arguments].concat()).at(place)
}

/// With a token that needs no identity server, and an Orchestrator there.
fn ready<'a>(command: Uiq<'a>, url: &str) -> Uiq<'a> {
    command
        .variable("UIPATH_URL", url)
        .variable("UIPATH_ACCESS_TOKEN", "token")
        .variable("UIPATH_FOLDER_PATH", "Shared")
}

#[test]
fn unknown_queue() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("invoices.csv", "A\n1\n");
    let load = |queue| uiq(&["load", queue, "invoices.csv"]).against(&sandbox).at(&place).run().failed_with(2);
    insta::assert_snapshot!(load("Invoces"), @"
    exit: 2
    --- stderr
    error: there is no queue `Invoces` in the folder Shared

    hint: did you mean `Invoices`?
    ");
    insta::assert_snapshot!(load("Payroll"), @"
    exit: 2
    --- stderr
    error: there is no queue `Payroll` in the folder Shared

    hint: the folder has: Invoices
    hint: `--folder` names another one
    ");
}

#[test]
fn unknown_folder() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    insta::assert_snapshot!(load(&["--folder", "Finance/AP"], &place).against(&sandbox).variable("UIPATH_FOLDER_PATH", "").run().failed_with(4), @"
    exit: 4
    --- stderr
    error: the folder does not exist, or the application may not see it
      folder Finance/AP
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 400: Folder does not exist or the user does not have access to the folder (errorCode 1100, trace [trace])

    hint: in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there
    hint: a folder's number changes with the licence plan; its path and key do not
    ");
    insta::assert_snapshot!(uiq(&["add", "Invoices", "A=1", "--folder", "99"]).against(&sandbox).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: the folder does not exist, or the application may not see it
      folder 99
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 400: Folder does not exist or the user does not have access to the folder (errorCode 1100, trace [trace])

    hint: in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there
    hint: a folder's number changes with the licence plan; its path and key do not
    ");
}

#[test]
fn no_folder_at_all() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    insta::assert_snapshot!(load(&[], &place).against(&sandbox).without("UIPATH_FOLDER_PATH").run().failed_with(2), @"
    exit: 2
    --- stderr
    error: Orchestrator has to be told the folder
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 400: An organization unit is required for this action (errorCode 1101, trace [trace])

    hint: name it with `--folder`: a path (Finance/AP), the `fid` in the browser's address, or a key
    ");
    insta::assert_snapshot!(uiq(&["add", "Invoices", "A=1"]).against(&sandbox).without("UIPATH_FOLDER_PATH").run().failed_with(2), @"
    exit: 2
    --- stderr
    error: Orchestrator has to be told the folder
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 400: An organization unit is required for this action (errorCode 1101, trace [trace])

    hint: name it with `--folder`: a path (Finance/AP), the `fid` in the browser's address, or a key
    ");
}

#[test]
fn a_folder_that_is_none() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    insta::assert_snapshot!(load(&["--folder", "/Finance//AP"], &place).against(&sandbox).run(), @"
    exit: 4
    --- stderr
    error: the folder does not exist, or the application may not see it
      folder /Finance//AP
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 400: Folder does not exist or the user does not have access to the folder (errorCode 1100, trace [trace])

    hint: in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there
    hint: a folder's number changes with the licence plan; its path and key do not
    ");
}

#[test]
fn a_missing_scope() {
    let place = Place::new();
    let read_only = Sandboxed::with(|options| options.scopes = vec![String::from("OR.Queues.Read")]);
    insta::assert_snapshot!(load(&[], &place).against(&read_only).run().failed_with(4), @"
    exit: 4
    --- stderr
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    stopping: 127.0.0.1:[port]/…/BulkAddQueueItems answered HTTP 403: You are not authorized!
    0 of 3 rows of invoices.csv accepted into Invoices in [duration]
      3 rows not sent
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems answered HTTP 403: You are not authorized! (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
    insta::assert_snapshot!(uiq(&["add", "Invoices", "A=1"]).against(&read_only).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 403: You are not authorized! (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    ");
    let other = Sandboxed::with(|options| options.scopes = vec![String::from("OR.Folders.Read")]);
    insta::assert_snapshot!(load(&[], &place).against(&other).run().failed_with(4), @"
    exit: 4
    --- stderr
    warning: the application may not look up queues (scope OR.Queues.Read, role Queues View); going on without
    warning: if a request's fate becomes unknown, nobody will be able to find out whether its rows arrived
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    stopping: 127.0.0.1:[port]/…/BulkAddQueueItems answered HTTP 403: You are not authorized!
    0 of 3 rows of invoices.csv accepted into Invoices in [duration]
      3 rows not sent
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems answered HTTP 403: You are not authorized! (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
}

#[test]
fn not_allowed_any_more_in_the_middle() {
    let place = Place::new();
    let sandbox = Sandboxed::with(|options| options.faults = vec!["status-403:@2".parse().unwrap()]);
    insta::assert_snapshot!(load(&["--batch-size", "2"], &place).against(&sandbox).run().failed_with(4), @"
    exit: 4
    --- stderr
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    stopping: 127.0.0.1:[port]/…/BulkAddQueueItems answered HTTP 403: Forbidden
    2 of 3 rows of invoices.csv accepted into Invoices in [duration]
      1 row not sent
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems answered HTTP 403: Forbidden (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
}

#[test]
fn nobody_logged_in() {
    let place = Place::new();
    insta::assert_snapshot!(load(&[], &place).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: no Orchestrator is known: not logged in, and no address in `--url` or `UIPATH_URL`

    hint: `uiq login` logs in and keeps the secret in the keyring
    hint: or set `UIPATH_URL`, `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET` (or `UIPATH_CLIENT_SECRET_FILE`)
    hint: or add `--sandbox` to rehearse on a local Orchestrator, without any account
    ");
    insta::assert_snapshot!(uiq(&["add", "Invoices", "A=1"]).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: no Orchestrator is known: not logged in, and no address in `--url` or `UIPATH_URL`

    hint: `uiq login` logs in and keeps the secret in the keyring
    hint: or set `UIPATH_URL`, `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET` (or `UIPATH_CLIENT_SECRET_FILE`)
    hint: or add `--sandbox` to rehearse on a local Orchestrator, without any account
    ");
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
      caused by: error sending request
      caused by: client error (Connect)
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
      caused by: error sending request
      caused by: client error (Connect)
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
      caused by: error sending request
      caused by: client error (Connect)
      caused by: invalid peer certificate: UnknownIssuer

    hint: a company's own certificate authority must be trusted by this machine (on Linux also by `SSL_CERT_FILE`)
    ");
    let application = load(&[], &place)
        .variable("UIPATH_URL", &url)
        .variable("UIPATH_CLIENT_ID", "1a2b")
        .variable("UIPATH_CLIENT_SECRET", "s3cret");
    insta::assert_snapshot!(application.showing(server.host(), "[server]").run().failed_with(1), @"
    exit: 1
    --- stderr
    error: cannot make a secure connection to https://[server]/identity_/connect/token
      caused by: error sending request
      caused by: client error (Connect)
      caused by: invalid peer certificate: UnknownIssuer

    hint: a company's own certificate authority must be trusted by this machine (on Linux also by `SSL_CERT_FILE`)
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
    ");
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
fn an_empty_file() {
    insta::assert_snapshot!(load_of(""), @"
    exit: 2
    --- stderr
    error: invoices.csv: the file is empty; its first row has to name the columns
    ");
}

#[test]
fn a_header_and_nothing_else() {
    insta::assert_snapshot!(load_of("Reference,Amount\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: there is no row below the header
    ");
}

#[test]
fn a_row_with_too_few_cells() {
    insta::assert_snapshot!(load_of("A,B,C\n1,2,3\n1,2\n1,2,3,4\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: 2 of 3 rows break a rule; nothing was sent
      row 3, the row has 2 cells, the header 3 columns; a value that holds the delimiter goes in double quotes
      row 4, the row has 4 cells, the header 3 columns; a value that holds the delimiter goes in double quotes

    hint: mend the file, then run the same command again
    ");
}

#[test]
fn a_column_that_is_there_twice() {
    insta::assert_snapshot!(load_of("Amount,Vendor,Amount\n1,2,3\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: the header breaks a rule; nothing was sent
      row 1, column `Amount`: the header has this column twice

    hint: rename the column in the file; `--headers upload` or `--headers none` leave columns alone that only look special
    ");
}

#[test]
fn a_name_with_a_character_that_orchestrator_does_not_take() {
    insta::assert_snapshot!(load_of("Amount,E.Mail,a@b\n1,2,3\n"), @r#"
    exit: 2
    --- stderr
    error: invoices.csv: the header breaks a rule; nothing was sent
      row 1, column `E.Mail`: the name holds `.`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
      row 1, column `a@b`: the name holds `@`; Orchestrator takes no key of SpecificContent with one of : . , @ " #

    hint: rename the column in the file; `--headers upload` or `--headers none` leave columns alone that only look special
    "#);
}

#[test]
fn a_priority_that_is_none() {
    insta::assert_snapshot!(load_of("Priority,Vendor\nUrgent,a\nhigh,b\n4,c\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: 2 of 3 rows break a rule; nothing was sent
      row 2, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 4, column `Priority`, value `4`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3

    hint: mend the file, then run the same command again
    ");
}

#[test]
fn a_day_that_is_not_in_the_calendar() {
    insta::assert_snapshot!(load_of("Deadline,Vendor\n31/02/2026,a\n2026-02-30,b\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: 2 of 2 rows break a rule; nothing was sent
      row 2, column `Deadline`, value `31/02/2026`: not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 ([time]), and from now +90m, +2h, +3d
      row 3, column `Deadline`, value `2026-02-30`: there is no such date or time; months go to 12, days to the end of their month, hours to 23

    hint: mend the file, then run the same command again
    ");
}

#[test]
fn many_rows_with_the_same_fault_are_counted() {
    let rows: String = (0..50).map(|_| "Urgent,a\n").collect();
    insta::assert_snapshot!(load_of(format!("Priority,Vendor\n{rows}")), @"
    exit: 2
    --- stderr
    error: invoices.csv: 50 of 50 rows break a rule; nothing was sent
      row 2, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 3, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 4, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 5, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 6, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      … and 45 more of the same kind (Priority)

    hint: mend the file, then run the same command again
    ");
}

#[test]
fn a_quote_that_is_never_closed() {
    insta::assert_snapshot!(load_of("A,B\n1,\"two\n3,4\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv, line 2: the quote that opens a cell here is never closed
    ");
}

#[test]
fn bytes_that_are_no_text() {
    insta::assert_snapshot!(load_of(b"A,B\n1,M\xfcller\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: 1 of 1 row breaks a rule; nothing was sent
      row 2, column `B`, value `M�ller`: not UTF-8: byte 0xFC at offset 1 of the cell; save the file as UTF-8

    hint: mend the file, then run the same command again
    ");
    insta::assert_snapshot!(load_of(b"PK\x03\x04\x14\0\x06\0"), @r#"
    exit: 2
    --- stderr
    error: invoices.csv: this is a spreadsheet (XLSX) or another archive, not CSV in UTF-8; save it as "CSV UTF-8"
    "#);
    insta::assert_snapshot!(load_of(b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe"), @"
    exit: 2
    --- stderr
    error: invoices.csv, line 1: the name of column A is not UTF-8; save the file as UTF-8
    ");
}

#[test]
fn a_file_that_is_not_there_or_is_none() {
    let place = Place::new();
    insta::assert_snapshot!(uiq(&["load", "Invoices", "nope.csv"]).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: nope.csv: no such file
    ");
    insta::assert_snapshot!(uiq(&["load", "Invoices", "."]).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: .: this is a folder, not a file
    ");
}

#[test]
fn flags_that_make_no_sense() {
    let place = Place::new();
    insta::assert_snapshot!(load(&["--job", "4"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: unexpected argument '--job' found

      tip: a similar argument exists: '--jobs'

    Usage: uiq load --jobs <N> <QUEUE> <FILE>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--jobs", "0"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value '0' for '--jobs <N>': a whole number from 1 to 64

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--rate", "fast"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value 'fast' for '--rate <N/min>': a number of rows and a time, as in 600/min or 20/s

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--batch-size", "20000"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value '20000' for '--batch-size <N>': a whole number from 1 to 15000

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--atomic", "--jobs", "2"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the argument '--atomic' cannot be used with '--jobs <N>'

    Usage: uiq load --atomic <QUEUE> <FILE>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--give-up-after", "soon"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value 'soon' for '--give-up-after <TIME>': a time such as 10s, 15m or 1h 30m

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(load(&["--timezone", "Berlin"], &place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--timezone Berlin` is no time zone
      caused by: failed to find time zone `Berlin` in time zone database

    hint: zones have names such as Europe/Berlin, America/New_York or UTC
    ");
    insta::assert_snapshot!(load(&["--sandbox"], &place).variable("UIQ_SETTLE_GRACE", "soon").run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `UIQ_SETTLE_GRACE=soon`: it takes a time such as 10s, 15m or 1h 30m
    ");
}

#[test]
fn arguments_that_are_missing() {
    insta::assert_snapshot!(uiq(&["load"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the following required arguments were not provided:
      <QUEUE>
      <FILE>

    Usage: uiq load <QUEUE> <FILE>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(uiq(&["lod"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: unrecognized subcommand 'lod'

      tip: a similar subcommand exists: 'load'

    Usage: uiq [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    let output = uiq(&[]).run().failed_with(2);
    assert!(output.stderr.contains("Usage: uiq") && output.stderr.contains("load"), "{output}");
}
