//! `uiq load`: a file that goes in whole, what is said meanwhile, and what scripts get.

use crate::support::{Output, Place, Sandboxed, Uiq, uiq};

const THREE: &str = "\
Reference,Priority,Deadline,Vendor,Amount
INV-1,high,2026-12-01 17:00,\"Müller & Söhne, Köln\",\"1.249,00\"
INV-2,2,2026-12-01,Contoso,89.90
INV-3,,,\"Two
lines\",
";

/// A place with the three rows in `invoices.csv`.
fn place() -> Place {
    let place = Place::new();
    place.file("invoices.csv", THREE);
    place
}

/// `uiq load Invoices invoices.csv` and more.
fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Invoices", "invoices.csv"], more].concat()).against(sandbox).at(place)
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_str(&output.stdout).unwrap()
}

#[test]
fn without_a_terminal_there_are_lines_and_the_count_at_the_end() {
    let (place, sandbox) = (place(), Sandboxed::new());
    let output = load(&[], &place, &sandbox).run();
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    3 rows of invoices.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    ");
    assert_eq!(place.files(), ["invoices.csv"], "no rejects, no rejects file");
    let items = sandbox.items("Invoices");
    let first = &items[0];
    assert_eq!(first.reference.as_deref(), Some("INV-1"));
    assert_eq!(
        (first.priority.as_str(), items[1].priority.as_str(), items[2].priority.as_str()),
        ("High", "Normal", "Normal")
    );
    insta::assert_snapshot!(first.content_json, @r#"{"Vendor":"Müller & Söhne, Köln","Amount":"1.249,00"}"#);
    insta::assert_snapshot!(items[2].content_json, @r#"{"Vendor":"Two\nlines","Amount":""}"#);
}

#[test]
fn a_rehearsal_needs_no_account_and_leaves_nothing_behind() {
    let place = place();
    for _ in 0..2 {
        let output = uiq(&["load", "--sandbox", "Invoices", "invoices.csv"]).at(&place).run();
        insta::allow_duplicates! { insta::assert_snapshot!(output, @"
        exit: 0
        --- stdout
        3 rows of invoices.csv accepted into Invoices in [duration] ([rate])
        --- stderr
        checked 3 rows of invoices.csv
        loading 3 rows into Invoices
        ") }
    }
    assert_eq!(std::fs::read_dir(place.state()).unwrap().count(), 0, "a rehearsal is not remembered");
}

#[test]
fn json_has_the_count_and_a_version() {
    let (place, sandbox) = (place(), Sandboxed::new());
    let output = load(&["-o", "json"], &place, &sandbox).run().succeeded();
    let mut value = json(&output);
    assert!(value["seconds"].is_f64() && value["run"].is_string());
    value["seconds"] = 0.into();
    value["run"] = "[run]".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap(), @r#"
    {
      "abandoned": 0,
      "accepted": 3,
      "accepted_now": 3,
      "exit_code": 0,
      "in_doubt": 0,
      "in_doubt_rows": "",
      "input": "invoices.csv",
      "left_out": 0,
      "not_sent": 0,
      "pace": {
        "batch_rows": {
          "asked": "auto",
          "largest": 500,
          "last": 500,
          "smallest": 500
        },
        "jobs": {
          "asked": "1",
          "last": 1,
          "most": 1
        }
      },
      "queue": "Invoices",
      "reasons": [],
      "refused": 0,
      "rejects_file": null,
      "rolled_back": 0,
      "rows": 3,
      "run": "[run]",
      "seconds": 0,
      "stopped": null,
      "version": 1
    }
    "#);
}

#[test]
fn the_same_file_again_is_refused_skipped_or_loaded() {
    let (place, sandbox) = (place(), Sandboxed::new());
    load(&[], &place, &sandbox).run().succeeded();
    insta::assert_snapshot!(load(&[], &place, &sandbox).run().failed_with(6), @"
    exit: 6
    --- stderr
    checked 3 rows of invoices.csv
    error: this content was already loaded into Invoices (run [run], begun [time])

    hint: `uiq runs show [run]` says what became of its rows
    hint: `--if-loaded again` loads it once more, `--if-loaded skip` makes this no failure
    ");
    insta::assert_snapshot!(load(&["--if-loaded", "skip"], &place, &sandbox).run(), @"
    exit: 0
    --- stderr
    checked 3 rows of invoices.csv
    nothing to do: invoices.csv was loaded into Invoices by run [run]
    ");
    assert_eq!(sandbox.items("Invoices").len(), 3);
    insta::assert_snapshot!(load(&["--if-loaded", "again"], &place, &sandbox).run(), @"
    exit: 0
    --- stdout
    3 rows of invoices.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    ");
    assert_eq!(sandbox.items("Invoices").len(), 6);
}

#[test]
fn a_dry_run_shows_items_and_sends_nothing() {
    let place = Place::new();
    place.file("five.csv", "Reference,Amount\nR1,1\nR2,2\nR3,3\nR4,4\nR5,5\n");
    insta::assert_snapshot!(uiq(&["load", "Invoices", "five.csv", "--dry-run"]).at(&place).run(), @r#"
    exit: 0
    --- stdout
    {"Priority":"Normal","Reference":"R1","SpecificContent":{"Amount":"1"}}
    {"Priority":"Normal","Reference":"R2","SpecificContent":{"Amount":"2"}}
    {"Priority":"Normal","Reference":"R3","SpecificContent":{"Amount":"3"}}
    --- stderr
    5 items of 355 bytes in 1 request; the largest takes 71 bytes (row 6)
    every row has a reference of its own; nothing was sent
    "#);
    let output = uiq(&["load", "Invoices", "five.csv", "--dry-run", "-o", "json"]).at(&place).run().succeeded();
    insta::assert_snapshot!(output, @r#"
    exit: 0
    --- stdout
    {"Priority":"Normal","Reference":"R1","SpecificContent":{"Amount":"1"}}
    {"Priority":"Normal","Reference":"R2","SpecificContent":{"Amount":"2"}}
    {"Priority":"Normal","Reference":"R3","SpecificContent":{"Amount":"3"}}
    {"Priority":"Normal","Reference":"R4","SpecificContent":{"Amount":"4"}}
    {"Priority":"Normal","Reference":"R5","SpecificContent":{"Amount":"5"}}
    --- stderr
    5 items of 355 bytes in 1 request; the largest takes 71 bytes (row 6)
    every row has a reference of its own; nothing was sent
    "#);
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    let command = || uiq(&["load", "Invoices", "-"]).against(&sandbox).at(&place).input(THREE);
    insta::assert_snapshot!(command().run(), @"
    exit: 0
    --- stdout
    3 rows of standard input accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 3 rows of standard input
    loading 3 rows into Invoices
    ");
    insta::assert_snapshot!(command().run().failed_with(6), @"
    exit: 6
    --- stderr
    checked 3 rows of standard input
    error: this content was already loaded into Invoices (run [run], begun [time])

    hint: `uiq runs show [run]` says what became of its rows
    hint: `--if-loaded again` loads it once more, `--if-loaded skip` makes this no failure
    ");
    assert_eq!(sandbox.items("Invoices").len(), 3);
}

#[test]
fn a_rate_holds_the_rows_back() {
    let (place, sandbox) = (place(), Sandboxed::new());
    load(&["--rate", "60/s", "--batch-size", "1"], &place, &sandbox).run().succeeded();
    assert_eq!(sandbox.items("Invoices").len(), 3);
}

#[test]
fn quiet_says_nothing_but_the_count_and_verbose_says_every_request() {
    let (place, sandbox) = (place(), Sandboxed::new());
    insta::assert_snapshot!(load(&["-q"], &place, &sandbox).run(), @"
    exit: 0
    --- stdout
    3 rows of invoices.csv accepted into Invoices in [duration] ([rate])
    ");
    let output = load(&["-vv", "--if-loaded", "again"], &place, &sandbox).run().succeeded();
    let asked = output.stderr.lines().filter(|line| line.contains("BulkAddQueueItems")).count();
    assert_eq!(asked, 1, "{output}");
    let token = output.stderr.lines().filter(|line| line.contains("eyJ")).count();
    assert_eq!(token, 0, "no token is in the log\n{output}");
}

#[test]
fn a_reader_that_is_gone_ends_it_quietly() {
    let (place, sandbox) = (place(), Sandboxed::new());
    for more in [&[][..], &["-o", "json", "--if-loaded", "again"], &["--dry-run", "-o", "json"]] {
        let output = load(more, &place, &sandbox).with_its_reader_gone().run();
        assert!(!output.stderr.contains("error") && !output.stderr.contains("panicked"), "{output}");
        assert_eq!(output.code, Some(0), "{output}");
    }
}

#[test]
fn a_column_that_only_looks_special_is_mentioned() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("invoices.csv", "reference,Amount\nR1,2\n");
    insta::assert_snapshot!(load(&[], &place, &sandbox).run(), @"
    exit: 0
    --- stdout
    1 row of invoices.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    warning: column `reference` becomes content; the special column is spelt `Reference`
    checked 1 row of invoices.csv
    loading 1 row into Invoices
    ");
}

#[test]
fn rows_whose_answer_was_lost_are_looked_for() {
    let sandbox = Sandboxed::with(|options| options.faults = vec!["drop-after-commit:@1".parse().unwrap()]);
    let place = place();
    insta::assert_snapshot!(load(&["--batch-size", "2"], &place, &sandbox).run(), @"
    exit: 0
    --- stdout
    3 rows of invoices.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    rows 2-3 in doubt: the connection ended before the answer of 127.0.0.1:[port]/.../BulkAddQueueItems; asking what arrived
    rows 2-3: 2 in the queue, 0 not there
    ");
    assert_eq!(sandbox.items("Invoices").len(), 3);
}

#[test]
fn rows_that_are_not_found_are_sent_again() {
    let sandbox = Sandboxed::with(|options| options.faults = vec!["drop-before-commit:@2".parse().unwrap()]);
    let place = place();
    let output = load(&["--settle-grace", "1ms", "--batch-size", "2"], &place, &sandbox).run().succeeded();
    // How often it is asked before the grace is over is a matter of speed.
    assert!(output.stderr.contains("row 4: 0 in the queue, 1 not there"), "{output}");
    assert_eq!(sandbox.items("Invoices").len(), 3);
}

#[test]
#[cfg(unix)]
fn the_first_interrupt_finishes_what_is_under_way_and_says_what_the_second_does() {
    use crate::support::Signal;

    let sandbox = Sandboxed::with(|options| options.faults = vec!["status-429:@1:60s".parse().unwrap()]);
    let place = place();
    let mut load = load(&[], &place, &sandbox).start();
    load.says("waiting");
    load.send(Signal::Interrupt);
    insta::assert_snapshot!(load.wait(), @"
    exit: 130
    --- stderr
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    waiting 60 s: 127.0.0.1:[port]/.../BulkAddQueueItems answered HTTP 429: Too Many Requests
    stopping: what is under way is finished first; Ctrl-C again leaves at once
    0 of 3 rows of invoices.csv accepted into Invoices in [duration]
      3 rows not sent
    error: interrupted; what was under way is finished and written down

    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
}

#[test]
fn what_was_found_out_about_a_file_is_said_and_is_an_event() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("a.csv", b"Reference;Lieferant\nA;M\xfcller & S\xf6hne\n");
    let load = |more: &[&str]| uiq(&[&["load", "Invoices", "a.csv"], more].concat()).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(load(&["--dry-run"]), @r#"
    exit: 0
    --- stdout
    {"Priority":"Normal","Reference":"A","SpecificContent":{"Lieferant":"Müller & Söhne"}}
    --- stderr
    a.csv: read as windows-1252, by its letters; `--encoding` says otherwise
    a.csv: cells are split at `;`, by the header; `--delimiter` says otherwise
    1 item of 88 bytes in 1 request; the largest takes 88 bytes (row 2)
    every row has a reference of its own; nothing was sent
    "#);
    insta::assert_snapshot!(load(&["--delimiter", ";", "--encoding", "latin1"]), @"
    exit: 0
    --- stdout
    1 row of a.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 1 row of a.csv
    loading 1 row into Invoices
    ");
    let events = load(&["--dry-run", "--log-format", "json"]).stderr;
    let event =
        r#""event":"message","message":"a.csv: cells are split at `;`, by the header; `--delimiter` says otherwise""#;
    assert!(events.contains(event), "{events}");
}
