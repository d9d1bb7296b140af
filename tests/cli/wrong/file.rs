//! Files that are none, or break a rule.

use crate::support::{Output, Place, Sandboxed, uiq};

/// Loads a file with this content against a sandbox, and gives what is said about it.
#[track_caller]
fn load_of(content: impl AsRef<[u8]>) -> Output {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("invoices.csv", content);
    let output = uiq(&["load", "Invoices", "invoices.csv"]).against(&sandbox).at(&place).run().failed_with(2);
    assert!(sandbox.items("Invoices").is_empty(), "nothing is sent of a file that is wrong");
    output
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(load_of(""), @"
    exit: 2
    --- stderr
    error: invoices.csv: the file is empty; its first row has to name the columns
    ");
}

#[test]
fn a_header_and_nothing_else() {
    insta::assert_snapshot!(load_of("Reference,Amount\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: there is no row below the header
    ");
}

#[test]
fn a_row_with_too_few_cells() {
    insta::assert_snapshot!(load_of("A,B,C\n1,2,3\n1,2\n1,2,3,4\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: 2 of 3 rows break a rule; nothing was sent
      row 3 (line 3), the row has 2 cells, the header 3 columns; a value that holds the delimiter goes in double quotes
      row 4 (line 4), the row has 4 cells, the header 3 columns; a value that holds the delimiter goes in double quotes

    hint: mend the file, then run the same command again
    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    ");
}

#[test]
fn a_column_that_is_there_twice() {
    insta::assert_snapshot!(load_of("Amount,Vendor,Amount\n1,2,3\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: the columns break a rule; nothing was sent
      header, column `Amount`: the header has this column twice

    hint: rename the column in the file, or `--map COLUMN=NAME`; `--except COLUMN` leaves it out
    hint: `--headers upload` or `--headers none` leave columns alone that only look special
    ");
}

#[test]
fn a_name_with_a_character_that_orchestrator_does_not_take() {
    insta::assert_snapshot!(load_of("Amount,E.Mail,a@b\n1,2,3\n"), @r#"
    exit: 2
    --- stderr
    error: invoices.csv: the columns break a rule; nothing was sent
      header, column `E.Mail`: the name holds `.`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
      header, column `a@b`: the name holds `@`; Orchestrator takes no key of SpecificContent with one of : . , @ " #

    hint: rename the column in the file, or `--map COLUMN=NAME`; `--except COLUMN` leaves it out
    hint: `--headers upload` or `--headers none` leave columns alone that only look special
    "#);
}

#[test]
fn a_priority_that_is_none() {
    insta::assert_snapshot!(load_of("Priority,Vendor\nUrgent,a\nhigh,b\n4,c\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: 2 of 3 rows break a rule; nothing was sent
      row 2, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 4, column `Priority`, value `4`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3

    hint: mend the file, then run the same command again
    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    ");
}

#[test]
fn a_day_that_is_not_in_the_calendar() {
    insta::assert_snapshot!(load_of("Deadline,Vendor\n31/02/2026,a\n2026-02-30,b\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: 2 of 2 rows break a rule; nothing was sent
      row 2, column `Deadline`, value `31/02/2026`: not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 ([time]), and from now +90m, +2h, +3d
      row 3, column `Deadline`, value `2026-02-30`: there is no such date or time; months go to 12, days to the end of their month, hours to 23

    hint: mend the file, then run the same command again
    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    ");
}

#[test]
fn many_rows_with_the_same_fault_are_counted() {
    let rows: String = (0..50).map(|_| "Urgent,a\n").collect();
    insta::assert_snapshot!(load_of(format!("Priority,Vendor\n{rows}")), @"
    exit: 2
    --- stderr
    error: invoices.csv: 50 of 50 rows break a rule; nothing was sent
      row 2, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 3, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 4, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 5, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      row 6, column `Priority`, value `Urgent`: not a priority; allowed are Low, Normal and High in any case, or 1, 2 and 3
      ... and 45 more of the same kind (Priority)

    hint: mend the file, then run the same command again
    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    ");
}

#[test]
fn a_quote_that_is_never_closed() {
    insta::assert_snapshot!(load_of("A,B\n1,\"two\n3,4\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv, line 2: the quote that opens a cell here is never closed
    ");
}

#[test]
fn bytes_that_are_no_text() {
    insta::assert_snapshot!(load_of(b"\xef\xbb\xbfA,B\n1,M\xfcller\n"), @"
    exit: 2
    --- stderr
    error: invoices.csv: 1 of 1 row breaks a rule; nothing was sent
      row 2, column `B`, value `M�ller`: not UTF-8: byte 0xFC at offset 1 of the cell; `--encoding` names another encoding, or save the file as UTF-8

    hint: mend the file, then run the same command again
    hint: `--skip-invalid` loads the other rows, and writes these to the rejects file
    ");
    insta::assert_snapshot!(load_of(b"PK\x03\x04\x14\0\x06\0"), @"
    exit: 2
    --- stderr
    error: invoices.csv: this is xlsx, and it was to be read as csv; `--format xlsx` reads it
    ");
    insta::assert_snapshot!(load_of(b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe"), @"
    exit: 2
    --- stderr
    error: invoices.csv: this is no text: the byte at offset 7 is zero; if it is text all the same, `--encoding` says how it is written (`--encoding utf-16le`)
    ");
}

#[test]
fn a_file_that_is_not_there_or_is_none() {
    let place = Place::new();
    insta::assert_snapshot!(uiq(&["load", "Invoices", "nope.csv"]).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: nope.csv: no such file

    hint: no file in [place]/work has a name like it
    ");
    insta::assert_snapshot!(uiq(&["load", "Invoices", "."]).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: .: this is a folder, not a file
    ");
}

#[test]
fn a_name_that_is_nearly_right_wherever_files_are_named() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    for name in ["invoices.csv", "mapping.toml", "house.pem", "secret.txt", "item.json"] {
        place.file(name, "Reference\nA\n");
    }
    for (words, meant) in [
        (&["load", "Invoices", "invocies.csv"][..], "invoices.csv"),
        (&["load", "Invoices", "invoices", "--dry-run"], "invoices.csv"),
        (&["load", "Invoices", "Invoices.xlsx", "--done-dir", "done"], "invoices.csv"),
        (&["load", "Invoices", "invoices.csv", "--mapping", "mappings.toml"], "mapping.toml"),
        (&["load", "Invoices", "invoices.csv", "--ca", "huose.pem"], "house.pem"),
        (&["add", "Invoices", "--json", "itme.json"], "item.json"),
        (&["login", "--client-id", "x", "--client-secret-file", "./secret"], "./secret.txt"),
    ] {
        let output = uiq(words).against(&sandbox).at(&place).run();
        let hint = format!("\nhint: did you mean `{meant}`?\n");
        assert!(output.code > Some(1) && output.stderr.ends_with(&hint), "{words:?}: {output}");
    }
    insta::assert_snapshot!(uiq(&["load", "Invoices", "inbox/a.csv"]).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: inbox/a.csv: no such file

    hint: there is no folder inbox
    ");
}

#[test]
fn a_file_in_the_place_of_the_queue() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("my invoices.csv", "Reference\nA\n");
    for more in [&[][..], &["--dry-run"], &["--done-dir", "done"]] {
        let words = [&["load", "my invoices.csv", "Invoices"], more].concat();
        let output = uiq(&words).against(&sandbox).at(&place).run();
        insta::allow_duplicates! { insta::assert_snapshot!(output, @"
    exit: 2
    --- stderr
    error: Invoices: no such file

    hint: QUEUE comes first: did you mean `uiq load Invoices 'my invoices.csv'`?
    ") }
    }
}
