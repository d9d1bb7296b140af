//! Answers as servers of different ages and rights give them.

use serde_json::{Value, json};

use crate::server::{Reply, Seen, Server};
use crate::support::{Output, Place};

const THREE: &str = "Reference\nA\nB\nC\n";

/// Loads three rows, and gives what was said and the rows that were rejected.
fn load(server: &Server) -> (Output, String) {
    let place = Place::new();
    place.file("three.csv", THREE);
    let output = server.uiq(&["load", "Invoices", "three.csv"]).at(&place).run();
    let rejects = if place.files().len() > 1 { place.read("three.rejects.csv") } else { String::new() };
    let numbers: Vec<_> = rejects.lines().skip(1).filter_map(|line| line.split(',').next()).map(String::from).collect();
    (output, numbers.join(" "))
}

/// A server that answers every bulk request like this.
fn answering(reply: Value) -> Server {
    Server::that(move |seen| seen.path.ends_with("BulkAddQueueItems").then(|| (200, reply.clone())))
}

fn refusing_reads(seen: &Seen, end: &str) -> Option<Reply> {
    (seen.method == "GET" && seen.path.ends_with(end)).then(|| (403, json!({ "message": "You are not authorized!" })))
}

#[test]
fn failed_items_count_from_one_and_from_zero_where_there_is_a_zero() {
    let failed = |ordinals: [i64; 2]| {
        let items = ordinals
            .map(|ordinal| json!({ "Ordinal": ordinal, "ErrorCode": "DuplicateReference", "ErrorMessage": "taken" }));
        answering(json!({ "Success": false, "Message": "2 failed", "FailedItems": items, "Unheard": { "of": 1 } }))
    };
    let (output, rejected) = load(&failed([1, 3]));
    assert_eq!((output.code, rejected.as_str()), (Some(3), "A C"), "{output}");
    let (output, rejected) = load(&failed([0, 2]));
    assert_eq!((output.code, rejected.as_str()), (Some(3), "A C"), "{output}");
}

#[test]
fn members_in_lower_case_are_the_same_members() {
    let (output, rejected) = load(&answering(json!({
        "success": false, "failedItems": [{ "ordinal": 2, "errorCode": "InvalidArgument", "errorMessage": "no" }],
    })));
    assert_eq!((output.code, rejected.as_str()), (Some(3), "B"), "{output}");
    assert!(output.stdout.contains("InvalidArgument: no"), "{output}");
    let (output, _) = load(&answering(json!({ "success": true, "message": null, "failedItems": null })));
    assert_eq!(output.code, Some(0), "{output}");
}

#[test]
fn success_is_read_and_not_taken_for_granted() {
    // Nothing says which row it was: every row is asked about alone before it counts as refused.
    let server = answering(
        json!({ "Success": false, "Message": "no", "FailedItems": [{ "Ordinal": null, "ErrorCode": "Unknown", "ErrorMessage": "no" }] }),
    );
    let (output, rejected) = load(&server);
    assert_eq!((output.code, rejected.as_str()), (Some(3), "A B C"), "{output}");
}

#[test]
fn an_application_that_may_not_look_up_queues_can_still_load() {
    let server = Server::that(|seen| refusing_reads(seen, "QueueDefinitions"));
    let (output, _) = load(&server);
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    3 rows of three.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    warning: the application may not look up queues (scope OR.Queues.Read, role Queues View); going on without
    warning: if a request's fate becomes unknown, nobody will be able to find out whether its rows arrived
    checked 3 rows of three.csv
    loading 3 rows into Invoices
    ");
    assert_eq!(server.items().len(), 3);
}

#[test]
fn an_application_that_may_not_read_items_can_still_load() {
    let server = Server::that(|seen| refusing_reads(seen, "QueueItems"));
    let (output, _) = load(&server);
    insta::assert_snapshot!(output, @"
    exit: 0
    --- stdout
    3 rows of three.csv accepted into Invoices in [duration] ([rate])
    --- stderr
    checked 3 rows of three.csv
    warning: the items of the queue cannot be read (role: Transactions View): http://127.0.0.1:[port]/acme/Prod/orchestrator_/odata/QueueItems answered HTTP 403: You are not authorized!
    warning: if a request's fate becomes unknown, nobody will be able to find out whether its rows arrived
    loading 3 rows into Invoices
    ");
    assert_eq!(server.items().len(), 3);
}

#[test]
fn a_server_that_refuses_a_filter_on_the_name_is_asked_without() {
    let server = Server::that(|seen| {
        let filtered = seen.path.ends_with("QueueDefinitions") && seen.query.contains("filter");
        filtered.then(|| (400, json!({ "message": "Invalid OData query options", "errorCode": 0 })))
    });
    let (output, _) = load(&server);
    assert_eq!(output.code, Some(0), "{output}");
    let asked: Vec<_> = server.seen("QueueDefinitions").into_iter().map(|seen| seen.query).collect();
    insta::assert_snapshot!(asked.join("\n"), @"
    $filter=Name%20eq%20%27Invoices%27
    $orderby=Id&$top=1000&$skip=0
    ");
}

#[test]
fn a_token_that_ended_is_renewed_once_and_the_rows_arrive_once() {
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::that(move |seen| {
        let first =
            seen.path.ends_with("BulkAddQueueItems") && tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        first.then(|| (401, json!({ "message": "You are not authenticated!" })))
    });
    let (output, _) = load(&server);
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!((server.seen("/token").len(), server.seen("BulkAddQueueItems").len()), (2, 2));
}

#[test]
fn a_queue_that_wants_unique_references_is_known_by_its_definition() {
    let server = Server::that(|seen| {
        let definition = json!({ "Id": 7, "Name": "Invoices", "EnforceUniqueReference": true });
        seen.path.ends_with("QueueDefinitions").then(|| (200, json!({ "value": [definition] })))
    });
    let place = Place::new();
    place.file("three.csv", "Reference\nA\nA\n");
    server.uiq(&["load", "Invoices", "three.csv"]).at(&place).run().failed_with(2);
    assert!(server.items().is_empty());
}

#[test]
fn what_add_gets_back_is_shown_as_it_came() {
    let server = Server::that(|seen| {
        let created = json!({ "Id": 41, "Key": "k-1", "Reference": "R", "Number": 1.50, "Later": { "added": [1] } });
        seen.path.ends_with("AddQueueItem").then_some((201, created))
    });
    let output = server.uiq(&["add", "Invoices", "--reference", "R", "-o", "json"]).run();
    insta::assert_snapshot!(output, @r#"
    exit: 0
    --- stdout
    {"version":1,"Id":41,"Key":"k-1","Later":{"added":[1]},"Number":1.5,"Reference":"R"}
    "#);
    insta::assert_snapshot!(Server::new().uiq(&["add", "Invoices", "A=1"]).run(), @"
    exit: 0
    --- stdout
    id 41
    ");
}
