//! `POST /api/Account/Authenticate`: user name and password, as older standalone servers take them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Tokens;
use super::endpoint::Application;
use super::people::{People, USERNAME};
use crate::sandbox::reply::Reply;

/// Answers a login. The names of the members count in any case of letters, as in the published definition's examples.
pub(in crate::sandbox) fn authenticate(
    application: &Application,
    people: &People,
    tokens: &Tokens,
    tenant: &str,
    body: &[u8],
) -> Reply {
    let Ok(members) = serde_json::from_slice::<Map<String, Value>>(body) else {
        return Reply::invalid_request("loginModel must not be null");
    };
    let member = |wanted: &str| {
        members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).and_then(|(_, value)| value.as_str())
    };
    let tenant_fits = member("tenancyName").is_none_or(|named| named.eq_ignore_ascii_case(tenant));
    let known = member("usernameOrEmailAddress").is_some_and(|name| name.eq_ignore_ascii_case(USERNAME))
        && member("password") == Some(people.password.as_str());
    if !known || !tenant_fits {
        // Assumption: the status. 400 and 401 were both seen.
        return Reply::error(StatusCode::UNAUTHORIZED, 1000, "Invalid username/email address or password.");
    }
    let token = tokens.issue(USERNAME, application.scopes.clone(), application.token_life);
    let body = json!({
        "result": token,
        "targetUrl": null,
        "success": true,
        "error": null,
        "unAuthorizedRequest": false,
        "__abp": true,
    });
    Reply::json(StatusCode::OK, &body)
}
