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

/// Presses the button of the login page; gives the fields of the address that it leads to.
async fn authorized(bench: &Bench, scope: &str, challenge: &str) -> std::collections::HashMap<String, String> {
    let url = format!("{}/connect/authorize", bench.sandbox.identity_url());
    let query = [
        ("response_type", "code"),
        ("client_id", bench.sandbox.public_client_id()),
        ("redirect_uri", "http://localhost:9999"),
        ("scope", scope),
        ("state", "s1"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    let page = Bench::send(bench.http.get(&url).query(&query)).await.unwrap();
    assert!(page.text.contains("Sign in to the sandbox") || page.status == 400, "{}", page.text);
    let got = Bench::send(bench.http.post(&url).query(&query).form(&[("answer", "allow")])).await.unwrap();
    let Some((_, query)) = got.header("location").split_once('?') else {
        return [(String::from("page"), got.text)].into();
    };
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[tokio::test]
async fn a_code_is_good_once_for_whoever_has_the_verifier_and_a_refresh_token_too() {
    let bench = Bench::new().await;
    let client = ("client_id", bench.sandbox.public_client_id());
    let redeem = |code: String, verifier: &'static str, redirect: &'static str| {
        let bench = &bench;
        async move {
            let form = [
                ("grant_type", "authorization_code"),
                client,
                ("code", &code),
                ("code_verifier", verifier),
                ("redirect_uri", redirect),
            ];
            bench.token_request(&bench.sandbox.identity_url(), &form).await
        }
    };
    for (verifier, redirect) in [("wrong", "http://localhost:9999"), (VERIFIER, "http://localhost:9998")] {
        let code = authorized(&bench, "OR.Queues offline_access", CHALLENGE).await["code"].clone();
        assert_eq!(redeem(code.clone(), verifier, redirect).await.text, r#"{"error":"invalid_grant"}"#);
        let second = redeem(code, VERIFIER, "http://localhost:9999").await;
        assert_eq!(second.text, r#"{"error":"invalid_grant"}"#, "one try");
    }
    let fields = authorized(&bench, "OR.Queues offline_access", CHALLENGE).await;
    assert_eq!(fields["state"], "s1");
    let tokens = redeem(fields["code"].clone(), VERIFIER, "http://localhost:9999").await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let form = [("grant_type", "refresh_token"), client, ("refresh_token", &refresh)];
    let next = bench.token_request(&bench.sandbox.identity_url(), &form).await.json();
    assert_ne!(next["refresh_token"], tokens["refresh_token"]);
    assert_eq!(refused(&bench, &form).await, r#"400 {"error":"invalid_grant"}"#);
}

#[tokio::test]
async fn what_is_wrong_with_a_login_stays_on_the_page() {
    let bench = Bench::new().await;
    assert!(authorized(&bench, "OR.Nonsense", CHALLENGE).await["page"].contains("errorCode=invalid_scope"));
    assert!(authorized(&bench, "OR.Queues", "short").await["page"].contains("errorCode=invalid_request"));
}

#[tokio::test]
async fn a_user_gets_a_token_for_name_password_and_tenant() {
    let bench = Bench::new().await;
    let url = format!("{}/api/Account/Authenticate", bench.sandbox.standalone_url());
    let asked = |tenant: &'static str, password: String| {
        let body = serde_json::json!({"tenancyName": tenant, "usernameOrEmailAddress": "ann", "password": password});
        Bench::send(bench.http.post(&url).json(&body))
    };
    let got = asked("Default", bench.sandbox.password().to_owned()).await.unwrap();
    assert_eq!((got.status, &got.json()["success"]), (200, &true.into()));
    for (tenant, password) in [("Default", "wrong"), ("Other", bench.sandbox.password())] {
        let got = asked(tenant, password.to_owned()).await.unwrap();
        assert_eq!(got.error(), "401 1000 Invalid username/email address or password.", "{tenant}");
    }
}
