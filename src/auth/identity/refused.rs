//! The answers without tokens: refusals, wrong addresses, servers that cannot now.

use reqwest::header::LOCATION;
use serde::Deserialize;

use crate::auth::{AuthError, Grant, OAuthError, PublicClient, Refusal};
use crate::http::{Answer, retry_after};

/// Who asked for what, and what must not be repeated in a message.
pub(super) struct Asked<'a> {
    pub(super) grant: Grant,
    pub(super) client_id: &'a str,
    pub(super) scope: Option<&'a str>,
    pub(super) secrets: Vec<&'a str>,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    error_description: Option<String>,
}

impl<'a> Asked<'a> {
    pub(super) fn by(client: &'a PublicClient, grant: Grant, secrets: Vec<&'a str>) -> Self {
        Self { grant, client_id: &client.id, scope: client.scope.as_deref(), secrets }
    }
}

/// Lets an answer pass that should hold tokens; any other is an error.
pub(super) fn judge(answer: &Answer, asked: &Asked<'_>) -> Result<(), AuthError> {
    let endpoint = || answer.endpoint.clone();
    let status = answer.status.as_u16();
    let wrong_address = |what: String| AuthError::WrongAddress { endpoint: endpoint(), what };
    match status {
        200 if answer.is_html() => Err(wrong_address(page(answer))),
        200 => Ok(()),
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
