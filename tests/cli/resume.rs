//! `uiq resume`, and the same command again: a load that was stopped goes on to its end.

use uiq::sandbox::QueueSpec;

use crate::support::{Place, Sandboxed, Uiq, uiq};

const FOUR: &str = "Reference,Amount\nA,1\nB,2\nC,3\nD,4\n";

/// A sandbox that wants a pause of a minute at the second request: longer than anybody here waits.
fn busy() -> Sandboxed {
    Sandboxed::with(|options| options.faults = vec!["status-429:@2:60s".parse().unwrap()])
}

/// A place with a load of four rows of which two were sent.
fn stopped(sandbox: &Sandboxed) -> Place {
    let place = Place::new();
    place.file("four.csv", FOUR);
    load(&["--give-up-after", "1s", "--batch-size", "2"], &place, sandbox).run();
    place
}

fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Invoices", "four.csv"], more].concat()).against(sandbox).at(place)
}

fn references(sandbox: &Sandboxed) -> String {
    let items = sandbox.items("Invoices");
    items.iter().filter_map(|item| item.reference.as_deref()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_server_that_does_not_want_ends_the_load_with_the_way_on() {
    let (place, sandbox) = (Place::new(), busy());
    place.file("four.csv", FOUR);
    let output = load(&["--give-up-after", "1s", "--batch-size", "2"], &place, &sandbox).run().failed_with(1);
    insta::assert_snapshot!(output, @"
    exit: 1
    --- stderr
    checked 4 rows of four.csv
    loading 4 rows into Invoices
    stopping: 127.0.0.1:[port]/.../BulkAddQueueItems answered HTTP 429: Too Many Requests
    2 of 4 rows of four.csv accepted into Invoices in [duration]
      2 rows not sent
    error: Orchestrator wants a longer pause than `--give-up-after` allows
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems answered HTTP 429: Too Many Requests (trace [trace])

    hint: a slower pace helps, e.g. `--rate 600/min`, or a longer `--give-up-after`
    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
    insta::assert_snapshot!(uiq(&["runs"]).at(&place).run(), @"
    exit: 0
    --- stdout
    RUN                 STATE    QUEUE     ROWS  ACCEPTED  REJECTED  IN DOUBT  INPUT
    [run]  stopped  Invoices  4     2         0         0         four.csv
    ");
}

#[test]
fn resume_finishes_it() {
    let sandbox = busy();
    let place = stopped(&sandbox);
    insta::assert_snapshot!(uiq(&["resume"]).against(&sandbox).at(&place).run(), @"
    exit: 0
    --- stdout
    4 rows of [place]/work/four.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 4 rows of [place]/work/four.csv
    loading 4 rows into Invoices; 2 are done already
    ");
    assert_eq!(references(&sandbox), "A B C D");
    insta::assert_snapshot!(uiq(&["resume"]).against(&sandbox).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: there is no unfinished load

    hint: `uiq runs` lists all that there were
    ");
    insta::assert_snapshot!(uiq(&["resume", "20"]).against(&sandbox).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: run [run] is finished; there is nothing to go on with

    hint: `uiq runs show [run]` says what became of its rows
    ");
}

#[test]
fn resume_json_is_that_of_a_load() {
    let sandbox = busy();
    let place = stopped(&sandbox);
    let output = uiq(&["resume", "-o", "json"]).against(&sandbox).at(&place).run().succeeded();
    let value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&value["version"], &value["accepted"], &value["accepted_now"]), (&1.into(), &4.into(), &2.into()));
}

#[test]
fn the_same_command_finishes_it() {
    let sandbox = busy();
    let place = stopped(&sandbox);
    insta::assert_snapshot!(load(&[], &place, &sandbox).run(), @"
    exit: 0
    --- stdout
    4 rows of four.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 4 rows of four.csv
    loading 4 rows into Invoices; 2 are done already
    ");
    assert_eq!(references(&sandbox), "A B C D");
}

#[test]
fn other_options_would_give_the_rest_another_meaning() {
    let sandbox = busy();
    let place = stopped(&sandbox);
    let output = load(&["--priority", "high"], &place, &sandbox).run().failed_with(2);
    insta::assert_snapshot!(output, @"
    exit: 2
    --- stderr
    checked 4 rows of four.csv
    error: run [run] of this file is unfinished, and was begun with other options
      --priority: then not given, now high

    hint: `uiq resume [run]` goes on with the options of then
    ");
}

#[test]
fn a_file_that_changed_before_it_was_done_is_not_loaded_from_the_beginning() {
    let sandbox = busy();
    let place = stopped(&sandbox);
    place.file("four.csv", FOUR.replace("D,4", "D,5"));
    insta::assert_snapshot!(load(&[], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    checked 4 rows of four.csv
    error: four.csv has changed since run [run] of it was interrupted
      caused by: 2 rows of what it held then are in Invoices, or may be

    hint: bring the old content back, and `uiq resume [run]` does the rest
    hint: or `--if-loaded again` loads the file as it is now; rows that it held then come twice
    ");
    assert_eq!(references(&sandbox), "A B");
    load(&["--if-loaded", "again"], &place, &sandbox).run().succeeded();
    assert_eq!(references(&sandbox), "A B A B C D");
    place.file("four.csv", "Reference,Amount\nE,1\n");
    load(&[], &place, &sandbox).run().succeeded();
}

#[test]
fn a_file_that_changed_is_not_gone_on_with() {
    let sandbox = busy();
    let place = stopped(&sandbox);
    place.file("four.csv", FOUR.replace('4', "5"));
    insta::assert_snapshot!(uiq(&["resume"]).against(&sandbox).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    checked 4 rows of [place]/work/four.csv
    error: run [run] cannot be gone on with
      caused by: [place]/work/four.csv is not what it was when the run began

    hint: bring the old content back; or load the file as it is now, which is a new run and may double rows
    ");
}

#[test]
fn another_orchestrator_does_not_get_the_rest() {
    let sandbox = busy();
    let place = stopped(&sandbox);
    let other = Sandboxed::new();
    let output = uiq(&["resume"]).against(&other).at(&place).showing(sandbox.standalone_url(), "http://first").run();
    insta::assert_snapshot!(output.failed_with(2), @"
    exit: 2
    --- stderr
    checked 4 rows of [place]/work/four.csv
    error: run [run] cannot be gone on with
      caused by: it went into Invoices in folder Shared of http://first/sandbox/Default/orchestrator_/

    hint: `-p`, `--url` and `--folder` say whom to talk to
    ");
    assert_eq!(references(&other), "");
}

#[test]
fn standard_input_is_kept_until_it_is_all_loaded() {
    let (place, sandbox) = (Place::new(), busy());
    let args = ["load", "Invoices", "-", "--give-up-after", "1s", "--batch-size", "2"];
    uiq(&args).against(&sandbox).at(&place).input(FOUR).run().failed_with(1);
    insta::assert_snapshot!(uiq(&["resume"]).against(&sandbox).at(&place).run(), @"
    exit: 0
    --- stdout
    4 rows of standard input accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 4 rows of standard input
    loading 4 rows into Invoices; 2 are done already
    ");
    assert_eq!(references(&sandbox), "A B C D");
}

#[test]
fn rows_that_nobody_can_tell_of_are_left_to_the_user() {
    let faults = ["status-403:on=reads", "drop-after-commit:@1"];
    let sandbox = || Sandboxed::with(|options| options.faults = faults.map(|fault| fault.parse().unwrap()).into());
    let doubtful = |sandbox: &Sandboxed| {
        let place = Place::new();
        place.file("four.csv", FOUR);
        (load(&["--batch-size", "2", "--settle-grace", "1ms"], &place, sandbox).run().failed_with(5), place)
    };
    let first = sandbox();
    let (output, place) = doubtful(&first);
    insta::assert_snapshot!(output, @"
    exit: 5
    --- stderr
    warning: the application may not look up queues (scope OR.Queues.Read, role Queues View); going on without
    warning: if a request's fate becomes unknown, nobody will be able to find out whether its rows arrived
    checked 4 rows of four.csv
    loading 4 rows into Invoices
    rows 2-3 in doubt: the connection ended before the answer of 127.0.0.1:[port]/.../BulkAddQueueItems; asking what arrived
    rows 2-3: 0 in the queue, 0 not there, 2 cannot be told
    2 of 4 rows of four.csv accepted into Invoices in [duration]
      2 rows in doubt
    error: it is not known whether Orchestrator took 2 rows
      rows 2-3
      caused by: they could not be looked up: nothing is known of the items that the queue had before the load began

    hint: look into the queue; then `uiq resume [run] --in-doubt skip` if they are there,
    hint: or `uiq resume [run] --in-doubt resend` if they are not
    ");
    insta::assert_snapshot!(uiq(&["resume", "--in-doubt", "skip", "-q"]).against(&first).at(&place).run(), @"
    exit: 3
    --- stdout
    2 of 4 rows of [place]/work/four.csv accepted into Invoices in [duration]
      2 rows not sent again, first row 2: InDoubt: not known whether Orchestrator took it; not sent again, as asked
    rows that may or may not be in the queue: [place]/work/four.rejects.csv
    ");
    assert_eq!(references(&first), "A B C D");
    insta::assert_snapshot!(place.read("four.rejects.csv"), @r#"
    Reference,Amount,_uiq_row,_uiq_error_code,_uiq_error
    A,1,2,InDoubt,"not known whether Orchestrator took it; not sent again, as asked"
    B,2,3,InDoubt,"not known whether Orchestrator took it; not sent again, as asked"
    "#);

    let second = sandbox();
    let (_, place) = doubtful(&second);
    uiq(&["resume", "--in-doubt", "resend"]).against(&second).at(&place).run().succeeded();
    assert_eq!(references(&second), "A B C D A B", "the user was wrong, as the help warns");
}

#[test]
fn an_unfinished_run_in_another_queue_is_another_run() {
    let claims = QueueSpec { name: String::from("Claims"), unique: false, schema: None, ..QueueSpec::default() };
    let sandbox = Sandboxed::with(|options| options.queues.push(claims));
    let place = Place::new();
    place.file("four.csv", FOUR);
    for queue in ["Invoices", "Claims"] {
        uiq(&["load", queue, "four.csv"]).against(&sandbox).at(&place).run().succeeded();
    }
    assert_eq!((sandbox.items("Invoices").len(), sandbox.items("Claims").len()), (4, 4));
}
