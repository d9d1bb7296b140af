//! A set of rows as disjoint ranges: small for what progress looks like, however long the file.

use std::fmt;
use std::str::FromStr;

use super::{RowNumber, RowRange};

/// Row numbers as ranges: in order, disjoint, and no two of them touching.
///
/// Written as people write it, `2-501, 503`, and read back from that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RangeSet(Vec<RowRange>);

impl RangeSet {
    /// The set without a row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the rows of `range`; ranges that touch become one.
    pub fn insert(&mut self, range: RowRange) {
        let from = self.0.partition_point(|held| held.last.0 < range.first.0.saturating_sub(1));
        let to = self.0.partition_point(|held| held.first.0 <= range.last.0.saturating_add(1));
        let merged = self.0[from..to].iter().fold(range, |merged, held| RowRange {
            first: merged.first.min(held.first),
            last: merged.last.max(held.last),
        });
        self.0.splice(from..to, [merged]);
    }

    /// Tells whether `row` is in the set.
    pub fn contains(&self, row: RowNumber) -> bool {
        self.at_or_after(row).is_some_and(|held| held.contains(row))
    }

    /// Tells whether there is no row in the set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RowRange> + DoubleEndedIterator {
        self.0.iter().copied()
    }

    /// The row numbers, in order; some may belong to no row of the file.
    pub fn numbers(&self) -> impl Iterator<Item = RowNumber> {
        self.iter().flat_map(|range| range.first.0..=range.last.0).map(RowNumber)
    }

    /// From the first row number to the last, or `None` of an empty set.
    pub fn span(&self) -> Option<RowRange> {
        Some(RowRange { first: self.0.first()?.first, last: self.0.last()?.last })
    }

    /// The number of row numbers. The rows of the file may be fewer where it has blank lines.
    pub fn len(&self) -> u64 {
        self.iter().map(|range| (range.last.0 - range.first.0).saturating_add(1)).fold(0, u64::saturating_add)
    }

    /// What is in this set, in the other, or in both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut rest = Vec::with_capacity(self.0.len());
        for mut range in self.iter() {
            let from = other.0.partition_point(|taken| taken.last < range.first);
            let mut used_up = false;
            for taken in other.0[from..].iter().take_while(|taken| taken.first <= range.last) {
                if taken.first > range.first {
                    rest.push(RowRange { first: range.first, last: RowNumber(taken.first.0 - 1) });
                }
                if taken.last >= range.last {
                    used_up = true;
                    break;
                }
                range.first = RowNumber(taken.last.0 + 1);
            }
            if !used_up {
                rest.push(range);
            }
        }
        Self(rest)
    }

    /// What is in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.difference(&self.difference(other))
    }

    /// Tells whether the sets have no row in common.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.iter().all(|range| other.at_or_after(range.first).is_none_or(|held| held.first > range.last))
    }

    /// Tells whether all rows of this set are in the other.
    pub fn is_subset(&self, other: &Self) -> bool {
        // The ranges of `other` do not touch, so one of ours lies within one of its or sticks out.
        self.iter().all(|range| {
            other.at_or_after(range.first).is_some_and(|held| held.first <= range.first && range.last <= held.last)
        })
    }

    /// The first range that ends at `row` or after it.
    fn at_or_after(&self, row: RowNumber) -> Option<RowRange> {
        self.0.get(self.0.partition_point(|held| held.last < row)).copied()
    }
}

impl From<RowRange> for RangeSet {
    fn from(range: RowRange) -> Self {
        Self(vec![range])
    }
}

impl From<RowNumber> for RangeSet {
    fn from(row: RowNumber) -> Self {
        RowRange::single(row).into()
    }
}

impl FromIterator<RowRange> for RangeSet {
    fn from_iter<I: IntoIterator<Item = RowRange>>(ranges: I) -> Self {
        let mut set = Self::new();
        set.extend(ranges);
        set
    }
}

impl FromIterator<RowNumber> for RangeSet {
    fn from_iter<I: IntoIterator<Item = RowNumber>>(rows: I) -> Self {
        rows.into_iter().map(RowRange::single).collect()
    }
}

