use reqwest::Method;
use serde_json::{Value, json};

use super::client::{ADD, BULK, Bench, OK, bulk_body};

async fn add_body(bench: &Bench, body: Value) -> String {
    let got = bench.post(ADD, &body).await;
    let json = got.json();
    match json["errors"].as_object() {
        Some(errors) => format!("{} {}", got.status, json!(errors)),
        None => format!("{} {}", got.status, json["message"].as_str().unwrap_or("added")),
    }
}

#[tokio::test]
async fn bodies_that_break_the_definition_are_refused() {
    let bench = Bench::new().await;
    let item = |members: Value| json!({ "itemData": members });
    let long = "x".repeat(129);
    for (body, reason) in [
        (
            json!({"Name": "Invoices"}),
            "400 queueItemParameters must not be null (unknown field `Name`, expected `itemData`",
        ),
        (
            item(json!({"Name": "Invoices", "DueTime": 1})),
            "400 queueItemParameters must not be null (unknown field `DueTime`",
        ),
        (
            item(json!({"Name": "Invoices", "Priority": "Urgent"})),
            "400 queueItemParameters must not be null (unknown variant",
        ),
        (
            item(json!({"Name": "Invoices", "DueDate": "2026-12-01T00:00:00"})),
            "400 queueItemParameters must not be null ('2026-12-01T00:00:00' is not a date-time with an offset or Z",
        ),
        (
            item(json!({"Name": "Invoices", "SpecificContent": {"a": [1]}})),
            "400 queueItemParameters must not be null ('a' in SpecificContent is no scalar",
        ),
        (item(json!({"Name": "Invoices", "Reference": 7})), "400 queueItemParameters must not be null (invalid type"),
        (item(json!({})), r#"400 {"itemData.Name":["The itemData.Name field is required."]}"#),
        (
            item(json!({"Name": "Invoices", "Reference": long})),
            r#"400 {"itemData.Reference":["The field Reference must be a string with a maximum length of 128."]}"#,
        ),
        (
            item(json!({"Name": "Invoices", "Source": "uiq"})),
            r#"400 {"itemData.Source":["The field Source must match the regular expression"#,
        ),
    ] {
        let got = add_body(&bench, body.clone()).await;
        assert!(got.starts_with(reason), "{body}: {got}");
    }
    assert!(bench.sandbox.items("Invoices").is_empty());
}

#[tokio::test]
async fn everything_in_the_definition_is_accepted() {
    let bench = Bench::new().await;
    let item = json!({
        "Name": "Invoices", "Priority": "High", "SpecificContent": {"A@odata.type": "#String", "A": "x"}, "DeferDate": null,
        "DueDate": "2020-01-01T00:00:00Z", "RiskSlaDate": "2026-01-01T00:00:00-05:00", "Reference": "ü".repeat(128),
        "Progress": "", "Source": "Manual", "ParentOperationId": "op",
    });
    assert_eq!(add_body(&bench, json!({ "itemData": item })).await, "201 added");
    assert_eq!(bench.sandbox.items("Invoices")[0].content_json, r#"{"A":"x"}"#);
}

#[tokio::test]
async fn a_bulk_needs_queue_and_commit_type() {
    let bench = Bench::new().await;
    for (body, member) in [
        (json!({"commitType": "AllOrNothing"}), "queueName"),
        (json!({"queueName": "", "commitType": "AllOrNothing"}), "queueName"),
        (json!({"queueName": "Invoices"}), "commitType"),
    ] {
        let got = bench.post(BULK, &body).await;
        assert_eq!((got.status, got.json()["errors"][member].is_array()), (400, true), "{}", got.text);
        assert!(got.header("content-type").starts_with("application/problem+json"));
    }
    for body in [
        json!({"queueName": "Invoices", "commitType": "Sometimes"}),
        json!({"queueName": "Invoices", "commitType": "AllOrNothing", "items": []}),
    ] {
        assert_eq!(bench.post(BULK, &body).await.status, 400);
    }
}

#[tokio::test]
async fn large_members_are_refused_by_name() {
    let bench = Bench::new().await;
    let sized = |count: usize| json!({ "A": "x".repeat(count) });
    // 512,000 bytes of UTF-16 are 256,000 characters; the envelope takes 22, the member `{"A":""}` 8.
    let largest = 256_000 - 22 - 8;
    assert_eq!(bench.add("Invoices", json!({ "SpecificContent": sized(largest) })).await.status, 201);
    let body = json!({
        "queueName": "Invoices", "commitType": "ProcessAllIndependently",
        "queueItems": [{ "SpecificContent": sized(largest + 1) }, { "Progress": "x".repeat(104_858) }, {}],
    });
    let got = bench.post(BULK, &body).await.json();
    assert_eq!(got["FailedItems"][0]["ErrorCode"], "QueueItemContentSizeExceeded");
    assert_eq!(got["FailedItems"][1]["ErrorCode"], "QueueItemProgressDataSizeExceeded");
    assert_eq!(bench.sandbox.items("Invoices").len(), 2);
}

#[tokio::test]
async fn a_request_has_at_most_15_000_items_and_30_megabytes() {
    let bench = Bench::new().await;
    let most = vec![""; 15_000];
    assert_eq!(bench.post(BULK, &bulk_body("Invoices", "AllOrNothing", &most)).await.status, OK);
    let more = vec![""; 15_001];
    let got = bench.post(BULK, &bulk_body("Invoices", "AllOrNothing", &more)).await;
    assert!(got.error().starts_with("400 1000 The maximum number of rows allowed is 15000."), "{}", got.text);
    let request = bench.request(Method::POST, BULK).header("content-type", "application/json");
    let got = Bench::send(request.body(vec![b' '; 30_000_001])).await.unwrap();
    assert_eq!(got.status, 413);
}

#[tokio::test]
async fn a_body_must_be_json_and_begin_as_json() {
    let bench = Bench::new().await;
    let body = r#"{"itemData":{"Name":"Invoices"}}"#;
    for (kind, body, status) in [
        ("text/plain", body.to_owned(), 415),
        ("application/x-www-form-urlencoded", body.to_owned(), 415),
        ("application/json;odata.metadata=minimal;odata.streaming=true", body.to_owned(), 201),
        ("application/json", format!("\u{feff}{body}"), 400),
        ("application/json", String::from("{"), 400),
    ] {
        let request = bench.request(Method::POST, ADD).header("content-type", kind).body(body.clone());
        assert_eq!(Bench::send(request).await.unwrap().status, status, "{kind} {body}");
    }
}

#[tokio::test]
async fn the_folder_is_named_once_and_rightly() {
    let bench = Bench::new().await;
    let url = format!("{}/odata/QueueItems", bench.sandbox.standalone_url());
    let ask = |name: Option<(&'static str, &'static str)>| {
        let request = bench.http.get(&url).bearer_auth(&bench.token);
        Bench::send(match name {
            Some((name, value)) => request.header(name, value),
            None => request,
        })
    };
    let required = "400 1101 An organization unit is required for this action.";
    assert_eq!(ask(None).await.unwrap().error(), required);
    let unknown = "400 1100 Folder does not exist or the user does not have access to the folder.";
    assert_eq!(ask(Some(("X-UIPATH-FolderPath", "Payroll"))).await.unwrap().error(), unknown);
    assert_eq!(ask(Some(("X-UIPATH-FolderPath", "Shared"))).await.unwrap().status, OK);
}

#[tokio::test]
async fn wrong_addresses_lead_to_the_login_page_and_wrong_tenants_to_an_error() {
    let bench = Bench::new().await;
    let origin = bench.sandbox.standalone_url();
    let wrong =
        Bench::send(bench.http.get(format!("{origin}/acme/Default/orchestrator_/odata/QueueItems"))).await.unwrap();
    assert_eq!((wrong.status, wrong.header("location")), (302, "/portal_/login?returnUrl=%2F"));
    let login = Bench::send(bench.http.get(format!("{origin}{}", wrong.header("location")))).await.unwrap();
    assert_eq!((login.status, login.header("content-type")), (200, "text/html; charset=utf-8"));

    let tenant = |name| {
        bench.http.get(format!("{origin}/odata/Folders")).bearer_auth(&bench.token).header("X-UIPATH-TenantName", name)
    };
    assert_eq!(Bench::send(tenant("default")).await.unwrap().status, OK);
    assert_eq!(Bench::send(tenant("Prod")).await.unwrap().status, 400);
    assert_eq!(bench.get("/odata/Nothing", &[]).await.status, 404);
    assert_eq!(bench.get(ADD, &[]).await.status, 405);
}

#[tokio::test]
async fn a_queue_with_a_schema_refuses_what_does_not_follow_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schema.json");
    std::fs::write(&file, r#"{"properties": {"Amount": {"type": "number"}}, "required": ["Amount"]}"#).unwrap();
    let queues = vec![format!("Strict,schema={}", file.display()).parse().unwrap()];
    let bench = Bench::with(crate::sandbox::Options { queues, ..crate::sandbox::Options::default() }).await;

    let item = |amount: Value| json!({"itemData": {"Name": "Strict", "SpecificContent": {"Amount": amount}}});
    assert_eq!(add_body(&bench, item(json!(1.5))).await, "201 added");
    let refused = bench.post(ADD, &item(json!("1.5"))).await.error();
    assert_eq!(refused, "400 1856 The content of the queue item does not follow the JSON schema of the queue.");
    let items = json!([{"SpecificContent": {"Amount": 1}}, {"SpecificContent": {}}]);
    let body = json!({"queueName": "Strict", "commitType": "ProcessAllIndependently", "queueItems": items});
    let failed = &bench.post(BULK, &body).await.json()["FailedItems"][0];
    assert_eq!(
        (failed["Ordinal"].as_i64(), failed["ErrorCode"].as_str()),
        (Some(2), Some("QueueItemSchemaViolationException"))
    );
    assert_eq!(bench.sandbox.items("Strict").len(), 2);
}
