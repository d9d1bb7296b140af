//! `POST …/connect/token`, as RFC 6749 and IdentityServer have it.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;
use url::form_urlencoded;

use super::Tokens;
use super::people::{PUBLIC_CLIENT, People};
use crate::sandbox::reply::Reply;

/// The external application that was registered.
#[derive(Debug)]
pub(in crate::sandbox) struct Application {
    pub(in crate::sandbox) client_id: String,
    pub(in crate::sandbox) client_secret: String,
    pub(in crate::sandbox) scopes: Vec<String>,
    pub(in crate::sandbox) token_life: Duration,
}

/// What a token request gets.
struct Granted<'a> {
    client_id: &'a str,
    scopes: Vec<String>,
    refresh: Option<String>,
}

/// Answers a token request.
pub(in crate::sandbox) fn token(
    application: &Application,
    people: &People,
    tokens: &Tokens,
    headers: &HeaderMap,
    body: &[u8],
) -> Reply {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        // Seen by users of the real one: JSON is no form, and what answers then is the login page, with 200.
        return Reply::html(StatusCode::OK, "UiPath Identity", "<p>Sign in to continue</p>");
    }
    let Some(form) = read_form(body) else { return refused("invalid_request") };
    let field = |name: &str| form.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let granted = match field("grant_type") {
        Some("client_credentials") => {
            client_credentials(application, field("client_id"), field("client_secret"), field("scope"))
                .map(|scopes| Granted { client_id: &application.client_id, scopes, refresh: None })
        }
        Some("authorization_code" | "refresh_token") if field("client_id") != Some(PUBLIC_CLIENT) => {
            Err(refused("invalid_client"))
        }
        Some("authorization_code") => {
            let given = (field("code"), field("redirect_uri"), field("code_verifier"));
            let (Some(code), Some(redirect_uri), Some(verifier)) = given else { return refused("invalid_request") };
            for_a_person(people, people.redeem(code, redirect_uri, verifier))
        }
        Some("refresh_token") => {
            for_a_person(people, field("refresh_token").and_then(|token| people.take_refresh(token)))
        }
        _ => Err(refused("unsupported_grant_type")),
    };
    match granted {
        Ok(Granted { client_id, scopes, refresh }) => {
            let scope = scopes.join(" ");
            let mut body = json!({
                "access_token": tokens.issue(client_id, scopes, application.token_life),
                "expires_in": application.token_life.as_secs(),
                "token_type": "Bearer",
                "scope": scope,
            });
            if let Some(refresh) = refresh {
                body["refresh_token"] = json!(refresh);
            }
            not_stored(Reply::json(StatusCode::OK, &body))
        }
        Err(reply) => reply,
    }
}

/// A person's tokens, with the next refresh token where `offline_access` was granted.
fn for_a_person(people: &People, scopes: Option<Vec<String>>) -> Result<Granted<'static>, Reply> {
    let scopes = scopes.ok_or_else(|| refused("invalid_grant"))?;
    let lasting = scopes.iter().any(|scope| scope == "offline_access");
    let refresh = lasting.then(|| people.give_refresh(&scopes));
    Ok(Granted { client_id: PUBLIC_CLIENT, scopes, refresh })
}

/// The scopes that the application gets for its secret.
fn client_credentials(
    application: &Application,
    client_id: Option<&str>,
    client_secret: Option<&str>,
    scope: Option<&str>,
) -> Result<Vec<String>, Reply> {
    let known = client_id.is_some_and(|id| id.eq_ignore_ascii_case(&application.client_id))
        && client_secret == Some(application.client_secret.as_str());
    if !known {
        return Err(refused("invalid_client"));
    }
    // `offline_access` is not among the scopes of an application either: there is no refresh token in this grant.
    let wanted: Vec<&str> = scope.unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()).collect();
    if wanted.is_empty() {
        return Ok(application.scopes.clone());
    }
    if wanted.iter().any(|wanted| !application.scopes.iter().any(|scope| scope == wanted)) {
        return Err(refused("invalid_scope"));
    }
    Ok(wanted.into_iter().map(String::from).collect())
}

/// The fields of a form; nothing where it has none, or one of them twice.
fn read_form(body: &[u8]) -> Option<HashMap<String, String>> {
    let mut form = HashMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        if form.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    (!form.is_empty()).then_some(form)
}

fn refused(error: &str) -> Reply {
    not_stored(Reply::json(StatusCode::BAD_REQUEST, &json!({ "error": error })))
}

/// RFC 6749, 5.1: tokens must not stay in caches.
fn not_stored(reply: Reply) -> Reply {
    reply.with(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache, max-age=0"))
}
