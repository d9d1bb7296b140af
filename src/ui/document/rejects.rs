//! Rejects by reason and message, with as many of their rows as people read: of the same size for ten and for ten million.

use std::collections::BTreeMap;

use crate::journal::{Cause, Reject};
use crate::rows::{RangeSet, RowRange};

/// Reasons told apart at most. Orchestrator has a few dozen; what is beyond shares one.
const MOST_REASONS: usize = 50;

/// Messages told apart for each reason; the rejects file has them all.
const MOST_MESSAGES: usize = 50;

/// Stretches of rows named for each message.
const MOST_STRETCHES: usize = 100;

/// The code under which the rejects of too many reasons are counted.
const OTHER: &str = "other";

/// Why rows are not in the queue, with those rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectReason {
    /// Why they are not there.
    pub cause: Cause,
    /// The name or number of the error.
    pub code: String,
    /// How many rows.
    pub rows: u64,
    /// The messages, in the order in which they first came.
    pub messages: Vec<SameMessage>,
}

/// Rows with the same message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameMessage {
    /// The message.
    pub message: String,
    /// The rows.
    pub rows: SomeRows,
}

/// Rows, of which not all need be known by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SomeRows {
    /// Those that are named.
    pub named: RangeSet,
    /// How many more there are.
    pub more: u64,
}

impl SomeRows {
    /// The first stretches of a set.
    pub fn of(rows: &RangeSet) -> Self {
        let named: RangeSet = rows.iter().take(MOST_STRETCHES).collect();
        let more = rows.len() - named.len();
        Self { named, more }
    }

    fn add(&mut self, range: RowRange) {
        let touches = self.named.span().is_some_and(|span| span.last.0.checked_add(1) == Some(range.first.0));
        if self.more == 0 && (touches || self.named.iter().len() < MOST_STRETCHES) {
            self.named.insert(range);
        } else {
            self.more += 1;
        }
    }

    /// How many there are in all.
    pub fn count(&self) -> u64 {
        self.named.len() + self.more
    }
}

impl RejectReason {
    /// How many rows have a message that is not listed.
    pub fn unlisted(&self) -> u64 {
        self.rows - self.messages.iter().map(|same| same.rows.count()).sum::<u64>()
    }
}

/// Takes rejects in the order of the rows, one by one.
#[derive(Debug, Default)]
pub struct RejectDigest(BTreeMap<(Cause, String), RejectReason>);

impl RejectDigest {
    /// Takes one more.
    pub fn add(&mut self, reject: Reject) {
        let Reject { row, cause, code, message } = reject;
        let mut key = (cause, code);
        if self.0.len() >= MOST_REASONS && !self.0.contains_key(&key) {
            OTHER.clone_into(&mut key.1);
        }
        let code = key.1.clone();
        let reason = self.0.entry(key).or_insert_with(|| RejectReason { cause, code, rows: 0, messages: Vec::new() });
        reason.rows += 1;
        let range = RowRange::single(row);
        let room = reason.messages.len() < MOST_MESSAGES;
        match reason.messages.iter_mut().find(|same| same.message == message) {
            Some(same) => same.rows.add(range),
            None if room => {
                reason.messages.push(SameMessage { message, rows: SomeRows { named: range.into(), more: 0 } });
            }
            None => {}
        }
    }

    /// The reasons, that of most rows first.
    pub fn reasons(self) -> Vec<RejectReason> {
        let mut reasons: Vec<_> = self.0.into_values().collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.rows));
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::RowNumber;

    fn digest(rejects: impl IntoIterator<Item = (u64, &'static str, String)>) -> Vec<RejectReason> {
        let mut digest = RejectDigest::default();
        for (row, code, message) in rejects {
            digest.add(Reject { row: RowNumber(row), cause: Cause::Refused, code: code.to_owned(), message });
        }
        digest.reasons()
    }

    #[test]
    fn rows_with_the_same_message_are_one_line_of_ranges() {
        let rejects =
            [(2, "Duplicate", "taken"), (3, "Duplicate", "taken"), (9, "Duplicate", "taken"), (4, "Size", "big")];
        let reasons = digest(rejects.map(|(row, code, message)| (row, code, message.to_owned())));
        let shown: Vec<_> = reasons
            .iter()
            .map(|reason| (reason.code.as_str(), reason.rows, reason.messages[0].rows.named.to_string()))
            .collect();
        assert_eq!(shown, [("Duplicate", 3, String::from("2-3, 9")), ("Size", 1, String::from("4"))]);
    }

    #[test]
    fn what_is_too_much_is_counted_and_not_kept() {
        // Every other row, so that no two touch; every row with words of its own from row 20,000 on.
        let same = (0..10_000).map(|index| (2 * index, "Duplicate", String::from("taken")));
        let own = (10_000..20_000).map(|index| (2 * index, "Duplicate", format!("taken by {index}")));
        let reasons = digest(same.chain(own));
        let [reason] = reasons.as_slice() else { panic!("{reasons:?}") };
        assert_eq!((reason.rows, reason.messages.len()), (20_000, MOST_MESSAGES));
        let first = &reason.messages[0].rows;
        assert_eq!((first.named.iter().len(), first.count()), (MOST_STRETCHES, 10_000));
        assert_eq!(reason.unlisted(), 20_000 - 10_000 - (MOST_MESSAGES as u64 - 1));
    }

    #[test]
    fn a_server_that_invents_codes_fills_no_page() {
        let mut digest = RejectDigest::default();
        for row in 0..1_000 {
            let (code, message) = (format!("E{row}"), String::from("no"));
            digest.add(Reject { row: RowNumber(row), cause: Cause::Refused, code, message });
        }
        let reasons = digest.reasons();
        assert_eq!((reasons.len(), reasons[0].code.as_str()), (MOST_REASONS + 1, OTHER));
        assert_eq!(reasons.iter().map(|reason| reason.rows).sum::<u64>(), 1_000);
    }

    #[test]
    fn a_set_of_many_stretches_is_named_in_part() {
        let rows: RangeSet = (0..1_000).map(|index| RowRange::single(RowNumber(3 * index))).collect();
        let some = SomeRows::of(&rows);
        assert_eq!((some.named.iter().len(), some.count()), (MOST_STRETCHES, 1_000));
    }
}