impl Extend<RowRange> for RangeSet {
    fn extend<I: IntoIterator<Item = RowRange>>(&mut self, ranges: I) {
        ranges.into_iter().for_each(|range| self.insert(range));
    }
}

impl fmt::Display for RangeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, range) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{range}")?;
        }
        Ok(())
    }
}

/// Text that is no list of row ranges.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no list of row ranges such as `2-501, 503`")]
pub struct MalformedRanges(String);

impl FromStr for RangeSet {
    type Err = MalformedRanges;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let range = |part: &str| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            (first <= last).then_some(RowRange { first: RowNumber(first), last: RowNumber(last) })
        };
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(range).collect::<Option<_>>().ok_or_else(|| MalformedRanges(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn range(first: u64, last: u64) -> RowRange {
        RowRange { first: RowNumber(first), last: RowNumber(last) }
    }

    fn set(text: &str) -> RangeSet {
        text.parse().unwrap()
    }

    #[test]
    fn ranges_that_touch_become_one() {
        let mut done = set("2-501, 1002-1501");
        done.insert(range(502, 1001));
        assert_eq!(done.to_string(), "2-1501");
    }

    #[test]
    fn a_million_rows_in_batches_are_one_range_in_whatever_order_they_are_answered() {
        let batches = (0..2_000).map(|batch| range(2 + batch * 500, 501 + batch * 500));
        let (even, odd): (Vec<_>, Vec<_>) = batches.partition(|batch| batch.first.0 % 1_000 == 2);
        let done: RangeSet = even.into_iter().chain(odd.into_iter().rev()).collect();
        assert_eq!(done.to_string(), "2-1000001");
    }

    #[test]
    fn the_ends_of_the_numbers_do_not_overflow() {
        let mut all = set("0");
        all.insert(range(u64::MAX, u64::MAX));
        all.insert(range(1, u64::MAX - 1));
        assert_eq!(all, RangeSet::from(range(0, u64::MAX)));
        assert!(all.difference(&all).is_empty());
    }

    #[test]
    fn what_is_no_list_of_ranges_is_refused() {
        for text in ["x", "2-", "-", "5-2", "2;3", "2-3-4"] {
            text.parse::<RangeSet>().unwrap_err();
        }
        assert!(set("").is_empty());
    }

    /// A few ranges near each other, so that they often touch and overlap, and the same rows one by one.
    fn sets() -> impl Strategy<Value = (RangeSet, BTreeSet<u64>)> {
        prop::collection::vec((0_u64..60, 0_u64..8), 0..12).prop_map(|ranges| {
            let model = ranges.iter().flat_map(|&(first, more)| first..=first + more).collect();
            (ranges.iter().map(|&(first, more)| range(first, first + more)).collect(), model)
        })
    }

    fn numbers(set: &RangeSet) -> BTreeSet<u64> {
        set.numbers().map(|row| row.0).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn it_is_a_set((a, model_a) in sets(), (b, model_b) in sets()) {
            prop_assert_eq!(numbers(&a), model_a.clone());
            prop_assert_eq!(a.len(), model_a.len() as u64);
            prop_assert!((0..70).all(|row| a.contains(RowNumber(row)) == model_a.contains(&row)));
            prop_assert_eq!(numbers(&a.union(&b)), &model_a | &model_b);
            prop_assert_eq!(numbers(&a.difference(&b)), &model_a - &model_b);
            prop_assert_eq!(numbers(&a.intersection(&b)), &model_a & &model_b);
            prop_assert_eq!(a.is_disjoint(&b), model_a.is_disjoint(&model_b));
            prop_assert_eq!(a.is_subset(&b), model_a.is_subset(&model_b));
            prop_assert_eq!(a.to_string().parse(), Ok(a));
        }

        #[test]
        fn no_two_ranges_touch((a, _) in sets(), (b, _) in sets()) {
            for set in [a.union(&b), a.difference(&b), a] {
                let ranges: Vec<_> = set.iter().collect();
                prop_assert!(ranges.windows(2).all(|pair| pair[0].last.0 + 1 < pair[1].first.0), "{}", set);
            }
        }
    }
}
