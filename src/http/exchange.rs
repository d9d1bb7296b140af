//! One request for one whole answer.

use std::time::Instant;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Request, RequestBuilder, StatusCode};
use tracing::debug;

use super::transport::TransportError;

/// The answer of a server, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Where it came from: scheme, host and path. Never the query, which may hold row contents.
    pub endpoint: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Tells whether the body is a web page: the sign of a wrong address, a login page or a proxy that speaks for the server.
    pub fn is_html(&self) -> bool {
        let declared = self
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.contains("html"));
        let start = self.body.trim_ascii_start();
        declared
            || start.len() >= 5
                && (start[..5].eq_ignore_ascii_case(b"<html") || start[..5].eq_ignore_ascii_case(b"<!doc"))
    }

    /// The title of a web page, which often says whose page it is.
    pub fn html_title(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let lower = text.to_ascii_lowercase();
        let start = lower.find("<title")?;
        let start = start + lower[start..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        let title = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
        (!title.is_empty()).then_some(title)
    }
}

/// Sends `request` and reads the whole answer, whatever its status.
pub async fn exchange(client: &reqwest::Client, request: RequestBuilder) -> Result<Answer, TransportError> {
    let request = request.build().map_err(|error| TransportError::new(String::from("the request"), error))?;
    let endpoint = describe(request.url());
    let (method, started) = (request.method().clone(), Instant::now());
    let result = whole(client, request, &endpoint).await;
    let ms = started.elapsed().as_millis();
    // Neither headers nor bodies: they hold tokens, secrets and row contents.
    match &result {
        Ok(answer) => {
            debug!(%method, %endpoint, status = answer.status.as_u16(), bytes = answer.body.len(), ms, "request");
        }
        Err(error) => debug!(%method, %endpoint, reason = ?error.reason(), arrival = ?error.arrival(), ms, "request"),
    }
    result
}

async fn whole(client: &reqwest::Client, request: Request, endpoint: &str) -> Result<Answer, TransportError> {
    let failed = |error| TransportError::new(endpoint.to_owned(), error);
    let response = client.execute(request).await.map_err(failed)?;
    let (status, headers) = (response.status(), response.headers().clone());
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Err(TransportError::kept_by_proxy(endpoint.to_owned()));
    }
    let body = response.bytes().await.map_err(failed)?.into();
    Ok(Answer { endpoint: endpoint.to_owned(), status, headers, body })
}

/// An address fit for messages: no user information and no query.
fn describe(url: &url::Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Fails only for addresses that cannot hold user information, which then have none.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}
