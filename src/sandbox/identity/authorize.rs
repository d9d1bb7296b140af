//! `…/connect/authorize`: the page on which a person logs in, and the way back from it.
//!
//! Assumption: what is wrong with a request is shown on the identity server's own page, which never leads back. So it was seen for
//! `invalid_scope`, `invalid_request` and 219.

use std::collections::HashMap;

use axum::http::{HeaderValue, Method, StatusCode, header};
use url::{Url, form_urlencoded};

use super::endpoint::Application;
use super::people::{PUBLIC_CLIENT, People};
use crate::sandbox::reply::Reply;

/// A request to log in that makes sense.
struct Wanted {
    redirect_uri: String,
    challenge: String,
    state: Option<String>,
    scopes: Vec<String>,
}

/// Shows the page, and takes what was pressed on it.
pub(in crate::sandbox) fn authorize(
    application: &Application,
    people: &People,
    method: &Method,
    query: &str,
    body: &[u8],
) -> Reply {
    let wanted = match wanted(application, query) {
        Ok(wanted) => wanted,
        Err(code) => {
            let text = format!("<h1>Something went wrong</h1><p id=\"error\">errorCode={code}</p>");
            return Reply::html(StatusCode::BAD_REQUEST, "UiPath Identity", &text);
        }
    };
    if *method == Method::GET {
        let action = form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>();
        // The query goes through the form as one field: nothing of it is markup.
        let form = format!(
            "<h1>Sign in to the sandbox</h1><p>Scopes: {}</p><form method=\"post\">\
             <input type=\"hidden\" name=\"query\" value=\"{action}\">\
             <button id=\"allow\" name=\"answer\" value=\"allow\">Sign in</button>\
             <button id=\"deny\" name=\"answer\" value=\"deny\">Cancel</button></form>",
            wanted.scopes.join(" ")
        );
        return Reply::html(StatusCode::OK, "UiPath Identity", &form);
    }
    let allowed = form_urlencoded::parse(body).any(|(name, value)| name == "answer" && value == "allow");
    back(people, wanted, allowed)
}

fn back(people: &People, wanted: Wanted, allowed: bool) -> Reply {
    let Ok(mut to) = Url::parse(&wanted.redirect_uri) else { return Reply::empty(StatusCode::BAD_REQUEST) };
    if allowed {
        let code = people.invite(&wanted.challenge, &wanted.redirect_uri, wanted.scopes);
        to.query_pairs_mut().append_pair("code", &code);
    } else {
        to.query_pairs_mut().append_pair("error", "access_denied");
    }
    to.query_pairs_mut().extend_pairs(wanted.state.iter().map(|state| ("state", state)));
    match HeaderValue::from_str(to.as_str()) {
        Ok(location) => Reply::empty(StatusCode::FOUND).with(header::LOCATION, location),
        Err(_) => Reply::empty(StatusCode::BAD_REQUEST),
    }
}

fn wanted(application: &Application, query: &str) -> Result<Wanted, &'static str> {
    let fields: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
    match field("client_id") {
        Some(PUBLIC_CLIENT) => {}
        Some(id) if id == application.client_id => return Err("unauthorized_client"),
        _ => return Err("invalid_request"),
    }
    let redirect_uri = field("redirect_uri").filter(|uri| is_registered(uri)).ok_or("invalid_request")?;
    // A client without a secret has to prove with PKCE that the code is its own.
    if field("response_type") != Some("code") || field("code_challenge_method") != Some("S256") {
        return Err("invalid_request");
    }
    let challenge = field("code_challenge").filter(|challenge| challenge.len() == 43).ok_or("invalid_request")?;
    let scopes: Vec<String> = field("scope").unwrap_or_default().split(' ').map(String::from).collect();
    let known = |scope: &String| scope == "offline_access" || application.scopes.contains(scope);
    if !scopes.iter().all(known) {
        return Err("invalid_scope");
    }
    Ok(Wanted {
        redirect_uri: redirect_uri.to_owned(),
        challenge: challenge.to_owned(),
        state: field("state").map(str::to_owned),
        scopes,
    })
}

/// Here every port of this machine is registered, without a path: a rehearsal does not know which port it will get. The real server
/// compares with what was registered, letter by letter.
fn is_registered(uri: &str) -> bool {
    ["http://localhost:", "http://127.0.0.1:"]
        .iter()
        .any(|start| uri.strip_prefix(start).is_some_and(|port| port.parse::<u16>().is_ok()))
}
