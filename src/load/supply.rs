//! The rows of an input as items, pass after pass.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::mpsc;

use crate::items::QueueItem;
use crate::rows::{RangeSet, RowNumber, Shard};
use crate::source::{Fingerprint, Input, Mapping, SourceError};

use super::batch::{Batch, BatchLimits, Batcher, Terms};

/// Somebody who can show all rows from the beginning, as often as asked.
pub trait Supply: Clone + Send + Sync + 'static {
    /// Shows one row after the other until `each` breaks off.
    fn items(&self, each: &mut dyn FnMut(RowNumber, &QueueItem<'_>) -> ControlFlow<()>) -> Result<(), SourceError>;
}

/// A file that was checked, and has to be what it was.
#[derive(Clone, Debug)]
pub struct FileSupply {
    /// The file.
    pub input: Input,
    /// What was checked.
    pub fingerprint: Fingerprint,
    /// How a row becomes an item.
    pub mapping: Arc<Mapping>,
    /// Rows that are left out although each of them alone keeps the rules: the queue wants references, and no two the same.
    pub left_out: RangeSet,
    /// Which of the rows are shown; the others count as blank lines, so that progress stays one range.
    pub shard: Shard,
}

impl Supply for FileSupply {
    fn items(&self, each: &mut dyn FnMut(RowNumber, &QueueItem<'_>) -> ControlFlow<()>) -> Result<(), SourceError> {
        let mut reader = self.input.open_again(&self.fingerprint)?;
        let mut problems = Vec::new();
        let mut before = 0..;
        while let Some(row) = reader.next_row()? {
            // A row that breaks a rule was reported in the checking pass, and is not sent.
            if before.next().is_some_and(|before| self.shard.takes(before))
                && !self.left_out.contains(row.number)
                && let Some(item) = self.mapping.item(&row, &mut problems)
                && each(row.number, &item).is_break()
            {
                return Ok(());
            }
            problems.clear();
        }
        reader.verify(&self.fingerprint)?;
        match self.input.length() {
            // Somebody appends to it. That it has gone is no matter: all of it was read.
            Ok(length) if length != self.fingerprint.length => {
                Err(SourceError::Changed { name: self.input.name().to_owned() })
            }
            _ => Ok(()),
        }
    }
}

/// What comes out of an input.
#[derive(Debug)]
pub(super) enum Supplied {
    /// The next rows.
    Batch(Batch),
    /// There are no more. Silence alone does not say so: a thread that died is silent too.
    End,
}

/// Puts all rows but those in `except` into batches, on a thread of its own; a batch waits until it is taken. How many rows it has may
/// change meanwhile, and holds from the next row on.
pub(super) fn batches(
    supply: impl Supply,
    terms: Terms,
    bytes: usize,
    rows: Arc<AtomicUsize>,
    except: RangeSet,
) -> io::Result<mpsc::Receiver<Result<Supplied, SourceError>>> {
    let (outlet, inlet) = mpsc::channel(1);
    thread::Builder::new().name(String::from("batches")).spawn(move || {
        let mut batcher = Batcher::new(terms, BatchLimits { rows: rows.load(Ordering::Relaxed), bytes });
        let mut cut = |row, item: &QueueItem<'_>| {
            if except.contains(row) {
                batcher.skip(row);
                return ControlFlow::Continue(());
            }
            batcher.hold(rows.load(Ordering::Relaxed));
            let full = batcher.push(row, item).map(|batch| batch.without(&except));
            let taken = full.is_none_or(|batch| outlet.blocking_send(Ok(Supplied::Batch(batch))).is_ok());
            if taken { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let end = supply.items(&mut cut);
        // Whoever took the batches may have stopped; then the last ones do not matter either.
        if end.is_ok()
            && let Some(batch) = batcher.finish()
        {
            let _ = outlet.blocking_send(Ok(Supplied::Batch(batch.without(&except))));
        }
        let _ = outlet.blocking_send(end.map(|()| Supplied::End));
    })?;
    Ok(inlet)
}

/// The rows of each of `wanted` as one batch, however large; none where the input has no such row. Each stands for the numbers that
/// were wanted, no more and no less.
pub(super) fn gather(
    supply: &impl Supply,
    terms: &Terms,
    wanted: &[RangeSet],
) -> Result<Vec<Option<Batch>>, SourceError> {
    let unlimited = BatchLimits { rows: usize::MAX, bytes: usize::MAX };
    let mut batchers: Vec<_> = wanted.iter().map(|_| Batcher::new(terms.clone(), unlimited)).collect();
    supply.items(&mut |row, item| {
        for (rows, batcher) in wanted.iter().zip(&mut batchers) {
            if rows.contains(row) {
                let _ = batcher.push(row, item);
            } else {
                batcher.skip(row);
            }
        }
        ControlFlow::Continue(())
    })?;
    let gathered = wanted.iter().zip(batchers).map(|(rows, batcher)| Some(batcher.finish()?.known_as(rows)));
    Ok(gathered.collect())
}
