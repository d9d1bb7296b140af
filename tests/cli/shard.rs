//! `uiq load --shard`: several machines, one file.

use crate::support::{Place, Sandboxed, Uiq, uiq};

/// A place with seven rows, of which one is not followed at once by the next.
fn place() -> Place {
    let place = Place::new();
    place.file("seven.csv", "Reference,No\nA,1\n\nB,2\nC,3\nD,4\nE,5\nF,6\nG,7\n");
    place
}

fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Invoices", "seven.csv"], more].concat()).against(sandbox).at(place)
}

fn references(sandbox: &Sandboxed) -> String {
    let items = sandbox.items("Invoices").into_iter().filter_map(|item| item.reference);
    items.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_row_is_in_one_share_and_each_share_is_loaded_once() {
    let (place, sandbox) = (place(), Sandboxed::new());
    insta::assert_snapshot!(load(&["--shard", "2/3"], &place, &sandbox).run(), @"
    exit: 0
    --- stdout
    2 rows of seven.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 7 rows of seven.csv (1 blank row skipped)
    loading 2 rows into Invoices
    ");
    load(&["--shard", "3/3"], &place, &sandbox).run().succeeded();
    load(&["--shard", "1/3"], &place, &sandbox).run().succeeded();
    assert_eq!(references(&sandbox), "B E C F A D G");
    assert_eq!(load(&["--shard", "2/3"], &place, &sandbox).run().code, Some(6));
    let runs = uiq(&["runs", "-o", "json"]).at(&place).run().succeeded();
    let runs: serde_json::Value = serde_json::from_str(&runs.stdout).unwrap();
    let shards: Vec<_> = runs["runs"].as_array().unwrap().iter().map(|run| &run["options"]["--shard"]).collect();
    assert_eq!(shards, ["1/3", "3/3", "2/3"]);
}

#[test]
fn a_file_that_was_cut_otherwise_is_refused() {
    let (place, sandbox) = (place(), Sandboxed::new());
    load(&["--shard", "1/3"], &place, &sandbox).run().succeeded();
    insta::assert_snapshot!(load(&["--shard", "1/2"], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    checked 7 rows of seven.csv (1 blank row skipped)
    error: run [run] has loaded this content as share 1/3, and now it is to be loaded as share 1/2
      caused by: some rows would be loaded twice, and others perhaps not at all

    hint: cut the file as it was cut then; `--if-loaded again` loads it all the same
    ");
    insta::assert_snapshot!(load(&[], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    checked 7 rows of seven.csv (1 blank row skipped)
    error: run [run] has loaded this content as share 1/3, and now it is to be loaded as a whole
      caused by: some rows would be loaded twice, and others perhaps not at all

    hint: cut the file as it was cut then; `--if-loaded again` loads it all the same
    ");
    load(&["--shard", "1/2", "--if-loaded", "again"], &place, &sandbox).run().succeeded();
    assert_eq!(references(&sandbox), "A D G A C E G");
}

#[test]
fn a_share_that_was_stopped_is_gone_on_with_by_its_name() {
    let (place, sandbox) =
        (place(), Sandboxed::with(|options| options.faults = vec!["status-501:@2".parse().unwrap()]));
    let output = load(&["--shard", "1/2", "--batch-size", "2"], &place, &sandbox).run();
    assert_ne!(output.code, Some(0), "{output}");
    assert_eq!(references(&sandbox), "A C");
    uiq(&["resume"]).against(&sandbox).at(&place).run().succeeded();
    assert_eq!(references(&sandbox), "A C E G");
}

#[test]
fn rejects_of_a_share_have_a_file_of_their_own_and_rows_of_others_are_not_in_it() {
    let place = place();
    let sandbox = Sandboxed::with(|options| options.queues[0].unique = true);
    for reference in ["B", "C", "G"] {
        uiq(&["add", "Invoices", "--reference", reference]).against(&sandbox).run().succeeded();
    }
    let output = load(&["--shard", "1/2", "--max-rejects", "0", "--batch-size", "2"], &place, &sandbox).run();
    assert_eq!(output.code, Some(3), "{output}");
    assert_eq!(place.files(), ["seven.csv", "seven.shard-1-of-2.rejects.csv"]);
    insta::assert_snapshot!(place.read("seven.shard-1-of-2.rejects.csv"), @"
    Reference,No,_uiq_row,_uiq_error_code,_uiq_error
    C,3,5,DuplicateReference,Error creating Transaction. Duplicate Reference.
    E,5,7,NotSent,never sent: a row was refused
    G,7,9,NotSent,never sent: a row was refused
    ");
}

#[test]
fn the_whole_file_is_checked() {
    let place = Place::new();
    place.file("twice.csv", "Reference,No\nA,1\nA,2\n");
    let sandbox = Sandboxed::with(|options| options.queues[0].unique = true);
    let output = uiq(&["load", "Invoices", "twice.csv", "--shard", "1/2"]).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(output.failed_with(2), @"
    exit: 2
    --- stderr
    error: twice.csv: 1 of 2 rows breaks a rule; nothing was sent
      row 3, column `Reference`: row 2 has the same reference

    hint: mend the file, then run the same command again
    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    ");
    insta::assert_snapshot!(uiq(&["load", "Q", "f", "--shard", "0/8"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: invalid value '0/8' for '--shard <I/N>': a share and the number of shares, from 1/10000 to 10000/10000, as in 3/8 (the first is 1/8)

    For more information, try '--help'.
    ");
}

#[test]
fn rows_that_look_alike_in_several_shares_are_never_taken_for_each_other() {
    let place = Place::new();
    place.file("alike.csv", "No\n1\n1\n1\n1\n");
    let sandbox = Sandboxed::with(|options| options.faults = vec!["drop-before-commit:@1".parse().unwrap()]);
    let output = uiq(&["load", "Invoices", "alike.csv", "--shard", "1/2"]).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(output, @"
    exit: 5
    --- stderr
    checked 4 rows of alike.csv
    warning: not every row has a reference of its own (`--reference-from` gives them one), and other shares may add rows that look the same
    warning: if a request's fate becomes unknown, nobody will be able to find out whether its rows arrived
    loading 2 rows into Invoices
    rows 2-4 in doubt: the connection ended before the answer of 127.0.0.1:[port]/.../BulkAddQueueItems; asking what arrived
    rows 2-4: 0 in the queue, 0 not there, 2 cannot be told
    0 of 2 rows of alike.csv accepted into Invoices in [duration]
      2 rows in doubt
    error: it is not known whether Orchestrator took 2 rows
      rows 2, 4
      caused by: they could not be looked up: nothing is known of the items that the queue had before the load began

    hint: look into the queue; then `uiq resume [run] --in-doubt skip` if they are there,
    hint: or `uiq resume [run] --in-doubt resend` if they are not
    ");
}
