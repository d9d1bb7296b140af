//! What there is, as the page's script reads it: of the same size however much the sandbox holds.

use std::sync::PoisonError;

use serde::Serialize;

use crate::sandbox::log::{LoggedRequest, Totals};
use crate::sandbox::orchestrator::Orchestrator;
use crate::sandbox::state::{Item, Queue, Status};

/// Queues shown; a rehearsal has a few.
const QUEUES: usize = 50;
/// Items shown of every queue, the latest first.
const ITEMS: usize = 12;
/// Requests shown, the latest first.
const REQUESTS: usize = 30;
/// Characters shown of an item's content; it may hold 500 KB.
const CONTENT: usize = 4_000;

/// What there is.
#[derive(Debug, Serialize)]
pub(super) struct State {
    version: u8,
    /// When the sandbox began: another moment is another sandbox, at the same address.
    began: String,
    address: String,
    queues: Vec<QueueState>,
    /// Queues that are not shown.
    more_queues: usize,
    requests: Totals,
    latest: Vec<RequestState>,
    /// What goes wrong by wish.
    faults: Vec<String>,
}

#[derive(Debug, Serialize)]
struct QueueState {
    id: i64,
    name: String,
    folder: &'static str,
    unique: bool,
    schema: bool,
    items: usize,
    by_status: Vec<(&'static str, usize)>,
    latest: Vec<ItemState>,
}

#[derive(Debug, Serialize)]
struct ItemState {
    id: i64,
    status: &'static str,
    created: String,
    priority: &'static str,
    reference: Option<String>,
    due: Option<String>,
    content: String,
}

#[derive(Debug, Serialize)]
struct RequestState {
    number: u64,
    at: String,
    method: String,
    path: String,
    query: String,
    status: Option<u16>,
    fault: Option<String>,
}

impl State {
    pub(super) fn of(orchestrator: &Orchestrator) -> Self {
        let store = orchestrator.store.read().unwrap_or_else(PoisonError::into_inner);
        let queues = store.queues();
        let shown = queues.iter().take(QUEUES).map(QueueState::of).collect();
        let more_queues = queues.len().saturating_sub(QUEUES);
        drop(store);
        let (requests, latest) = orchestrator.log.latest(REQUESTS);
        Self {
            version: 1,
            began: orchestrator.began.to_string(),
            address: orchestrator.origin.clone(),
            queues: shown,
            more_queues,
            requests,
            latest: latest.into_iter().map(|(number, request)| RequestState::of(number, request)).collect(),
            faults: orchestrator.options.faults.iter().map(ToString::to_string).collect(),
        }
    }
}

impl QueueState {
    fn of(queue: &Queue) -> Self {
        Self {
            id: queue.id,
            name: queue.name.clone(),
            folder: queue.folder.path,
            unique: queue.unique.is_some(),
            schema: queue.schema.is_some(),
            items: queue.items.len(),
            by_status: by_status(queue),
            latest: queue.items.iter().rev().take(ITEMS).map(ItemState::of).collect(),
        }
    }
}

/// How many items have each status; those that few items ever have are left out where none has it.
fn by_status(queue: &Queue) -> Vec<(&'static str, usize)> {
    let usual = [Status::New, Status::InProgress, Status::Successful, Status::Failed];
    let all = usual.into_iter().chain([Status::Abandoned, Status::Retried]);
    let counted = all.map(|status| (status, queue.count(status)));
    counted
        .filter(|(status, count)| usual.contains(status) || *count > 0)
        .map(|(status, count)| (words(status), count))
        .collect()
}

fn words(status: Status) -> &'static str {
    match status {
        Status::InProgress => "In progress",
        other => other.name(),
    }
}

impl ItemState {
    fn of(item: &Item) -> Self {
        let mut content: String = item.content.chars().take(CONTENT).collect();
        if content.len() < item.content.len() {
            content.push('…');
        }
        Self {
            id: item.id,
            status: words(item.status),
            created: item.created.exact(),
            priority: item.priority.name(),
            reference: item.reference.as_deref().map(String::from),
            due: item.due().map(|due| due.to_string()),
            content,
        }
    }
}

impl RequestState {
    fn of(number: u64, request: LoggedRequest) -> Self {
        let LoggedRequest { at, method, path, query, status, fault } = request;
        Self { number, at: at.to_string(), method, path, query, status, fault }
    }
}
