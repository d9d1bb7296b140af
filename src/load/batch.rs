//! Rows that travel in one request.

use std::mem;
use std::ops::Range;

use bytes::Bytes;

use crate::items::QueueItem;
use crate::orchestrator::{BulkBody, CommitType};
use crate::rows::{Portion, RangeSet, RowNumber, RowRange};

use super::memory::Memory;

/// Where a request's items go, and on which terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The queue.
    pub queue: String,
    /// What happens to a request of which some items fail.
    pub commit: CommitType,
}

/// The items of one request, already in the form in which they are sent.
///
/// The body is written once and shared; a part of a batch copies bytes, and maps no row again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    rows: Vec<Placed>,
    /// The row numbers of the batch, with the blank lines before each of its rows.
    ranges: RangeSet,
    body: Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Placed {
    row: RowNumber,
    place: Range<usize>,
}

impl Batch {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Its rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = RowNumber> + '_ {
        self.rows.iter().map(|placed| placed.row)
    }

    /// The row at a place in the request.
    pub fn row(&self, index: usize) -> Option<RowNumber> {
        self.rows.get(index).map(|placed| placed.row)
    }

    /// The item at a place in the request, as it is sent.
    pub fn item(&self, index: usize) -> &[u8] {
        self.rows.get(index).and_then(|placed| self.body.get(placed.place.clone())).unwrap_or_default()
    }

    /// The whole body of the request.
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// Its rows as the journal writes them down.
    pub fn portion(&self) -> Portion {
        Portion::new(self.ranges.clone(), self.rows.len() as u64)
    }

    /// Some of its rows as the journal writes them down; all of them stand for the blank lines between them, too.
    pub fn portion_of(&self, mut wanted: impl FnMut(usize) -> bool) -> Portion {
        let chosen: Vec<RowNumber> =
            self.rows.iter().enumerate().filter(|(index, _)| wanted(*index)).map(|(_, placed)| placed.row).collect();
        if chosen.len() == self.rows.len() {
            return self.portion();
        }
        let mut ranges = RangeSet::default();
        for row in &chosen {
            ranges.insert(RowRange::single(*row));
        }
        Portion::new(ranges, chosen.len() as u64)
    }

    /// The same batch without the numbers in `taken`, which stand for blank lines that another one has accounted for.
    #[must_use]
    pub(super) fn without(mut self, taken: &RangeSet) -> Self {
        self.ranges = self.ranges.difference(taken);
        self
    }

    /// The same batch, standing for just the numbers that the journal knows it by.
    #[must_use]
    pub(super) fn known_as(mut self, ranges: &RangeSet) -> Self {
        self.ranges = ranges.clone();
        self
    }

    /// A batch of the rows at the places for which `wanted` is true; none where that is no row.
    pub fn part(&self, terms: &Terms, mut wanted: impl FnMut(usize) -> bool) -> Option<Self> {
        let mut body = BulkBody::new(&terms.queue, terms.commit);
        let mut rows = Vec::new();
        for index in (0..self.rows.len()).filter(|&index| wanted(index)) {
            let place = body.push_written(self.item(index));
            rows.push(Placed { row: self.rows[index].row, place });
        }
        let ranges = self
            .portion_of(|index| rows.binary_search_by_key(&self.rows[index].row, |placed| placed.row).is_ok())
            .ranges;
        (!rows.is_empty()).then(|| Self { rows, ranges, body: body.finish().into() })
    }

    /// Its two halves, in order; the second is missing where there is one row only.
    pub fn halves(&self, terms: &Terms) -> [Option<Self>; 2] {
        self.cut_at(terms, self.rows.len().div_ceil(2))
    }

    /// Its first `rows` rows, and the others.
    pub(super) fn cut_at(&self, terms: &Terms, rows: usize) -> [Option<Self>; 2] {
        [self.part(terms, |index| index < rows), self.part(terms, |index| index >= rows)]
    }
}

/// How much goes into one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// Rows.
    pub rows: usize,
    /// Bytes of the body. A single row that is larger still travels, alone.
    pub bytes: usize,
}

/// Puts rows into batches, in their order.
#[derive(Debug)]
pub(super) struct Batcher {
    terms: Terms,
    limits: BatchLimits,
    memory: Memory,
    body: BulkBody,
    rows: Vec<Placed>,
    ranges: RangeSet,
    /// The range that may go on with the next row.
    open: Option<RowRange>,
    /// The number after the last row: rows skipped in between are blank lines, and belong to the row after them.
    next: Option<RowNumber>,
}

impl Batcher {
    /// A batcher with an empty batch.
    pub(super) fn new(terms: Terms, limits: BatchLimits) -> Self {
        let body = BulkBody::new(&terms.queue, terms.commit);
        let (memory, rows, ranges) = (Memory::new(), Vec::new(), RangeSet::default());
        Self { terms, limits, memory, body, rows, ranges, open: None, next: None }
    }

    /// Lets batches have so many rows from now on.
    pub(super) fn hold(&mut self, rows: usize) {
        self.limits.rows = rows;
    }

