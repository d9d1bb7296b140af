use serde_json::json;

use super::client::{Bench, OK, bulk_body};
use crate::sandbox::{Options, UnknownQueues};

#[tokio::test]
async fn an_added_item_comes_back_in_full_and_is_stored() {
    let bench = Bench::new().await;
    let content = json!({"Amount": 42, "Name": "Müller", "Paid": false, "Note": null, "Rate": 1.50});
    let item = json!({
        "Priority": "Low", "Reference": "INV-1", "DueDate": "2026-12-01T17:00:00+01:00",
        "DeferDate": "2026-11-30T08:00:00.25Z", "Progress": "read", "SpecificContent": content,
    });
    let got = bench.add("invoices", item).await;
    let body = got.json();
    assert_eq!(got.status, 201, "{body}");
    assert_eq!(got.header("api-supported-versions"), "20.0");
    assert!(got.header("date").ends_with(" GMT"));
    assert_eq!(body["SpecificContent"], content);
    let data: serde_json::Value = serde_json::from_str(body["SpecificData"].as_str().unwrap()).unwrap();
    assert_eq!(data, json!({ "DynamicProperties": content }));
    assert_eq!(body["Status"], "New");
    assert_eq!(body["DueDate"], "2026-12-01T16:00:00Z");
    assert_eq!(body["OrganizationUnitId"], bench.sandbox.folder_id());
    assert_eq!(body["CreationTime"].as_str().unwrap().len(), "2026-12-01T16:00:00.0000000Z".len());
    assert!(body["@odata.context"].as_str().unwrap().ends_with("/orchestrator_/odata/$metadata#QueueItems/$entity"));

    let stored = bench.sandbox.items("Invoices").remove(0);
    assert_eq!(stored.id, body["Id"]);
    assert_eq!(stored.key, body["Key"]);
    assert_eq!((stored.reference.as_deref(), stored.priority.as_str()), (Some("INV-1"), "Low"));
    assert_eq!(stored.defer_date.as_deref(), Some("2026-11-30T08:00:00.25Z"));
    let by_id = bench.get(&format!("/odata/QueueItems({})", stored.id), &[]).await.json();
    assert_eq!(by_id, body);
}

#[tokio::test]
async fn content_keeps_the_order_in_which_it_was_sent() {
    let bench = Bench::new().await;
    let body = r#"{"itemData":{"Name":"Invoices","SpecificContent":{"z":1.0,"a":"x","m":null}}}"#;
    let request = bench.request(reqwest::Method::POST, super::client::ADD).header("content-type", "application/json");
    let got = Bench::send(request.body(body)).await.unwrap();
    assert!(got.text.contains(r#""SpecificContent":{"z":1.0,"a":"x","m":null}"#), "{}", got.text);
    let stored = bench.sandbox.items("Invoices").remove(0);
    assert_eq!(stored.content().iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["z", "a", "m"]);
    assert_eq!(stored.priority, "High", "what is missing is the first of the enumeration");
}

#[tokio::test]
async fn the_commit_types_differ_in_what_they_keep() {
    for (commit, kept, failed) in [
        ("AllOrNothing", &[][..], json!([3])),
        ("StopOnFirstFailure", &["a", "b"], json!([3])),
        ("ProcessAllIndependently", &["a", "b", "c"], json!([3, 5, 6])),
    ] {
        let bench = Bench::new().await;
        let got = bench.bulk("Unique", commit, &["a", "b", "a", "c", "", "b"]).await;
        let body = got.json();
        assert_eq!((got.status, &body["Success"]), (OK, &json!(false)), "{commit}");
        let ordinals: Vec<_> =
            body["FailedItems"].as_array().unwrap().iter().map(|item| item["Ordinal"].clone()).collect();
        assert_eq!(json!(ordinals), failed, "{commit}");
        assert_eq!(bench.references("Unique"), kept, "{commit}");
        assert_eq!(body["FailedItems"][0]["ErrorCode"], "DuplicateReference");
        assert_eq!(body["FailedItems"][0]["ErrorMessage"], "Error creating Transaction. Duplicate Reference.");
    }
}

#[tokio::test]
async fn a_bulk_that_succeeds_keeps_order_and_says_so() {
    let bench = Bench::new().await;
    let got = bench.bulk("Invoices", "AllOrNothing", &["b", "a", "a"]).await;
    assert_eq!((got.status, &got.json()["Success"], &got.json()["FailedItems"]), (OK, &json!(true), &json!([])));
    assert_eq!(bench.references("Invoices"), ["b", "a", "a"], "references repeat where the queue allows it");
}

#[tokio::test]
async fn a_single_item_is_refused_with_code_and_status() {
    let bench = Bench::new().await;
    assert_eq!(bench.add("Unique", json!({"Reference": "a"})).await.status, 201);
    let twice = bench.add("Unique", json!({"Reference": "a"})).await;
    assert_eq!(twice.error(), "409 1016 Error creating Transaction. Duplicate Reference.");
    let none = bench.add("Unique", json!({})).await;
    let required = "400 1850 Error creating Transaction. Reference is required for Unique Reference Queues.";
    assert_eq!(none.error(), required);
    assert!(twice.json()["traceId"].as_str().unwrap().starts_with("00-"));
}

#[tokio::test]
async fn an_unknown_queue_is_refused_or_created() {
    let bench = Bench::new().await;
    assert_eq!(bench.add("Nope", json!({})).await.error(), "404 1002 Nope does not exist.");
    assert_eq!(bench.bulk("Nope", "AllOrNothing", &["a"]).await.error(), "404 1002 Nope does not exist.");

    let bench = Bench::with(Options { unknown_queues: UnknownQueues::Created, ..Options::default() }).await;
    let looked_up = bench.get("/odata/QueueDefinitions", &[("$filter", "Name eq 'Anders''s'")]).await.json();
    assert_eq!(looked_up["value"][0]["Name"], "Anders's");
    assert_eq!(bench.bulk("New", "AllOrNothing", &["a"]).await.status, OK);
    assert_eq!(bench.references("new"), ["a"]);
    assert_eq!(bench.add(&"x".repeat(51), json!({})).await.status, 404, "longer than any queue's name");
}

#[tokio::test]
async fn a_queue_can_be_created_once() {
    let bench = Bench::new().await;
    let body = json!({"Name": "Orders", "EnforceUniqueReference": true, "MaxNumberOfRetries": 2});
    let got = bench.post("/odata/QueueDefinitions", &body).await;
    assert_eq!((got.status, &got.json()["EnforceUniqueReference"]), (201, &json!(true)));
    assert_eq!(bench.post("/odata/QueueDefinitions", &json!({"Name": "ORDERS"})).await.status, 409);
    assert_eq!(bench.post("/odata/QueueDefinitions", &json!({"Name": ""})).await.status, 400);
    assert_eq!(bench.bulk("Orders", "ProcessAllIndependently", &["a", "a"]).await.json()["Success"], false);
}

#[tokio::test]
async fn a_queue_belongs_to_its_folder() {
    let bench = Bench::new().await;
    let elsewhere = bench.http.post(format!("{}{}", bench.sandbox.standalone_url(), super::client::BULK));
    let elsewhere = elsewhere.bearer_auth(&bench.token).header("X-UIPATH-FolderPath", "Finance");
    let got = Bench::send(elsewhere.json(&bulk_body("Invoices", "AllOrNothing", &["a"]))).await.unwrap();
    assert_eq!(got.error(), "404 1002 Invoices does not exist.");
}
