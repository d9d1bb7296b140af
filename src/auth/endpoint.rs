//! The token request of the identity server, and what its answers mean.
//!
//! A form POST with `grant_type`, `client_id`, `client_secret` and `scope` (separated by spaces), as RFC 6749 and UiPath's own
//! documentation have it. A JSON body, or another path, is answered by the identity server's home page with status 200.

use std::time::Duration;

use reqwest::header::{ACCEPT, LOCATION};
use serde::Deserialize;
use url::Url;

use super::{AccessToken, AuthError, ClientCredentials, Grant, OAuthError, PublicClient, Refusal};
use crate::http::{Answer, exchange, retry_after};
use crate::secret::Secret;

/// Where tokens are asked for.
#[derive(Clone, Debug)]
pub struct Endpoint {
    http: reqwest::Client,
    url: Url,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<Seconds>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    refresh_token: Option<String>,
}

/// A person's tokens.
#[derive(Clone, Debug)]
pub struct PersonTokens {
    /// The access token.
    pub token: AccessToken,
    /// What gets the next one; good for one use.
    pub refresh: Option<Secret>,
}

/// Who asked for what, and what must not be repeated in a message.
struct Asked<'a> {
    grant: Grant,
    client_id: &'a str,
    scope: Option<&'a str>,
    secrets: &'a [&'a str],
}

/// Some identity servers put the number into quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(f64),
    Text(String),
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    error_description: Option<String>,
}

impl Endpoint {
    /// The token endpoint at `url`.
    pub fn new(http: reqwest::Client, url: Url) -> Self {
        Self { http, url }
    }

    /// Asks for a token for an application.
    pub async fn client_credentials(&self, client: &ClientCredentials) -> Result<AccessToken, AuthError> {
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", &client.id),
            ("client_secret", client.secret.expose()),
        ];
        form.extend(client.scope.as_deref().map(|scope| ("scope", scope)));
        let asked = Asked {
            grant: Grant::ClientCredentials,
            client_id: &client.id,
            scope: client.scope.as_deref(),
            secrets: &[client.secret.expose()],
        };
        Ok(self.ask(&form, &asked).await?.token)
    }

    /// Turns what the browser brought back into a person's tokens.
    pub async fn authorization_code(
        &self,
        client: &PublicClient,
        code: &Secret,
        redirect_uri: &str,
        verifier: &Secret,
    ) -> Result<PersonTokens, AuthError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &client.id),
            ("code", code.expose()),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier.expose()),
        ];
        let secrets = [code.expose(), verifier.expose()];
        self.ask(&form, &Asked::by(client, Grant::AuthorizationCode, &secrets)).await
    }

    /// Gets a person's next tokens. The refresh token is used up by it.
    pub async fn refresh(&self, client: &PublicClient, refresh: &Secret) -> Result<PersonTokens, AuthError> {
        let form = [("grant_type", "refresh_token"), ("client_id", &client.id), ("refresh_token", refresh.expose())];
        self.ask(&form, &Asked::by(client, Grant::Refresh, &[refresh.expose()])).await
    }

    async fn ask(&self, form: &[(&str, &str)], asked: &Asked<'_>) -> Result<PersonTokens, AuthError> {
        let request = self.http.post(self.url.clone()).header(ACCEPT, "application/json").form(form);
        understand(&exchange(&self.http, request).await?, asked)
    }
}

impl<'a> Asked<'a> {
    fn by(client: &'a PublicClient, grant: Grant, secrets: &'a [&'a str]) -> Self {
        Self { grant, client_id: &client.id, scope: client.scope.as_deref(), secrets }
    }
}

fn understand(answer: &Answer, asked: &Asked<'_>) -> Result<PersonTokens, AuthError> {
    let endpoint = || answer.endpoint.clone();
    let status = answer.status.as_u16();
    let wrong_address = |what: String| AuthError::WrongAddress { endpoint: endpoint(), what };
    match status {
        200 if answer.is_html() => Err(wrong_address(page(answer))),
        200 => granted(answer),
        300..=399 => Err(wrong_address(match answer.headers.get(LOCATION).and_then(|to| to.to_str().ok()) {
            Some(to) => format!("it sends browsers on to {}", to.split(['?', '#']).next().unwrap_or_default()),
            None => format!("it answers {}", answer.status),
        })),
        429 => Err(AuthError::Limited { endpoint: endpoint(), after: retry_after(&answer.headers) }),
        500..=599 => Err(AuthError::Server { endpoint: endpoint(), status }),
        _ => match serde_json::from_slice::<Refused>(&answer.body) {
            Ok(refused) => Err(refusal(answer, asked, OAuthError::new(&refused.error), refused.error_description)),
            Err(_) if answer.is_html() => Err(wrong_address(page(answer))),
            Err(_) if status == 404 || status == 405 => Err(wrong_address(format!("it answers {}", answer.status))),
            // Some gateways answer a wrong secret with a bare 400 or 401.
            Err(_) => Err(refusal(answer, asked, OAuthError::Other(answer.status.to_string()), None)),
        },
    }
}

fn granted(answer: &Answer) -> Result<PersonTokens, AuthError> {
    let unreadable = |what| AuthError::Unreadable { endpoint: answer.endpoint.clone(), status: 200, what };
    let granted: Granted =
        serde_json::from_slice(&answer.body).map_err(|_| unreadable("it is no JSON object with an `access_token`"))?;
    let secret = Secret::new(granted.access_token);
    if !AccessToken::is_sendable(&secret) {
        return Err(unreadable("its `access_token` is empty or holds characters that no header can"));
    }
    let seconds = match granted.expires_in {
        Some(Seconds::Number(seconds)) => Some(seconds),
        Some(Seconds::Text(text)) => text.trim().parse().ok(),
        None => None,
    };
    let life = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let scope = granted.scope.filter(|scope| !scope.is_empty());
    let refresh = granted.refresh_token.filter(|token| !token.is_empty()).map(Secret::new);
    Ok(PersonTokens { token: AccessToken::new(secret, life, scope), refresh })
}

fn refusal(answer: &Answer, asked: &Asked<'_>, error: OAuthError, description: Option<String>) -> AuthError {
    // The secrets were in the request; a server that repeats one must not make us print it.
    let hide = |words: String, secret: &&str| if secret.is_empty() { words } else { words.replace(secret, "[secret]") };
    let description = description.map(|words| asked.secrets.iter().fold(words, hide));
    let refusal = Refusal {
        grant: asked.grant,
        status: answer.status.as_u16(),
        error,
        description: description.filter(|words| !words.trim().is_empty()),
        client_id: asked.client_id.to_owned(),
        scope: asked.scope.map(str::to_owned),
    };
    AuthError::Refused { endpoint: answer.endpoint.clone(), refusal: Box::new(refusal) }
}

fn page(answer: &Answer) -> String {
    match answer.html_title() {
        Some(title) => format!("it answers with the web page \"{title}\""),
        None => String::from("it answers with a web page"),
    }
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
