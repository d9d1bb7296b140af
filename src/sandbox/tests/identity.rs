use std::time::Duration;

use super::client::Bench;
use crate::sandbox::Options;

async fn refused(bench: &Bench, form: &[(&str, &str)]) -> String {
    let got = bench.token_request(&bench.sandbox.identity_url(), form).await;
    format!("{} {}", got.status, got.text)
}

#[tokio::test]
async fn a_token_is_given_for_the_secret_with_the_scopes_asked_for() {
    let bench = Bench::new().await;
    let (id, secret) = (bench.sandbox.client_id(), bench.sandbox.client_secret());
    let scope = "OR.Queues OR.Folders.Read";
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret), ("scope", scope)];
    let origin = bench.sandbox.standalone_url();
    for base in ["/identity_", "/sandbox/identity_", "/identity"] {
        let got = bench.token_request(&format!("{origin}{base}"), &form).await;
        let body = got.json();
        assert_eq!((got.status, &body["scope"], &body["token_type"]), (200, &scope.into(), &"Bearer".into()), "{base}");
        assert_eq!(body["expires_in"], 3600);
        let token = body["access_token"].as_str().unwrap();
        assert_eq!(token.split('.').count(), 3);
        assert!((800..2000).contains(&token.len()), "{}", token.len());
    }
}

#[tokio::test]
async fn without_a_scope_all_of_the_application_are_given() {
    let bench = Bench::new().await;
    let (id, secret) = (bench.sandbox.client_id(), bench.sandbox.client_secret());
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    let got = bench.token_request(&bench.sandbox.identity_url(), &form).await;
    assert_eq!(got.json()["scope"], bench.sandbox.scopes().join(" "));
}

#[tokio::test]
async fn what_is_wrong_is_named_as_oauth_does() {
    let bench = Bench::new().await;
    let (id, secret) = (bench.sandbox.client_id(), bench.sandbox.client_secret());
    let grant = ("grant_type", "client_credentials");
    let ours = [grant, ("client_id", id), ("client_secret", secret)];
    for scope in ["OR.Jobs", "OR.Queues offline_access", "or.queues"] {
        let form = [&ours[..], &[("scope", scope)]].concat();
        assert_eq!(refused(&bench, &form).await, r#"400 {"error":"invalid_scope"}"#, "{scope}");
    }
    let wrong = [grant, ("client_id", id), ("client_secret", "wrong")];
    assert_eq!(refused(&bench, &wrong).await, r#"400 {"error":"invalid_client"}"#);
    assert_eq!(refused(&bench, &[grant]).await, r#"400 {"error":"invalid_client"}"#);
    let password = [("grant_type", "password"), ("client_id", id)];
    assert_eq!(refused(&bench, &password).await, r#"400 {"error":"unsupported_grant_type"}"#);
    let twice = [grant, grant];
    assert_eq!(refused(&bench, &twice).await, r#"400 {"error":"invalid_request"}"#);
    assert_eq!(refused(&bench, &[]).await, r#"400 {"error":"invalid_request"}"#);
}

#[tokio::test]
async fn json_and_wrong_paths_get_a_web_page() {
    let bench = Bench::new().await;
    let url = format!("{}/connect/token", bench.sandbox.identity_url());
    let json = Bench::send(bench.http.post(url).json(&serde_json::json!({"grant_type": "client_credentials"}))).await;
    let wrong = bench.token_request(bench.sandbox.standalone_url(), &[("grant_type", "client_credentials")]).await;
    for got in [json.unwrap(), wrong] {
        assert_eq!((got.status, got.header("content-type")), (200, "text/html; charset=utf-8"));
    }
}

#[tokio::test]
async fn a_token_ends_after_its_life_and_when_it_is_revoked() {
    let ended = Bench::with(Options { token_life: Duration::ZERO, ..Options::default() }).await;
    let got = ended.get("/odata/QueueDefinitions", &[]).await;
    assert_eq!((got.status, got.text.as_str(), got.header("www-authenticate")), (401, "", "Bearer"));

    let revoked = Bench::new().await;
    assert_eq!(revoked.get("/odata/QueueDefinitions", &[]).await.status, 200);
    revoked.sandbox.revoke_tokens();
    assert_eq!(revoked.get("/odata/QueueDefinitions", &[]).await.status, 401);
}

#[tokio::test]
async fn a_call_needs_its_scope() {
    let mut bench = Bench::new().await;
    bench.token = bench.new_token("OR.Queues.Read").await;
    assert_eq!(bench.get("/odata/QueueItems", &[]).await.status, 200);
    for got in [bench.bulk("Invoices", "AllOrNothing", &[]).await, bench.get("/odata/Folders", &[]).await] {
        assert_eq!(got.error(), "403 0 You are not authorized!");
    }
    bench.token = bench.new_token("OR.Default").await;
    assert_eq!(bench.bulk("Invoices", "AllOrNothing", &[]).await.status, 200);
}
