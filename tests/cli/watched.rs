//! What machines see of a load: events on stderr, figures for Prometheus.

use crate::support::{Output, Place, Sandboxed, uiq};

/// The lines of stderr, each without its time, and held to the frame that all of them have.
#[track_caller]
fn events(output: &Output) -> Vec<serde_json::Value> {
    let parse = |line: &str| {
        let mut event: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: `{line}` is not JSON"));
        let members = event.as_object_mut().unwrap();
        let time = members.remove("timestamp").unwrap();
        assert!(time.as_str().unwrap().ends_with('Z'), "{line}");
        assert_eq!(members.remove("version"), Some(1.into()), "{line}");
        assert!(members["event"].is_string() && members["level"].is_string(), "{line}");
        event
    };
    output.stderr.lines().map(parse).collect()
}

fn names(output: &Output) -> String {
    events(output).iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
}

fn place() -> Place {
    let place = Place::new();
    place.file("four.csv", "Reference,No\nA,1\nB,2\nC,3\nD,4\n");
    place
}

#[test]
fn all_of_stderr_is_events() {
    let place = place();
    let sandbox = Sandboxed::with(|options| {
        options.queues[0].unique = true;
        options.faults = vec!["drop-after-commit:@2".parse().unwrap()];
    });
    uiq(&["add", "Invoices", "--reference", "C"]).against(&sandbox).run().succeeded();
    let command = ["load", "Invoices", "four.csv", "--batch-size", "2", "--log-format", "json"];
    let output = uiq(&command).against(&sandbox).at(&place).variable("LANG", "de_DE.UTF-8").run();
    assert_eq!(output.code, Some(3), "{output}");
    assert_eq!(names(&output), "load.checked load.started load.doubt load.asked load.rejected load.finished");
    let all = events(&output);
    let run = all[1]["run"].as_str().unwrap();
    assert!(all[1..5].iter().all(|event| event["run"] == run && event["file"] == "four.csv"), "{output}");
    assert_eq!(all[5]["report"]["run"], run);
    // With the log, too.
    let again = uiq(&[&command[..], &["-vv"]].concat()).against(&sandbox).at(&place).run();
    assert_eq!(again.code, Some(6), "{again}");
    assert!(events(&again).iter().any(|event| event["event"] == "request" && event["target"] == "uiq::http::exchange"));
    assert_eq!(events(&again).last().unwrap()["exit_code"], 6);
}

