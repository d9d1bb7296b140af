//! `AddQueueItem` and `BulkAddQueueItems`.

use axum::http::StatusCode;
use serde_json::json;

use super::body::{AddBody, BulkBody};
use crate::sandbox::entities::ItemEntity;
use crate::sandbox::folders::Folder;
use crate::sandbox::options::UnknownQueues;
use crate::sandbox::query::Selection;
use crate::sandbox::reply::Reply;
use crate::sandbox::state::{CommitType, Failed, Store};

/// Items in one request.
///
/// Assumption: the API holds to it as the activities' documentation and the upload page do.
const MAX_ITEMS: usize = 15_000;

/// Adds one item. `store` is only locked once the body has been read.
pub(in crate::sandbox) fn add_item(
    store: &std::sync::RwLock<Store>,
    folder: &'static Folder,
    unknown: UnknownQueues,
    selection: &Selection,
    context: &str,
    body: &[u8],
) -> Result<Reply, Reply> {
    let AddBody { item } = serde_json::from_slice(body).map_err(|error| Reply::unreadable(&error.to_string()))?;
    let name = required(item.name.clone(), "itemData.Name")?;
    let item = item.validate("itemData")?;
    let mut store = store.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    create_if_unknown(&mut store, folder, unknown, &name);
    let failed = store.add(folder, &name, vec![item], CommitType::AllOrNothing);
    if let Some(Failed { refusal, .. }) = failed.as_deref().and_then(<[Failed]>::first) {
        let (status, code) = refusal.status_and_code();
        return Err(Reply::error(status, code, refusal.message()));
    }
    let added = store.queue(folder, &name).and_then(|queue| Some((queue, queue.items.last()?)));
    let (queue, item) = added.ok_or_else(|| Reply::not_found(&name))?;
    let entity = ItemEntity { store: &store, queue, item };
    Ok(Reply::odata(StatusCode::CREATED, selection.whole(&format!("{context}#QueueItems/$entity"), &entity)))
}

/// Adds many items by one of the three commit types. What is refused is told in the body of a 200.
pub(in crate::sandbox) fn bulk_add_items(
    store: &std::sync::RwLock<Store>,
    folder: &'static Folder,
    unknown: UnknownQueues,
    context: &str,
    body: &[u8],
) -> Result<Reply, Reply> {
    let body: BulkBody = serde_json::from_slice(body).map_err(|error| Reply::unreadable(&error.to_string()))?;
    let name = required(body.queue_name, "queueName")?;
    let commit = required(body.commit_type, "commitType")?;
    let items = body.queue_items.unwrap_or_default();
    if items.len() > MAX_ITEMS {
        return Err(Reply::invalid_request(&format!(
            "The maximum number of rows allowed is {MAX_ITEMS}. You are trying to upload {} records.",
            items.len()
        )));
    }
    let items = items
        .into_iter()
        .enumerate()
        .map(|(index, item)| item.validate(&format!("queueItems[{index}]")))
        .collect::<Result<Vec<_>, _>>()?;
    let mut store = store.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    create_if_unknown(&mut store, folder, unknown, &name);
    let failed = store.add(folder, &name, items, commit).ok_or_else(|| Reply::not_found(&name))?;
    drop(store);
    let failed_items: Vec<_> = failed
        .iter()
        .map(|Failed { ordinal, refusal }| {
            json!({ "Ordinal": ordinal, "ErrorCode": refusal.name(), "ErrorMessage": refusal.message() })
        })
        .collect();
    // Assumption: the texts of `Message`; no capture of one was found.
    let message = if failed.is_empty() { "" } else { "Some of the queue items could not be added." };
    let answer = json!({
        "@odata.context": format!("{context}#UiPath.Orchestrator.BulkOperationResponseDtoOfFailedQueueItemDto"),
        "Success": failed.is_empty(),
        "Message": message,
        "FailedItems": failed_items,
    });
    Ok(Reply::odata(StatusCode::OK, answer.to_string()))
}

fn required<T: Present>(value: Option<T>, member: &str) -> Result<T, Reply> {
    value
        .filter(Present::is_present)
        .ok_or_else(|| Reply::validation(member, &format!("The {member} field is required.")))
}

/// What counts as given: any commit type, any text but the empty one (`minLength: 1`).
trait Present {
    fn is_present(&self) -> bool;
}

impl Present for String {
    fn is_present(&self) -> bool {
        !self.is_empty()
    }
}

impl Present for CommitType {
    fn is_present(&self) -> bool {
        true
    }
}

fn create_if_unknown(store: &mut Store, folder: &'static Folder, unknown: UnknownQueues, name: &str) {
    if unknown == UnknownQueues::Created {
        store.create_if_missing(folder, name);
    }
}
