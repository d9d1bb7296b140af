//! Items in the form in which Orchestrator takes them, written straight into the request's body.

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
        bytes.extend_from_slice(b"{\"queueName\":");
        write_text(&mut bytes, queue);
        bytes.extend_from_slice(b",\"commitType\":\"");
        bytes.extend_from_slice(commit.wire_name().as_bytes());
        bytes.extend_from_slice(b"\",\"queueItems\":[");
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
    out.push(b'{');
    if let Some(queue) = queue {
        out.extend_from_slice(b"\"Name\":");
        write_text(out, queue);
        out.push(b',');
    }
    out.extend_from_slice(b"\"Priority\":\"");
    out.extend_from_slice(item.priority.name().as_bytes());
    out.push(b'"');
    for (name, text) in [("Reference", &item.reference), ("Progress", &item.progress)] {
        if let Some(text) = text {
            write_name(out, name);
            write_text(out, text);
        }
    }
    for (name, moment) in [("DueDate", item.due), ("DeferDate", item.defer), ("RiskSlaDate", item.risk_sla)] {
        if let Some(moment) = moment {
            write_name(out, name);
            write_text(out, &moment.to_string());
        }
    }
    out.extend_from_slice(b",\"SpecificContent\":{");
    for (position, (key, value)) in item.content.iter().enumerate() {
        out.extend_from_slice(if position > 0 { b",\"" } else { b"\"" });
        write_letters(out, key);
        out.extend_from_slice(b"\":");
        match value {
            Value::Text(text) => write_text(out, text),
            Value::Number(digits) => out.extend_from_slice(digits.as_bytes()),
            Value::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Value::Null => out.extend_from_slice(b"null"),
        }
    }
    out.extend_from_slice(b"}}");
}

fn write_name(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_letters(out, text);
    out.push(b'"');
}

/// Writes what stands between the quotes.
fn write_letters(out: &mut Vec<u8>, text: &str) {
    if is_escaped(text.as_bytes()) {
        let start = out.len();
        // Writing a string into memory cannot fail; its quotes are the caller's.
        let _ = serde_json::to_writer(&mut *out, text);
        out.pop();
        out.remove(start);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Tells whether JSON writes any of these bytes otherwise than as itself. Looks at eight at a time: this runs for every key and value.
fn is_escaped(bytes: &[u8]) -> bool {
    // The last bytes may be looked at twice; that is quicker than to look at single ones, as is not to stop early.
    if let Some(last) = bytes.last_chunk::<8>() {
        let (words, _) = bytes.as_chunks::<8>();
        let is_escaped = |word: &[u8; 8]| is_escaped_word(u64::from_le_bytes(*word));
        return words.iter().fold(is_escaped(last), |found, word| found | is_escaped(word));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
        return is_escaped_word(first << 32 | last);
    }
    bytes.iter().any(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'))
}

/// Whether one of eight bytes is below 0x20, a quote or a backslash. The arithmetic is that of Sean Anderson's "Bit Twiddling Hacks"
/// (a word that has a byte less than n).
fn is_escaped_word(word: u64) -> bool {
    const ONES: u64 = u64::MAX / 255;
    let has_less = |word: u64, than: u8| word.wrapping_sub(ONES * u64::from(than)) & !word & (ONES * 0x80);
    let control = has_less(word, 0x20);
    let quote = has_less(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = has_less(word ^ (ONES * u64::from(b'\\')), 1);
    (control | quote | backslash) != 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn a_text_is_written_as_a_json_writer_writes_it(text in prop_oneof!["[a\"\\\\\u{1}\u{1f} !~\u{7f}\u{80}ü]{0,20}", any::<String>()]) {
            let mut written = Vec::new();
            write_text(&mut written, &text);
            prop_assert_eq!(written, serde_json::to_vec(&text).unwrap());
        }

        #[test]
        fn only_what_has_to_be_is_escaped(text in "[ -!#-\\[\\]-~\u{7f}-\u{ffff}]{0,40}") {
            prop_assert!(!is_escaped(text.as_bytes()), "{:?}", text);
        }
    }
}