    /// Adds a row; gives back the batch before it, if that is full with it.
    pub(super) fn push(&mut self, row: RowNumber, item: &QueueItem<'_>) -> Option<Batch> {
        let mut place = self.body.push(item);
        let full = self.body.items() > self.limits.rows || self.body.size() > self.limits.bytes;
        let batch = if full && !self.rows.is_empty() {
            // Rows are much alike, and so are batches: a body seldom has to be moved to where there is more room.
            let room = (self.body.size() + self.body.size() / 8).min(self.limits.bytes);
            let mut next = BulkBody::within(self.memory.take(room), &self.terms.queue, self.terms.commit);
            let moved = next.push_written(self.body.written(&place));
            self.body.pop(&place);
            place = moved;
            self.take(next)
        } else {
            None
        };
        let first = self.next.unwrap_or(row).min(row);
        match &mut self.open {
            Some(open) if open.last.0 + 1 == first.0 => open.last = row,
            open => self.ranges.extend(open.replace(RowRange { first, last: row })),
        }
        self.next = Some(RowNumber(row.0 + 1));
        self.rows.push(Placed { row, place });
        batch
    }

    /// Says that a row is not to be sent: what follows it does not stand for the lines before it.
    pub(super) fn skip(&mut self, row: RowNumber) {
        self.next = Some(RowNumber(row.0 + 1));
    }

    /// The last batch, if a row is left.
    pub(super) fn finish(mut self) -> Option<Batch> {
        let next = BulkBody::new("", self.terms.commit);
        self.take(next)
    }

    fn take(&mut self, next: BulkBody) -> Option<Batch> {
        let body = self.memory.lend(mem::replace(&mut self.body, next).finish());
        let (rows, mut ranges) = (mem::take(&mut self.rows), mem::take(&mut self.ranges));
        ranges.extend(self.open.take());
        (!rows.is_empty()).then_some(Batch { rows, ranges, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::Value;

    fn terms() -> Terms {
        Terms { queue: String::from("Invoices"), commit: CommitType::Independent }
    }

    fn cut(rows: impl IntoIterator<Item = (u64, &'static str)>, limits: BatchLimits) -> Vec<Batch> {
        let mut batcher = Batcher::new(terms(), limits);
        let mut cut = Vec::new();
        for (row, text) in rows {
            let item = QueueItem { content: vec![("No".into(), Value::Text(text.into()))], ..QueueItem::default() };
            cut.extend(batcher.push(RowNumber(row), &item));
        }
        cut.extend(batcher.finish());
        cut
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn batches_are_cut_by_count() {
        let batches = cut([(2, "a"), (3, "b"), (4, "c")], BatchLimits { rows: 2, bytes: 1 << 20 });
        assert_eq!(batches.iter().map(Batch::len).collect::<Vec<_>>(), [2, 1]);
        insta::assert_snapshot!(text(&batches[0].body()), @r#"{"queueName":"Invoices","commitType":"ProcessAllIndependently","queueItems":[{"Priority":"Normal","SpecificContent":{"No":"a"}},{"Priority":"Normal","SpecificContent":{"No":"b"}}]}"#);
        assert_eq!(text(batches[1].item(0)), r#"{"Priority":"Normal","SpecificContent":{"No":"c"}}"#);
    }

    #[test]
    fn batches_are_cut_by_bytes_and_a_giant_travels_alone() {
        let giant: &'static str = "x".repeat(300).leak();
        let batches = cut([(2, "a"), (3, giant), (4, "b"), (5, "c")], BatchLimits { rows: 100, bytes: 200 });
        assert_eq!(batches.iter().map(Batch::len).collect::<Vec<_>>(), [1, 1, 2]);
        assert!(batches.iter().filter(|batch| batch.len() > 1).all(|batch| batch.body().len() <= 200));
    }

    #[test]
    fn blank_lines_belong_to_the_row_after_them_so_that_progress_is_one_range() {
        let batches = cut([(2, "a"), (5, "b"), (9, "c")], BatchLimits { rows: 1, bytes: 1 << 20 });
        let mut progress = RangeSet::default();
        for batch in &batches {
            for range in batch.portion().ranges.iter() {
                progress.insert(range);
            }
        }
        assert_eq!(progress.to_string(), "2-9");
    }

    #[test]
    fn a_part_is_what_its_rows_would_have_been() {
        let whole = cut([(2, "a"), (3, "b"), (4, "c")], BatchLimits { rows: 9, bytes: 1 << 20 }).remove(0);
        let part = whole.part(&terms(), |index| index != 1).unwrap();
        assert_eq!(part.rows().collect::<Vec<_>>(), [RowNumber(2), RowNumber(4)]);
        assert_eq!(part.body(), cut([(2, "a"), (4, "c")], BatchLimits { rows: 9, bytes: 1 << 20 })[0].body());
        let [first, second] = whole.halves(&terms());
        assert_eq!((first.unwrap().len(), second.unwrap().len()), (2, 1));
    }
}
