//! The page at `/`, as a browser on this machine gets it, and as no other does.

use std::time::Duration;

use reqwest::header::HOST;
use serde_json::{Value, json};

use super::client::{Bench, Got};
use crate::sandbox::Options;

async fn get(bench: &Bench, path: &str, host: Option<&str>) -> Got {
    let request = bench.http.get(format!("{}{path}", bench.sandbox.standalone_url()));
    let request = host.map_or(request.try_clone().unwrap(), |host| request.header(HOST, host));
    Bench::send(request).await.unwrap()
}

async fn state(bench: &Bench) -> Value {
    get(bench, "/_uiq/state", None).await.json()
}

#[tokio::test]
async fn it_shows_queues_items_and_requests() {
    let bench = Bench::new().await;
    bench.add("Invoices", json!({ "Reference": "R1", "SpecificContent": { "A": "<b>" } })).await;
    bench.bulk("Unique", "ProcessAllIndependently", &["U1", "U1"]).await;
    let state = state(&bench).await;
    let [invoices, unique] = [&state["queues"][0], &state["queues"][1]];
    assert_eq!((&invoices["name"], &invoices["items"]), (&"Invoices".into(), &1.into()));
    assert_eq!(invoices["by_status"][0], json!(["New", 1]));
    assert_eq!(invoices["latest"][0]["content"], r#"{"A":"<b>"}"#);
    assert_eq!((&unique["unique"], &unique["items"]), (&true.into(), &1.into()));
    assert_eq!(state["requests"], json!({ "total": 3, "refused": 0, "failed": 0, "unanswered": 0, "faults": 0 }));
    let latest: Vec<_> = state["latest"].as_array().unwrap().iter().map(|request| &request["number"]).collect();
    assert_eq!(latest, [3, 2, 1]);
}

#[tokio::test]
async fn it_stays_small_whatever_the_sandbox_holds() {
    let bench = Bench::new().await;
    for number in 0..40 {
        let long = "ü".repeat(10_000);
        bench.add("Invoices", json!({ "Reference": number.to_string(), "SpecificContent": { "A": long } })).await;
    }
    let got = get(&bench, "/_uiq/state", None).await;
    assert!(got.text.len() < 200_000, "{} bytes", got.text.len());
    let latest = got.json()["queues"][0]["latest"].clone();
    assert_eq!((&latest[0]["reference"], latest.as_array().unwrap().len()), (&"39".into(), 12));
    assert!(latest[0]["content"].as_str().unwrap().ends_with("ü…"));
}

#[tokio::test]
async fn watching_is_no_request_and_waits_for_none() {
    let options = Options {
        latency: Duration::from_secs(3_600),
        faults: vec!["status-500:on=all".parse().unwrap()],
        ..Options::default()
    };
    let sandbox = crate::sandbox::start(options).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let bench = Bench { sandbox, http, token: String::new() };
    assert_eq!(get(&bench, "/", None).await.status, 200);
    assert_eq!(state(&bench).await["requests"]["total"], 0);
    assert_eq!(bench.sandbox.requests(), []);
}

#[tokio::test]
async fn by_a_name_that_is_not_this_machine_s_nothing_is_shown() {
    let bench = Bench::new().await;
    for path in ["/", "/_uiq/state"] {
        for (host, status) in [("evil.example", 421), ("evil.example:8787", 421), ("localhost:8787", 200)] {
            let got = get(&bench, path, Some(host)).await;
            assert_eq!((got.status, got.text.contains("Invoices")), (status, status == 200 && path != "/"), "{host}");
        }
        let got = get(&bench, path, None).await;
        assert!(got.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!((got.header("cache-control"), got.header("access-control-allow-origin")), ("no-store", ""));
    }
}
