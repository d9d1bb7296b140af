//! Everything but success: Orchestrator's own errors in their three shapes, answers of somebody else, no answer at all.

use std::fmt;

use crate::auth::AuthError;
use crate::http::{Answer, Obstacle, TransportError, Verdict, judge, judge_failure};

use super::wire;

/// A call that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum OrchestratorError {
    /// There is no token to call with.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// There was no whole answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Orchestrator said no (4xx).
    #[error("{0}")]
    Refused(Refusal),
    /// Orchestrator, or a gateway in front of it, says that it could not (408, 5xx).
    #[error("{0}")]
    Unavailable(Refusal),
    /// The answer is a web page or a redirect: something else than Orchestrator answered.
    #[error("{0}")]
    NotOrchestrator(Page),
    /// The queue could not be looked up, so there is no number to ask for its items by.
    #[error("the queue could not be looked up, so its items cannot be read")]
    UnknownQueue,
    /// The status says success, the body makes no sense.
    #[error("the answer of {endpoint} cannot be read")]
    Unreadable {
        /// Where it came from.
        endpoint: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// What Orchestrator said when it refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where it came from.
    pub endpoint: String,
    /// The HTTP status.
    pub status: u16,
    /// Orchestrator's `errorCode`; 0 and absence say nothing.
    pub code: Option<i64>,
    /// Its message.
    pub message: String,
    /// What UiPath's support asks for.
    pub trace_id: Option<String>,
    /// Why it was not carried out, where that has a reason of its own (401, 429).
    pub obstacle: Option<Obstacle>,
}

/// A page where JSON was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it came from.
    pub endpoint: String,
    /// The HTTP status.
    pub status: u16,
    /// Its title, or where a redirect points.
    pub title: Option<String>,
}

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The rows that were sent: others may fare better.
    Rows,
    /// Address, folder, queue or permission: every request will fare the same.
    Everything,
}

/// `errorCode` of Orchestrator: the queue, or another thing named in the call, does not exist in the folder.
const ITEM_NOT_FOUND: i64 = 1002;
/// `errorCode`: the folder does not exist, or is not ours to see.
const INVALID_FOLDER: i64 = 1100;
/// `errorCode`: no folder was named.
const FOLDER_REQUIRED: i64 = 1101;
/// `errorCode`: an item with this reference is in the queue.
const DUPLICATE_REFERENCE: i64 = 1016;

impl OrchestratorError {
    /// Reads an answer that is no success.
    pub(super) fn from_answer(answer: &Answer) -> Self {
        let status = answer.status.as_u16();
        let verdict = judge(answer);
        let redirect = answer.status.is_redirection();
        if answer.is_html() && status != 401 && status != 429 || redirect {
            let target = answer.headers.get("location").and_then(|value| value.to_str().ok());
            let title =
                if redirect { target.map(|target| format!("redirect to {target}")) } else { answer.html_title() };
            return Self::NotOrchestrator(Page { endpoint: answer.endpoint.clone(), status, title });
        }
        let (code, message, trace_id) = wire::error_body(&answer.body);
        let message = message
            .unwrap_or_else(|| answer.status.canonical_reason().unwrap_or("no reason given").to_ascii_lowercase());
        let obstacle = match &verdict {
            Verdict::NotExecuted(obstacle) => Some(obstacle.clone()),
            _ => None,
        };
        let refusal = Refusal { endpoint: answer.endpoint.clone(), status, code, message, trace_id, obstacle };
        match verdict {
            Verdict::Unknown | Verdict::Answered => Self::Unavailable(refusal),
            Verdict::Refused | Verdict::NotExecuted(_) => Self::Refused(refusal),
        }
    }

    /// Whether the write that met this error was carried out.
    pub fn verdict(&self) -> Verdict {
        match self {
            // Without a token the request never left.
            Self::Auth(_) => Verdict::NotExecuted(Obstacle::Token),
            Self::Transport(error) => judge_failure(error),
            Self::Refused(refusal) => match &refusal.obstacle {
                Some(obstacle) => Verdict::NotExecuted(obstacle.clone()),
                None => Verdict::Refused,
            },
            Self::UnknownQueue => Verdict::Refused,
            Self::Unavailable(_) | Self::NotOrchestrator(_) | Self::Unreadable { .. } => Verdict::Unknown,
        }
    }

    /// The refusal, where Orchestrator refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal {
    /// What the refusal is about.
    pub fn concern(&self) -> Concern {
        match (self.status, self.code) {
            (_, Some(ITEM_NOT_FOUND | INVALID_FOLDER | FOLDER_REQUIRED)) => Concern::Everything,
            (400 | 409 | 413 | 422, _) => Concern::Rows,
            _ => Concern::Everything,
        }
    }

    /// Tells whether the request has more bytes than the server takes.
    pub fn is_too_large(&self) -> bool {
        self.status == 413
    }

    /// Tells whether the queue is not in the folder.
    pub fn is_unknown_queue(&self) -> bool {
        self.code == Some(ITEM_NOT_FOUND)
    }

    /// Tells whether the folder is missing from the call, unknown, or not ours to see.
    pub fn is_folder(&self) -> bool {
        matches!(self.code, Some(INVALID_FOLDER | FOLDER_REQUIRED))
    }

    /// Tells whether no folder was named.
    pub fn is_folder_missing(&self) -> bool {
        self.code == Some(FOLDER_REQUIRED)
    }

    /// Tells whether an item with the same reference is in the queue.
    pub fn is_duplicate_reference(&self) -> bool {
        self.code == Some(DUPLICATE_REFERENCE)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.trim_end_matches('.');
        write!(f, "{} answered HTTP {}: {message}", self.endpoint, self.status)?;
        match (self.code.filter(|&code| code != 0), &self.trace_id) {
            (Some(code), Some(trace)) => write!(f, " (errorCode {code}, trace {trace})"),
            (Some(code), None) => write!(f, " (errorCode {code})"),
            (None, Some(trace)) => write!(f, " (trace {trace})"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered HTTP {} with a web page instead of JSON", self.endpoint, self.status)?;
        self.title.as_ref().map_or(Ok(()), |title| write!(f, ": {title}"))
    }
}
