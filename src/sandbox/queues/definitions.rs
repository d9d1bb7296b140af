//! `POST /odata/QueueDefinitions`: a new queue.

use axum::http::StatusCode;
use serde::Deserialize;

use crate::sandbox::entities::QueueEntity;
use crate::sandbox::folders::Folder;
use crate::sandbox::options::MAX_QUEUE_NAME;
use crate::sandbox::query::Selection;
use crate::sandbox::reply::Reply;
use crate::sandbox::state::{NameTaken, Store};

/// The members of a queue that make sense here. Others of the definition are refused rather than ignored.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DefinitionBody {
    name: Option<String>,
    description: Option<String>,
    max_number_of_retries: Option<i32>,
    accept_automatically_retry: Option<bool>,
    enforce_unique_reference: Option<bool>,
    sla_in_minutes: Option<i32>,
    risk_sla_in_minutes: Option<i32>,
}

/// Creates a queue in `folder`.
pub(in crate::sandbox) fn create_definition(
    store: &std::sync::RwLock<Store>,
    folder: &'static Folder,
    context: &str,
    body: &[u8],
) -> Result<Reply, Reply> {
    let body: DefinitionBody =
        serde_json::from_slice(body).map_err(|error| Reply::invalid_request(&format!("Invalid request ({error})")))?;
    let name = body.name.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Reply::validation("Name", "The Name field is required."))?;
    if name.encode_utf16().count() > MAX_QUEUE_NAME {
        let message = format!("The field Name must be a string with a maximum length of {MAX_QUEUE_NAME}.");
        return Err(Reply::validation("Name", &message));
    }
    let mut store = store.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    let queue = store.create(folder, &name, body.enforce_unique_reference.unwrap_or(false)).map_err(|NameTaken| {
        Reply::error(StatusCode::CONFLICT, 1001, &format!("Queue name '{name}' is already used."))
    })?;
    queue.description = body.description;
    queue.max_retries = body.max_number_of_retries.unwrap_or(0);
    queue.auto_retry = body.accept_automatically_retry.unwrap_or(false);
    queue.sla_minutes = body.sla_in_minutes.unwrap_or(0);
    queue.risk_sla_minutes = body.risk_sla_in_minutes.unwrap_or(0);
    let entity = QueueEntity(queue);
    let body = Selection::default().whole(&format!("{context}#QueueDefinitions/$entity"), &entity);
    Ok(Reply::odata(StatusCode::CREATED, body))
}
