use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};

use super::*;

/// A server that gives one answer to everything, and what it was asked.
async fn asked(
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    scope: Option<&str>,
) -> (Result<AccessToken, AuthError>, String) {
    let seen = Arc::new(Mutex::new(String::new()));
    let note = Arc::clone(&seen);
    let answer = move |method: axum::http::Method, uri: axum::http::Uri, given: HeaderMap, text: String| async move {
        let kind = given.get("content-type").unwrap().to_str().unwrap().to_owned();
        *note.lock().unwrap() = format!("{method} {uri}\n{kind}\n{text}");
        (StatusCode::from_u16(status).unwrap(), axum::response::AppendHeaders(headers.to_vec()), body)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/identity_/connect/token", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    let http = crate::http::client(&crate::http::Network { proxies: false, ..Default::default() }).unwrap();
    let client = ClientCredentials {
        id: String::from("app"),
        secret: Secret::new("p&ss wörd"),
        scope: scope.map(str::to_owned),
    };
    let result = Endpoint::new(http, url.parse().unwrap()).client_credentials(&client).await;
    let seen = seen.lock().unwrap().clone();
    (result, seen)
}

async fn refused(status: u16, headers: &'static [(&'static str, &'static str)], body: &'static str) -> String {
    let error = asked(status, headers, body, None).await.0.unwrap_err().to_string();
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
    application/x-www-form-urlencoded
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
