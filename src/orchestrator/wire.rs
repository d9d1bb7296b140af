//! The wire's own types. They are lenient: unknown members are ignored, and what may be missing may be missing.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{BulkAnswer, CreatedItem, Queue, StoredItem, Waiting};

#[derive(Deserialize)]
struct Collection<T> {
    value: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueDefinition {
    id: i64,
    name: String,
    #[serde(default)]
    enforce_unique_reference: bool,
    #[serde(default)]
    specific_data_json_schema: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProcessingStatus {
    queue_definition_id: i64,
    #[serde(default)]
    items_to_process: i64,
    #[serde(default)]
    items_in_progress: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    id: i64,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    retry_number: Option<i64>,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    specific_content: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The published definition writes the members in Pascal case; swaggers before v19 had them in lower case.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bulk {
    #[serde(alias = "success")]
    success: bool,
    #[serde(default, alias = "message")]
    message: Option<String>,
    #[serde(default, alias = "failedItems")]
    failed_items: Option<Vec<FailedItem>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FailedItem {
    #[serde(default, alias = "ordinal")]
    ordinal: Option<i64>,
    #[serde(default, alias = "errorCode")]
    error_code: Option<String>,
    #[serde(default, alias = "errorMessage")]
    error_message: Option<String>,
}

pub(super) fn queues(body: &[u8]) -> Result<Vec<Queue>, serde_json::Error> {
    let definitions: Collection<QueueDefinition> = serde_json::from_slice(body)?;
    Ok(definitions
        .value
        .into_iter()
        .map(|queue| Queue {
            id: queue.id,
            name: queue.name,
            unique_reference: queue.enforce_unique_reference,
            schema: queue.specific_data_json_schema.filter(|schema| !schema.trim().is_empty()),
        })
        .collect())
}

pub(super) fn waiting(body: &[u8]) -> Result<Vec<Waiting>, serde_json::Error> {
    let statuses: Collection<ProcessingStatus> = serde_json::from_slice(body)?;
    let waiting = |status: ProcessingStatus| Waiting {
        queue: status.queue_definition_id,
        new: status.items_to_process,
        in_progress: status.items_in_progress,
    };
    Ok(statuses.value.into_iter().map(waiting).collect())
}

pub(super) fn items(body: &[u8]) -> Result<Vec<StoredItem>, serde_json::Error> {
    let items: Collection<Item> = serde_json::from_slice(body)?;
    Ok(items
        .value
        .into_iter()
        .map(|item| StoredItem {
            id: item.id,
            key: item.key.unwrap_or_default(),
            retry_number: item.retry_number.unwrap_or(0),
            reference: item.reference.filter(|reference| !reference.is_empty()),
            content: item.specific_content.unwrap_or_default(),
        })
        .collect())
}

pub(super) fn created_item(body: &[u8]) -> Result<CreatedItem, serde_json::Error> {
    let raw: Box<RawValue> = serde_json::from_slice(body)?;
    let item: Item = serde_json::from_str(raw.get())?;
    Ok(CreatedItem { id: item.id, key: item.key.unwrap_or_default(), raw })
}

pub(super) fn bulk_answer(body: &[u8], sent: usize) -> Result<BulkAnswer, serde_json::Error> {
    let bulk: Bulk = serde_json::from_slice(body)?;
    let failed = bulk.failed_items.unwrap_or_default().into_iter().map(|failed| {
        let code = failed.error_code.unwrap_or_else(|| String::from("Unknown"));
        (failed.ordinal, code, failed.error_message.unwrap_or_default())
    });
    Ok(BulkAnswer::new(sent, bulk.success, bulk.message, failed.collect()))
}

/// Orchestrator's own error body, or ASP.NET's problem details.
#[derive(Deserialize, Default)]
struct ErrorBody {
    #[serde(default, alias = "Message")]
    message: Option<String>,
    #[serde(default, rename = "errorCode", alias = "ErrorCode")]
    error_code: Option<i64>,
    #[serde(default, rename = "traceId", alias = "TraceId")]
    trace_id: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    errors: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Code, message and trace id of an error body, as far as it has them.
pub(super) fn error_body(body: &[u8]) -> (Option<i64>, Option<String>, Option<String>) {
    let error: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let fields = error.errors.iter().flatten().map(|(field, reasons)| match reasons {
        serde_json::Value::Array(reasons) => {
            let reasons: Vec<_> = reasons.iter().map(|reason| reason.as_str().unwrap_or_default()).collect();
            format!("{field}: {}", reasons.join(" "))
        }
        other => format!("{field}: {other}"),
    });
    let fields = fields.collect::<Vec<_>>().join("; ");
    let problem = error.detail.or(error.title);
    let message = match (error.message, problem, fields.is_empty()) {
        (Some(message), _, true) => Some(message),
        (Some(message), _, false) => Some(format!("{message} ({fields})")),
        (None, Some(problem), true) => Some(problem),
        (None, Some(problem), false) => Some(format!("{problem} ({fields})")),
        (None, None, true) => None,
        (None, None, false) => Some(fields),
    };
    (error.error_code, message.filter(|message| !message.trim().is_empty()), error.trace_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partly_failed_bulk_request_is_read_in_either_case_of_letters() {
        let pascal = br#"{"Success":false,"Message":"","FailedItems":[{"Ordinal":2,"ErrorCode":"DuplicateReference","ErrorMessage":"dup"}]}"#;
        let lower = br#"{"success":false,"message":"","failedItems":[{"ordinal":2,"errorCode":"DuplicateReference","errorMessage":"dup"}]}"#;
        assert_eq!(bulk_answer(pascal, 2).unwrap(), bulk_answer(lower, 2).unwrap());
        assert_eq!(bulk_answer(pascal, 2).unwrap().failures[0].index, Some(1));
    }

    #[test]
    fn success_is_never_assumed() {
        assert!(bulk_answer(b"{}", 1).is_err());
    }

    #[test]
    fn every_shape_of_error_gives_its_words() {
        let own = br#"{"message":"Folder does not exist.","errorCode":1100,"traceId":"00-1"}"#;
        assert_eq!(error_body(own), (Some(1100), Some("Folder does not exist.".into()), Some("00-1".into())));
        let problem = br#"{"title":"One or more validation errors occurred.","errors":{"queueName":["is required"]},"traceId":"00-2"}"#;
        let words = "One or more validation errors occurred. (queueName: is required)";
        assert_eq!(error_body(problem), (None, Some(words.into()), Some("00-2".into())));
        assert_eq!(error_body(b"<html>"), (None, None, None));
    }
}
