//! `…/.well-known/openid-configuration`: where the identity server's own addresses are.

use axum::http::StatusCode;
use serde_json::json;

use crate::sandbox::reply::Reply;

/// Describes the identity server whose base is `base`.
pub(in crate::sandbox) fn discovery(base: &str) -> Reply {
    let body = json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/connect/authorize"),
        "token_endpoint": format!("{base}/connect/token"),
        "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
    });
    Reply::json(StatusCode::OK, &body)
}
