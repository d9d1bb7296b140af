//! What Orchestrator's answers say, in our own terms.

/// An item that `AddQueueItem` created.
#[derive(Clone, Debug)]
pub struct CreatedItem {
    /// Its number.
    pub id: i64,
    /// The key that it shares with its retries.
    pub key: String,
    /// The whole answer, as Orchestrator gave it.
    pub raw: Box<serde_json::value::RawValue>,
}

/// An item that is in a queue.
#[derive(Clone, Debug)]
pub struct StoredItem {
    /// Its number; grows with time.
    pub id: i64,
    /// The key that it shares with its retries.
    pub key: String,
    /// The how manieth retry of the item with this key it is; 0 for the one that was added.
    pub retry_number: i64,
    /// Its reference; empty counts as none.
    pub reference: Option<String>,
    /// Its SpecificContent.
    pub content: serde_json::Map<String, serde_json::Value>,
}

/// What Orchestrator did with a bulk request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkAnswer {
    /// The items that failed; empty where all were taken.
    pub failures: Vec<ItemFailure>,
}

/// One item that Orchestrator did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFailure {
    /// Its place in the request, from 0; none where Orchestrator does not say which item it was.
    pub index: Option<usize>,
    /// The name of the error, an open set: `DuplicateReference`, `QueueItemSchemaViolationException`, …
    pub code: String,
    /// Orchestrator's own words.
    pub message: String,
}

impl BulkAnswer {
    /// Reads the verdict on `sent` items. `success` is read, never assumed: the status of a partly failed request is 200 too.
    ///
    /// Ordinals count from 1, as observed; if one of them is 0, the server counts from 0. One that fits no item says as little as a
    /// missing one.
    pub(super) fn new(
        sent: usize,
        success: bool,
        message: Option<String>,
        failed: Vec<(Option<i64>, String, String)>,
    ) -> Self {
        let base = i64::from(!failed.iter().any(|(ordinal, ..)| *ordinal == Some(0)));
        let index = |ordinal: Option<i64>| {
            let index = usize::try_from(ordinal?.checked_sub(base)?).ok()?;
            (index < sent).then_some(index)
        };
        let mut failures: Vec<_> = failed
            .into_iter()
            .map(|(ordinal, code, message)| ItemFailure { index: index(ordinal), code, message })
            .collect();
        if failures.is_empty() && !success {
            let message = message.unwrap_or_else(|| String::from("Orchestrator did not say why"));
            failures.push(ItemFailure { index: None, code: String::from("Unknown"), message });
        }
        Self { failures }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indexes(sent: usize, ordinals: &[Option<i64>]) -> Vec<Option<usize>> {
        let failed =
            ordinals.iter().map(|&ordinal| (ordinal, String::from("DuplicateReference"), String::new())).collect();
        BulkAnswer::new(sent, false, None, failed).failures.iter().map(|failure| failure.index).collect()
    }

    #[test]
    fn ordinals_count_from_one() {
        assert_eq!(indexes(3, &[Some(1), Some(3)]), [Some(0), Some(2)]);
    }

    #[test]
    fn a_zero_shows_that_they_count_from_zero() {
        assert_eq!(indexes(3, &[Some(0), Some(2)]), [Some(0), Some(2)]);
    }

    #[test]
    fn an_ordinal_without_an_item_names_nobody() {
        assert_eq!(indexes(3, &[None, Some(4), Some(-1)]), [None, None, None]);
    }

    #[test]
    fn no_success_without_failed_items_is_still_no_success() {
        let answer = BulkAnswer::new(3, false, Some(String::from("no")), Vec::new());
        assert_eq!(answer.failures, [ItemFailure { index: None, code: "Unknown".into(), message: "no".into() }]);
    }
}
