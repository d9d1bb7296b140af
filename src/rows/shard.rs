//! A share of the rows of a file, for several machines that load one file together.

use std::fmt;
use std::str::FromStr;

/// Share 3 of 8, say: the rows whose place among all rows leaves the same remainder.
///
/// By remainder, not by stretches: all shares are equally large whatever the file's length, and nobody has to know it. Counted are rows,
/// not row numbers, for a file with blank lines between its rows has odd numbers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shard {
    number: u32,
    of: u32,
}

/// More machines than this load no file together; a larger number is a slip.
const MOST: u32 = 10_000;

impl Shard {
    /// All rows.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Into how many shares the file is cut.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Which of them this is, from one.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Tells whether all rows are in it.
    pub fn is_whole(self) -> bool {
        self.of == 1
    }

    /// Tells whether the row with so many rows before it is in it.
    pub fn takes(self, before: u64) -> bool {
        before % u64::from(self.of) == u64::from(self.number) - 1
    }

    /// How many of `rows` rows are in it.
    pub fn count(self, rows: u64) -> u64 {
        let (number, of) = (u64::from(self.number), u64::from(self.of));
        (rows + of - number) / of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// A text that names no share.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a share and the number of shares, from 1/{MOST} to {MOST}/{MOST}, as in 3/8 (the first is 1/8)")]
pub struct NoShard;

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (number, of) = text.split_once('/').ok_or(NoShard)?;
        let (number, of) = (number.parse().map_err(|_| NoShard)?, of.parse().map_err(|_| NoShard)?);
        if (1..=of).contains(&number) && of <= MOST { Ok(Self { number, of }) } else { Err(NoShard) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_share_is_written_as_it_is_read() {
        for text in ["1/1", "3/8", "10000/10000"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in ["", "3", "0/8", "9/8", "1/0", "a/8", "-1/8", "1/10001", "1/8/2"] {
            assert_eq!(text.parse::<Shard>(), Err(NoShard), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_share_and_all_are_of_a_size(of in 1_u32..20, rows in 0_u64..200) {
            let shares: Vec<Shard> = (1..=of).map(|number| Shard { number, of }).collect();
            for row in 0..rows {
                prop_assert_eq!(shares.iter().filter(|share| share.takes(row)).count(), 1);
            }
            for share in shares {
                let count = (0..rows).filter(|&row| share.takes(row)).count() as u64;
                prop_assert_eq!(count, share.count(rows));
                prop_assert!(count.abs_diff(rows / u64::from(of)) <= 1);
            }
        }
    }
}
