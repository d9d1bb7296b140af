//! Items in the form in which Orchestrator takes them, written straight into the request's body.

use super::pen::Pen;
use crate::items::{QueueItem, Value};

/// What Orchestrator does with a bulk request of which some items fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitType {
    /// Every item stands for itself.
    Independent,
    /// One failed item rolls back its whole request.
    AllOrNothing,
    /// Items up to the first failed one are kept.
    StopOnFirstFailure,
}

impl CommitType {
    /// The name in the published definition.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Independent => "ProcessAllIndependently",
            Self::AllOrNothing => "AllOrNothing",
            Self::StopOnFirstFailure => "StopOnFirstFailure",
        }
    }
}

/// The body of one `BulkAddQueueItems` request, growing item by item.
#[derive(Clone, Debug)]
pub struct BulkBody {
    bytes: Vec<u8>,
    items: usize,
}

/// What follows the last item.
const END: &[u8] = b"]}";

impl BulkBody {
    /// A body without items.
    pub fn new(queue: &str, commit: CommitType) -> Self {
        Self::within(Vec::new(), queue, commit)
    }

    /// A body without items, in memory that holds nothing yet.
    pub fn within(mut bytes: Vec<u8>, queue: &str, commit: CommitType) -> Self {
        let mut pen = Pen::new(&mut bytes);
        pen.raw(b"{\"queueName\":");
        pen.text(queue);
        pen.raw(b",\"commitType\":");
        pen.text(commit.wire_name());
        pen.raw(b",\"queueItems\":[");
        drop(pen);
        Self { bytes, items: 0 }
    }

    /// Adds an item and tells where in the body it stands.
    pub fn push(&mut self, item: &QueueItem<'_>) -> std::ops::Range<usize> {
        let start = self.separate();
        write_item(&mut self.bytes, None, item);
        start..self.bytes.len()
    }

    /// Adds an item that was written before, into this or another body.
    pub fn push_written(&mut self, item: &[u8]) -> std::ops::Range<usize> {
        let start = self.separate();
        self.bytes.extend_from_slice(item);
        start..self.bytes.len()
    }

    fn separate(&mut self) -> usize {
        if self.items > 0 {
            self.bytes.push(b',');
        }
        self.items += 1;
        self.bytes.len()
    }

    /// Removes the item that was added last, which stands at `place`.
    pub fn pop(&mut self, place: &std::ops::Range<usize>) {
        self.items = self.items.saturating_sub(1);
        self.bytes.truncate(if self.items > 0 { place.start.saturating_sub(1) } else { place.start });
    }

    /// The item that stands at `place`.
    pub fn written(&self, place: &std::ops::Range<usize>) -> &[u8] {
        self.bytes.get(place.clone()).unwrap_or_default()
    }

    /// How many items are in it.
    pub fn items(&self) -> usize {
        self.items
    }

    /// Its size in bytes once finished.
    pub fn size(&self) -> usize {
        self.bytes.len() + END.len()
    }

    /// The finished body.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(END);
        self.bytes
    }
}

/// The body of an `AddQueueItem` request.
pub fn item_body(queue: &str, item: &QueueItem<'_>) -> Vec<u8> {
    let mut bytes = b"{\"itemData\":".to_vec();
    write_item(&mut bytes, Some(queue), item);
    bytes.push(b'}');
    bytes
}

/// Writes an item as Orchestrator receives it. The queue's name belongs to it only in `AddQueueItem`.
///
/// Fields that the user did not set are left out, for older servers refuse those they do not know. Priority alone is always sent:
/// Orchestrator's own default would be High.
pub fn write_item(out: &mut Vec<u8>, queue: Option<&str>, item: &QueueItem<'_>) {
    let mut pen = Pen::new(out);
    pen.raw(b"{");
    if let Some(queue) = queue {
        pen.raw(b"\"Name\":");
        pen.text(queue);
        pen.raw(b",");
    }
    pen.raw(b"\"Priority\":");
    pen.text(item.priority.name());
    if let Some(reference) = &item.reference {
        pen.raw(b",\"Reference\":");
        pen.text(reference);
    }
    if let Some(progress) = &item.progress {
        pen.raw(b",\"Progress\":");
        pen.text(progress);
    }
    for (name, moment) in [("DueDate", item.due), ("DeferDate", item.defer), ("RiskSlaDate", item.risk_sla)] {
        if let Some(moment) = moment {
            pen.raw(b",");
            pen.text(name);
            pen.raw(b":");
            pen.text(&moment.to_string());
        }
    }
    pen.raw(b",\"SpecificContent\":{");
    for (position, (key, value)) in item.content.iter().enumerate() {
        if let (1.., Value::Text(text)) = (position, value) {
            pen.member(key, text);
            continue;
        }
        if position > 0 {
            pen.raw(b",");
        }
        pen.text(key);
        pen.raw(b":");
        match value {
            Value::Text(text) => pen.text(text),
            Value::Number(digits) => pen.written(digits.as_bytes()),
            Value::Bool(true) => pen.raw(b"true"),
            Value::Bool(false) => pen.raw(b"false"),
            Value::Null => pen.raw(b"null"),
        }
    }
    pen.raw(b"}}");
}
