//! `uiq sandbox`: a program of its own that others talk to.

use crate::support::uiq;

#[test]
#[cfg(unix)]
fn it_says_how_to_log_in_and_another_uiq_can() {
    use crate::support::{Place, Signal};

    let mut sandbox =
        uiq(&["sandbox", "--port", "0", "--queue", "Invoices", "--queue", "Claims,unique", "-o", "json"]).start();
    let ready: serde_json::Value = serde_json::from_str(&sandbox.prints()).unwrap();
    let text = |name: &str| ready[name].as_str().unwrap().to_owned();
    assert_eq!((&ready["version"], text("folder_path").as_str()), (&1.into(), "Shared"));
    assert_eq!(ready["queues"], serde_json::json!(["Invoices", "Claims"]));

    let place = Place::new();
    place.file("one.csv", "Reference\nA\n");
    let output = uiq(&["load", "Claims", "one.csv"])
        .at(&place)
        .variable("UIPATH_URL", text("url"))
        .variable("UIPATH_CLIENT_ID", text("client_id"))
        .variable("UIPATH_CLIENT_SECRET", text("client_secret"))
        .variable("UIPATH_FOLDER_ID", ready["folder_id"].to_string())
        .run();
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    1 row of one.csv accepted into Claims in [duration] ([rate])
    --- stderr
    checked 1 row of one.csv
    loading 1 row into Claims
    ");

    sandbox.send(Signal::Interrupt);
    assert_eq!(sandbox.wait().code, Some(0));
}

#[test]
fn what_makes_no_sandbox_is_named() {
    insta::assert_snapshot!(uiq(&["sandbox", "--port", "0", "--queue", "Invoices,uniq"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value 'Invoices,uniq' for '--queue <NAME[,unique][,schema=FILE][,retries=N]>': `uniq` is no property of a queue; there are `unique`, `schema=FILE` and `retries=N`

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(uiq(&["sandbox", "--port", "0", "--fault", "explode"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value 'explode' for '--fault <FAULT>': `explode` is no fault; there are drop-before-commit, drop-after-commit, hang-before-commit, hang-after-commit, commit-late, status-NNN, token-expiry, slow, truncated, cut-json and null-ordinal

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(uiq(&["sandbox", "--port", "0", "--queue", "A", "--queue", "a"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the queue `a` is there twice
    ");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = uiq(&["sandbox", "--port", &port]).showing(&port, "[port]").run();
    assert_ne!(output.code, Some(0));
    insta::assert_snapshot!(output, @"
    exit: 1
    --- stderr
    error: port [port] is in use

    hint: another sandbox may be running; `--port 0` takes a free port
    ");
}
