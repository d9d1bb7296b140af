//! Which files are meant, and which are left alone.

use super::{GOOD, MOVED, OTHER, files, load, place, references};
use crate::support::{Sandboxed, uiq};

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
fn a_rejects_file_that_is_named_is_meant_and_one_that_a_pattern_finds_is_not() {
    let (place, sandbox) = (place(&[("a.csv", GOOD), ("b.csv", OTHER)]), Sandboxed::new());
    let rejects = |key: &str| format!("Reference,No,_uiq_row,_uiq_error_code,_uiq_error\n{key},9,2,Priority,old\n");
    place.file("inbox/a.rejects.csv", rejects("M"));
    let load = |words: &[&str]| uiq(&[&["load", "Invoices"], words].concat()).against(&sandbox).at(&place).run();
    // As a shell expands `inbox/*.csv`, with folders and without.
    let all = ["inbox/a.csv", "inbox/a.rejects.csv", "inbox/b.csv"];
    for more in [&["--dry-run"][..], &["--dry-run", "--done-dir", "done"]] {
        let output = load(&[&all[..], more].concat()).succeeded();
        assert!(output.stderr.contains("skipping inbox/a.rejects.csv: a rejects file"), "{output}");
    }
    // It may be that of any of them.
    load(&["inbox/a.rejects.csv", "inbox/b.csv"]).succeeded();
    assert_eq!(references(&sandbox), "C");
    load(&["inbox/a.rejects.csv"]).succeeded();
    assert_eq!(references(&sandbox), "C M");
    place.file("inbox/a.rejects.csv", rejects("N"));
    load(&["inbox/a.rejects.csv", "--done-dir", "done"]).succeeded();
    assert_eq!((references(&sandbox).as_str(), place.work().join("done/a.rejects.csv").exists()), ("C M N", true));
}

#[test]
fn what_is_refused_of_a_rejects_file_goes_beside_it_and_takes_the_place_of_none() {
    let place = place(&[("b.csv", OTHER)]);
    let sandbox = Sandboxed::with(|options| options.queues[0].unique = true);
    uiq(&["add", "Invoices", "--reference", "M"]).against(&sandbox).run().succeeded();
    place.file("inbox/a.rejects.csv", "Reference,No,_uiq_row,_uiq_error_code,_uiq_error\nM,1,2,X,old\nN,2,3,X,old\n");
    let named = ["load", "Invoices", "inbox/a.rejects.csv"];
    assert_eq!(uiq(&named).against(&sandbox).at(&place).run().code, Some(3));
    let again = place.read("inbox/a.rejects.rejects.csv");
    insta::assert_snapshot!(again, @"
    Reference,No,_uiq_row,_uiq_error_code,_uiq_error
    M,1,2,DuplicateReference,Error creating Transaction. Duplicate Reference.
    ");
    assert_eq!(references(&sandbox), "M N");
    place.file("inbox/a.rejects.rejects.csv", again.replace("M,1", "M2,1"));
    uiq(&["load", "Invoices", "inbox/a.rejects.rejects.csv"]).against(&sandbox).at(&place).run().succeeded();
    assert_eq!(references(&sandbox), "M N M2");
}