#[test]
fn so_are_failures_and_arguments_that_make_no_sense() {
    let place = Place::new();
    let output = uiq(&["load", "Invoices", "in/none.csv", "--log-format", "json"]).at(&place).run();
    insta::assert_snapshot!(serde_json::to_string(&events(&output)).unwrap(), @r#"[{"causes":[],"details":[],"event":"error","exit_code":2,"hints":["there is no folder in"],"level":"error","message":"in/none.csv: no such file"}]"#);
    let output = uiq(&["load", "Invoices", "none.csv", "--log-format=json", "--jobs", "0"]).at(&place).run();
    insta::assert_snapshot!(serde_json::to_string(&events(&output)).unwrap(), @r#"[{"causes":[],"details":[],"event":"error","exit_code":2,"hints":[],"level":"error","message":"invalid value '0' for '--jobs <N|auto>': a whole number from 1 to 64, or auto\n\nFor more information, try '--help'."}]"#);
    assert_eq!(output.code, Some(2));
}

#[test]
fn several_files_are_told_one_by_one() {
    let place = place();
    place.file("broken.csv", "Reference,No\nA\n");
    let command = ["load", "Invoices", "*.csv", "--done-dir", "done", "--log-format", "json", "-o", "json"];
    let output = uiq(&command).against(&Sandboxed::new()).at(&place).run();
    assert_eq!(names(&output), "error load.checked load.started load.finished file.moved load.summary");
    assert!(output.stdout.starts_with('{') && output.stdout.lines().count() == 1, "{output}");
}

/// The value of a figure, by the beginning of its line.
fn figure(text: &str, name: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in\n{text}"));
    line.rsplit_once(' ').unwrap().1.to_owned()
}

#[test]
fn figures_are_written_whatever_the_exit_code() {
    let (place, sandbox) = (place(), Sandboxed::new());
    let load = |more: &[&str]| {
        uiq(&[&["load", "Invoices", "four.csv", "--metrics", "uiq.prom"], more].concat()).against(&sandbox).at(&place)
    };
    load(&[]).run().succeeded();
    let first = place.read("uiq.prom");
    assert_eq!(figure(&first, "uiq_load_rows{queue=\"Invoices\",file=\"four.csv\",result=\"accepted\"}"), "4");
    assert_eq!(figure(&first, "uiq_load_exit_code"), "0");
    let success = figure(&first, "uiq_load_last_success");
    assert_eq!(success, figure(&first, "uiq_load_last_run"));

    assert_eq!(load(&[]).variable("UIPATH_CLIENT_SECRET", "wrong").run().code, Some(4));
    let refused = place.read("uiq.prom");
    assert_eq!(figure(&refused, "uiq_load_exit_code"), "4");
    assert_eq!(figure(&refused, "uiq_load_last_success"), success);
    assert_eq!(figure(&refused, "uiq_load_accepted_rows_total"), "4");

    place.file("four.csv", "");
    assert_eq!(load(&[]).run().code, Some(2));
    assert_eq!(figure(&place.read("uiq.prom"), "uiq_load_exit_code"), "2");
    place.file("four.csv", "No\n1\n");
    load(&["--timezone", "UTC"]).run().succeeded();
    assert_eq!(figure(&place.read("uiq.prom"), "uiq_load_accepted_rows_total"), "5");
    assert_eq!(place.files(), ["four.csv", "uiq.prom"], "nothing is left beside it");
}

#[test]
fn figures_of_an_inbox_are_the_same_series_every_night() {
    let sandbox = Sandboxed::new();
    // Expanded by a shell or by us, one file or several, there or moved: it is the same inbox.
    for named in [&["*.csv"] as &[&str], &["four.csv"], &["four.csv", "five.csv"]] {
        let place = place();
        place.file("five.csv", "No\n5\n");
        let more = ["--done-dir", "done", "--if-loaded", "again", "--metrics", "uiq.prom"];
        let command = [&["load", "Invoices"], named, &more].concat();
        uiq(&command).against(&sandbox).at(&place).run().succeeded();
        let text = place.read("uiq.prom");
        assert_eq!(figure(&text, "uiq_load_exit_code{queue=\"Invoices\",file=\"*.csv\"}"), "0", "{named:?}");
    }
}

#[test]
fn figures_that_cannot_be_written_are_a_warning_and_a_wrong_name_is_an_error() {
    let (place, sandbox) = (place(), Sandboxed::new());
    let load =
        |file: &'static str| uiq(&["load", "Invoices", "four.csv", "--metrics", file]).against(&sandbox).at(&place);
    let output = load("none/uiq.prom").run().succeeded();
    assert!(output.stderr.contains("warning: the metrics cannot be written to none/uiq.prom"), "{output}");
    insta::assert_snapshot!(load("uiq.txt").run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value 'uiq.txt' for '--metrics <FILE.prom>': a file whose name ends in .prom, as node_exporter wants it

    For more information, try '--help'.
    ");
    let rehearsed = uiq(&["load", "Invoices", "four.csv", "--sandbox", "--metrics", "uiq.prom"]).at(&place);
    insta::assert_snapshot!(rehearsed.run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the argument '--sandbox' cannot be used with '--metrics <FILE.prom>'

    Usage: uiq load --sandbox <QUEUE> <FILE>...

    For more information, try '--help'.
    ");
}
