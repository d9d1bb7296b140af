//! One request from its arrival to its answer, with what goes wrong in between.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};

use super::address::{Call, Place, locate};
use super::calls::carry_out;
use super::faults::{Answer, Effect, Fault, Form, RetryAfter, Target};
use super::listener::Wire;
use super::log::LoggedRequest;
use super::moment::Moment;
use super::orchestrator::Orchestrator;
use super::page;
use super::reply::Reply;

/// Bytes of a request body: the default of IIS (`maxAllowedContentLength`), in front of every server on premises.
///
/// Assumption: the cloud, which publishes no limit, has the same.
const MAX_BODY: usize = 30_000_000;
/// A body that is too large is still read up to here, so that its sender is there to hear the answer.
const MAX_READ: usize = 2 * MAX_BODY;

/// The header that every answer of the API has.
const SUPPORTED_VERSIONS: HeaderName = HeaderName::from_static("api-supported-versions");

/// A request that has arrived in full.
struct Arrived {
    place: Place,
    parts: Parts,
    body: Vec<u8>,
}

/// Answers a request.
pub(super) async fn answer(
    State(orchestrator): State<Arc<Orchestrator>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let place = locate(&parts.method, parts.uri.path(), &orchestrator.options);
    match place {
        Place::Overview => return respond(page::overview(&parts.headers)),
        Place::OverviewState => return respond(page::state(&orchestrator, &parts.headers)),
        _ => {}
    }
    let fault = target(&place, &parts).and_then(|target| orchestrator.faults.draw(target)).cloned();
    let note = Note::new(&orchestrator, &parts, fault.as_ref());
    let body = match axum::body::to_bytes(body, MAX_READ).await {
        Ok(body) if body.len() <= MAX_BODY => body.into(),
        _ => return note.sent(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE)),
    };
    let arrived = Arrived { place, parts, body };
    let Some(fault) = fault else {
        let reply = execute(&orchestrator, arrived).await;
        return note.sent(reply);
    };
    let (answer, reply) = match fault.effect().clone() {
        Effect::Instead(answer) => (answer, None),
        Effect::After(answer) => (answer, Some(execute(&orchestrator, arrived).await)),
        Effect::Late(after, answer) => {
            let (later, guard) = (Arc::clone(&orchestrator), orchestrator.apart.enter());
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                execute(&later, arrived).await;
                drop(guard);
            });
            (answer, None)
        }
        Effect::TokenExpiry => {
            orchestrator.tokens.revoke_all();
            let reply = execute(&orchestrator, arrived).await;
            return note.sent(reply);
        }
    };
    spoil(&orchestrator, &wire, note, answer, reply).await
}

/// Executes a request. Once it has arrived in full it is executed whatever becomes of its sender, as on a real server; without
/// latency there is no point in between at which it could be abandoned.
async fn execute(orchestrator: &Arc<Orchestrator>, arrived: Arrived) -> Reply {
    let Some(latency) = orchestrator.latency() else { return execute_now(orchestrator, &arrived) };
    let (orchestrator, guard) = (Arc::clone(orchestrator), orchestrator.apart.enter());
    let executed = tokio::spawn(async move {
        tokio::time::sleep(latency).await;
        let reply = execute_now(&orchestrator, &arrived);
        drop(guard);
        reply
    });
    executed.await.unwrap_or_else(|_| Reply::error(StatusCode::INTERNAL_SERVER_ERROR, 0, "An error has occurred."))
}

fn execute_now(orchestrator: &Orchestrator, arrived: &Arrived) -> Reply {
    let Arrived { place, parts, body } = arrived;
    match place {
        Place::Call(call, layout) => carry_out(orchestrator, *call, *layout, parts, body),
        // Seen by users: a wrong organization leads to the login page, and whoever follows gets HTML with 200.
        Place::Login => Reply::empty(StatusCode::FOUND)
            .with(header::LOCATION, HeaderValue::from_static("/portal_/login?returnUrl=%2F")),
        Place::WebApplication => Reply::html(StatusCode::OK, "UiPath", "<p>Sign in to continue</p>"),
        // The page was answered before it came here.
        Place::Nothing | Place::Overview | Place::OverviewState => Reply::empty(StatusCode::NOT_FOUND),
        Place::WrongMethod => Reply::empty(StatusCode::METHOD_NOT_ALLOWED),
    }
}

