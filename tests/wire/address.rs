//! Where requests go, and which headers they carry.

use crate::server::{Seen, Server};
use crate::support::Place;

/// The parts of a request that the definition speaks of.
fn shown(seen: &Seen) -> String {
    let headers: Vec<_> = seen
        .headers
        .iter()
        .filter(|(name, _)| {
            ["accept", "authorization", "content-type"].contains(&name.as_str()) || name.starts_with("x-")
        })
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let query = if seen.query.is_empty() { String::new() } else { format!("?{}", seen.query) };
    format!("{} {}{query}\n{}\n\n{}", seen.method, seen.path, headers.join("\n"), seen.body)
}

#[test]
fn a_token_is_asked_for_by_a_form() {
    let server = Server::new();
    server.uiq(&["add", "Invoices", "A=1"]).variable("UIPATH_SCOPE", "OR.Queues OR.Folders.Read").run().succeeded();
    insta::assert_snapshot!(shown(&server.seen("/token")[0]), @"
    POST /identity_/connect/token
    accept: application/json
    content-type: application/x-www-form-urlencoded

    grant_type=client_credentials&client_id=1a2b&client_secret=s3cret+%26+more&scope=OR.Queues+OR.Folders.Read
    ");
}

#[test]
fn one_item_is_one_request() {
    let server = Server::new();
    let arguments = [
        "add",
        "Invoices",
        "Number=7",
        "Amount:=1250.40",
        "--reference",
        "INV-7",
        "--due",
        "2026-12-01T17:00:00+01:00",
    ];
    server.uiq(&arguments).run().succeeded();
    insta::assert_snapshot!(shown(&server.seen("AddQueueItem")[0]), @r#"
    POST /acme/Prod/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem
    accept: application/json
    authorization: Bearer t0ken
    content-type: application/json
    x-uipath-folderpath: Finance/AP

    {"itemData":{"Name":"Invoices","Priority":"Normal","Reference":"INV-7","DueDate":"2026-12-01T16:00:00Z","SpecificContent":{"Number":"7","Amount":1250.40}}}
    "#);
    assert_eq!(server.seen("").len(), 2, "a token and an item, nothing else");
}

#[test]
fn a_file_asks_for_the_queue_and_for_what_is_newest_in_it_before_it_sends() {
    let server = Server::new();
    let place = Place::new();
    place.file("two.csv", "Reference,Amount\nA,1\nB,\"2,50\"\n");
    server.uiq(&["load", "Bob's Invoices", "two.csv"]).at(&place).run();
    insta::assert_snapshot!(shown(&server.seen("QueueDefinitions")[0]), @"
    GET /acme/Prod/orchestrator_/odata/QueueDefinitions?$filter=Name%20eq%20%27Bob%27%27s%20Invoices%27
    accept: application/json
    authorization: Bearer t0ken
    x-uipath-folderpath: Finance/AP
    ");
    server.uiq(&["load", "invoices", "two.csv"]).at(&place).run().succeeded();
    insta::assert_snapshot!(shown(&server.seen("QueueItems")[0]), @"
    GET /acme/Prod/orchestrator_/odata/QueueItems?$filter=QueueDefinitionId%20eq%207&$orderby=Id%20desc&$top=1&$select=Id%2CKey
    accept: application/json
    authorization: Bearer t0ken
    x-uipath-folderpath: Finance/AP
    ");
    insta::assert_snapshot!(shown(&server.seen("BulkAddQueueItems")[0]), @r#"
    POST /acme/Prod/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems
    accept: application/json
    authorization: Bearer t0ken
    content-type: application/json
    x-uipath-folderpath: Finance/AP

    {"queueName":"Invoices","commitType":"ProcessAllIndependently","queueItems":[{"Priority":"Normal","Reference":"A","SpecificContent":{"Amount":"1"}},{"Priority":"Normal","Reference":"B","SpecificContent":{"Amount":"2,50"}}]}
    "#);
}

#[test]
fn a_folder_goes_in_the_header_that_fits_its_form() {
    let folders = ["4242", "5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c4242", "Finance/AP", "Büro"];
    let mut headers = Vec::new();
    for folder in folders {
        let server = Server::new();
        server.uiq(&["add", "Invoices", "A=1", "--folder", folder]).run().succeeded();
        headers.push(server.seen("AddQueueItem")[0].folder());
    }
    insta::assert_snapshot!(headers.join("\n"), @"
    x-uipath-organizationunitid: 4242
    x-uipath-folderkey: 5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c4242
    x-uipath-folderpath: Finance/AP
    x-uipath-folderpath-encoded: QgD8AHIAbwA=
    ");
}

#[test]
fn a_folder_of_the_environment_goes_in_the_same_headers_and_none_in_none() {
    let mut headers = Vec::new();
    for (name, value) in
        [("UIPATH_FOLDER_ID", "4242"), ("UIPATH_FOLDER_KEY", "5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c4242"), ("A", "")]
    {
        let server = Server::new();
        server.uiq(&["add", "Invoices", "A=1"]).without("UIPATH_FOLDER_PATH").variable(name, value).run().succeeded();
        headers.push(server.seen("AddQueueItem")[0].folder());
    }
    insta::assert_snapshot!(headers.join("\n"), @"
    x-uipath-organizationunitid: 4242
    x-uipath-folderkey: 5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c4242
    ");
}

#[test]
fn a_standalone_server_has_other_paths_and_the_tenant_in_a_header() {
    let server = Server::new();
    let place = Place::new();
    place.file("one.csv", "Reference\nA\n");
    let load = server.uiq(&["load", "Invoices", "one.csv", "--tenant", "Default"]).at(&place);
    load.variable("UIPATH_URL", server.origin()).run().succeeded();
    let seen = server.seen("");
    let paths: Vec<_> = seen
        .iter()
        .map(|seen| {
            format!("{} {} {}", seen.method, seen.path, seen.header("x-uipath-tenantname")).trim_end().to_owned()
        })
        .collect();
    insta::assert_snapshot!(paths.join("\n"), @"
    POST /identity/connect/token
    GET /odata/QueueDefinitions Default
    GET /odata/QueueItems Default
    POST /odata/Queues/UiPathODataSvc.BulkAddQueueItems Default
    ");
}
