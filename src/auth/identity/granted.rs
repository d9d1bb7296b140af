//! The answer with tokens in it.

use std::time::Duration;

use oauth2::basic::BasicTokenType;
use oauth2::helpers::deserialize_space_delimited_vec;
use oauth2::{RefreshToken, Scope, TokenResponse};
use serde::{Deserialize, Deserializer, Serialize};

use crate::auth::{AccessToken, AuthError};
use crate::secret::Secret;

/// A person's tokens.
#[derive(Clone, Debug)]
pub struct PersonTokens {
    /// The access token.
    pub token: AccessToken,
    /// What gets the next one; good for one use.
    pub refresh: Option<Secret>,
}

/// What a token endpoint gives, as servers really write it. The `oauth2` crate's own type insists on a `token_type`, which we send as
/// bearer whatever it is called, and on an `expires_in` without quotes.
///
/// Its texts are those of the crate, with a redacted `Debug`, for as long as it takes to read the answer. Nothing is ever written:
/// that it could be is the wish of the crate's trait, and the secrets are left out of it.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Granted {
    #[serde(skip_serializing)]
    access_token: oauth2::AccessToken,
    #[serde(skip, default = "bearer")]
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "life")]
    expires_in: Option<Duration>,
    #[serde(default, rename = "scope", deserialize_with = "deserialize_space_delimited_vec")]
    scopes: Option<Vec<Scope>>,
    #[serde(default, skip_serializing)]
    refresh_token: Option<RefreshToken>,
}

impl Granted {
    /// Takes the tokens out, into types that are zeroised.
    pub(super) fn tokens(self, endpoint: String) -> Result<PersonTokens, AuthError> {
        let secret = Secret::new(self.access_token.into_secret());
        if !AccessToken::is_sendable(&secret) {
            let what = "its `access_token` is empty or holds characters that no header can";
            return Err(AuthError::Unreadable { endpoint, status: 200, what });
        }
        let scope = self.scopes.map(|scopes| scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "));
        let refresh = self.refresh_token.map(|token| Secret::new(token.into_secret()));
        let token = AccessToken::new(secret, self.expires_in, scope.filter(|scope| !scope.is_empty()));
        Ok(PersonTokens { token, refresh: refresh.filter(|token| !token.is_empty()) })
    }
}

/// An answer with status 200 that holds no tokens.
pub(super) fn unreadable(endpoint: String) -> AuthError {
    AuthError::Unreadable { endpoint, status: 200, what: "it is no JSON object with an `access_token`" }
}

impl TokenResponse for Granted {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &oauth2::AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scopes.as_ref()
    }
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

/// Some identity servers put the number into quotes; nonsense is a life that nobody knows.
fn life<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seconds {
        Number(f64),
        Text(String),
    }
    let seconds = match Option::deserialize(deserializer)? {
        Some(Seconds::Number(seconds)) => Some(seconds),
        Some(Seconds::Text(text)) => text.trim().parse().ok(),
        None => None,
    };
    Ok(seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}

#[cfg(test)]
mod tests {
    use super::Granted;

    #[test]
    fn neither_debug_nor_json_shows_a_token() {
        let granted: Granted =
            serde_json::from_str(r#"{"access_token":"marker-a","refresh_token":"marker-r","expires_in":"60"}"#)
                .unwrap();
        for shown in [format!("{granted:?}"), serde_json::to_string(&granted).unwrap()] {
            assert!(!shown.contains("marker"), "{shown}");
        }
    }
}
