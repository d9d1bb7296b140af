use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};

use super::*;

type Headers = &'static [(&'static str, &'static str)];

/// A server that gives one answer to everything, and what it was asked.
async fn server(status: u16, headers: Headers, body: &'static str) -> (Endpoint, Arc<Mutex<String>>) {
    let seen = Arc::new(Mutex::new(String::new()));
    let note = Arc::clone(&seen);
    let answer = move |method: axum::http::Method, uri: axum::http::Uri, given: HeaderMap, text: String| async move {
        let given = |name| given.get(name).unwrap().to_str().unwrap().to_owned();
        *note.lock().unwrap() = format!("{method} {uri}\n{} -> {}\n{text}", given("content-type"), given("accept"));
        (StatusCode::from_u16(status).unwrap(), axum::response::AppendHeaders(headers.to_vec()), body)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/identity_/connect/token", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    let http = crate::http::client(&crate::http::Network { proxies: false, ..Default::default() }).unwrap();
    (Endpoint::new(http, url.parse().unwrap()), seen)
}

async fn asked(
    status: u16,
    headers: Headers,
    body: &'static str,
    scope: Option<&str>,
) -> (Result<AccessToken, AuthError>, String) {
    let (endpoint, seen) = server(status, headers, body).await;
    let client = ClientCredentials {
        id: String::from("app"),
        secret: Secret::new("p&ss wörd"),
        scope: scope.map(str::to_owned),
    };
    let result = endpoint.client_credentials(&client).await;
    let seen = seen.lock().unwrap().clone();
    (result, seen)
}

fn person() -> PublicClient {
    PublicClient { id: String::from("app"), scope: Some(String::from("OR.Queues")) }
}

async fn exchanged(endpoint: &Endpoint) -> Result<PersonTokens, AuthError> {
    let redirect = RedirectUrl::new(String::from("http://localhost:8085")).unwrap();
    let (code, verifier) = (Secret::new("c+1"), Secret::new("v".repeat(43)));
    endpoint.authorization_code(&person(), &code, &redirect, &verifier).await
}

async fn refreshed(endpoint: &Endpoint) -> Result<PersonTokens, AuthError> {
    endpoint.refresh(&person(), &Secret::new("r&1")).await
}

async fn refused(status: u16, headers: Headers, body: &'static str) -> String {
    shown(&asked(status, headers, body, None).await.0.unwrap_err())
}

fn shown(error: &AuthError) -> String {
    let error = error.to_string();
    let start = error.find("http://").unwrap();
    let port = error[start..].find("/identity_").unwrap() + start;
    format!("{}HOST{}", &error[..start], &error[port..])
}

#[tokio::test]
async fn the_request_is_the_form_that_the_identity_server_wants() {
    let body = r#"{"access_token":"abc","expires_in":3600,"token_type":"Bearer","scope":"OR.Queues"}"#;
    let (token, seen) = asked(200, &[], body, Some("OR.Queues OR.Folders.Read")).await;
    insta::assert_snapshot!(seen, @"
    POST /identity_/connect/token
    application/x-www-form-urlencoded -> application/json
    grant_type=client_credentials&client_id=app&client_secret=p%26ss+w%C3%B6rd&scope=OR.Queues+OR.Folders.Read
    ");
    let token = token.unwrap();
    assert_eq!((token.secret().expose(), token.scope()), ("abc", Some("OR.Queues")));
    assert!(token.expires_at().is_some());
}

#[tokio::test]
async fn without_scopes_none_are_sent() {
    let (_, seen) = asked(200, &[], r#"{"access_token":"abc"}"#, None).await;
    assert!(!seen.contains("scope"), "{seen}");
}

#[tokio::test]
async fn a_life_may_be_quoted_absent_or_nonsense() {
    for (body, known) in [
        (r#"{"access_token":"abc","expires_in":"3600"}"#, true),
        (r#"{"access_token":"abc"}"#, false),
        (r#"{"access_token":"abc","expires_in":null}"#, false),
        (r#"{"access_token":"abc","expires_in":-1}"#, false),
        (r#"{"access_token":"abc","expires_in":1e300}"#, false),
    ] {
        let token = asked(200, &[], body, None).await.0.unwrap();
        assert_eq!(token.expires_at().is_some(), known, "{body}");
        assert!(token.is_fresh(), "{body}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_servers_words_and_not_the_secret() {
    let body = r#"{"error":"invalid_client","error_description":"no client with p&ss wörd"}"#;
    insta::assert_snapshot!(refused(400, &[], body).await, @"HOST/identity_/connect/token refuses the credentials: invalid_client (no client with [secret])");
    insta::assert_snapshot!(refused(400, &[], r#"{"error":"invalid_scope"}"#).await, @"HOST/identity_/connect/token refuses the credentials: invalid_scope");
    insta::assert_snapshot!(refused(401, &[], "").await, @"HOST/identity_/connect/token refuses the credentials: 401 Unauthorized");
}

#[tokio::test]
async fn a_page_a_redirect_and_nothing_are_wrong_addresses() {
    let page = "<!DOCTYPE html><html><head><title>\nUiPath  Identity</title>";
    insta::assert_snapshot!(refused(200, &[], page).await, @r#"HOST/identity_/connect/token is no token endpoint: it answers with the web page "UiPath Identity""#);
    insta::assert_snapshot!(refused(302, &[("location", "https://login.acme.local/?state=x")], "").await, @"HOST/identity_/connect/token is no token endpoint: it sends browsers on to https://login.acme.local/");
    insta::assert_snapshot!(refused(404, &[], "{}").await, @"HOST/identity_/connect/token is no token endpoint: it answers 404 Not Found");
}

#[tokio::test]
async fn a_server_that_cannot_now_is_no_refusal() {
    let (limited, _) = asked(429, &[("retry-after", "7")], "", None).await;
    let error = limited.unwrap_err();
    assert!(matches!(error, AuthError::Limited { after: Some(after), .. } if after.as_secs() == 7));
    assert!(error.is_passing());
    insta::assert_snapshot!(refused(503, &[], "<html>").await, @"HOST/identity_/connect/token cannot answer now (503)");
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_not_taken() {
    insta::assert_snapshot!(refused(200, &[], r#"{"access_token":"a\r\nX: y"}"#).await, @"the answer of HOST/identity_/connect/token (200) cannot be used: its `access_token` is empty or holds characters that no header can");
    insta::assert_snapshot!(refused(200, &[], "[]").await, @"the answer of HOST/identity_/connect/token (200) cannot be used: it is no JSON object with an `access_token`");
}

#[tokio::test]
async fn a_persons_requests_name_the_application_and_no_secret_of_it() {
    let body = r#"{"access_token":"abc","refresh_token":"r2"}"#;
    let (endpoint, seen) = server(200, &[], body).await;
    exchanged(&endpoint).await.unwrap();
    insta::assert_snapshot!(seen.lock().unwrap(), @"
    POST /identity_/connect/token
    application/x-www-form-urlencoded -> application/json
    grant_type=authorization_code&code=c%2B1&code_verifier=vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv&client_id=app&redirect_uri=http%3A%2F%2Flocalhost%3A8085
    ");
    let next = refreshed(&endpoint).await.unwrap();
    insta::assert_snapshot!(seen.lock().unwrap(), @"
    POST /identity_/connect/token
    application/x-www-form-urlencoded -> application/json
    grant_type=refresh_token&refresh_token=r%261&client_id=app
    ");
    assert_eq!((next.token.secret().expose(), next.refresh.unwrap().expose()), ("abc", "r2"));
}

#[tokio::test]
async fn a_persons_tokens_may_come_without_type_or_life_and_under_another_content_type() {
    for (body, known, scope) in [
        (r#"{"access_token":"abc"}"#, false, None),
        (r#"{"access_token":"abc","token_type":7,"expires_in":"3600","scope":null,"refresh_token":null}"#, true, None),
        (r#"{"access_token":"abc","token_type":"Bearer","expires_in":59.5,"scope":"A  B"}"#, true, Some("A  B")),
        (r#"{"access_token":"abc","expires_in":-1,"scope":"","refresh_token":""}"#, false, None),
    ] {
        let (endpoint, _) = server(200, &[("content-type", "text/plain")], body).await;
        for tokens in [exchanged(&endpoint).await.unwrap(), refreshed(&endpoint).await.unwrap()] {
            assert_eq!((tokens.token.expires_at().is_some(), tokens.token.scope()), (known, scope), "{body}");
            assert!(tokens.refresh.is_none(), "{body}");
        }
    }
}

#[tokio::test]
async fn whatever_a_person_is_answered_is_said_as_it_is_to_an_application() {
    let answers: [(u16, Headers, &str); 10] = [
        (400, &[], r#"{"error":"invalid_grant"}"#),
        (401, &[], ""),
        (403, &[("content-type", "text/html")], "<html><title>Proxy</title>"),
        (404, &[], "{}"),
        (302, &[("location", "https://login.acme.local/?state=x")], ""),
        (429, &[("retry-after", "7")], ""),
        (503, &[], r#"{"error":"invalid_grant"}"#),
        (200, &[], "<!DOCTYPE html><title>UiPath</title>"),
        (200, &[], ""),
        (200, &[], r#"{"access_token":"a b"}"#),
    ];
    for (status, headers, body) in answers {
        let application = refused(status, headers, body).await;
        let (endpoint, _) = server(status, headers, body).await;
        for result in [exchanged(&endpoint).await, refreshed(&endpoint).await] {
            assert_eq!(shown(&result.unwrap_err()), application, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn a_persons_refusal_keeps_its_status_and_repeats_no_secret() {
    let (endpoint, _) = server(400, &[], r#"{"error":"invalid_grant","error_description":"c+1 and r&1"}"#).await;
    let words = |error: AuthError| match error {
        AuthError::Refused { refusal, .. } => (refusal.status, refusal.grant, refusal.to_string()),
        other => panic!("{other:?}"),
    };
    let code = words(exchanged(&endpoint).await.unwrap_err());
    assert_eq!(code, (400, Grant::AuthorizationCode, String::from("invalid_grant ([secret] and r&1)")));
    let refresh = words(refreshed(&endpoint).await.unwrap_err());
    assert_eq!(refresh, (400, Grant::Refresh, String::from("invalid_grant (c+1 and [secret])")));
}

#[tokio::test]
async fn without_a_connection_a_person_is_told_so() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/identity_/connect/token", listener.local_addr().unwrap());
    drop(listener);
    let http = crate::http::client(&crate::http::Network { proxies: false, ..Default::default() }).unwrap();
    let error = refreshed(&Endpoint::new(http, url.parse().unwrap())).await.unwrap_err();
    assert!(error.is_passing(), "{error:?}");
    assert_eq!(shown(&error), "cannot connect to HOST/identity_/connect/token");
}
