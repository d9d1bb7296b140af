//! User name and password at a standalone server: `POST /api/Account/Authenticate`.
//!
//! UiPath calls it deprecated and wrong for directory and single-sign-on users; it is there for servers without external applications
//! (before 21.4). The answer holds a token in `result` and says nothing of its life.

use std::time::Duration;

use reqwest::header::ACCEPT;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{AccessToken, AuthError, PasswordCredentials};
use crate::http::{Answer, exchange, retry_after};
use crate::secret::Secret;

/// The life of such a token where nobody has changed the server's settings (ROPC authentication, API guide 2025.10). One that ends
/// earlier is rejected with 401 and renewed then.
const DEFAULT_LIFE: Duration = Duration::from_secs(30 * 60);

/// The place where a standalone server takes user names and passwords.
#[derive(Clone, Debug)]
pub struct PasswordLogin {
    http: reqwest::Client,
    url: Url,
}

#[derive(Deserialize)]
struct Granted {
    result: Option<String>,
}

/// The two shapes of a refusal: Orchestrator's own, and that of the framework below it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    message: Option<String>,
    error: Option<Inner>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner {
    message: Option<String>,
    details: Option<String>,
}

impl PasswordLogin {
    /// The login of the server whose API lies at `api_root`.
    pub fn new(http: reqwest::Client, api_root: &Url) -> Self {
        let mut url = api_root.clone();
        url.set_path(&format!("{}/api/Account/Authenticate", api_root.path().trim_end_matches('/')));
        Self { http, url }
    }

    /// Asks for a token.
    pub async fn token(&self, user: &PasswordCredentials) -> Result<AccessToken, AuthError> {
        let mut body = json!({ "usernameOrEmailAddress": user.username, "password": user.password.expose() });
        if let Some(tenant) = &user.tenant {
            body["tenancyName"] = json!(tenant);
        }
        let request = self.http.post(self.url.clone()).header(ACCEPT, "application/json").json(&body);
        understand(&exchange(&self.http, request).await?, user)
    }
}

fn understand(answer: &Answer, user: &PasswordCredentials) -> Result<AccessToken, AuthError> {
    let endpoint = answer.endpoint.clone();
    let status = answer.status.as_u16();
    match status {
        429 => return Err(AuthError::Limited { endpoint, after: retry_after(&answer.headers) }),
        500..=599 => return Err(AuthError::Server { endpoint, status }),
        404 | 405 => {
            return Err(AuthError::NoPasswordLogin { endpoint, what: format!("it answers {}", answer.status) });
        }
        300..=399 => return Err(AuthError::NoPasswordLogin { endpoint, what: String::from("it sends browsers on") }),
        _ if answer.is_html() => {
            let title = answer.html_title().map(|title| format!(" \"{title}\"")).unwrap_or_default();
            return Err(AuthError::NoPasswordLogin { endpoint, what: format!("it answers with the web page{title}") });
        }
        _ => {}
    }
    if status == 200
        && let Ok(Granted { result: Some(token) }) = serde_json::from_slice(&answer.body)
    {
        let secret = Secret::new(token);
        return if AccessToken::is_sendable(&secret) {
            Ok(AccessToken::new(secret, Some(DEFAULT_LIFE), None))
        } else {
            Err(AuthError::Unreadable { endpoint, status, what: "its `result` holds characters that no header can" })
        };
    }
    let refused: Refused = serde_json::from_slice(&answer.body).unwrap_or_default();
    let inner = refused.error.unwrap_or_default();
    let words = refused.message.or(inner.details).or(inner.message);
    let message = words.map(|words| match user.password.expose() {
        "" => words,
        password => words.replace(password, "[password]"),
    });
    Err(AuthError::PasswordRefused {
        endpoint,
        status,
        message: message.filter(|words| !words.trim().is_empty()),
        username: user.username.clone(),
        tenant: user.tenant.clone(),
    })
}
