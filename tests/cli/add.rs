//! `uiq add`: one item, however it is given, and what becomes of it.

use uiq::sandbox::QueueSpec;

use crate::support::{Place, Sandboxed, Uiq, uiq};

/// `uiq add Invoices` and more.
fn add<'a>(more: &[&str], sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["add", "Invoices"], more].concat()).against(sandbox)
}

fn with_faults(faults: &[&str]) -> Sandboxed {
    Sandboxed::with(|options| options.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect())
}

#[test]
fn text_stays_text_and_json_keeps_its_type_and_every_digit() {
    let sandbox = Sandboxed::new();
    let content = [
        "Number=007",
        "Vendor=Müller = Söhne",
        "Amount:=1250.40",
        "Big:=12345678901234567890.5",
        "Paid:=false",
        "Note:=null",
        "Empty=",
    ];
    insta::assert_snapshot!(add(&content, &sandbox).run(), @"
    exit: 0
    --- stdout
    id 41000001  key [guid]
    ");
    insta::assert_snapshot!(sandbox.items("Invoices")[0].content_json, @r#"{"Number":"007","Vendor":"Müller = Söhne","Amount":1250.40,"Big":12345678901234567890.5,"Paid":false,"Note":null,"Empty":""}"#);
}

#[test]
fn everything_else_of_an_item_has_a_flag() {
    let sandbox = Sandboxed::new();
    let flags = [
        "Number=7",
        "--reference",
        "INV-7",
        "--priority",
        "HIGH",
        "--due",
        "2026-12-01 17:00",
        "--defer",
        "2026/12/01",
        "--risk-sla",
        "2026-12-01T09:30:00+01:00",
        "--timezone",
        "Europe/Berlin",
        "--progress",
        "new",
    ];
    insta::assert_snapshot!(add(&flags, &sandbox).run(), @"
    exit: 0
    --- stdout
    id 41000001  key [guid]  reference INV-7
    ");
    let item = &sandbox.items("Invoices")[0];
    assert_eq!((item.priority.as_str(), item.progress.as_deref()), ("High", Some("new")));
    let dates = [&item.due_date, &item.defer_date, &item.risk_sla_date].map(|date| date.clone().unwrap());
    insta::assert_snapshot!(dates.join("\n"), @"
    2026-12-01T16:00:00Z
    2026-11-30T23:00:00Z
    2026-12-01T08:30:00Z
    ");
}

#[test]
fn a_json_object_is_the_content() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("item.json", r#"{"Number": "INV-8", "Amount": 1.50}"#);
    let command = add(&["--json", "item.json", "Vendor=Contoso", "--reference", "INV-8"], &sandbox).at(&place);
    insta::assert_snapshot!(command.run(), @"
    exit: 0
    --- stdout
    id 41000001  key [guid]  reference INV-8
    ");
    insta::assert_snapshot!(sandbox.items("Invoices")[0].content_json, @r#"{"Number":"INV-8","Amount":1.50,"Vendor":"Contoso"}"#);
}

#[test]
fn a_json_object_in_the_shape_of_the_api_is_the_item() {
    let sandbox = Sandboxed::new();
    let item =
        r#"{"Reference": "R", "Priority": "Low", "DueDate": "2026-12-01T00:00:00Z", "SpecificContent": {"Amount": 3}}"#;
    insta::assert_snapshot!(add(&["--json", "-"], &sandbox).input(item).run(), @"
    exit: 0
    --- stdout
    id 41000001  key [guid]  reference R
    ");
    let item = &sandbox.items("Invoices")[0];
    assert_eq!((item.priority.as_str(), item.content_json.as_str()), ("Low", r#"{"Amount":3}"#));
}

#[test]
fn json_is_the_item_as_orchestrator_returned_it_with_a_version() {
    let sandbox = Sandboxed::new();
    let output = add(&["Number=7", "--reference", "R7", "-o", "json"], &sandbox).run().succeeded();
    let value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&value["version"], &value["Id"]), (&1.into(), &sandbox.items("Invoices")[0].id.into()));
    assert_eq!((&value["Reference"], &value["SpecificContent"]["Number"]), (&"R7".into(), &"7".into()));
    assert_eq!(output.stdout.lines().count(), 1);
}

#[test]
fn a_dry_run_shows_the_request_and_needs_no_login() {
    let output = uiq(&["add", "Invoices", "Number=7", "Amount:=1.50", "--due", "2026-12-01", "--dry-run"]).run();
    insta::assert_snapshot!(output, @r#"
    exit: 0
    --- stdout
    {"itemData":{"Name":"Invoices","Priority":"Normal","DueDate":"[time]","SpecificContent":{"Number":"7","Amount":1.50}}}
    "#);
}

#[test]
fn a_reference_that_is_taken_is_named() {
    let claims = QueueSpec { name: String::from("Claims"), unique: true, schema: None, ..QueueSpec::default() };
    let sandbox = Sandboxed::with(|options| options.queues.push(claims));
    let command = || uiq(&["add", "Claims", "Number=7", "--reference", "INV-7"]).against(&sandbox);
    command().run().succeeded();
    insta::assert_snapshot!(command().run().failed_with(1), @"
    exit: 1
    --- stderr
    error: Claims has an item with the reference `INV-7` already
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 409: Error creating Transaction. Duplicate Reference (errorCode 1016, trace [trace])

    hint: the queue enforces unique references; one counts as used even after its item was deleted
    ");
}

#[test]
fn a_queue_that_is_not_there_may_be_a_slip() {
    let sandbox = Sandboxed::new();
    insta::assert_snapshot!(uiq(&["add", "Invoces", "Number=7"]).against(&sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: there is no queue `Invoces` in the folder Shared

    hint: did you mean `Invoices`?
    ");
    insta::assert_snapshot!(uiq(&["add", "Payroll", "Number=7"]).against(&sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: there is no queue `Payroll` in the folder Shared

    hint: the folder has: Invoices
    hint: `--folder` names another one
    ");
}

#[test]
fn what_breaks_a_rule_is_not_sent() {
    let sandbox = Sandboxed::new();
    let long = "x".repeat(129);
    insta::assert_snapshot!(add(&["Number"], &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `Number` is not KEY=text (a string) or KEY:=json (a number, true, false or null)
    ");
    insta::assert_snapshot!(add(&["A.B=1"], &sandbox).run().failed_with(2), @r#"
    exit: 2
    --- stderr
    error: key `A.B`: the name holds `.`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
    "#);
    insta::assert_snapshot!(add(&["A:=[1]"], &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: value of `A`
      caused by: SpecificContent is flat: an object or array goes in as text (`KEY=text`), and the robot parses it
    ");
    insta::assert_snapshot!(add(&["A:=yes"], &sandbox).run().failed_with(2), @r#"
    exit: 2
    --- stderr
    error: value of `A`
      caused by: not JSON; text goes in double quotes (`"text"`), or after `=` as it is
      caused by: expected value at line 1 column 1
    "#);
    insta::assert_snapshot!(add(&["A=1", "--priority", "Urgent"], &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--priority Urgent`: allowed are low, normal and high, or 1, 2 and 3
    ");
    insta::assert_snapshot!(add(&["A=1", "--due", "31/02/2026"], &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--due 31/02/2026`: not a date; allowed are 2026-12-01, 2026/12/01 and 2026 12 01, each with 17:00 or 17:00:30 behind it, RFC 3339 ([time]), and from now +90m, +2h, +3d
    ");
    insta::assert_snapshot!(add(&["A=1", "--due", "2026-12-01", "--timezone", "Berlin"], &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: `--timezone Berlin` is no time zone
      caused by: failed to find time zone `Berlin` in time zone database

    hint: zones have names such as Europe/Berlin, America/New_York or UTC
    ");
    insta::assert_snapshot!(add(&["A=1", "--reference", &long], &sandbox).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: the item breaks a rule; nothing was sent
      `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...`: a reference has at most 128 characters, this one has 129
    ");
    assert!(sandbox.items("Invoices").is_empty());
}

#[test]
fn a_json_file_that_is_none_is_named_with_the_place() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("list.json", "[1]");
    place.file("broken.json", "{\"A\": 1,\n \"B\": }");
    place.file("nested.json", r#"{"A": {"B": 1}}"#);
    for (file, shown) in
        [("list.json", "list"), ("broken.json", "broken"), ("nested.json", "nested"), ("missing.json", "missing")]
    {
        let output = add(&["--json", file], &sandbox).at(&place).run().failed_with(2);
        match shown {
            "list" => insta::assert_snapshot!(output, @"
            exit: 2
            --- stderr
            error: not an item in JSON
              in list.json
              caused by: invalid type: sequence, expected a JSON object at line 1 column 0
            "),
            "broken" => insta::assert_snapshot!(output, @"
            exit: 2
            --- stderr
            error: not an item in JSON
              in broken.json
              caused by: expected value at line 2 column 7
            "),
            "nested" => insta::assert_snapshot!(output, @"
            exit: 2
            --- stderr
            error: value of `A`
              in nested.json
              caused by: SpecificContent is flat: an object or array goes in as text (`KEY=text`), and the robot parses it
            "),
            _ => insta::assert_snapshot!(output, @"
            exit: 2
            --- stderr
            error: cannot read missing.json
              caused by: No such file or directory (os error [n])

            hint: no file in [place]/work has a name like it
            "),
        }
    }
}

#[test]
fn an_answer_that_is_lost_is_looked_for_in_the_queue() {
    let sandbox = with_faults(&["drop-after-commit:@1"]);
    insta::assert_snapshot!(add(&["Number=7", "--settle-grace", "1ms"], &sandbox).run(), @"
    exit: 0
    --- stdout
    id 41000001  key [guid]
    --- stderr
    the answer was lost, but the item is in the queue
    ");
    assert_eq!(sandbox.items("Invoices").len(), 1);
    let sandbox = with_faults(&["drop-after-commit:@1"]);
    let output = add(&["Number=7", "--reference", "R", "--settle-grace", "1ms", "-o", "json"], &sandbox).run();
    insta::assert_snapshot!(output, @r#"
    exit: 0
    --- stdout
    {"Id":41000001,"Key":"[guid]","Reference":"R","SpecificContent":{"Number":"7"},"version":1}
    --- stderr
    the answer was lost, but the item is in the queue
    "#);
}

#[test]
fn a_request_that_surely_did_not_arrive_is_sent_again() {
    let sandbox = with_faults(&["drop-before-commit:@1"]);
    insta::assert_snapshot!(add(&["Number=7", "--settle-grace", "1ms"], &sandbox).run(), @"
    exit: 0
    --- stdout
    id 41000001  key [guid]
    ");
    assert_eq!(sandbox.items("Invoices").len(), 1);
}

#[test]
fn a_server_that_never_takes_it_is_given_up() {
    let sandbox = with_faults(&["status-503"]);
    insta::assert_snapshot!(add(&["Number=7", "--settle-grace", "1ms"], &sandbox).run().failed_with(1), @"
    exit: 1
    --- stderr
    error: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 503: Service Unavailable (trace [trace])

    hint: the queue was looked through: the item is not there, so the same command can be run again
    ");
    assert!(sandbox.items("Invoices").is_empty());
}

#[test]
fn what_cannot_be_looked_up_is_in_doubt() {
    let sandbox = with_faults(&["drop-after-commit:@1", "status-403:on=reads"]);
    insta::assert_snapshot!(add(&["Number=7", "--settle-grace", "1ms"], &sandbox).run().failed_with(5), @"
    exit: 5
    --- stderr
    error: it is not known whether the item is in Invoices
      caused by: the connection ended before the answer of http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem
      caused by: it could not be looked up: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 403: Forbidden (trace [trace])

    hint: look into the queue before you add it again
    ");
}
