//! `uiq load` where Orchestrator refuses rows: what comes back, what each commit type means, and the way on.

use uiq::sandbox::QueueSpec;

use crate::support::{Place, Sandboxed, Uiq, uiq};

const FIVE: &str = "\
Reference,Amount
INV-1,1
INV-2,2
INV-3,3
INV-4,4
INV-5,5
";

/// A sandbox whose queue `Claims` enforces unique references and has these already.
fn claims_with(references: &[&str]) -> Sandboxed {
    let claims = QueueSpec { name: String::from("Claims"), unique: true, schema: None, ..QueueSpec::default() };
    let sandbox = Sandboxed::with(|options| options.queues.push(claims));
    for reference in references {
        uiq(&["add", "Claims", "--reference", reference]).against(&sandbox).run().succeeded();
    }
    sandbox
}

fn place() -> Place {
    let place = Place::new();
    place.file("five.csv", FIVE);
    place
}

/// `uiq load Claims five.csv` and more.
fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Claims", "five.csv"], more].concat()).against(sandbox).at(place)
}

fn references(sandbox: &Sandboxed) -> String {
    let items = sandbox.items("Claims");
    items.iter().filter_map(|item| item.reference.as_deref()).collect::<Vec<_>>().join(" ")
}

#[test]
fn refused_rows_come_back_with_the_reason_and_load_once_mended() {
    let (place, sandbox) = (place(), claims_with(&["INV-2", "INV-4"]));
    insta::assert_snapshot!(load(&[], &place, &sandbox).run(), @"
    exit: 3
    --- stdout
    3 of 5 rows of five.csv accepted into Claims in [duration]
      2 rows refused, first row 3: DuplicateReference: Error creating Transaction. Duplicate Reference
    rows that are not in the queue, each with its reason: five.rejects.csv
    next: mend them there, then `uiq load Claims five.rejects.csv`
    --- stderr
    checked 5 rows of five.csv
    loading 5 rows into Claims
    ");
    assert_eq!(references(&sandbox), "INV-2 INV-4 INV-1 INV-3 INV-5");
    let rejects = place.read("five.rejects.csv");
    insta::assert_snapshot!(rejects, @"
    Reference,Amount,_uiq_row,_uiq_error_code,_uiq_error
    INV-2,2,3,DuplicateReference,Error creating Transaction. Duplicate Reference.
    INV-4,4,5,DuplicateReference,Error creating Transaction. Duplicate Reference.
    ");

    place.file("five.rejects.csv", rejects.replace("INV-", "NEW-"));
    let mended = uiq(&["load", "Claims", "five.rejects.csv"]).against(&sandbox).at(&place).run();
    insta::assert_snapshot!(mended, @"
    exit: 0
    --- stdout
    2 rows of five.rejects.csv accepted into Claims in [duration] ([rate])
    --- stderr
    checked 2 rows of five.rejects.csv
    loading 2 rows into Claims
    ");
    assert_eq!(references(&sandbox), "INV-2 INV-4 INV-1 INV-3 INV-5 NEW-2 NEW-4");
    assert_eq!(sandbox.items("Claims")[5].content_json, r#"{"Amount":"2"}"#, "our own columns are no content");
}

#[test]
fn json_has_the_reasons_and_the_exit_code() {
    let (place, sandbox) = (place(), claims_with(&["INV-2", "INV-4"]));
    let output = load(&["-o", "json"], &place, &sandbox).run();
    let mut value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((output.code, &value["exit_code"]), (Some(3), &3.into()));
    let file = value["rejects_file"].take();
    assert!(file.as_str().unwrap().ends_with("five.rejects.csv"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&value["reasons"]).unwrap(), @r#"
    [
      {
        "cause": "refused",
        "code": "DuplicateReference",
        "first_row": 3,
        "message": "Error creating Transaction. Duplicate Reference.",
        "rows": 2
      }
    ]
    "#);
}

#[test]
fn all_or_nothing_takes_back_the_rest_of_the_request() {
    let (place, sandbox) = (place(), claims_with(&["INV-4"]));
    let output = load(&["--commit", "all-or-nothing", "--batch-size", "3"], &place, &sandbox).run();
    insta::assert_snapshot!(output, @"
    exit: 3
    --- stdout
    3 of 5 rows of five.csv accepted into Claims in [duration]
      1 row refused, row 5: DuplicateReference: Error creating Transaction. Duplicate Reference
      1 row rolled back, row 6: DuplicateReference: rolled back with row 5: Error creating Transaction. Duplicate Reference
    rows that are not in the queue, each with its reason: five.rejects.csv
    next: mend them there, then `uiq load Claims five.rejects.csv`
    --- stderr
    checked 5 rows of five.csv
    loading 5 rows into Claims
    ");
    insta::assert_snapshot!(place.read("five.rejects.csv"), @"
    Reference,Amount,_uiq_row,_uiq_error_code,_uiq_error
    INV-4,4,5,DuplicateReference,Error creating Transaction. Duplicate Reference.
    INV-5,5,6,DuplicateReference,rolled back with row 5: Error creating Transaction. Duplicate Reference.
    ");
    assert_eq!(references(&sandbox), "INV-4 INV-1 INV-2 INV-3");
}

#[test]
fn stop_on_first_failure_leaves_the_rest_out() {
    let (place, sandbox) = (place(), claims_with(&["INV-2"]));
    let output = load(&["--commit", "stop-on-first-failure", "--batch-size", "3"], &place, &sandbox).run();
    insta::assert_snapshot!(output, @"
    exit: 3
    --- stdout
    1 of 5 rows of five.csv accepted into Claims in [duration]
      1 row refused, row 3: DuplicateReference: Error creating Transaction. Duplicate Reference
      3 rows not sent
    rows that are not in the queue, each with its reason: five.rejects.csv
    next: mend them there, then `uiq load Claims five.rejects.csv`
    --- stderr
    checked 5 rows of five.csv
    loading 5 rows into Claims
    stopping: row 3 was refused, and the load stops at the first failure
    ");
    insta::assert_snapshot!(place.read("five.rejects.csv"), @r#"
    Reference,Amount,_uiq_row,_uiq_error_code,_uiq_error
    INV-2,2,3,DuplicateReference,Error creating Transaction. Duplicate Reference.
    INV-3,3,4,NotSent,"never sent: row 3 was refused, and the load stops at the first failure"
    INV-4,4,5,NotSent,"never sent: row 3 was refused, and the load stops at the first failure"
    INV-5,5,6,NotSent,"never sent: row 3 was refused, and the load stops at the first failure"
    "#);
    assert_eq!(references(&sandbox), "INV-2 INV-1");
}

#[test]
fn atomic_is_the_whole_file_or_nothing_of_it() {
    let (place, sandbox) = (place(), claims_with(&["INV-5"]));
    insta::assert_snapshot!(load(&["--atomic"], &place, &sandbox).run(), @"
    exit: 3
    --- stdout
    0 of 5 rows of five.csv accepted into Claims in [duration]
      4 rows rolled back, first row 2: DuplicateReference: rolled back with row 6: Error creating Transaction. Duplicate Reference
      1 row refused, row 6: DuplicateReference: Error creating Transaction. Duplicate Reference
    rows that are not in the queue, each with its reason: five.rejects.csv
    next: mend them there, then `uiq load Claims five.rejects.csv`
    --- stderr
    checked 5 rows of five.csv
    loading 5 rows into Claims
    ");
    assert_eq!(references(&sandbox), "INV-5");
    let free = claims_with(&[]);
    load(&["--atomic"], &place, &free).run().succeeded();
    let requests = free.requests().into_iter().filter(|request| request.path.contains("BulkAdd")).count();
    assert_eq!((references(&free).as_str(), requests), ("INV-1 INV-2 INV-3 INV-4 INV-5", 1));
}

#[test]
fn more_rejects_than_allowed_end_it() {
    let (place, sandbox) = (place(), claims_with(&["INV-1", "INV-2"]));
    let output = load(&["--max-rejects", "1", "--batch-size", "1"], &place, &sandbox).run();
    insta::assert_snapshot!(output, @"
    exit: 3
    --- stdout
    0 of 5 rows of five.csv accepted into Claims in [duration]
      2 rows refused, first row 2: DuplicateReference: Error creating Transaction. Duplicate Reference
      3 rows not sent
    rows that are not in the queue, each with its reason: five.rejects.csv
    next: mend them there, then `uiq load Claims five.rejects.csv`
    --- stderr
    checked 5 rows of five.csv
    loading 5 rows into Claims
    stopping: more than 1 row was refused
    ");
    insta::assert_snapshot!(place.read("five.rejects.csv"), @"
    Reference,Amount,_uiq_row,_uiq_error_code,_uiq_error
    INV-1,1,2,DuplicateReference,Error creating Transaction. Duplicate Reference.
    INV-2,2,3,DuplicateReference,Error creating Transaction. Duplicate Reference.
    INV-3,3,4,NotSent,never sent: more than 1 row was refused
    INV-4,4,5,NotSent,never sent: more than 1 row was refused
    INV-5,5,6,NotSent,never sent: more than 1 row was refused
    ");
}

#[test]
fn a_rejects_file_that_is_there_already_is_not_written_over() {
    let (place, sandbox) = (place(), claims_with(&["INV-2"]));
    place.file("mine.csv", "precious\n");
    insta::assert_snapshot!(load(&["--rejects", "mine.csv"], &place, &sandbox).run(), @"
    exit: 3
    --- stdout
    4 of 5 rows of five.csv accepted into Claims in [duration]
      1 row refused, row 3: DuplicateReference: Error creating Transaction. Duplicate Reference
    rows that are not in the queue, each with its reason: mine.[run].csv
    next: mend them there, then `uiq load Claims mine.[run].csv`
    --- stderr
    checked 5 rows of five.csv
    warning: mine.csv stays as it is; rejects of this run go to mine.[run].csv
    loading 5 rows into Claims
    ");
    place.file("five.rejects.csv", "of another run\n");
    insta::assert_snapshot!(load(&["--if-loaded", "again"], &place, &sandbox).run(), @"
    exit: 3
    --- stdout
    0 of 5 rows of five.csv accepted into Claims in [duration]
      5 rows refused, first row 2: DuplicateReference: Error creating Transaction. Duplicate Reference
    rows that are not in the queue, each with its reason: five.rejects.[run].csv
    next: mend them there, then `uiq load Claims five.rejects.[run].csv`
    --- stderr
    checked 5 rows of five.csv
    warning: five.rejects.csv stays as it is; rejects of this run go to five.rejects.[run].csv
    loading 5 rows into Claims
    ");
    assert_eq!(
        (place.read("mine.csv"), place.read("five.rejects.csv")),
        ("precious\n".into(), "of another run\n".into())
    );
    assert_eq!(place.files().len(), 5, "{:?}", place.files());
}

#[test]
fn a_rejects_file_goes_where_it_is_wanted() {
    let (place, sandbox) = (place(), claims_with(&["INV-2"]));
    load(&["--rejects", "bad rows.csv"], &place, &sandbox).run();
    insta::assert_snapshot!(place.read("bad rows.csv"), @"
    Reference,Amount,_uiq_row,_uiq_error_code,_uiq_error
    INV-2,2,3,DuplicateReference,Error creating Transaction. Duplicate Reference.
    ");
}

#[test]
fn references_that_repeat_are_found_before_anything_is_sent_where_the_queue_wants_them_unique() {
    let (place, sandbox) = (Place::new(), claims_with(&[]));
    place.file("five.csv", "Reference,Amount\nA,1\nB,2\nA,3\n");
    insta::assert_snapshot!(load(&[], &place, &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: five.csv: 1 of 3 rows breaks a rule; nothing was sent
      row 4, column `Reference`: row 2 has the same reference

    hint: mend the file, then run the same command again
    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    ");
    assert_eq!(references(&sandbox), "");
}
