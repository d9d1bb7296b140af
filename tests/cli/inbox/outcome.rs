//! What becomes of files, and what is said about it.

use super::{BROKEN, GOOD, OTHER, files, load, place, references};
use crate::support::{Sandboxed, uiq};

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
