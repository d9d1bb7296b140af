//! `uiq queues`: what there is, what it wants, and a file to begin with.

use serde_json::Value;
use uiq::sandbox::{Outcome, QueueSpec};

use crate::support::{Place, Sandboxed, uiq};

const SCHEMA: &str = r#"{
    "type": "object",
    "properties": {
        "Number": {"type": "string", "pattern": "^INV-[0-9]{4}$", "description": "As on the paper"},
        "Amount": {"type": "number", "minimum": 0.01},
        "Currency": {"enum": ["EUR", "USD"]},
        "Paid": {"type": ["boolean", "null"]}
    },
    "required": ["Number", "Amount"],
    "additionalProperties": false
}"#;

/// A sandbox with a queue that has a schema, one that retries, and one without anything.
fn sandbox(place: &Place) -> Sandboxed {
    let schema = place.file("schema.json", SCHEMA);
    let invoices = QueueSpec { name: "Invoices".into(), unique: true, schema: Some(schema), ..QueueSpec::default() };
    let claims = "Claims,retries=2".parse().unwrap();
    Sandboxed::with(|options| options.queues = vec![invoices, claims, "Überweisungen".parse().unwrap()])
}

#[test]
fn a_person_gets_a_table_and_a_program_json() {
    let place = Place::new();
    let sandbox = sandbox(&place);
    place.file("claims.csv", "Number\n1\n2\n3\n4\n5\n");
    uiq(&["load", "Claims", "claims.csv"]).at(&place).against(&sandbox).run().succeeded();
    sandbox.begin_work("Claims", 2);
    sandbox.end_work("Claims", 1, Outcome::BusinessException);
    insta::assert_snapshot!(uiq(&["queues", "-o", "text"]).against(&sandbox).run(), @"
    exit: 0
    --- stdout
    QUEUE          UNIQUE REFERENCE  SCHEMA  RETRIES  SLA  NEW  IN PROGRESS  FAILED ATTEMPTS
    Claims         no                no      2        -    3    1            1
    Invoices       yes               yes     -        -    0    0            0
    Überweisungen  no                no      -        -    0    0            0
    ");
    insta::assert_snapshot!(uiq(&["queues", "CLA"]).against(&sandbox).run(), @r#"
    exit: 0
    --- stdout
    {"queues":[{"application_exceptions":0,"business_exceptions":1,"created":"[time]","description":null,"encrypted":false,"failed_attempts":1,"has_schema":false,"id":124282,"in_progress":1,"key":"[guid]","last_processed":"[time]","max_retries":2,"name":"Claims","new":3,"retries_abandoned":false,"risk_sla_minutes":null,"sla_minutes":null,"successful":0,"unique_reference":false}],"version":1}
    "#);
    let named = |arguments: &[&str]| {
        let output = uiq(&[&["queues"], arguments].concat()).against(&sandbox).run().succeeded();
        let listed: Value = serde_json::from_str(&output.stdout).unwrap();
        listed["queues"]
            .as_array()
            .unwrap()
            .iter()
            .map(|queue| queue["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(named(&["*ü*"]), ["Überweisungen"]);
    assert_eq!(named(&["--with-items"]), ["Claims"]);
    assert_eq!(named(&["nothing"]), [""; 0]);
}

#[test]
fn counts_that_cannot_be_read_are_no_zeros() {
    let faulty = || Sandboxed::with(|options| options.faults = vec!["status-403:on=reads:@2".parse().unwrap()]);
    insta::assert_snapshot!(uiq(&["queues", "-o", "text"]).against(&faulty()).run(), @"
    exit: 0
    --- stdout
    QUEUE     UNIQUE REFERENCE  SCHEMA  RETRIES  SLA  NEW  IN PROGRESS  FAILED ATTEMPTS
    Invoices  no                no      -        -    ?    ?            ?
    --- stderr
    warning: how many items there are could not be read: http://sandbox/sandbox/Default/orchestrator_/odata/QueueProcessingRecords/UiPathODataSvc.RetrieveQueuesProcessingStatus answered HTTP 403: Forbidden (trace [trace])
    ");
    let listed = uiq(&["queues"]).against(&faulty()).run().succeeded();
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!((&listed["queues"][0]["new"], &listed["queues"][0]["failed_attempts"]), (&Value::Null, &Value::Null));
    insta::assert_snapshot!(uiq(&["queues", "--with-items"]).against(&faulty()).run(), @"
    exit: 4
    --- stderr
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueProcessingRecords/UiPathODataSvc.RetrieveQueuesProcessingStatus answered HTTP 403: Forbidden (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: changed scopes are in new tokens only: `uiq token --fresh` gets one
    hint: without `--with-items` the queues are shown, and no counts
    ");
    insta::assert_snapshot!(uiq(&["queues", "show", "Invoices", "-o", "text"]).against(&faulty()).run(), @"
    exit: 0
    --- stdout
    queue             Invoices
    id                124281
    key               [guid]
    unique reference  no
    retries           none by itself
    SLA               none
    created           [time]
    items             ?
    schema            no
    --- stderr
    warning: the items could not be counted (role: Transactions View): http://sandbox/sandbox/Default/orchestrator_/odata/QueueItems answered HTTP 403: Forbidden (trace [trace])
    ");
}

#[test]
fn everything_about_one_queue() {
    let place = Place::new();
    let sandbox = sandbox(&place);
    insta::assert_snapshot!(uiq(&["queues", "show", "invoices", "-o", "text"]).against(&sandbox).run(), @"
    exit: 0
    --- stdout
    queue             Invoices
    id                124281
    key               [guid]
    unique reference  yes
    retries           none by itself
    SLA               none
    created           [time]
    items             0 new, 0 in progress, 0 failed
    schema            yes, with these columns

    COLUMN    TYPE             REQUIRED  ALLOWED                 DESCRIPTION
    Number    string           yes       matches ^INV-[0-9]{4}$  As on the paper
    Amount    number           yes       from 0.01
    Currency  any              no        EUR | USD
    Paid      boolean or null  no
    ");
    let json = uiq(&["queues", "show", "Claims"]).against(&sandbox).run().succeeded();
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((&json["version"], &json["max_retries"], &json["columns"]), (&1.into(), &2.into(), &Value::Null));
    insta::assert_snapshot!(uiq(&["queues", "show", "Invoice"]).against(&sandbox).run(), @"
    exit: 2
    --- stderr
    error: there is no queue `Invoice` in the folder Shared

    hint: did you mean `Invoices`?
    ");
}

#[test]
fn a_template_loads_as_it_is() {
    let place = Place::new();
    let sandbox = sandbox(&place);
    for (queue, format) in [("Invoices", "csv"), ("Claims", "csv"), ("Überweisungen", "json")] {
        let template =
            uiq(&["queues", "show", &format!("--template={format}"), queue]).against(&sandbox).run().succeeded();
        let checked =
            uiq(&["load", queue, "-", "--dry-run", "--types", if queue == "Invoices" { "schema" } else { "string" }]);
        checked.input(template.stdout.clone()).against(&sandbox).run().succeeded();
        uiq(&["load", queue, "-"]).at(&place).input(template.stdout).against(&sandbox).run().succeeded();
        assert_eq!(sandbox.items(queue).len(), 1, "{queue}");
    }
    let bare = uiq(&["queues", "show", "--template", "Invoices", "-o", "json"]).against(&sandbox).run().succeeded();
    assert!(bare.stdout.contains(r#""Number":"INV-1111""#), "{bare}");
    insta::assert_snapshot!(uiq(&["queues", "show", "--template", "Invoices"]).against(&sandbox).run(), @"
    exit: 0
    --- stdout
    Reference,Number,Amount,Currency,Paid
    EXAMPLE-1,INV-1111,1,EUR,true
    ");
    assert_eq!(
        sandbox.items("Invoices")[0].content_json,
        r#"{"Number":"INV-1111","Amount":1,"Currency":"EUR","Paid":true}"#
    );
}

#[test]
fn a_queue_without_a_schema_is_known_by_its_latest_items_and_nothing_of_them_is_shown() {
    let place = Place::new();
    let sandbox = sandbox(&place);
    place.file("claims.jsonl", r#"{"Number":"C-1","Sum":12.5,"Open":true,"Reference":"private"}"#);
    uiq(&["load", "Claims", "claims.jsonl"]).at(&place).against(&sandbox).run().succeeded();
    insta::assert_snapshot!(uiq(&["queues", "show", "Claims", "--template"]).against(&sandbox).run(), @"
    exit: 0
    --- stdout
    Reference,Priority,Deadline,Postpone,Number,Open:boolean,Sum:number
    EXAMPLE-1,Normal,,,text,true,1
    --- stderr
    the queue has no schema; the columns of content are the keys of its latest item
    ");
}

#[test]
fn names_that_were_seen_are_kept_for_the_shell_to_complete() {
    let place = Place::new();
    let sandbox = sandbox(&place);
    let kept = || std::fs::read_to_string(place.root().join("state/known/default.json")).unwrap_or_default();
    uiq(&["add", "Claims", "Number=1"]).at(&place).against(&sandbox).run().succeeded();
    assert!(kept().contains(r#""folder":"Shared","queues":["Claims"]"#), "{}", kept());
    uiq(&["queues"]).at(&place).against(&sandbox).run().succeeded();
    assert!(kept().contains(r#""queues":["Claims","Invoices","Überweisungen"]"#), "{}", kept());
    let before = kept();
    uiq(&["add", "--sandbox", "Rehearsed", "Number=1"]).at(&place).run().succeeded();
    assert_eq!(kept(), before);
}
