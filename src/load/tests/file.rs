//! Files that are held in memory.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::items::{QueueItem, Value};
use crate::load::Supply;
use crate::load::batch::Terms;
use crate::orchestrator::CommitType;
use crate::rows::RowNumber;
use crate::source::SourceError;

/// The rows of a file, without those that are blank.
#[derive(Clone, Debug)]
pub(super) struct Rows(Arc<Vec<(RowNumber, QueueItem<'static>)>>);

impl Supply for Rows {
    fn items(&self, each: &mut dyn FnMut(RowNumber, &QueueItem<'_>) -> ControlFlow<()>) -> Result<(), SourceError> {
        let _ = self.0.iter().try_for_each(|(row, item)| each(*row, item));
        Ok(())
    }
}

impl Rows {
    pub(super) fn new(rows: impl IntoIterator<Item = (u64, QueueItem<'static>)>) -> Self {
        Self(Arc::new(rows.into_iter().map(|(row, item)| (RowNumber(row), item)).collect()))
    }

    pub(super) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(RowNumber, QueueItem<'static>)> {
        self.0.iter()
    }

    pub(super) fn has_distinct_references(&self) -> bool {
        let mut references: Vec<_> = self.0.iter().map(|(_, item)| item.reference.as_deref()).collect();
        references.sort_unstable();
        references.iter().all(Option::is_some) && references.windows(2).all(|pair| pair[0] != pair[1])
    }
}

pub(super) fn terms(commit: CommitType) -> Terms {
    Terms { queue: "Invoices".to_owned(), commit }
}

/// An item with this text in its one column, and perhaps a reference.
pub(super) fn item(reference: Option<&str>, text: &str) -> QueueItem<'static> {
    QueueItem {
        reference: reference.map(|reference| reference.to_owned().into()),
        content: vec![("No".into(), Value::Text(text.to_owned().into()))],
        ..QueueItem::default()
    }
}

/// So many rows from row 2 on, without a reference.
pub(super) fn rows(count: u64) -> Rows {
    Rows::new((2..2 + count).map(|row| (row, item(None, &format!("text {row}")))))
}

/// So many rows from row 2 on, each with a reference of its own.
pub(super) fn referenced(count: u64) -> Rows {
    Rows::new((2..2 + count).map(|row| (row, item(Some(&format!("R-{row}")), &format!("text {row}")))))
}

/// So many rows from row 2 on that are all the same.
pub(super) fn identical(count: u64) -> Rows {
    Rows::new((2..2 + count).map(|row| (row, item(None, "same"))))
}
