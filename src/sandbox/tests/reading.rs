use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{Bench, OK};
use crate::sandbox::entities::{FolderEntity, ItemEntity, QueueEntity, StatusEntity};
use crate::sandbox::query::Entity;
use crate::sandbox::{Options, ReadLimit};

/// The references that a filter finds.
async fn found(bench: &Bench, query: &[(&str, &str)]) -> Vec<String> {
    let got = bench.get("/odata/QueueItems", query).await;
    assert_eq!(got.status, OK, "{query:?}: {}", got.text);
    let body = got.json();
    body["value"].as_array().unwrap().iter().map(|item| item["Reference"].as_str().unwrap_or("-").to_owned()).collect()
}

async fn bench_with_items() -> Bench {
    let bench = Bench::new().await;
    for item in [
        json!({"Reference": "it's", "Priority": "High", "DueDate": "2026-12-01T00:00:00Z"}),
        json!({"Reference": "b", "Priority": "Low", "Progress": "half"}),
        json!({"Priority": "Normal"}),
        json!({"Reference": "B", "Priority": "Low", "DueDate": "2027-01-01T00:00:00Z"}),
    ] {
        assert_eq!(bench.add("Invoices", item).await.status, 201);
    }
    bench
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let bench = bench_with_items().await;
    let id = bench.sandbox.items("Invoices")[1].id;
    let (by_id, since) =
        (format!("Id ge {id}"), format!("CreationTime gt {}", bench.sandbox.items("Invoices")[2].creation_time));
    for (filter, references) in [
        ("Reference eq 'it''s'", &["it's"][..]),
        ("Reference in ('b','B', 'x')", &["b", "B"]),
        ("Reference eq null", &["-"]),
        ("not (Reference eq 'b' or Reference eq null)", &["it's", "B"]),
        ("Priority eq 'Low' and DueDate eq null", &["b"]),
        ("Priority eq '2'", &["b", "B"]),
        ("((Status eq 'New')) and DueDate gt 2026-12-01T00:00:00.000Z", &["B"]),
        ("Reference eq 'b' or Reference eq 'it''s' and Priority eq 'Low'", &["b"]),
        ("startswith(Reference,'it')", &["it's"]),
        ("contains(Progress, 'al')", &["b"]),
        ("QueueDefinitionName eq 'INVOICES' and Status ne 'Deleted' and Reference eq 'b'", &["b"]),
        ("QueueDefinitionId eq 1", &[]),
        (by_id.as_str(), &["b", "-", "B"]),
        (since.as_str(), &["B"]),
    ] {
        assert_eq!(found(&bench, &[("$filter", filter)]).await, references, "{filter}");
    }
}

#[tokio::test]
async fn pages_are_counted_sorted_and_narrowed() {
    let bench = bench_with_items().await;
    assert_eq!(found(&bench, &[("$top", "2"), ("$skip", "1")]).await, ["b", "-"]);
    assert_eq!(found(&bench, &[("$orderby", "Priority desc,Id desc"), ("$top", "3")]).await, ["B", "b", "-"]);
    let got = bench.get("/odata/QueueItems", &[("$count", "true"), ("$top", "1"), ("$select", "Id,Reference")]).await;
    let body = got.json();
    assert_eq!((&body["@odata.count"], body["value"].as_array().unwrap().len()), (&json!(4), 1));
    let members: Vec<&String> = body["value"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["Id", "Reference"]);
}

#[tokio::test]
async fn a_page_of_items_has_at_most_a_hundred() {
    let bench = Bench::new().await;
    let references: Vec<String> = (0..150).map(|number| number.to_string()).collect();
    let references: Vec<&str> = references.iter().map(String::as_str).collect();
    bench.bulk("Invoices", "AllOrNothing", &references).await;
    assert_eq!(found(&bench, &[]).await.len(), 100);
    assert_eq!(found(&bench, &[("$skip", "100")]).await.len(), 50);
    assert_eq!(bench.get("/odata/QueueItems", &[("$top", "101")]).await.status, 400);
    assert_eq!(bench.get("/odata/QueueDefinitions", &[("$top", "1000")]).await.status, OK);
    assert_eq!(bench.get("/odata/QueueDefinitions", &[("$top", "1001")]).await.status, 400);
}

