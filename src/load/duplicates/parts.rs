//! References as hashes, kept in parts.
//!
//! The first bits of a hash say in which part it is kept, so that equal ones meet; a part that is full is put aside in a temporary file.
//! In the end each part is sorted by itself: it is so small that it stays in the processor's cache.

use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::rows::RowNumber;

/// How many parts there are, as bits of a hash.
const PART_BITS: u32 = 8;

/// How far the bits stand that tell what of a large part is sorted together: below those of the part, with room for 2^24 goes.
const NEXT_BITS: u32 = 32;

/// How much is in memory. A part is sorted in several goes where it has more than `sorted` entries (with 33 million rows).
const SIZES: Sizes = Sizes { held: 512, sorted: 128 * 1024 };

/// How many pairs are remembered; the rest is counted.
const SHOWN: usize = 20;

/// The bytes of an entry.
const ENTRY: usize = 24;

/// Both halves of a hash, and the row. Compared from left to right: the first halves decide nearly always.
pub(super) type Entry = (u64, u64, u64);

/// How many of the rows that repeat a reference are remembered by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::load) enum Keep {
    /// A few, for messages.
    Some,
    /// All of them, at 16 bytes each.
    All,
}

/// How many entries are in memory.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    /// In each part, while they are collected: 512 of 24 bytes in 256 parts are 3 MiB.
    held: usize,
    /// In the end.
    sorted: usize,
}

/// Collects hashes.
#[derive(Debug)]
pub(super) struct Parts {
    all: Vec<Part>,
    aside: Option<Aside>,
    sizes: Sizes,
    keep: Keep,
}

/// Hashes that begin alike.
#[derive(Debug, Default)]
struct Part {
    held: Vec<Entry>,
    /// The blocks of the file that it was put aside in.
    blocks: Vec<u64>,
}

/// The file with what was put aside: blocks of one length.
#[derive(Debug)]
struct Aside {
    file: File,
    blocks: u64,
    bytes: Vec<u8>,
}

/// The rows whose reference an earlier row has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::load) struct Repeated {
    /// How many there are.
    pub(in crate::load) rows: u64,
    /// Some of them, in order, each after the row that came first.
    pub(in crate::load) some: Vec<(RowNumber, RowNumber)>,
}

impl Parts {
    pub(super) fn new(keep: Keep) -> Self {
        Self::sized(SIZES, keep)
    }

    fn sized(sizes: Sizes, keep: Keep) -> Self {
        let all = (0..1 << PART_BITS).map(|_| Part::default()).collect();
        Self { all, aside: None, sizes, keep }
    }

    pub(super) fn add(&mut self, entry: Entry) -> io::Result<()> {
        let part = &mut self.all[(entry.0 >> (u64::BITS - PART_BITS)) as usize];
        part.held.push(entry);
        if part.held.len() == self.sizes.held {
            let aside = match &mut self.aside {
                Some(aside) => aside,
                none => none.insert(Aside { file: tempfile::tempfile()?, blocks: 0, bytes: Vec::new() }),
            };
            part.blocks.push(aside.put(&part.held)?);
            part.held.clear();
        }
        Ok(())
    }

    /// Says which rows repeat a reference.
    pub(super) fn finish(mut self) -> io::Result<Repeated> {
        let (mut repeated, mut some) = (Repeated::default(), BinaryHeap::new());
        let (mut entries, held, keep) = (Vec::new(), self.sizes.held, self.keep);
        for part in self.all {
            // What has to be sorted together is told by the next bits of the hashes.
            let goes = (part.blocks.len() * held).div_ceil(self.sizes.sorted).max(1).next_power_of_two() as u64;
            for go in 0..goes {
                let is_now = |entry: &Entry| (entry.0 >> NEXT_BITS) & (goes - 1) == go;
                entries.clear();
                entries.extend(part.held.iter().copied().filter(is_now));
                for &block in &part.blocks {
                    if let Some(aside) = &mut self.aside {
                        entries.extend(aside.take(block, held)?.filter(is_now));
                    }
                }
                entries.sort_unstable();
                for same in entries.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
                    let [first, others @ ..] = same else { continue };
                    for other in others {
                        repeated.rows += 1;
                        some.push((RowNumber(other.2), RowNumber(first.2)));
                        if keep == Keep::Some && some.len() > SHOWN {
                            some.pop();
                        }
                    }
                }
            }
        }
        repeated.some = some.into_sorted_vec();
        Ok(repeated)
    }
}

impl Aside {
    /// Appends a block, and says which one it is.
    fn put(&mut self, entries: &[Entry]) -> io::Result<u64> {
        self.bytes.clear();
        for (first, second, row) in entries {
            for number in [first, second, row] {
                self.bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        self.file.write_all(&self.bytes)?;
        self.blocks += 1;
        Ok(self.blocks - 1)
    }

    /// The entries of a block, of which each has `length`.
    fn take(&mut self, block: u64, length: usize) -> io::Result<impl Iterator<Item = Entry> + '_> {
        self.bytes.resize(length * ENTRY, 0);
        self.file.seek(SeekFrom::Start(block * self.bytes.len() as u64))?;
        self.file.read_exact(&mut self.bytes)?;
        let (numbers, _) = self.bytes.as_chunks::<8>();
        let (entries, _) = numbers.as_chunks::<3>();
        Ok(entries.iter().map(|numbers| numbers.map(u64::from_le_bytes).into()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::hash::{BuildHasher, RandomState};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn however_it_is_cut_into_parts_the_answer_is_that_of_a_table(
            references in proptest::collection::vec("[a-e]{1,2}", 0..120),
            held in 1_usize..8,
            sorted in 1_usize..8,
        ) {
            let (mut parts, hash) = (Parts::sized(Sizes { held, sorted }, Keep::Some), RandomState::new());
            let (mut table, mut expected) = (HashMap::new(), Vec::new());
            for (index, reference) in references.iter().enumerate() {
                let row = RowNumber(index as u64 + 2);
                parts.add((hash.hash_one(reference), 0, row.0)).unwrap();
                match table.get(reference) {
                    Some(&first) => expected.push((row, first)),
                    None => drop(table.insert(reference.clone(), row)),
                }
            }
            let found = parts.finish().unwrap();
            prop_assert_eq!(found.rows, expected.len() as u64);
            expected.truncate(SHOWN);
            prop_assert_eq!(found.some, expected);
        }
    }
}
