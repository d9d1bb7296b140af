//! `uiq load --watch-processing`: the items after the load.

use serde_json::Value;
use uiq::sandbox::QueueSpec;

#[cfg(unix)]
use crate::support::Signal;
use crate::support::{Place, Sandboxed, Uiq, uiq};

fn place() -> Place {
    let place = Place::new();
    place.file("invoices.csv", "Reference,Amount\nA,1\nB,2\nC,3\nD,4\n");
    place
}

fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Invoices", "invoices.csv", "--watch-processing"], more].concat()).against(sandbox).at(place)
}

#[test]
fn a_rehearsal_has_a_robot_of_its_own() {
    let place = place();
    let output = uiq(&["load", "--sandbox", "Invoices", "invoices.csv", "--watch-processing"]).at(&place).run();
    let output = output.succeeded();
    // Not all goes well with it, and its dice are the same every time.
    let end = "4 of 4 items processed: 0 new, 0 in progress, 3 successful, 1 failed\n";
    assert!(output.stdout.ends_with(end), "{output}");
    assert!(output.stderr.contains("a rehearsal: a robot of the sandbox works on them"), "{output}");
}

#[test]
fn the_report_has_what_became_of_the_items_and_the_exit_code_is_that_of_the_load() {
    let place = place();
    let sandbox = Sandboxed::with(|options| {
        options.queues = vec!["Invoices,retries=1".parse::<QueueSpec>().unwrap()];
        options.robot = Some("1000/s,fail:60%,business:20%".parse().unwrap());
    });
    let report: Value =
        serde_json::from_str(&load(&["-o", "json"], &place, &sandbox).run().succeeded().stdout).unwrap();
    let seen = &report["processing"];
    let of = |member: &str| seen[member].as_u64().unwrap();
    assert_eq!((&seen["end"], of("items"), of("by_others")), (&Value::from("done"), 4, 0));
    assert_eq!((of("successful") + of("failed"), of("new") + of("in_progress") + of("gone")), (4, 0));
    let states: Vec<String> = sandbox.items("Invoices").into_iter().map(|item| item.status).collect();
    let count = |state: &str| states.iter().filter(|found| *found == state).count() as u64;
    assert_eq!((of("failed"), of("retried_attempts")), (count("Failed"), count("Retried")), "{states:?}");
    assert!(of("failed") > 0 && of("retried_attempts") > 0, "the dice are such that this is worth a test: {states:?}");
}

#[test]
fn the_time_is_up_while_nobody_works() {
    let (place, sandbox) = (place(), Sandboxed::new());
    insta::assert_snapshot!(load(&["--for", "20ms"], &place, &sandbox).run(), @"
    exit: 0
    --- stdout
    4 rows of invoices.csv accepted into Invoices in [duration] ([rate])
    the time to watch is up; 0 of 4 items processed: 4 new, 0 in progress, 0 successful, 0 failed
    --- stderr
    checked 4 rows of invoices.csv
    loading 4 rows into Invoices
    4 rows accepted into Invoices; watching how they are processed, for [duration] at most; Ctrl-C ends the watching
    0 of 4 items processed: 4 new, 0 in progress, 0 successful, 0 failed
    ");
}

#[test]
fn what_is_postponed_beyond_the_time_is_not_waited_for() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("invoices.csv", "Postpone,Amount\n2999-01-02T12:00:00Z,1\n2999-03-02T12:00:00Z,2\n");
    let output = load(&[], &place, &sandbox).run().succeeded();
    assert!(output.stdout.contains("nothing else may be taken before the time to watch is up"), "{output}");
    assert!(output.stdout.contains("2 of them are postponed, the first until 2999-01-0"), "{output}");
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_the_watching_and_not_the_load() {
    let (place, sandbox) = (place(), Sandboxed::new());
    let mut child = load(&[], &place, &sandbox).start();
    child.says("0 of 4 items processed");
    // The run is written down and let go: the same load again is told that there is nothing to do.
    let again = uiq(&["load", "Invoices", "invoices.csv"]).against(&sandbox).at(&place).run();
    assert_eq!(again.code, Some(6), "{again}");
    child.send(Signal::Interrupt);
    insta::assert_snapshot!(child.wait(), @"
    exit: 0
    --- stdout
    4 rows of invoices.csv accepted into Invoices in [duration] ([rate])
    watching was interrupted, and the load is done; 0 of 4 items processed: 4 new, 0 in progress, 0 successful, 0 failed
    --- stderr
    checked 4 rows of invoices.csv
    loading 4 rows into Invoices
    4 rows accepted into Invoices; watching how they are processed, for 30m at most; Ctrl-C ends the watching
    0 of 4 items processed: 4 new, 0 in progress, 0 successful, 0 failed
    ");
}

#[test]
fn there_is_nothing_to_watch_where_nothing_was_loaded() {
    let (place, sandbox) = (place(), Sandboxed::new());
    insta::assert_snapshot!(load(&["--dry-run"], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the argument '--watch-processing' cannot be used with '--dry-run'

    Usage: uiq load --watch-processing <QUEUE> <FILE>...

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(uiq(&["load", "Q", "a.csv", "--for", "1h"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the following required arguments were not provided:
      --watch-processing

    Usage: uiq load --watch-processing --for <TIME> <QUEUE> <FILE>...

    For more information, try '--help'.
    ");
    let faulty = Sandboxed::with(|options| options.faults = vec!["status-400:on=writes".parse().unwrap()]);
    let output = load(&[], &place, &faulty).run();
    assert!(output.stdout.contains("processing was not watched: no row was accepted"), "{output}");
}
