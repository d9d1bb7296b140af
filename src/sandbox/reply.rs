//! Answers, and the forms that errors take: Orchestrator's own body, ProblemDetails, or a web page.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::json;

use super::random;

/// An answer before it is put on the wire.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(header::HeaderName, HeaderValue)>,
    pub(super) body: String,
}

const JSON: HeaderValue =
    HeaderValue::from_static("application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8");
const PLAIN_JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json; charset=utf-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

impl Reply {
    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    /// An entity or a page of entities.
    pub(super) fn odata(status: StatusCode, body: String) -> Self {
        Self { status, headers: vec![(header::CONTENT_TYPE, JSON)], body }
    }

    /// Anything that is not OData: tokens, `/api/` calls.
    pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status, headers: vec![(header::CONTENT_TYPE, PLAIN_JSON)], body }
    }

    pub(super) fn html(status: StatusCode, title: &str, text: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>{text}</body></html>\n"
        );
        Self { status, headers: vec![(header::CONTENT_TYPE, HTML)], body }
    }

    /// Orchestrator's own error body.
    pub(super) fn error(status: StatusCode, code: i32, message: &str) -> Self {
        Self::json(status, &json!({ "message": message, "errorCode": code, "traceId": trace_id() }))
    }

    pub(super) fn invalid_request(message: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, 1000, message)
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::error(StatusCode::NOT_FOUND, 1002, &format!("{what} does not exist."))
    }

    /// The body could not be read into the parameters of the call.
    ///
    /// Assumption: the wording. Older servers had a parameter of this name, which is null when the binder gives up. The reason
    /// behind it is ours: a rehearsal should teach.
    pub(super) fn unreadable(reason: &str) -> Self {
        Self::invalid_request(&format!("queueItemParameters must not be null ({reason})"))
    }

    /// A member that breaks a rule of the published definition.
    pub(super) fn validation(member: &str, message: &str) -> Self {
        Self::problem(StatusCode::BAD_REQUEST, "One or more validation errors occurred.", &json!({ member: [message] }))
    }

    pub(super) fn unsupported_media_type() -> Self {
        Self::problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type", &json!({}))
    }

    fn problem(status: StatusCode, title: &str, errors: &serde_json::Value) -> Self {
        let mut body = json!({
            "type": format!("https://httpstatuses.io/{}", status.as_u16()),
            "title": title,
            "status": status.as_u16(),
            "traceId": trace_id(),
        });
        if errors.as_object().is_some_and(|errors| !errors.is_empty()) {
            body["errors"] = errors.clone();
        }
        let mut reply = Self::json(status, &body);
        reply.headers = vec![(header::CONTENT_TYPE, PROBLEM)];
        reply
    }

    pub(super) fn with(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// An id in the form of the W3C trace context, as support asks for it.
fn trace_id() -> String {
    static ISSUED: AtomicU64 = AtomicU64::new(0);
    let number = ISSUED.fetch_add(1, Ordering::Relaxed);
    let part = |position| random::repeatable(0x7472_6163_6500, number.wrapping_mul(3).wrapping_add(position));
    format!("00-{:016x}{:016x}-{:016x}-00", part(0), part(1), part(2))
}
