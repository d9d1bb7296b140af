use std::time::Duration;

use serde_json::json;

use super::client::{BULK, Bench, bulk_body};
use crate::sandbox::Options;

async fn try_bulk(bench: &Bench, reference: &str) -> Result<super::client::Got, reqwest::Error> {
    bench.try_post(BULK, &bulk_body("Unique", "ProcessAllIndependently", &[reference])).await
}

/// Waits until something holds. The deadline is no measure: it makes a test that would never end fail.
async fn eventually(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it never came to pass");
}

#[tokio::test]
async fn a_dropped_connection_has_no_answer_and_the_commit_is_before_or_after_it() {
    for (fault, kept) in [("drop-before-commit:@2", &["a", "c"][..]), ("drop-after-commit:@2", &["a", "b", "c"])] {
        let bench = Bench::faulty(fault).await;
        assert_eq!(try_bulk(&bench, "a").await.unwrap().status, 200);
        assert!(try_bulk(&bench, "b").await.is_err(), "{fault}");
        assert_eq!(try_bulk(&bench, "c").await.unwrap().status, 200);
        assert_eq!(bench.references("Unique"), kept, "{fault}");
        let met: Vec<_> = bench.sandbox.requests().into_iter().filter(|request| request.fault.is_some()).collect();
        assert_eq!((met.len(), met[0].status, met[0].fault.as_deref()), (1, None, Some(fault)));
    }
}

#[tokio::test]
async fn a_hanging_request_was_executed_and_never_answers() {
    let bench = Bench::faulty("hang-after-commit").await;
    let body = bulk_body("Unique", "ProcessAllIndependently", &["a"]);
    let request = Bench::send(bench.request(reqwest::Method::POST, BULK).json(&body));
    tokio::pin!(request);
    // Until the item is there, nothing has been answered; after it, the sandbox ends and so does the connection.
    tokio::select! {
        answered = &mut request => panic!("{answered:?}"),
        () = eventually(|| !bench.references("Unique").is_empty()) => {}
    }
    bench.sandbox.stop().await;
    assert!(request.await.is_err());
}

#[tokio::test]
async fn a_late_commit_comes_after_the_gateway_gave_up() {
    let bench = Bench::faulty("commit-late:50ms:@1").await;
    let got = try_bulk(&bench, "a").await.unwrap();
    assert_eq!((got.status, got.header("content-type")), (504, "text/html; charset=utf-8"));
    assert_eq!(try_bulk(&bench, "b").await.unwrap().status, 200);
    bench.sandbox.quiet().await;
    assert_eq!(bench.references("Unique"), ["b", "a"]);

    let cut = Bench::faulty("commit-late:1ms:cut").await;
    assert!(try_bulk(&cut, "a").await.is_err());
    cut.sandbox.quiet().await;
    assert_eq!(cut.references("Unique"), ["a"]);
}

#[tokio::test]
async fn a_status_comes_before_or_after_the_commit_with_the_body_asked_for() {
    for (fault, status, kind, retry_after, kept) in [
        ("status-429:7s", 429, "application/json; charset=utf-8", "7", 0),
        ("status-503:after:html", 503, "text/html; charset=utf-8", "", 1),
        ("status-500:empty", 500, "", "", 0),
    ] {
        let bench = Bench::faulty(fault).await;
        let got = try_bulk(&bench, "a").await.unwrap();
        assert_eq!(
            (got.status, got.header("content-type"), got.header("retry-after")),
            (status, kind, retry_after),
            "{fault}"
        );
        assert_eq!(bench.references("Unique").len(), kept, "{fault}");
    }
    let dated = Bench::faulty("status-429:date").await;
    assert!(try_bulk(&dated, "a").await.unwrap().header("retry-after").ends_with(" GMT"));
}

#[tokio::test]
async fn tokens_end_in_the_middle() {
    let mut bench = Bench::faulty("token-expiry:@2").await;
    assert_eq!(try_bulk(&bench, "a").await.unwrap().status, 200);
    assert_eq!(try_bulk(&bench, "b").await.unwrap().status, 401);
    assert_eq!(try_bulk(&bench, "b").await.unwrap().status, 401);
    bench.token = bench.new_token("").await;
    assert_eq!(try_bulk(&bench, "b").await.unwrap().status, 200);
    assert_eq!(bench.references("Unique"), ["a", "b"]);
}

#[tokio::test]
async fn an_answer_can_end_too_early_in_two_ways() {
    let truncated = Bench::faulty("truncated").await;
    let error = try_bulk(&truncated, "a").await.unwrap_err();
    assert!(error.is_decode() || error.is_body(), "the head came, the body did not: {error:?}");
    assert_eq!(truncated.references("Unique"), ["a"]);

    let cut = Bench::faulty("cut-json").await;
    let got = try_bulk(&cut, "a").await.unwrap();
    assert_eq!(got.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&got.text).is_err(), "{}", got.text);
}

#[tokio::test]
async fn failed_items_can_hide_their_position() {
    let bench = Bench::faulty("null-ordinal").await;
    let got = bench.bulk("Unique", "ProcessAllIndependently", &["a", "a"]).await.json();
    assert_eq!((&got["Success"], &got["FailedItems"][0]["Ordinal"]), (&json!(false), &json!(null)));
    assert_eq!(got["FailedItems"][0]["ErrorCode"], "DuplicateReference");
}

#[tokio::test]
async fn a_slow_answer_is_the_right_one() {
    let bench = Bench::faulty("slow:1ms").await;
    assert_eq!(try_bulk(&bench, "a").await.unwrap().status, 200);
    assert_eq!(bench.references("Unique"), ["a"]);
}

#[tokio::test]
async fn faults_can_aim_at_reads_and_tokens() {
    let bench = Bench::faulty("status-503:on=reads:x1").await;
    assert_eq!(try_bulk(&bench, "a").await.unwrap().status, 200);
    assert_eq!(bench.get("/odata/QueueItems", &[]).await.status, 503);
    assert_eq!(bench.get("/odata/QueueItems", &[]).await.status, 200);

    let bench = Bench::faulty("status-500:on=tokens:@2").await;
    assert_eq!(bench.new_token("").await, "");
}

#[tokio::test]
async fn with_latency_a_request_is_executed_although_its_sender_has_gone() {
    let options = Options { latency: Duration::from_millis(1), ..Options::default() };
    let bench = Bench::with(options).await;
    let body = bulk_body("Unique", "ProcessAllIndependently", &["a"]).to_string();
    let head = format!(
        "POST {BULK} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nX-UIPATH-FolderPath: Shared\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        bench.token,
        body.len()
    );
    let address = bench.sandbox.standalone_url().strip_prefix("http://").unwrap();
    let mut sender = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut sender, format!("{head}{body}").as_bytes()).unwrap();
    drop(sender);
    eventually(|| !bench.references("Unique").is_empty()).await;
}

#[tokio::test]
async fn the_sandbox_ends_although_a_request_hangs() {
    let bench = Bench::faulty("hang-before-commit").await;
    let hanging = bench.request(reqwest::Method::POST, BULK).json(&json!({}));
    let hanging = tokio::spawn(hanging.send());
    eventually(|| bench.sandbox.requests().iter().any(|request| request.fault.is_some())).await;
    bench.sandbox.stop().await;
    assert!(hanging.await.unwrap().is_err());
}
