//! The wire's own types. They are lenient: unknown members are ignored, and what may be missing may be missing.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{BulkAnswer, CreatedItem, StoredItem};
use super::queue::{Queue, Traffic};

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
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    max_number_of_retries: Option<u32>,
    #[serde(default)]
    accept_automatically_retry: Option<bool>,
    #[serde(default)]
    retry_abandoned_items: Option<bool>,
    #[serde(default)]
    encrypted: Option<bool>,
    #[serde(default)]
    sla_in_minutes: Option<u32>,
    #[serde(default)]
    risk_sla_in_minutes: Option<u32>,
    #[serde(default)]
    creation_time: Option<String>,
    #[serde(default)]
    folders_count: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProcessingStatus {
    queue_definition_id: i64,
    #[serde(default)]
    items_to_process: i64,
    #[serde(default)]
    items_in_progress: i64,
    #[serde(default)]
    successful_transactions_no: Option<i64>,
    #[serde(default)]
    application_exceptions_no: Option<i64>,
    #[serde(default)]
    business_exceptions_no: Option<i64>,
    #[serde(default)]
    last_processed: Option<String>,
}

#[derive(Deserialize)]
struct Counted {
    #[serde(rename = "@odata.count")]
    count: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Aged {
    #[serde(default)]
    creation_time: Option<String>,
    #[serde(default)]
    defer_date: Option<String>,
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
            description: queue.description.filter(|text| !text.is_empty()),
            key: queue.key,
            retries: queue.max_number_of_retries.filter(|_| queue.accept_automatically_retry == Some(true)),
            retries_abandoned: queue.retry_abandoned_items == Some(true),
            encrypted: queue.encrypted == Some(true),
            sla_minutes: queue.sla_in_minutes.filter(|&minutes| minutes > 0),
            risk_sla_minutes: queue.risk_sla_in_minutes.filter(|&minutes| minutes > 0),
            created: moment(queue.creation_time),
            folders: queue.folders_count,
        })
        .collect())
}

pub(super) fn traffic(body: &[u8]) -> Result<Vec<Traffic>, serde_json::Error> {
    let statuses: Collection<ProcessingStatus> = serde_json::from_slice(body)?;
    let traffic = |status: ProcessingStatus| Traffic {
        queue: status.queue_definition_id,
        new: status.items_to_process,
        in_progress: status.items_in_progress,
        successful: status.successful_transactions_no,
        application_exceptions: status.application_exceptions_no,
        business_exceptions: status.business_exceptions_no,
        last_processed: moment(status.last_processed),
    };
    Ok(statuses.value.into_iter().map(traffic).collect())
}

/// How many there are, whatever the page holds.
pub(super) fn count(body: &[u8]) -> Result<u64, serde_json::Error> {
    serde_json::from_slice(body).map(|Counted { count }| count)
}

/// When the first item of the page came.
pub(super) fn creation_time(body: &[u8]) -> Result<Option<Timestamp>, serde_json::Error> {
    let items: Collection<Aged> = serde_json::from_slice(body)?;
    Ok(items.value.into_iter().next().and_then(|item| moment(item.creation_time)))
}

/// How many there are, and until when the first of the page is postponed.
pub(super) fn postponed(body: &[u8]) -> Result<(u64, Option<Timestamp>), serde_json::Error> {
    let items: Collection<Aged> = serde_json::from_slice(body)?;
    Ok((count(body)?, items.value.into_iter().next().and_then(|item| moment(item.defer_date))))
}

/// A moment, where the text is one: a date that we cannot read is no reason to show nothing at all.
fn moment(text: Option<String>) -> Option<Timestamp> {
    text?.parse().ok()
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
