//! `uiq load` of several files: which ones, in which order, where they go, and how it ends.

use std::path::Path;

use crate::support::{Place, Sandboxed, Uiq, uiq};

/// A place with these files in `inbox`.
fn place(files: &[(&str, &str)]) -> Place {
    let place = Place::new();
    std::fs::create_dir(place.work().join("inbox")).unwrap();
    for (name, content) in files {
        place.file(&format!("inbox/{name}"), content);
    }
    place
}

const GOOD: &str = "Reference,No\nA,1\nB,2\n";
const OTHER: &str = "Reference,No\nC,3\n";
const BROKEN: &str = "Reference,No\nD,4,5\n";

const MOVED: &[&str] = &["--done-dir", "done", "--failed-dir", "failed"];

/// `uiq load Invoices 'inbox/*.csv' --done-dir done --failed-dir failed` and more.
fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Invoices", "inbox/*.csv"], MOVED, more].concat()).against(sandbox).at(place)
}

/// Every file below the working folder.
fn files(place: &Place) -> String {
    fn walk(folder: &Path, name: &str, all: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
            let path = format!("{name}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() { walk(&entry.path(), &(path + "/"), all) } else { all.push(path) }
        }
    }
    let mut all = Vec::new();
    walk(&place.work(), "", &mut all);
    all.sort();
    all.join(" ")
}

fn references(sandbox: &Sandboxed) -> String {
    let items = sandbox.items("Invoices").into_iter().filter_map(|item| item.reference);
    items.collect::<Vec<_>>().join(" ")
}

#[test]
fn files_go_in_the_order_of_their_names_and_each_where_it_belongs() {
    let place =
        place(&[("b.csv", OTHER), ("a.csv", GOOD), ("c.csv", BROKEN), ("d.csv", GOOD), ("a.rejects.csv", OTHER)]);
    let sandbox = Sandboxed::new();
    insta::assert_snapshot!(load(&[], &place, &sandbox).run(), @"
    exit: 2
    --- stdout
    2 rows of inbox/a.csv accepted into Invoices in [duration] ([rate])
    1 row of inbox/b.csv accepted into Invoices in [duration] ([rate])
    4 files: 2 done, 1 loaded before, 1 failed; 3 of 3 rows accepted; 1 file waits in failed
    --- stderr
    skipping inbox/a.rejects.csv: a rejects file; mend it and load it by itself, or under another name
    checked 2 rows of inbox/a.csv
    loading 2 rows into Invoices
    moved inbox/a.csv to done/a.csv
    checked 1 row of inbox/b.csv
    loading 1 row into Invoices
    moved inbox/b.csv to done/b.csv
    error: inbox/c.csv: 1 of 1 row breaks a rule; nothing was sent
      row 2 (line 2), the row has 3 cells, the header 2 columns; a value that holds the delimiter goes in double quotes

    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    moved inbox/c.csv to failed/c.csv; mend it there, and move it back into inbox
    checked 2 rows of inbox/d.csv
    warning: inbox/d.csv: the same content as inbox/a.csv, which run [run] loaded into Invoices; not loaded again
    moved inbox/d.csv to done/d.csv
    ");
    assert_eq!(references(&sandbox), "A B C");
    insta::assert_snapshot!(files(&place), @"done/a.csv done/b.csv done/d.csv failed/c.csv inbox/a.rejects.csv");
}

#[test]
fn an_inbox_with_nothing_in_it_is_no_failure_and_one_that_is_not_there_is() {
    let (place, sandbox) = (place(&[]), Sandboxed::new());
    insta::assert_snapshot!(load(&[], &place, &sandbox).run(), @"
    exit: 0
    --- stderr
    nothing to do: no file matches inbox/*.csv
    ");
    std::fs::remove_dir(place.work().join("inbox")).unwrap();
    insta::assert_snapshot!(load(&[], &place, &sandbox).run(), @"
    exit: 2
    --- stderr
    error: no file matches inbox/*.csv
      caused by: there is no folder inbox
    ");
    let without = uiq(&["load", "Invoices", "*.csv"]).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(without, @"
    exit: 2
    --- stderr
    error: no file matches *.csv

    hint: with `--done-dir` an inbox with nothing in it is no failure
    ");
}

#[test]
fn json_is_one_report_with_all_files() {
    let (place, sandbox) = (place(&[("a.csv", GOOD), ("b.csv", BROKEN)]), Sandboxed::new());
    let output = load(&["-o", "json", "-q"], &place, &sandbox).run();
    let mut value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let report = value["files"][0]["report"].take();
    assert_eq!(
        (&report["accepted"], &report["input"], &report["version"]),
        (&2.into(), &"inbox/a.csv".into(), &1.into())
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap(), @r#"
    {
      "accepted": 2,
      "exit_code": 2,
      "files": [
        {
          "error": null,
          "exit_code": 0,
          "file": "inbox/a.csv",
          "loaded_by": null,
          "moved_to": "done/a.csv",
          "report": null,
          "state": "done"
        },
        {
          "error": "inbox/b.csv: 1 of 1 row breaks a rule; nothing was sent",
          "exit_code": 2,
          "file": "inbox/b.csv",
          "loaded_by": null,
          "moved_to": "failed/b.csv",
          "report": null,
          "state": "failed"
        }
      ],
      "rows": 2,
      "version": 1
    }
    "#);
}

/// Makes it as if the last load had been killed before it moved the file.
fn never_moved(place: &Place, name: &str) {
    let file = place.work().join("inbox").join(name);
    std::fs::rename(place.work().join("done").join(name), &file).unwrap();
    let journal = rusqlite::Connection::open(place.state().join("journal.sqlite3")).unwrap();
    let identity = uiq::fs::Identity::of(&file).unwrap().as_text();
    assert_eq!(journal.execute("UPDATE runs SET file = ?1", [identity]).unwrap(), 1);
}

#[test]
fn a_file_that_was_put_away_and_is_brought_back_is_a_file_like_any_other() {
    let (place, sandbox) = (place(&[("a.csv", GOOD)]), Sandboxed::new());
    load(&[], &place, &sandbox).run().succeeded();
    for (policy, code, loaded) in [("fail", 6, "A B"), ("skip", 0, "A B"), ("again", 0, "A B A B")] {
        std::fs::rename(place.work().join("done/a.csv"), place.work().join("inbox/a.csv")).unwrap();
        assert_eq!(load(&["--if-loaded", policy], &place, &sandbox).run().code, Some(code), "{policy}");
        assert_eq!((references(&sandbox).as_str(), files(&place).as_str()), (loaded, "done/a.csv"), "{policy}");
    }
}

#[test]
fn a_file_that_was_loaded_and_not_moved_is_moved_whatever_is_to_become_of_what_was_loaded() {
    for policy in ["fail", "skip", "again"] {
        let (place, sandbox) = (place(&[("a.csv", GOOD)]), Sandboxed::new());
        load(&[], &place, &sandbox).run().succeeded();
        never_moved(&place, "a.csv");
        let output = load(&["--if-loaded", policy], &place, &sandbox).run().succeeded();
        insta::allow_duplicates! { insta::assert_snapshot!(output, @"
    exit: 0
    --- stderr
    checked 2 rows of inbox/a.csv
    inbox/a.csv: run [run] has loaded it into Invoices, and could not move it
    moved inbox/a.csv to done/a.csv
    ") }
        assert_eq!(references(&sandbox), "A B", "{policy}");
        assert_eq!(files(&place), "done/a.csv", "{policy}");
    }
}

#[test]
fn the_same_content_delivered_again_is_named_and_goes_as_it_is_wished() {
    let (place, sandbox) = (place(&[("a.csv", GOOD)]), Sandboxed::new());
    load(&[], &place, &sandbox).run().succeeded();
    place.file("inbox/a.csv", GOOD);
    insta::assert_snapshot!(load(&[], &place, &sandbox).run(), @"
    exit: 6
    --- stderr
    checked 2 rows of inbox/a.csv
    warning: inbox/a.csv: the same content as before, which run [run] loaded into Invoices; not loaded again
    warning: done/a.csv is there already, and stays
    moved inbox/a.csv to done/a.[run].csv
    ");
    place.file("inbox/a.csv", GOOD);
    let output = load(&["--if-loaded", "skip"], &place, &sandbox).run();
    assert_eq!(output.code, Some(0), "{output}");
    place.file("inbox/a.csv", GOOD);
    load(&["--if-loaded", "again"], &place, &sandbox).run().succeeded();
    assert_eq!(references(&sandbox), "A B A B");
    assert!(!place.work().join("inbox/a.csv").exists());
    assert_eq!(files(&place).split(' ').count(), 4, "none was overwritten: {}", files(&place));
}

#[test]
fn refused_rows_come_back_where_a_person_looks_and_their_file_is_done() {
    let place = place(&[("a.csv", GOOD)]);
    let sandbox = Sandboxed::with(|options| options.queues[0].unique = true);
    uiq(&["add", "Invoices", "--reference", "B"]).against(&sandbox).run().succeeded();
    insta::assert_snapshot!(load(&[], &place, &sandbox).run(), @"
    exit: 3
    --- stdout
    1 of 2 rows of inbox/a.csv accepted into Invoices in [duration]
      1 row refused, row 3: DuplicateReference: Error creating Transaction. Duplicate Reference
    rows that are not in the queue, each with its reason: failed/a.rejects.csv
    next: mend them there, then `uiq load Invoices failed/a.rejects.csv`
    --- stderr
    checked 2 rows of inbox/a.csv
    loading 2 rows into Invoices
    moved inbox/a.csv to done/a.csv
    1 file waits in failed
    ");
    insta::assert_snapshot!(files(&place), @"done/a.csv failed/a.rejects.csv");
    // Mended, it is loaded by itself.
    let mended = place.read("failed/a.rejects.csv").replace("B,2", "B2,2");
    place.file("failed/a.rejects.csv", mended);
    uiq(&["load", "Invoices", "failed/a.rejects.csv"]).against(&sandbox).at(&place).run().succeeded();
    assert_eq!(references(&sandbox), "B A B2");
}

#[test]
fn what_concerns_all_files_ends_it_and_leaves_them_where_they_are() {
    let (place, sandbox) = (place(&[("a.csv", GOOD), ("b.csv", OTHER)]), Sandboxed::new());
    let output = load(&["-o", "json"], &place, &sandbox).variable("UIPATH_CLIENT_SECRET", "wrong").run();
    assert_eq!(output.code, Some(4), "{output}");
    let value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let states: Vec<_> =
        value["files"].as_array().unwrap().iter().map(|file| file["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["not_reached", "not_reached"]);
    assert_eq!(files(&place), "inbox/a.csv inbox/b.csv");
    // Nor is a file blamed for a flag that makes no sense.
    insta::assert_snapshot!(load(&["--timezone", "Berlin"], &place, &sandbox).run(), @"
    exit: 2
    --- stderr
    error: `--timezone Berlin` is no time zone
      caused by: failed to find time zone `Berlin` in time zone database

    hint: zones have names such as Europe/Berlin, America/New_York or UTC
    ");
    assert_eq!(files(&place), "inbox/a.csv inbox/b.csv");
}

#[test]
fn what_several_files_cannot_share() {
    let (place, sandbox) = (place(&[("a.csv", GOOD)]), Sandboxed::new());
    insta::assert_snapshot!(load(&["--rejects", "r.csv"], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--rejects r.csv` names one file, and there may be several inputs

    hint: without it each has a rejects file of its own; `--failed-dir DIR` names the folder for them
    ");
    let pipe = uiq(&["load", "Invoices", "-", "--done-dir", "done"]).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(pipe, @"
    exit: 2
    --- stderr
    error: `-` is standard input: it comes alone, and cannot be moved
    ");
    let shard = load(&["--shard", "1/2"], &place, &sandbox).run();
    insta::assert_snapshot!(shard, @"
    exit: 2
    --- stderr
    error: the argument '--done-dir <DIR>' cannot be used with '--shard <I/N>'

    Usage: uiq load --done-dir <DIR> --failed-dir <DIR> <QUEUE> <FILE>...

    For more information, try '--help'.
    ");
}

#[test]
fn names_that_are_typed_stand_for_themselves() {
    let (place, sandbox) = (place(&[("a.csv", GOOD), ("b[1].csv", OTHER)]), Sandboxed::new());
    let named = ["load", "Invoices", "inbox/b[1].csv", "inbox/none.csv", "inbox/a.csv", "inbox/a.csv"];
    insta::assert_snapshot!(uiq(&[&named, MOVED].concat()).against(&sandbox).at(&place).run(), @"
    exit: 2
    --- stdout
    1 row of inbox/b[1].csv accepted into Invoices in [duration] ([rate])
    2 rows of inbox/a.csv accepted into Invoices in [duration] ([rate])
    3 files: 2 done, 1 failed; 3 of 3 rows accepted
    --- stderr
    skipping inbox/a.csv: it is named twice
    checked 1 row of inbox/b[1].csv
    loading 1 row into Invoices
    moved inbox/b[1].csv to done/b[1].csv
    error: inbox/none.csv: no such file

    hint: no file in [place]/work/inbox has a name like it
    checked 2 rows of inbox/a.csv
    loading 2 rows into Invoices
    moved inbox/a.csv to done/a.csv
    ");
    assert_eq!(references(&sandbox), "C A B");
    // It was put away a moment ago, by another load perhaps: its name is not wrong.
    let gone = uiq(&[&["load", "Invoices", "inbox/a.csv"], MOVED].concat()).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(gone, @"
    exit: 0
    --- stderr
    skipping inbox/a.csv: it is gone; another load has put it away
    ");
}

#[test]
fn several_files_without_folders_stay_and_are_checked_without_being_sent() {
    let (place, sandbox) = (place(&[("a.csv", GOOD), ("b.csv", BROKEN)]), Sandboxed::new());
    let two = ["load", "Invoices", "inbox/a.csv", "inbox/b.csv"];
    let dry = uiq(&[&two[..], &["--dry-run", "-q"]].concat()).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(dry, @r#"
    exit: 2
    --- stdout
    {"Priority":"Normal","Reference":"A","SpecificContent":{"No":"1"}}
    {"Priority":"Normal","Reference":"B","SpecificContent":{"No":"2"}}
    --- stderr
    error: inbox/b.csv: 1 of 1 row breaks a rule; nothing was sent
      row 2 (line 2), the row has 3 cells, the header 2 columns; a value that holds the delimiter goes in double quotes

    hint: mend the file, then run the same command again
    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    "#);
    assert_eq!(uiq(&two).against(&sandbox).at(&place).run().code, Some(2));
    assert_eq!(references(&sandbox), "A B");
    assert_eq!(files(&place), "inbox/a.csv inbox/b.csv");
}

#[test]
#[cfg(unix)]
fn a_second_load_leaves_alone_what_the_first_is_at_and_an_interrupt_leaves_the_rest() {
    use crate::support::Signal;

    let place = place(&[("a.csv", GOOD), ("b.csv", OTHER)]);
    let sandbox = Sandboxed::with(|options| options.faults = vec!["status-429:@1:60s".parse().unwrap()]);
    let mut first = load(&[], &place, &sandbox).start();
    first.says("waiting");
    let second = load(&[], &place, &sandbox).run().succeeded();
    let held = second.stderr.lines().find(|line| line.starts_with("skipping")).unwrap();
    assert!(held.starts_with("skipping inbox/a.csv: it is being loaded, held by process"), "{second}");
    assert!(second.stdout.ends_with("2 files: 1 done, 1 busy; 1 of 1 row accepted\n"), "{second}");
    assert_eq!(files(&place), "done/b.csv inbox/a.csv");

    first.send(Signal::Interrupt);
    insta::assert_snapshot!(first.wait(), @"
    exit: 130
    --- stderr
    checked 2 rows of inbox/a.csv
    loading 2 rows into Invoices
    waiting 60 s: 127.0.0.1:[port]/.../BulkAddQueueItems answered HTTP 429: Too Many Requests
    stopping: what is under way is finished first; Ctrl-C again leaves at once
    0 of 2 rows of inbox/a.csv accepted into Invoices in [duration]
      2 rows not sent
    2 files: 1 open, 1 not reached; 0 of 2 rows accepted
    error: interrupted; what was under way is finished and written down

    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
    assert_eq!(files(&place), "done/b.csv inbox/a.csv");
    load(&[], &place, &sandbox).run().succeeded();
    assert_eq!((files(&place).as_str(), references(&sandbox).as_str()), ("done/a.csv done/b.csv", "C A B"));
}

#[test]
fn a_folder_that_the_pattern_reaches_is_no_place_for_what_is_done() {
    let (place, sandbox) = (place(&[("a.csv", GOOD)]), Sandboxed::new());
    let output = uiq(&["load", "Invoices", "inbox/*.csv", "--done-dir", "./inbox"]).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(output.failed_with(2), @"
    exit: 2
    --- stderr
    error: `--done-dir ./inbox` is the folder of inbox/a.csv

    hint: name a folder that the pattern does not reach: what is put there would be loaded again
    ");
    place.file("done", "a file");
    insta::assert_snapshot!(load(&[], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--done-dir done`: done is a file, not a folder
    ");
}

#[test]
fn what_is_not_whole_or_no_input_by_its_name_is_left_in_the_inbox() {
    let junk = ["k.csv.part", "k.csv.TMP", "k.csv.bak", "k.csv~", ".k.csv", "notes.txt"].map(|name| (name, OTHER));
    let (place, sandbox) = (place(&[&[("a.csv", GOOD)], &junk[..]].concat()), Sandboxed::new());
    let everything = [&["load", "Invoices", "inbox/*"], MOVED].concat();
    insta::assert_snapshot!(uiq(&everything).against(&sandbox).at(&place).run(), @"
    exit: 0
    --- stdout
    2 rows of inbox/a.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    skipping inbox/k.csv.TMP: its name says that it is not whole
    skipping inbox/k.csv.bak: its name says that it is not whole
    skipping inbox/k.csv.part: its name says that it is not whole
    skipping inbox/k.csv~: its name says that it is not whole
    skipping inbox/notes.txt: its name does not tell its format; `--format` says what it is
    checked 2 rows of inbox/a.csv
    loading 2 rows into Invoices
    moved inbox/a.csv to done/a.csv
    ");
    // As a shell hands them over.
    place.file("inbox/b.csv", "Reference,No\nE,5\n");
    let names = ["inbox/b.csv", "inbox/k.csv.part", "inbox/notes.txt"];
    let by_shell = [&["load", "Invoices", "--log-format", "json"], &names[..], MOVED].concat();
    let output = uiq(&by_shell).against(&sandbox).at(&place).run().succeeded();
    for (name, why) in [("k.csv.part", "partial"), ("notes.txt", "unknown")] {
        let event = format!(r#""event":"file.skipped","file":"inbox/{name}","why":"{why}""#);
        assert!(output.stderr.contains(&event), "{output}");
    }
    assert_eq!(references(&sandbox), "A B E");
    // What is not whole stays, whatever its format.
    uiq(&[&everything[..], &["--format", "csv"]].concat()).against(&sandbox).at(&place).run().succeeded();
    assert_eq!(references(&sandbox), "A B E C");
    insta::assert_snapshot!(files(&place), @"done/a.csv done/b.csv done/notes.txt inbox/.k.csv inbox/k.csv.TMP inbox/k.csv.bak inbox/k.csv.part inbox/k.csv~");
}

#[test]
fn a_pattern_with_nothing_but_unknown_names_is_an_inbox_or_a_mistake_and_a_single_name_is_meant() {
    let (place, sandbox) = (place(&[("notes.txt", OTHER)]), Sandboxed::new());
    let load = |words: &[&str]| uiq(&[&["load", "Invoices"], words].concat()).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(load(&["inbox/*.txt", "--done-dir", "done"]), @"
    exit: 0
    --- stderr
    skipping inbox/notes.txt: its name does not tell its format; `--format` says what it is
    ");
    insta::assert_snapshot!(load(&["inbox/*.txt"]), @"
    exit: 2
    --- stderr
    skipping inbox/notes.txt: its name does not tell its format; `--format` says what it is
    error: inbox/*.txt matches no file that can be taken for an input

    hint: `--format FORMAT` takes files with any extension; a file that is named by itself is always taken
    ");
    load(&["inbox/notes.txt", "--done-dir", "done"]).succeeded();
    assert_eq!((references(&sandbox).as_str(), files(&place).as_str()), ("C", "done/notes.txt"));
}

#[test]
fn a_broken_file_is_mended_where_it_waits_and_counted_until_it_is_moved_back() {
    let (place, sandbox) = (place(&[("b.csv", BROKEN)]), Sandboxed::new());
    insta::assert_snapshot!(load(&[], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: inbox/b.csv: 1 of 1 row breaks a rule; nothing was sent
      row 2 (line 2), the row has 3 cells, the header 2 columns; a value that holds the delimiter goes in double quotes

    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    moved inbox/b.csv to failed/b.csv; mend it there, and move it back into inbox
    1 file waits in failed
    ");
    for (name, content) in [("a.csv", GOOD), ("c.csv", BROKEN)] {
        place.file(&format!("inbox/{name}"), content);
    }
    // Left by an editor.
    place.file("failed/b.csv~", BROKEN);
    let output = load(&[], &place, &sandbox).run();
    let summary = "2 files: 1 done, 1 failed; 2 of 2 rows accepted; 2 files wait in failed\n";
    assert!(output.code == Some(2) && output.stdout.ends_with(summary), "{output}");
    std::fs::rename(place.work().join("failed/c.csv"), place.work().join("inbox/c.csv")).unwrap();
    std::fs::remove_file(place.work().join("failed/b.csv")).unwrap();
    place.file("inbox/c.csv", OTHER);
    let output = load(&[], &place, &sandbox).run().succeeded();
    assert!(!output.stderr.contains("wait"), "{output}");
    assert_eq!(references(&sandbox), "A B C");
}

#[test]
#[cfg(target_os = "linux")]
fn folders_are_tried_out_before_anything_is_sent() {
    let (place, sandbox) = (place(&[("a.csv", GOOD)]), Sandboxed::new());
    for flag in ["--done-dir", "--failed-dir"] {
        // Nobody can put a file there, not even root.
        let output = uiq(&["load", "Invoices", "inbox/*.csv", flag, "/proc"]).against(&sandbox).at(&place).run();
        let output = output.failed_with(2);
        assert!(output.stderr.starts_with(&format!("error: `{flag} /proc`: no file can be put there\n")), "{output}");
    }
    assert_eq!((references(&sandbox).as_str(), files(&place).as_str()), ("", "inbox/a.csv"));
}
