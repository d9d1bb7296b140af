//! How many requests at a time, and how many rows in each: as asked, or as the server shows.

use std::fmt::Write as _;
use std::time::Duration;

use crate::support::{Output, Place, Sandboxed, Uiq, uiq};

/// A place with so many rows in `rows.csv`, each with a reference of its own.
fn place(rows: usize) -> Place {
    let place = Place::new();
    let mut text = String::from("Reference,Amount\n");
    for row in 0..rows {
        writeln!(text, "R-{row},{row}").unwrap();
    }
    place.file("rows.csv", text);
    place
}

fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Invoices", "rows.csv"], more].concat()).against(sandbox).at(place)
}

fn pace_of(output: &Output) -> serde_json::Value {
    serde_json::from_str::<serde_json::Value>(&output.stdout).unwrap()["pace"].take()
}

fn references(sandbox: &Sandboxed) -> Vec<String> {
    sandbox.items("Invoices").into_iter().filter_map(|item| item.reference).collect()
}

fn expected(rows: usize) -> Vec<String> {
    (0..rows).map(|row| format!("R-{row}")).collect()
}

#[test]
fn requests_that_grow_keep_the_order_of_the_file() {
    let (place, sandbox) = (place(6_000), Sandboxed::new());
    let output = load(&["-o", "json"], &place, &sandbox).run().succeeded();
    assert_eq!(references(&sandbox), expected(6_000));
    let chosen = pace_of(&output);
    assert_eq!((&chosen["batch_rows"]["asked"], &chosen["jobs"]["most"]), (&"auto".into(), &1.into()));
    let rows = |name: &str| chosen["batch_rows"][name].as_u64().unwrap();
    assert!(50 <= rows("smallest") && rows("largest") <= 2_000, "{chosen}");
}

#[test]
fn requests_at_a_time_are_found_where_that_is_asked_for() {
    let sandbox = Sandboxed::with(|options| options.latency = Duration::from_millis(50));
    let place = place(300);
    let output = load(&["--jobs", "auto", "--batch-size", "5", "-o", "json"], &place, &sandbox).run().succeeded();
    let mut found = references(&sandbox);
    found.sort_unstable();
    let mut all = expected(300);
    all.sort_unstable();
    assert_eq!(found, all);
    let chosen = pace_of(&output);
    assert_eq!((&chosen["jobs"]["asked"], &chosen["batch_rows"]["asked"]), (&"auto".into(), &"5".into()));
    // How far it went is a matter of the machine.
    assert!((2..=16).contains(&chosen["jobs"]["most"].as_u64().unwrap()), "{chosen}");
}

#[test]
fn what_was_found_is_said() {
    let (place, sandbox) = (place(3), Sandboxed::new());
    insta::assert_snapshot!(load(&["--jobs", "auto"], &place, &sandbox).run(), @"
    exit: 0
    --- stdout
    3 rows of rows.csv accepted into Invoices in [duration] ([rate])
      pace: 1 request at a time, 500 rows each
    --- stderr
    checked 3 rows of rows.csv
    loading 3 rows into Invoices
    ");
}

#[test]
fn a_server_that_throttles_gets_all_rows_nevertheless() {
    let sandbox = Sandboxed::with(|options| options.faults = vec!["status-429:@3x3:1s".parse().unwrap()]);
    let place = place(200);
    load(&["--jobs", "auto", "--batch-size", "5"], &place, &sandbox).run().succeeded();
    assert_eq!(sandbox.items("Invoices").len(), 200);
}

#[test]
fn the_size_of_requests_stays_where_it_decides_which_rows_go_in() {
    for more in [["--commit", "all-or-nothing"], ["--max-rejects", "1"]] {
        let (place, sandbox) = (place(2_000), Sandboxed::new());
        let output = load(&[&["-o", "json"], &more[..]].concat(), &place, &sandbox).run().succeeded();
        let rows = pace_of(&output)["batch_rows"].take();
        assert_eq!(rows, serde_json::json!({"asked": "auto", "smallest": 500, "largest": 500, "last": 500}));
    }
}

#[test]
fn a_load_goes_on_at_another_pace() {
    let sandbox = Sandboxed::with(|options| options.faults = vec!["status-429:@2:60s".parse().unwrap()]);
    let place = place(20);
    load(&["--give-up-after", "1s", "--batch-size", "2"], &place, &sandbox).run().failed_with(1);
    load(&["--jobs", "auto", "--batch-size", "auto", "--rate", "1000/s"], &place, &sandbox).run().succeeded();
    assert_eq!(sandbox.items("Invoices").len(), 20);
}
