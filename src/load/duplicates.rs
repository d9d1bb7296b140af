//! Which references occur more than once? Answered for files of any length in little memory.
//!
//! References are hashed to 128 bits, with keys that are new in each process (two that differ would have to be among 10^17 to be taken
//! for equal by chance), collected in runs of bounded size, sorted, put aside in temporary files, and merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use crate::rows::RowNumber;

/// References in memory at a time: 128 Ki of 24 bytes, 3 MiB.
const RUN: usize = 128 * 1024;

/// How many pairs are remembered; the rest is counted.
const SHOWN: usize = 20;

/// Both halves of a hash, and the row. Compared from left to right: the first halves decide nearly always.
type Entry = (u64, u64, u64);

/// How many of the rows that repeat a reference are remembered by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// A few, for messages.
    Some,
    /// All of them, at 16 bytes each.
    All,
}

/// Collects references.
#[derive(Debug)]
pub(super) struct Duplicates {
    hashes: [ahash::RandomState; 2],
    run: Vec<Entry>,
    aside: Vec<File>,
    run_length: usize,
    keep: Keep,
}

/// The rows whose reference an earlier row has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Repeated {
    /// How many there are.
    pub(super) rows: u64,
    /// Some of them, in order, each after the row that came first.
    pub(super) some: Vec<(RowNumber, RowNumber)>,
}

impl Duplicates {
    pub(super) fn new(keep: Keep) -> Self {
        Self::with_runs_of(RUN, keep)
    }

    fn with_runs_of(run_length: usize, keep: Keep) -> Self {
        // The standard library's hasher is a source of keys here; to hash every reference twice it would take five times as long.
        let key = || RandomState::new().hash_one(0);
        let hash = || ahash::RandomState::with_seeds(key(), key(), key(), key());
        Self { hashes: [hash(), hash()], run: Vec::new(), aside: Vec::new(), run_length, keep }
    }

    pub(super) fn add(&mut self, row: RowNumber, reference: &str) -> io::Result<()> {
        if self.run.len() == self.run_length {
            self.put_aside()?;
        }
        let [first, second] = &self.hashes;
        self.run.push((first.hash_one(reference), second.hash_one(reference), row.0));
        Ok(())
    }

    fn put_aside(&mut self) -> io::Result<()> {
        self.run.sort_unstable();
        let mut file = BufWriter::new(tempfile::tempfile()?);
        for (first, second, row) in self.run.drain(..) {
            for number in [first, second, row] {
                file.write_all(&number.to_le_bytes())?;
            }
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.aside.push(file);
        Ok(())
    }

    /// Says which rows repeat a reference.
    pub(super) fn finish(mut self) -> io::Result<Repeated> {
        self.run.sort_unstable();
        let mut runs: Vec<Box<dyn Iterator<Item = io::Result<Entry>>>> = Vec::new();
        for file in self.aside {
            let mut file = BufReader::new(file);
            runs.push(Box::new(std::iter::from_fn(move || read(&mut file).transpose())));
        }
        runs.push(Box::new(self.run.into_iter().map(Ok)));
        merge(runs, self.keep)
    }
}

fn read(file: &mut impl Read) -> io::Result<Option<Entry>> {
    let mut bytes = [0; 24];
    match file.read_exact(&mut bytes) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let number =
        |place: usize| bytes[place..place + 8].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
    Ok(Some((number(0), number(8), number(16))))
}

fn merge(mut runs: Vec<Box<dyn Iterator<Item = io::Result<Entry>>>>, keep: Keep) -> io::Result<Repeated> {
    let mut heap = BinaryHeap::new();
    for (index, run) in runs.iter_mut().enumerate() {
        if let Some(entry) = run.next().transpose()? {
            heap.push(Reverse((entry, index)));
        }
    }
    let mut repeated = Repeated::default();
    let mut first: Option<Entry> = None;
    let mut some = BinaryHeap::new();
    while let Some(Reverse((entry, index))) = heap.pop() {
        match first {
            Some((one, other, row)) if (one, other) == (entry.0, entry.1) => {
                repeated.rows += 1;
                some.push((RowNumber(entry.2), RowNumber(row)));
                if keep == Keep::Some && some.len() > SHOWN {
                    some.pop();
                }
            }
            _ => first = Some(entry),
        }
        if let Some(entry) = runs[index].next().transpose()? {
            heap.push(Reverse((entry, index)));
        }
    }
    repeated.some = some.into_sorted_vec();
    Ok(repeated)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn however_it_is_cut_into_runs_the_answer_is_that_of_a_table(
            references in proptest::collection::vec("[a-e]{1,2}", 0..120),
            run_length in 1_usize..40,
        ) {
            let mut duplicates = Duplicates::with_runs_of(run_length, Keep::Some);
            let (mut table, mut expected) = (HashMap::new(), Vec::new());
            for (index, reference) in references.iter().enumerate() {
                let row = RowNumber(index as u64 + 2);
                duplicates.add(row, reference).unwrap();
                match table.get(reference) {
                    Some(&first) => expected.push((row, first)),
                    None => drop(table.insert(reference.clone(), row)),
                }
            }
            let found = duplicates.finish().unwrap();
            prop_assert_eq!(found.rows, expected.len() as u64);
            expected.truncate(SHOWN);
            prop_assert_eq!(found.some, expected);
        }
    }
}
