//! The bodies of the two calls that add items, as the published definition has them, and its rules for every item.

use serde::Deserialize;

use super::content::Content;
use crate::sandbox::moment::Moment;
use crate::sandbox::reply::Reply;
use crate::sandbox::state::{CommitType, NewItem, Priority, Rest, Size};

/// Characters of a reference and of an operation id, by the published definition (`QueueItemDataDto`).
const MAX_REFERENCE: usize = 128;
/// Bytes of SpecificContent: 500 KB, by the release notes of June 2024.
///
/// Assumption: counted in UTF-16, as the database stores it, over the whole `SpecificData`.
const MAX_CONTENT_BYTES: usize = 512_000;
/// Characters of Progress, by the same notes.
const MAX_PROGRESS: usize = 104_857;
/// `{"DynamicProperties":` and `}` around the content.
const ENVELOPE: usize = 22;

/// The body of `AddQueueItem`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddBody {
    #[serde(rename = "itemData")]
    pub(super) item: ItemData,
}

/// The body of `BulkAddQueueItems`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct BulkBody {
    pub(super) queue_name: Option<String>,
    pub(super) commit_type: Option<CommitType>,
    pub(super) queue_items: Option<Vec<ItemData>>,
}

/// An item as it is sent.
///
/// Assumption: a member that is not in the definition is refused, as on older servers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct ItemData {
    pub(super) name: Option<String>,
    priority: Option<Priority>,
    specific_content: Option<Content>,
    defer_date: Option<Moment>,
    due_date: Option<Moment>,
    risk_sla_date: Option<Moment>,
    reference: Option<String>,
    progress: Option<String>,
    source: Option<String>,
    parent_operation_id: Option<String>,
}

impl ItemData {
    /// Applies the rules of the definition; `at` is the path of the item in the body.
    pub(super) fn validate(self, at: &str) -> Result<NewItem, Reply> {
        at_most(self.reference.as_deref(), at, "Reference")?;
        at_most(self.parent_operation_id.as_deref(), at, "ParentOperationId")?;
        if self.source.as_deref().is_some_and(|source| !matches!(source, "Manual" | "Apps" | "ProcessOrchestration")) {
            let message = "The field Source must match the regular expression 'Manual|Apps|ProcessOrchestration'.";
            return Err(Reply::validation(&format!("{at}.Source"), message));
        }
        let content = self.specific_content.map_or_else(|| String::from("{}"), |Content(text)| text);
        let size = if (utf16_length(&content) + ENVELOPE) * 2 > MAX_CONTENT_BYTES {
            Size::ContentTooLarge
        } else if self.progress.as_deref().is_some_and(|progress| utf16_length(progress) > MAX_PROGRESS) {
            Size::ProgressTooLarge
        } else {
            Size::Fits
        };
        let rest = Rest {
            due: self.due_date,
            defer: self.defer_date,
            risk_sla: self.risk_sla_date,
            progress: self.progress.map(String::into_boxed_str),
            parent_operation: self.parent_operation_id.map(String::into_boxed_str),
        };
        Ok(NewItem {
            // Assumption: the first of the enumeration. The upload page documents High for a missing priority.
            priority: self.priority.unwrap_or(Priority::High),
            reference: self.reference.map(String::into_boxed_str),
            content: content.into_boxed_str(),
            rest: (rest != Rest::default()).then(|| Box::new(rest)),
            size,
        })
    }
}

fn at_most(text: Option<&str>, at: &str, member: &str) -> Result<(), Reply> {
    if text.is_none_or(|text| utf16_length(text) <= MAX_REFERENCE) {
        return Ok(());
    }
    let message = format!("The field {member} must be a string with a maximum length of {MAX_REFERENCE}.");
    Err(Reply::validation(&format!("{at}.{member}"), &message))
}

/// The length of a string as .NET counts it. For ASCII, which is most of what comes, it is that of the bytes.
fn utf16_length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}
