//! Items that robots work on, as a client sees them.

use serde_json::{Value, json};

use super::client::{Bench, OK};
use crate::sandbox::{Options, Outcome, QueueSpec, Robot};

const BOTH: &str = "ProcessAllIndependently";

/// How many items pass a filter, as `$count` says.
async fn count(bench: &Bench, filter: &str) -> i64 {
    let got = bench.get("/odata/QueueItems", &[("$filter", filter), ("$count", "true"), ("$top", "1")]).await;
    assert_eq!(got.status, OK, "{filter}: {}", got.text);
    got.json()["@odata.count"].as_i64().unwrap()
}

async fn status(bench: &Bench, queue: &str) -> Value {
    let path = "/odata/QueueProcessingRecords/UiPathODataSvc.RetrieveQueuesProcessingStatus";
    let filter = format!("QueueDefinitionName eq '{queue}'");
    bench.get(path, &[("$filter", &filter)]).await.json()["value"][0].clone()
}

async fn retrying() -> Bench {
    let queues = vec!["Claims,unique,retries=1".parse::<QueueSpec>().unwrap()];
    Bench::with(Options { queues, read_limit: None, ..Options::default() }).await
}

#[tokio::test]
async fn items_go_from_new_to_an_end_and_are_counted() {
    let bench = Bench::new().await;
    bench.bulk("Invoices", BOTH, &["a", "b", "c", "d"]).await;
    assert_eq!(bench.sandbox.begin_work("Invoices", 3), 3);
    assert_eq!(bench.sandbox.end_work("Invoices", 1, Outcome::Successful), 1);
    assert_eq!(bench.sandbox.end_work("Invoices", 1, Outcome::BusinessException), 1);
    for (state, number) in [("New", 1), ("InProgress", 1), ("Successful", 1), ("Failed", 1), ("Retried", 0)] {
        assert_eq!(count(&bench, &format!("Status eq '{state}'")).await, number, "{state}");
    }
    let status = status(&bench, "Invoices").await;
    assert_eq!((&status["ItemsToProcess"], &status["ItemsInProgress"]), (&json!(1), &json!(1)));
    assert_eq!((&status["SuccessfulTransactionsNo"], &status["BusinessExceptionsNo"]), (&json!(1), &json!(1)));
    let failed = bench.get("/odata/QueueItems", &[("$filter", "Status eq 'Failed'")]).await.json()["value"][0].clone();
    assert_eq!(failed["ProcessingException"]["Type"], "BusinessException");
    assert!(failed["StartProcessing"].as_str() < failed["EndProcessing"].as_str());
}

#[tokio::test]
async fn a_queue_that_retries_has_another_item_with_the_same_key_until_it_gives_up() {
    let bench = retrying().await;
    bench.bulk("Claims", BOTH, &["a"]).await;
    for _ in 0..2 {
        assert_eq!(bench.sandbox.begin_work("Claims", 9), 1);
        bench.sandbox.end_work("Claims", 9, Outcome::ApplicationException);
    }
    let items = bench.get("/odata/QueueItems", &[("$orderby", "Id")]).await.json()["value"].clone();
    let of = |member: &str| items.as_array().unwrap().iter().map(|item| item[member].clone()).collect::<Vec<_>>();
    assert_eq!(of("Status"), ["Retried", "Failed"]);
    assert_eq!(of("RetryNumber"), [0, 1]);
    assert_eq!(of("AncestorId"), [Value::Null, of("Id")[0].clone()]);
    assert_eq!(of("Reference"), ["a", "a"]);
    assert!(of("Key")[0] == of("Key")[1] && of("UniqueKey")[0] != of("UniqueKey")[1]);
    assert_eq!(status(&bench, "Claims").await["ApplicationExceptionsNo"], 2);
    assert_eq!(count(&bench, &format!("AncestorId ge {}", of("Id")[0])).await, 1);
}

#[tokio::test]
async fn what_the_item_asks_for_is_not_retried_and_what_is_postponed_waits() {
    let bench = retrying().await;
    bench.add("Claims", json!({"Reference": "later", "DeferDate": "2999-01-01T00:00:00Z"})).await;
    bench.bulk("Claims", BOTH, &["now"]).await;
    assert_eq!(bench.sandbox.begin_work("Claims", 9), 1);
    bench.sandbox.end_work("Claims", 9, Outcome::BusinessException);
    let states: Vec<_> = bench.sandbox.items("Claims").into_iter().map(|item| item.status).collect();
    assert_eq!(states, ["New", "Failed"]);
}

#[tokio::test]
async fn a_robot_works_until_nothing_is_left() {
    let robot: Robot = "2000/s,fail:20%".parse().unwrap();
    let bench = Bench::with(Options { robot: Some(robot), read_limit: None, ..Options::default() }).await;
    for queue in ["Invoices", "Unique"] {
        bench.bulk(queue, BOTH, &(0..50).map(|_| "x").collect::<Vec<_>>()).await;
    }
    let open = "Status eq 'New' or Status eq 'InProgress'";
    while count(&bench, open).await > 0 {}
    assert_eq!(count(&bench, "Status eq 'Successful' or Status eq 'Failed'").await, 51);
    assert!(count(&bench, "Status eq 'Failed'").await > 0);
}
