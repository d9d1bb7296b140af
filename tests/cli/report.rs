//! `uiq load … --report FILE`: an account of every ending, by the published schema, and never of the wrong file.

use serde_json::Value;
use uiq::sandbox::QueueSpec;

use crate::support::{Output, Place, Sandboxed, Uiq, uiq};

const FOUR: &str = "Reference,Amount\nA,1\nB,2\nC,3\nD,4\n";

fn place() -> Place {
    let place = Place::new();
    place.file("four.csv", FOUR);
    place
}

/// `uiq load Invoices four.csv --report r.json` and more.
fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Invoices", "four.csv", "--report", "r.json"], more].concat()).against(sandbox).at(place)
}

fn sandbox(faults: &[&str]) -> Sandboxed {
    Sandboxed::with(|options| options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect())
}

#[track_caller]
fn assert_valid(report: &Value) {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/report.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<_> = schema.iter_errors(report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{report:#}");
}

/// The one run of the report, which has to keep to the schema and to the exit code.
#[track_caller]
fn told(place: &Place, output: &Output) -> Value {
    let report: Value = serde_json::from_str(&place.read("r.json")).unwrap();
    assert_valid(&report);
    assert_eq!(report["exit_code"], output.code.unwrap(), "{output}\n{report:#}");
    assert_eq!(report["runs"].as_array().unwrap().len(), 1);
    report["runs"][0].clone()
}

#[test]
fn a_load_that_went_well_says_what_where_when_and_who() {
    let (place, sandbox) = (place(), sandbox(&[]));
    let output = load(&["--batch-size", "2"], &place, &sandbox).variable("USER", "ann").run().succeeded();
    assert!(output.stderr.contains("report: r.json"), "{output}");
    let run = told(&place, &output);
    assert_eq!((&run["outcome"], &run["input"], &run["rows"]), (&"all_accepted".into(), &"four.csv".into(), &4.into()));
    assert_eq!(run["place"]["folder"], "Shared");
    assert!(run["place"]["api_root"].as_str().unwrap().starts_with(sandbox.standalone_url()));
    assert!(run["operator"]["who"].as_str().unwrap().starts_with("ann@"));
    assert_eq!(run["operator"]["login"], sandbox.client_id());
    assert_eq!((&run["run"]["accepted"], &run["sitting"]["requests"]["answered"]), (&4.into(), &2.into()));
    let last = run["sitting"]["progress"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["accepted"], 4);
    assert_eq!(run["next"], serde_json::json!([]));
}

#[test]
fn refused_rows_are_there_by_reason_with_the_next_command() {
    let claims = QueueSpec { name: String::from("Claims"), unique: true, ..QueueSpec::default() };
    let (place, sandbox) = (place(), Sandboxed::with(|options| options.queues.push(claims)));
    uiq(&["add", "Claims", "--reference", "B"]).against(&sandbox).run().succeeded();
    let output = uiq(&["load", "Claims", "four.csv", "--report", "r.json"]).against(&sandbox).at(&place).run();
    let run = told(&place, &output);
    assert_eq!((output.code, &run["outcome"]), (Some(3), &"some_rejected".into()));
    let reject = &run["run"]["rejects"][0];
    assert_eq!((&reject["code"], &reject["messages"][0]["rows"]["named"]), (&"DuplicateReference".into(), &"3".into()));
    let next = run["next"][0].as_str().unwrap();
    assert!(next.contains("then `uiq load Claims ") && next.contains("four.rejects.csv`"), "{next}");
}

#[test]
fn rules_that_are_broken_are_told_although_no_run_began() {
    let (place, sandbox) = (Place::new(), sandbox(&[]));
    place.file("four.csv", "Amount:number\nx\n1\ny\n");
    let run = told(&place, &load(&[], &place, &sandbox).run().failed_with(2));
    assert_eq!((&run["outcome"], &run["run"], &run["sitting"]), (&"not_begun".into(), &Value::Null, &Value::Null));
    assert_eq!(run["problems"][0]["times"], 2);
    assert!(run["problems"][0]["first"][0].as_str().unwrap().contains("row 2, column `Amount:number`"), "{run:#}");
    assert_eq!(run["processing"], Value::Null);
    uiq(&["load", "Invoices", "four.csv", "--report", "r.html"]).against(&sandbox).at(&place).run().failed_with(2);
    let page = place.read("r.html");
    assert!(page.contains("<p>four.csv: 2 of 3 rows break a rule"), "{page}");
    assert_eq!(page.matches("row 2, column <code>Amount:number</code>").count(), 1, "{page}");
}

#[test]
fn what_was_loaded_before_is_said_to_be() {
    let (place, sandbox) = (place(), sandbox(&[]));
    load(&[], &place, &sandbox).run().succeeded();
    let run = told(&place, &load(&[], &place, &sandbox).run().failed_with(6));
    assert_eq!((&run["outcome"], &run["run"]["accepted"]), (&"loaded_before".into(), &4.into()));
    let run = told(&place, &load(&["--if-loaded", "skip"], &place, &sandbox).run().succeeded());
    assert_eq!(
        (&run["outcome"], &run["run"]["accepted"], &run["sitting"]),
        (&"loaded_before".into(), &4.into(), &Value::Null)
    );
}

#[test]
fn a_load_that_stopped_and_went_on_has_both_sittings_and_the_course_of_the_last() {
    let (place, sandbox) = (place(), sandbox(&["status-429:@2:60s"]));
    let output = load(&["--give-up-after", "1s", "--batch-size", "2"], &place, &sandbox).run().failed_with(1);
    let run = told(&place, &output);
    assert_eq!((&run["outcome"], &run["run"]["not_sent"]), (&"stopped".into(), &2.into()));
    let resume = format!("uiq resume {}", run["run"]["name"].as_str().unwrap());
    assert!(run["next"].as_array().unwrap().iter().any(|step| step.as_str().unwrap().contains(&resume)), "{run:#}");

    let output = uiq(&["resume", "--report", "r.json"]).against(&sandbox).at(&place).run().succeeded();
    let run = told(&place, &output);
    assert_eq!((&run["outcome"], &run["run"]["accepted"]), (&"all_accepted".into(), &4.into()));
    assert_eq!(run["run"]["sittings"].as_array().unwrap().len(), 2);
    assert_eq!((&run["sitting"]["accepted_before"], &run["sitting"]["requests"]["answered"]), (&2.into(), &1.into()));
}

#[test]
fn doubts_are_told_with_how_they_were_settled() {
    let (place, sandbox) = (place(), sandbox(&["drop-after-commit:@1"]));
    let run = told(&place, &load(&["--batch-size", "2"], &place, &sandbox).run().succeeded());
    let doubt = &run["run"]["settled_doubts"][0];
    assert_eq!(
        (&doubt["rows"]["named"], &doubt["accepted"], &doubt["evidence"]),
        (&"2-3".into(), &2.into(), &"references".into())
    );
    assert_eq!(run["sitting"]["requests"]["doubtful"], 1);
}

#[test]
fn many_files_are_one_report() {
    let (place, sandbox) = (place(), sandbox(&[]));
    place.file("broken.csv", "Amount:number\nx\n");
    let load = |report: &str| {
        uiq(&["load", "Invoices", "four.csv", "broken.csv", "--report", report]).against(&sandbox).at(&place).run()
    };
    assert_eq!(load("r.json").code, Some(2));
    let report: Value = serde_json::from_str(&place.read("r.json")).unwrap();
    assert_valid(&report);
    let told = |run: usize| {
        [&report["runs"][run]["input"], &report["runs"][run]["outcome"], &report["runs"][run]["exit_code"]]
    };
    assert_eq!(told(0), [&Value::from("four.csv"), &"all_accepted".into(), &0.into()]);
    assert_eq!(told(1), [&Value::from("broken.csv"), &"not_begun".into(), &2.into()]);
    assert_eq!(load("r.html").code, Some(2));
    let page = place.read("r.html");
    assert!(page.contains("<h1>2 files</h1>") && page.contains("What follows is told of run"), "{page}");
}

#[test]
fn a_rehearsal_has_a_report_although_nothing_else_is_left_of_it() {
    let place = place();
    let output = uiq(&["load", "--sandbox", "Invoices", "four.csv", "--report", "r.json"]).at(&place).run().succeeded();
    let run = told(&place, &output);
    assert_eq!((&run["place"]["rehearsal"], &run["run"]["accepted"]), (&true.into(), &4.into()));
}

#[test]
#[cfg(unix)]
fn an_interrupt_is_told_and_so_is_a_second_one() {
    use crate::support::Signal;

    for signals in [1, 2] {
        let place = place();
        let faults: &[&str] = if signals == 1 { &["status-429:@1:60s"] } else { &["hang-before-commit"] };
        let sandbox = sandbox(faults);
        let mut load = load(&["-v"], &place, &sandbox).start();
        load.says(if signals == 1 { "waiting" } else { "loading" });
        if signals == 2 {
            // The first finishes what is under way, which never ends here; the second does not wait.
            let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
            while !sandbox.requests().iter().any(|request| request.path.contains("BulkAdd")) {
                assert!(std::time::Instant::now() < deadline, "no request came");
                std::thread::yield_now();
            }
        }
        load.send(Signal::Interrupt);
        load.says("stopping");
        if signals == 2 {
            load.send(Signal::Interrupt);
        }
        let run = told(&place, &load.wait());
        assert_eq!((&run["outcome"], &run["exit_code"]), (&"interrupted".into(), &130.into()));
        assert_eq!(run["run"]["accepted"], 0);
    }
}

#[test]
fn what_robots_made_of_the_items_is_told_where_somebody_watched() {
    let place = place();
    let load = |report: &str| {
        uiq(&["load", "--sandbox", "Invoices", "four.csv", "--watch-processing", "--report", report])
            .at(&place)
            .run()
            .succeeded()
    };
    let seen = told(&place, &load("r.json"))["processing"].clone();
    assert_eq!((&seen["end"], &seen["items"], &seen["new"]), (&"done".into(), &4.into(), &0.into()));
    load("r.html");
    let page = place.read("r.html");
    assert!(page.contains("What robots made of them") && page.contains("4 of 4 items processed"), "{page}");
}

#[test]
fn an_empty_inbox_has_a_report_that_says_so() {
    let place = Place::new();
    std::fs::create_dir(place.work().join("inbox")).unwrap();
    let load = |report: &str| {
        let output = uiq(&["load", "Invoices", "inbox/*.csv", "--done-dir", "done", "--report", report]);
        output.at(&place).run().succeeded()
    };
    load("r.json");
    let report: Value = serde_json::from_str(&place.read("r.json")).unwrap();
    assert_valid(&report);
    assert_eq!((&report["runs"], &report["asked_for"]["files"][0]), (&serde_json::json!([]), &"inbox/*.csv".into()));
    load("r.html");
    assert!(place.read("r.html").contains("<h1>Nothing to do</h1>"));
}

#[test]
fn a_page_is_written_for_people() {
    let (place, sandbox) = (place(), sandbox(&[]));
    uiq(&["load", "Invoices", "four.csv", "--report", "r.html"]).against(&sandbox).at(&place).run().succeeded();
    let page = place.read("r.html");
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("four.csv into Invoices") && page.contains("Exit code 0.")
    );
}

#[test]
fn a_name_that_does_not_do_is_refused_before_anything_is_sent() {
    let (place, sandbox) = (place(), sandbox(&[]));
    place.file("rows.json", "[{\"A\":1}]");
    let refused = |file: &str, report: &str| {
        uiq(&["load", "Invoices", file, "--report", report])
            .against(&sandbox)
            .at(&place)
            .run()
            .failed_with(2)
            .to_string()
    };
    insta::assert_snapshot!(refused("four.csv", "r.pdf"), @"
    exit: 2
    --- stderr
    error: invalid value 'r.pdf' for '--report <FILE>': a file whose name ends in .html or .json, which says what is written

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("four.csv", "nowhere/r.html"), @"
    exit: 2
    --- stderr
    error: `--report nowhere/r.html`: it cannot be written
      caused by: No such file or directory (os error [n])

    hint: the folder has to exist, and to be yours to write in
    ");
    insta::assert_snapshot!(refused("rows.json", "rows.json"), @"
    exit: 2
    --- stderr
    error: `--report rows.json`: this is the file that is to be loaded

    hint: give the report another name
    ");
    insta::assert_snapshot!(refused("rows.json", "rows.rejects.json"), @"
    exit: 2
    --- stderr
    error: `--report rows.rejects.json`: this is where rejected rows go

    hint: give the report another name
    ");
    insta::assert_snapshot!(uiq(&["load", "Invoices", "four.csv", "--dry-run", "--report", "r.html"]).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--report` is about a load, and `--dry-run` makes none
    ");
    assert_eq!((sandbox.requests().len(), place.files()), (0, vec!["four.csv".into(), "rows.json".into()]));
}

#[test]
fn only_a_report_is_replaced_also_where_a_pattern_or_the_load_itself_brings_the_file() {
    let (place, sandbox) = (place(), sandbox(&[]));
    let (rows, page) = ("[{\"Reference\":\"A\"}]", "<title>mine</title>");
    for folder in ["j", "done"] {
        std::fs::create_dir(place.work().join(folder)).unwrap();
    }
    place.file("j/a.json", rows);
    place.file("mine.html", page);
    let told = |report: &str, more: &[&str]| {
        let words = [&["load", "Invoices", "j/*.json", "--report", report], more].concat();
        uiq(&words).against(&sandbox).at(&place).run()
    };
    insta::assert_snapshot!(told("j/a.json", &[]), @"
    exit: 2
    --- stderr
    error: `--report j/a.json`: a file is there that is no report

    hint: give the report another name
    ");
    told("mine.html", &[]).failed_with(2);
    let rejects = told("failed/a.rejects.json", &["--failed-dir", "failed"]).failed_with(2);
    assert!(rejects.stderr.contains("this is where rejected rows go"), "{rejects}");
    assert_eq!((place.read("j/a.json").as_str(), place.read("mine.html").as_str()), (rows, page));
    assert_eq!(sandbox.requests().len(), 0);

    // The load puts its input there, after the name was found to be free.
    let late = told("done/a.json", &["--done-dir", "done"]);
    assert_eq!(late.code, Some(1), "{late}");
    assert!(late.stderr.contains("cannot write the report done/a.json"), "{late}");
    assert_eq!(place.read("done/a.json"), rows);
}