#[tokio::test]
async fn what_is_no_query_is_refused() {
    let bench = Bench::new().await;
    let many = |count| vec!["Id eq 1"; count].join(" or ");
    let (most, more) = (many(100), many(101));
    assert_eq!(bench.get("/odata/QueueItems", &[("$filter", &most)]).await.status, OK);
    for (name, value) in [
        ("$filter", more.as_str()),
        ("$filter", "Reference eq"),
        ("$filter", "Reference eq b"),
        ("$filter", "Reference eq 'b"),
        ("$filter", "Reference = 'b'"),
        ("$filter", "(Id eq 1"),
        ("$filter", "Id eq 1)"),
        ("$filter", "Id eq 1 Id eq 2"),
        ("$filter", "Id eq '1'"),
        ("$filter", "Nothing eq 1"),
        ("$filter", "Priority eq 'Urgent'"),
        ("$filter", "CreationTime gt '2026-01-01T00:00:00Z'"),
        ("$filter", "CreationTime gt 2026-01-01"),
        ("$filter", "SpecificContent eq 'x'"),
        ("$filter", ""),
        ("$filter", &"(".repeat(5000)),
        ("$orderby", "Nothing"),
        ("$orderby", "Id up"),
        ("$select", "Nothing"),
        ("$top", "-1"),
        ("$count", "yes"),
        ("$search", "x"),
        ("filter", "Id eq 1"),
    ] {
        let error = bench.get("/odata/QueueItems", &[(name, value)]).await.error();
        assert!(error.starts_with("400 1000 Invalid OData query options"), "{name}={value}: {error}");
    }
}

#[tokio::test]
async fn queues_and_their_status_are_listed() {
    let bench = Bench::new().await;
    bench.bulk("Invoices", "AllOrNothing", &["a", "b"]).await;
    let got = bench.get("/odata/QueueDefinitions", &[("$filter", "Name eq 'unique'")]).await.json();
    assert_eq!(
        (&got["value"][0]["Name"], &got["value"][0]["EnforceUniqueReference"]),
        (&json!("Unique"), &json!(true))
    );
    let id = &got["value"][0]["Id"];
    assert_eq!(bench.get(&format!("/odata/QueueDefinitions({id})"), &[]).await.json()["Name"], "Unique");
    assert_eq!(bench.get("/odata/QueueDefinitions(1)", &[]).await.status, 404);
    let path = "/odata/QueueProcessingRecords/UiPathODataSvc.RetrieveQueuesProcessingStatus";
    let got = bench.get(path, &[("$filter", "QueueDefinitionName eq 'Invoices'")]).await.json();
    assert_eq!(got["value"][0]["ItemsToProcess"], 2);
}

#[tokio::test]
async fn entities_show_exactly_the_members_that_can_be_selected() {
    let bench = Bench::new().await;
    bench.bulk("Unique", "AllOrNothing", &["a"]).await;
    let status = "/odata/QueueProcessingRecords/UiPathODataSvc.RetrieveQueuesProcessingStatus";
    for (path, members) in [
        ("/odata/QueueItems", ItemEntity::MEMBERS),
        ("/odata/QueueDefinitions", QueueEntity::MEMBERS),
        (status, StatusEntity::MEMBERS),
        ("/odata/Folders", FolderEntity::MEMBERS),
    ] {
        let got = bench.get(path, &[("$top", "1")]).await.json();
        let shown: BTreeSet<&str> = got["value"][0].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(shown, members.iter().copied().collect(), "{path}");
    }
}

#[tokio::test]
async fn folders_are_found_by_path_and_hidden_ones_are_not() {
    let bench = Bench::new().await;
    let at = |path: &str| format!("FullyQualifiedName eq '{path}'");
    let umlaut = at("Finance/Überweisungen");
    let got = bench.get("/odata/Folders", &[("$filter", &umlaut), ("$top", "1")]).await.json();
    assert_eq!(got["value"][0]["Id"], 4244);
    let got = bench.get("/odata/Folders", &[("$filter", &at("Payroll"))]).await.json();
    assert_eq!(got["value"], json!([]));
    let got = bench.get("/api/Folders/GetAllForCurrentUser", &[("take", "2"), ("skip", "1")]).await.json();
    let names: Vec<&Value> = got["PageItems"].as_array().unwrap().iter().map(|folder| &folder["DisplayName"]).collect();
    assert_eq!((names, &got["Count"]), (vec![&json!("Finance"), &json!("Überweisungen")], &json!(3)));
    assert_eq!(bench.get("/api/Status/Get", &[]).await.status, OK);
}

#[tokio::test]
async fn lists_of_items_are_limited_and_single_ones_are_not() {
    let limit = ReadLimit { requests: 2, per: std::time::Duration::from_secs(3600) };
    let bench = Bench::with(Options { read_limit: Some(limit), ..Options::default() }).await;
    for status in [200, 200, 429] {
        let got = bench.get("/odata/QueueItems", &[]).await;
        assert_eq!(got.status, status);
        assert_eq!(got.header("retry-after").is_empty(), status == 200);
    }
    assert_eq!(bench.get("/odata/QueueItems(1)", &[]).await.status, 404);
    assert_eq!(bench.get("/odata/QueueDefinitions", &[]).await.status, OK);
}
