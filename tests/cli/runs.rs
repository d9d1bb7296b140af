//! `uiq runs`: what is remembered of loads.

use crate::support::{Output, Place, Sandboxed, uiq};

fn loaded(place: &Place, sandbox: &Sandboxed) {
    place.file("two.csv", "Reference,Amount\nA,1\nB,2\n");
    uiq(&["load", "Invoices", "two.csv"]).against(sandbox).at(place).run().succeeded();
}

/// The JSON on stdout, with what differs from machine to machine and from run to run made equal.
fn settled(output: &Output, place: &Place, sandbox: &Sandboxed) -> String {
    let text = output.to_string().replace(sandbox.standalone_url(), "http://sandbox");
    let text = text.strip_prefix("exit: 0\n--- stdout\n").unwrap().replace(place.root().to_str().unwrap(), "[place]");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    serde_json::to_string_pretty(&value).unwrap().replace(&host(), "@[host]")
}

/// The machine as it stands behind a user's name.
fn host() -> String {
    format!("@{}", gethostname::gethostname().into_string().unwrap())
}

#[test]
fn nothing_loaded_yet_is_no_failure() {
    insta::assert_snapshot!(uiq(&["runs"]).run(), @"
    exit: 0
    --- stderr
    nothing was loaded from here yet
    ");
    insta::assert_snapshot!(uiq(&["runs", "-o", "json"]).run(), @r#"
    exit: 0
    --- stdout
    {"runs":[],"version":1}
    "#);
    insta::assert_snapshot!(uiq(&["runs", "show", "k3f9"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: there is no run `k3f9`

    hint: nothing was loaded from here yet
    ");
}

#[test]
fn a_list_has_a_line_a_run() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    loaded(&place, &sandbox);
    insta::assert_snapshot!(uiq(&["runs"]).at(&place).run(), @"
    exit: 0
    --- stdout
    RUN                 STATE     QUEUE     ROWS  ACCEPTED  REJECTED  IN DOUBT  INPUT
    [run]  finished  Invoices  2     2         0         0         two.csv
    ");
    insta::assert_snapshot!(uiq(&["runs", "--unfinished"]).at(&place).run(), @"
    exit: 0
    --- stderr
    no such run
    ");
    insta::assert_snapshot!(uiq(&["runs", "show", "k3f9x"]).at(&place).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: there is no run `k3f9x`

    hint: `uiq runs` lists them
    ");
}

#[test]
fn a_run_can_be_understood_afterwards() {
    let sandbox = Sandboxed::with(|options| options.faults = vec!["drop-after-commit:@1".parse().unwrap()]);
    let place = Place::new();
    loaded(&place, &sandbox);
    let output = uiq(&["runs", "show", "2"])
        .at(&place)
        .showing(&host(), "@[host]")
        .showing(sandbox.standalone_url(), "http://sandbox")
        .run();
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    run           [run]
    state         finished
    input         two.csv, 25 bytes, 2 rows
    content       sha256 08449fa7bf309cd5ef9500c0aff600c1374bfabb3103c0d53015f6d56ef7efba
    queue         Invoices in folder Shared
    at            http://sandbox/sandbox/Default/orchestrator_/
    options       none
    sitting       [time] to [time], finished
                  by somebody@[host] as [guid] (uiq 0.1.0)
    accepted      2
    rejected      0
    in doubt      0
    not sent      0
    was in doubt  rows 2-3: 2 were in the queue, 0 were not, 0 rejected (known by references)
                  because the connection ended before the answer of http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems
    ");
}

#[test]
fn scripts_get_the_same_of_one_run() {
    let sandbox = Sandboxed::with(|options| options.faults = vec!["drop-after-commit:@1".parse().unwrap()]);
    let place = Place::new();
    loaded(&place, &sandbox);
    insta::assert_snapshot!(settled(&uiq(&["-o", "json", "runs", "show", "2"]).at(&place).run(), &place, &sandbox), @r#"
    {
      "abandoned": 0,
      "accepted": 2,
      "api_root": "http://127.0.0.1:[port]/sandbox/Default/orchestrator_/",
      "bytes": 25,
      "commit": "ProcessAllIndependently",
      "folder": "Shared",
      "held_by": null,
      "in_doubt": 0,
      "in_doubt_rows": "",
      "input": "two.csv",
      "left_out": 0,
      "not_sent": 0,
      "options": {},
      "path": "[place]/work/two.csv",
      "queue": "Invoices",
      "reasons": [],
      "refused": 0,
      "rejects_file": null,
      "rolled_back": 0,
      "rows": 2,
      "run": "[run]",
      "settled_doubts": [
        {
          "accepted": 2,
          "evidence": "references",
          "missing": 0,
          "rejected": 0,
          "rows": "2-3",
          "sent": "[time]",
          "settled": "[time]",
          "why": "the connection ended before the answer of http://127.0.0.1:[port]/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems"
        }
      ],
      "sha256": "08449fa7bf309cd5ef9500c0aff600c1374bfabb3103c0d53015f6d56ef7efba",
      "sittings": [
        {
          "began": "[time]",
          "ended": "[time]",
          "ending": "finished",
          "login": "[guid]",
          "uiq": "0.1.0",
          "who": "somebody@[host]"
        }
      ],
      "state": "finished",
      "tenant": null,
      "version": 1
    }
    "#);
}

#[test]
fn scripts_get_the_same_of_all_runs() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    loaded(&place, &sandbox);
    insta::assert_snapshot!(settled(&uiq(&["-o", "json", "runs"]).at(&place).run(), &place, &sandbox), @r#"
    {
      "runs": [
        {
          "abandoned": 0,
          "accepted": 2,
          "api_root": "http://127.0.0.1:[port]/sandbox/Default/orchestrator_/",
          "bytes": 25,
          "commit": "ProcessAllIndependently",
          "folder": "Shared",
          "in_doubt": 0,
          "input": "two.csv",
          "left_out": 0,
          "not_sent": 0,
          "options": {},
          "path": "[place]/work/two.csv",
          "queue": "Invoices",
          "refused": 0,
          "rejects_file": null,
          "rolled_back": 0,
          "rows": 2,
          "run": "[run]",
          "sha256": "08449fa7bf309cd5ef9500c0aff600c1374bfabb3103c0d53015f6d56ef7efba",
          "sittings": [
            {
              "began": "[time]",
              "ended": "[time]",
              "ending": "finished",
              "login": "[guid]",
              "uiq": "0.1.0",
              "who": "somebody@[host]"
            }
          ],
          "state": "finished",
          "tenant": null
        }
      ],
      "version": 1
    }
    "#);
}