/// Answers as the fault wants it. `reply` is the right answer, where the request was executed.
async fn spoil(
    orchestrator: &Orchestrator,
    wire: &Wire,
    note: Note<'_>,
    answer: Answer,
    reply: Option<Reply>,
) -> Response<Body> {
    let mut right = reply.unwrap_or_else(|| Reply::empty(StatusCode::NO_CONTENT));
    match answer {
        Answer::Cut => note.unanswered(wire),
        Answer::Hang => {
            let response = note.unanswered_later();
            orchestrator.closed().await;
            wire.cut();
            response
        }
        Answer::Status { status, form, retry_after } => note.sent(failure(status, form, retry_after)),
        Answer::Slow(duration) => {
            tokio::select! {
                () = tokio::time::sleep(duration) => {}
                () = orchestrator.closed() => {}
            }
            note.sent(right)
        }
        Answer::Truncated => {
            wire.cut_in_body(right.body.len() / 2);
            note.sent(right)
        }
        Answer::CutJson => {
            let mut middle = right.body.len() / 2;
            while !right.body.is_char_boundary(middle) {
                middle -= 1; // ends at 0, which is a boundary
            }
            right.body.truncate(middle);
            note.sent(right)
        }
        Answer::NullOrdinal => {
            right.body = without_ordinals(&right.body);
            note.sent(right)
        }
    }
}

fn failure(status: StatusCode, form: Form, retry_after: Option<RetryAfter>) -> Reply {
    let reason = status.canonical_reason().unwrap_or("Error");
    let reply = match form {
        Form::Json => Reply::error(status, 0, reason),
        Form::Html => Reply::html(status, &format!("{} {reason}", status.as_u16()), &format!("<h1>{reason}</h1>")),
        Form::Empty => Reply::empty(status),
    };
    let value = match retry_after {
        None => return reply,
        Some(RetryAfter::Seconds(seconds)) => seconds.to_string(),
        Some(RetryAfter::Date(seconds)) => Moment::now().http_date_after(seconds),
    };
    match HeaderValue::from_str(&value) {
        Ok(value) => reply.with(header::RETRY_AFTER, value),
        Err(_) => reply, // digits and the letters of a date are always a valid value
    }
}

/// A bulk answer whose failed items are not to be found.
fn without_ordinals(body: &str) -> String {
    let Ok(mut answer) = serde_json::from_str::<serde_json::Value>(body) else { return body.to_owned() };
    for failed in answer["FailedItems"].as_array_mut().into_iter().flatten() {
        failed["Ordinal"] = serde_json::Value::Null;
    }
    answer.to_string()
}

fn respond(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    response.headers_mut().extend(reply.headers);
    response
}

/// Which faults may hit a request. The page and wrong addresses are none of their business.
fn target(place: &Place, parts: &Parts) -> Option<Target> {
    let Place::Call(call, _) = place else { return None };
    Some(match call {
        Call::Token => Target::Tokens,
        call if call.adds_items() => Target::Writes,
        _ if parts.method == axum::http::Method::GET => Target::Reads,
        _ => Target::All,
    })
}

/// What the log will say of a request.
struct Note<'a> {
    orchestrator: &'a Orchestrator,
    request: LoggedRequest,
}

impl<'a> Note<'a> {
    fn new(orchestrator: &'a Orchestrator, parts: &Parts, fault: Option<&Fault>) -> Self {
        let request = LoggedRequest {
            at: jiff::Timestamp::now(),
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            status: None,
            fault: fault.map(ToString::to_string),
        };
        Self { orchestrator, request }
    }

    fn sent(mut self, reply: Reply) -> Response<Body> {
        self.request.status = Some(reply.status.as_u16());
        self.orchestrator.log.add(self.request);
        let mut response = respond(reply);
        response.headers_mut().insert(SUPPORTED_VERSIONS, HeaderValue::from_static("20.0"));
        response
    }

    fn unanswered(self, wire: &Wire) -> Response<Body> {
        wire.cut();
        self.unanswered_later()
    }

    /// A response that will not leave, because its connection is cut before it could.
    fn unanswered_later(self) -> Response<Body> {
        self.orchestrator.log.add(self.request);
        Response::new(Body::empty())
    }
}
