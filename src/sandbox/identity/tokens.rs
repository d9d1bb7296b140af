//! The access tokens that are out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::sandbox::moment::Moment;
use crate::sandbox::random::{hex, unguessable};

/// What a token allows.
#[derive(Debug)]
pub(in crate::sandbox) struct Grant {
    pub(in crate::sandbox) scopes: Vec<String>,
    expires: Instant,
}

/// The access tokens that are out.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Tokens(Mutex<HashMap<String, Arc<Grant>>>);

impl Tokens {
    /// Issues a token for `scopes`.
    pub(in crate::sandbox) fn issue(&self, client_id: &str, scopes: Vec<String>, life: Duration) -> String {
        let token = compose(client_id, &scopes, life);
        let now = Instant::now();
        let mut issued = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        issued.retain(|_, grant| grant.expires > now);
        issued.insert(token.clone(), Arc::new(Grant { scopes, expires: now + life }));
        token
    }

    /// Takes a token that a person made on the web pages. Real ones end at a date; here it outlives the sandbox.
    pub(in crate::sandbox) fn register(&self, token: &str, scopes: Vec<String>) {
        let expires = Instant::now() + Duration::from_secs(365 * 24 * 3600);
        let mut issued = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        issued.insert(token.to_owned(), Arc::new(Grant { scopes, expires }));
    }

    /// What `token` allows now.
    pub(in crate::sandbox) fn find(&self, token: &str) -> Option<Arc<Grant>> {
        let issued = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        issued.get(token).filter(|grant| grant.expires > Instant::now()).cloned()
    }

    /// Ends all tokens, as when an administrator revokes them.
    pub(in crate::sandbox) fn revoke_all(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Text in the shape of a JSON web token and of its usual size, about a kilobyte. Nobody but us can read anything from it: the
/// signature is random, and a client has no business looking inside.
fn compose(client_id: &str, scopes: &[String], life: Duration) -> String {
    let now = Moment::now().unix_seconds();
    let encode = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = encode(json!({ "alg": "RS256", "kid": hex(&unguessable()).to_uppercase(), "typ": "at+jwt" }));
    let claims = encode(json!({
        "iss": "https://sandbox.invalid/identity_",
        "nbf": now,
        "iat": now,
        "exp": now.saturating_add_unsigned(life.as_secs()),
        "aud": ["UiPath.Orchestrator", "OrchestratorApiUserAccess"],
        "client_id": client_id,
        "sub_type": "service.external",
        "scope": scopes,
        "jti": hex(&unguessable()).to_uppercase(),
    }));
    // An RSA signature has 256 bytes.
    let signature: Vec<u8> = (0..8).flat_map(|_| unguessable()).collect();
    format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode(signature))
}
