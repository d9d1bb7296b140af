//! What was loaded before, or is being loaded.

use super::{GOOD, files, load, place, references};
use crate::support::{Place, Sandboxed};

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
#[cfg(unix)]
fn a_second_load_leaves_alone_what_the_first_is_at_and_an_interrupt_leaves_the_rest() {
    use crate::support::Signal;

    let place = place(&[("a.csv", GOOD), ("b.csv", super::OTHER)]);
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
