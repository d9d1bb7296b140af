//! Do references occur more than once? Answered for files of any length in little memory.
//!
//! References are hashed to 128 bits, with keys that are new in each process (two that differ would have to be among 10^17 to be taken
//! for equal by chance). Where there are many, a thread of its own finds the equal ones while the rows are read.

mod parts;

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::rows::RowNumber;
use crate::threads::Thread;
use parts::{Entry, Parts};

pub(super) use parts::{Keep, Repeated};

/// Entries that are handed over at a time, about 100 KB: so many that the threads have little to say to each other.
const PACK: usize = 4 * 1024;

/// Collects references.
#[derive(Debug)]
pub(super) struct Duplicates {
    hashes: [ahash::RandomState; 2],
    pack: Vec<Entry>,
    search: Search,
}

/// What the thread is told.
#[derive(Debug)]
enum Found {
    /// Some more.
    Some(Vec<Entry>),
    /// That there are no more. Silence does not say so: whoever had read the rows may have broken off.
    All,
}

/// Where equal ones are looked for.
#[derive(Debug)]
enum Search {
    /// In the end, when it is known how few they are; or wherever no thread can be had.
    Here(Parts),
    /// On a thread.
    Thread { outlet: SyncSender<Found>, thread: Thread<io::Result<Repeated>> },
    /// Nowhere any more: it failed, and the error was told.
    Failed,
}

impl Duplicates {
    pub(super) fn new(keep: Keep) -> Self {
        // The standard library's hasher is a source of keys here; to hash every reference twice it would take five times as long.
        let key = || RandomState::new().hash_one(0);
        let hash = || ahash::RandomState::with_seeds(key(), key(), key(), key());
        Self { hashes: [hash(), hash()], pack: Vec::new(), search: Search::Here(Parts::new(keep)) }
    }

    pub(super) fn add(&mut self, row: RowNumber, reference: &str) -> io::Result<()> {
        let [first, second] = &self.hashes;
        self.pack.push((first.hash_one(reference), second.hash_one(reference), row.0));
        if self.pack.len() == PACK { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        self.search = match mem::replace(&mut self.search, Search::Failed) {
            Search::Here(parts) => Search::on_a_thread(parts),
            other => other,
        };
        let pack = mem::replace(&mut self.pack, Vec::with_capacity(PACK));
        match &mut self.search {
            Search::Here(parts) => pack.into_iter().try_for_each(|entry| parts.add(entry)),
            Search::Thread { outlet, .. } if outlet.send(Found::Some(pack)).is_ok() => Ok(()),
            // It does not listen any more, and says why.
            _ => mem::replace(&mut self.search, Search::Failed).end().map(drop),
        }
    }

    /// Says which rows repeat a reference.
    pub(super) fn finish(mut self) -> io::Result<Repeated> {
        match &mut self.search {
            Search::Here(parts) => mem::take(&mut self.pack).into_iter().try_for_each(|entry| parts.add(entry))?,
            Search::Thread { .. } | Search::Failed => self.hand_over()?,
        }
        self.search.end()
    }
}

impl Search {
    fn on_a_thread(parts: Parts) -> Self {
        let (outlet, inlet) = sync_channel(2);
        match Thread::start("references", parts, move |parts| look(parts, &inlet)) {
            Ok(thread) => Self::Thread { outlet, thread },
            Err(parts) => Self::Here(parts),
        }
    }

    fn end(self) -> io::Result<Repeated> {
        match self {
            Self::Here(parts) => parts.finish(),
            Self::Thread { outlet, thread } => {
                // It does not listen any more where it has failed.
                let _ = outlet.send(Found::All);
                thread.end().unwrap_or_else(|| Err(lost()))
            }
            Self::Failed => Err(lost()),
        }
    }
}

fn look(mut parts: Parts, inlet: &Receiver<Found>) -> io::Result<Repeated> {
    while let Ok(found) = inlet.recv() {
        match found {
            Found::Some(pack) => pack.into_iter().try_for_each(|entry| parts.add(entry))?,
            Found::All => return parts.finish(),
        }
    }
    Err(lost())
}

fn lost() -> io::Error {
    io::Error::other("the search for repeated references has ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(references: impl Iterator<Item = String>) -> Repeated {
        let mut duplicates = Duplicates::new(Keep::Some);
        for (row, reference) in (2..).zip(references) {
            duplicates.add(RowNumber(row), &reference).unwrap();
        }
        duplicates.finish().unwrap()
    }

    #[test]
    fn repeated_references_are_found_however_many_there_are() {
        for many in [0, 1, 10, PACK - 1, PACK, 3 * PACK + 5] {
            assert_eq!(repeated((0..many).map(|number| format!("R-{number}"))), Repeated::default(), "{many}");
            let twice = repeated((0..many).chain(0..many).map(|number| format!("R-{number}")));
            assert_eq!(twice.rows, many as u64);
            let expected = |number: u64| (RowNumber(number + many as u64), RowNumber(number));
            assert_eq!(twice.some, (2..).take(many.min(20)).map(expected).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_search_that_failed_says_so() {
        let mut duplicates = Duplicates::new(Keep::Some);
        duplicates.search = Search::Failed;
        assert!(duplicates.finish().is_err());
    }
}
