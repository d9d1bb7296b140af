//! A token and how long it is good for.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::secret::Secret;

/// A token is renewed this long before it ends, so that it does not end on the way. Short-lived ones only a tenth of their life before.
const MARGIN: Duration = Duration::from_secs(60);

/// A bearer token.
#[derive(Clone, Debug)]
pub struct AccessToken {
    secret: Secret,
    scope: Option<String>,
    end: Option<End>,
    /// Which one in the order of issue: tells a worker's rejected token from the one that has replaced it meanwhile.
    pub(super) generation: u64,
}

/// The end of a token, on the clock that cannot be set and on the one that people read.
#[derive(Clone, Copy, Debug)]
struct End {
    renew_at: Instant,
    shown: Timestamp,
    life: Duration,
}

impl AccessToken {
    /// Takes a token that is good for `life` from now; without it, until it is rejected.
    pub fn new(secret: Secret, life: Option<Duration>, scope: Option<String>) -> Self {
        let end = life.and_then(|life| End::after(life, life));
        Self { secret, scope, end, generation: 0 }
    }

    /// Takes a token that was good for `life` when it was new, of which `left` is left.
    pub fn partly_used(secret: Secret, left: Duration, life: Duration, scope: Option<String>) -> Self {
        Self { secret, scope, end: End::after(left, life), generation: 0 }
    }

    /// Tells whether a header can hold the token; what was pasted with a line break or a blank cannot be sent.
    pub fn is_sendable(secret: &Secret) -> bool {
        !secret.is_empty() && secret.expose().bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// The token itself.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The scopes it was granted, where the server said so.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The scopes that the token itself claims, where it is a JSON web token. Nobody has checked them: fit to be shown, not to be
    /// relied on.
    pub fn claimed_scopes(&self) -> Option<String> {
        let payload = self.secret.expose().split('.').nth(1)?;
        let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        match claims.get("scope")? {
            serde_json::Value::String(scopes) => Some(scopes.clone()),
            serde_json::Value::Array(scopes) => {
                Some(scopes.iter().filter_map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "))
            }
            _ => None,
        }
    }

    /// When it ends, where the server said so.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.end.map(|end| end.shown)
    }

    /// How long it was good for when it was new, where the server said so.
    pub fn life(&self) -> Option<Duration> {
        self.end.map(|end| end.life)
    }

    /// Tells whether it can still be sent.
    pub fn is_fresh(&self) -> bool {
        self.end.is_none_or(|end| Instant::now() < end.renew_at)
    }
}

impl End {
    /// The end of a token of which `left` of its `life` is left.
    fn after(left: Duration, life: Duration) -> Option<Self> {
        let margin = MARGIN.min(life / 10);
        Some(Self {
            renew_at: Instant::now().checked_add(left.saturating_sub(margin))?,
            shown: Timestamp::now().checked_add(left).ok()?,
            life,
        })
    }
}
