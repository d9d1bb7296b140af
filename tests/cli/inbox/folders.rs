//! Folders and flags that make no sense.

use super::{GOOD, files, load, place, references};
use crate::support::{Sandboxed, uiq};

#[test]
fn a_folder_that_the_pattern_reaches_is_no_place_for_what_is_done() {
    let (place, sandbox) = (place(&[("a.csv", GOOD)]), Sandboxed::new());
    let output = uiq(&["load", "Invoices", "inbox/*.csv", "--done-dir", "./inbox"]).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(output.failed_with(2), @"
    exit: 2
    --- stderr
    error: `--done-dir ./inbox`: the pattern `inbox/*.csv` reaches it

    hint: name a folder that the pattern does not reach: what is put there would be loaded again
    ");
    // Nothing lies there yet, nor is it there.
    let deep = ["load", "Invoices", "inbox/**/*.csv", "--done-dir", "done", "--failed-dir", "inbox/x/failed"];
    insta::assert_snapshot!(uiq(&deep).against(&sandbox).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--failed-dir inbox/x/failed`: the pattern `inbox/**/*.csv` reaches it

    hint: name a folder that the pattern does not reach: what is put there would be loaded again
    ");
    // As a shell hands it over.
    let named = ["load", "Invoices", "inbox/a.csv", "--done-dir", "inbox"];
    insta::assert_snapshot!(uiq(&named).against(&sandbox).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--done-dir inbox` is the folder of inbox/a.csv

    hint: name a folder that the pattern does not reach: what is put there would be loaded again
    ");
    assert_eq!((references(&sandbox).as_str(), files(&place).as_str()), ("", "inbox/a.csv"));
    place.file("done", "a file");
    insta::assert_snapshot!(load(&[], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--done-dir done`: done is a file, not a folder
    ");
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
