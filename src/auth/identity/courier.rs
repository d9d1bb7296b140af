//! Carries the requests of the `oauth2` crate over our own HTTP client, so that proxies, certificates, time limits and the log are
//! those of every other request, and no redirect is followed.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use oauth2::basic::BasicErrorResponse;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError};

use super::granted::{Granted, PersonTokens, unreadable};
use super::refused::{Asked, judge};
use crate::auth::AuthError;
use crate::http::exchange;

/// What comes of a request that the crate makes.
pub(super) type Brought = Result<Granted, RequestTokenError<AuthError, BasicErrorResponse>>;

/// Takes one request to the server.
pub(super) struct Courier<'a> {
    http: &'a reqwest::Client,
    asked: Asked<'a>,
    /// Where the answer came from, for messages.
    endpoint: OnceLock<String>,
}

impl<'a> Courier<'a> {
    pub(super) fn new(http: &'a reqwest::Client, asked: Asked<'a>) -> Self {
        Self { http, asked, endpoint: OnceLock::new() }
    }

    /// The tokens, or why there are none, in our words. The crate's errors end here: one of them holds the whole answer.
    pub(super) fn tokens(self, brought: Brought) -> Result<PersonTokens, AuthError> {
        match (brought, self.endpoint.into_inner()) {
            (Ok(granted), Some(endpoint)) => granted.tokens(endpoint),
            (Err(RequestTokenError::Request(error)), _) => Err(error),
            // A refusal never gets as far as the crate: what it cannot read is an answer that was let pass.
            (_, Some(endpoint)) => Err(unreadable(endpoint)),
            (_, None) => Err(AuthError::WrongAddress {
                endpoint: String::from("the address of the identity server"),
                what: String::from("no request can be made for it"),
            }),
        }
    }

    /// Whatever gives no tokens is judged here and not by the crate. That forgets the status, which our messages show, and
    /// `Retry-After`; it takes a page, a redirect and a bare 400 alike for an answer it cannot read; and it would ask for a content
    /// type that not every gateway leaves as it was, so it is given no headers.
    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, AuthError> {
        let (head, body) = request.into_parts();
        let request = self.http.request(head.method, head.uri.to_string()).headers(head.headers).body(body);
        let answer = exchange(self.http, request).await?;
        judge(&answer, &self.asked)?;
        let _ = self.endpoint.set(answer.endpoint); // a courier goes once
        Ok(HttpResponse::new(answer.body))
    }
}

impl<'c> AsyncHttpClient<'c> for Courier<'_> {
    type Error = AuthError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, AuthError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.carry(request))
    }
}
