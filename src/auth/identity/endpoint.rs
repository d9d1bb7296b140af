//! The token requests of the identity server.
//!
//! Form POSTs, as RFC 6749 and UiPath's own documentation have them: an application's with `grant_type`, `client_id`,
//! `client_secret` and `scope` (separated by spaces), a person's as the `oauth2` crate makes them. A JSON body, or another path, is
//! answered by the identity server's home page with status 200.

use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AuthType, AuthorizationCode, ClientId, EndpointNotSet, EndpointSet, PkceCodeVerifier, RedirectUrl, RefreshToken,
    StandardRevocableToken, TokenUrl,
};
use reqwest::header::ACCEPT;
use url::Url;

use super::PersonTokens;
use super::courier::Courier;
use super::granted::{Granted, unreadable};
use super::refused::{Asked, judge};
use crate::auth::{AccessToken, AuthError, ClientCredentials, Grant, PublicClient};
use crate::http::exchange;
use crate::secret::Secret;

/// The crate's client with our reading of the answer, and nothing but a token endpoint.
type Client = oauth2::Client<
    BasicErrorResponse,
    Granted,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Where tokens are asked for.
#[derive(Clone, Debug)]
pub struct Endpoint {
    http: reqwest::Client,
    url: Url,
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
            secrets: vec![client.secret.expose()],
        };
        let request = self.http.post(self.url.clone()).header(ACCEPT, "application/json").form(&form);
        let answer = exchange(&self.http, request).await?;
        judge(&answer, &asked)?;
        match serde_json::from_slice::<Granted>(&answer.body) {
            Ok(granted) => Ok(granted.tokens(answer.endpoint)?.token),
            Err(_) => Err(unreadable(answer.endpoint)),
        }
    }

    /// Turns what the browser brought back into a person's tokens.
    pub async fn authorization_code(
        &self,
        client: &PublicClient,
        code: &Secret,
        redirect: &RedirectUrl,
        verifier: &Secret,
    ) -> Result<PersonTokens, AuthError> {
        let asked = Asked::by(client, Grant::AuthorizationCode, vec![code.expose(), verifier.expose()]);
        let courier = Courier::new(&self.http, asked);
        let client = self.of(client).set_redirect_uri(redirect.clone());
        let request = client
            .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()));
        let brought = request.request_async(&courier).await;
        courier.tokens(brought)
    }

    /// Gets a person's next tokens. The refresh token is used up by it.
    pub async fn refresh(&self, client: &PublicClient, refresh: &Secret) -> Result<PersonTokens, AuthError> {
        let courier = Courier::new(&self.http, Asked::by(client, Grant::Refresh, vec![refresh.expose()]));
        let refresh = RefreshToken::new(refresh.expose().to_owned());
        let client = self.of(client);
        let brought = client.exchange_refresh_token(&refresh).request_async(&courier).await;
        courier.tokens(brought)
    }

    /// The crate's client for a public application: it has no secret, so that its id is all it says of itself.
    fn of(&self, client: &PublicClient) -> Client {
        oauth2::Client::new(ClientId::new(client.id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(TokenUrl::from_url(self.url.clone()))
    }
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
