//! The end of a sitting: the journal's last word, the rejects file, the report.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::journal::{Ending, JournalError, Reject, Run};
use crate::rows::{RangeSet, RowNumber, Shard};
use crate::source::{Fingerprint, Input, Rejects, SourceError};

use super::dispatch::Dispatched;
use super::halt::Halt;
use super::report::Report;

/// The code of a row that was never sent because the load stopped before it.
const NOT_SENT: &str = "NotSent";

/// What the end of a sitting needs to know.
#[derive(Debug)]
pub struct Closing<'a> {
    /// The input.
    pub input: &'a Input,
    /// Its content.
    pub fingerprint: Fingerprint,
    /// Which rows of the input.
    pub shard: Shard,
    /// How many these are.
    pub rows: u64,
    /// The queue.
    pub queue: &'a str,
    /// Where rejects go.
    pub rejects: &'a Path,
    /// Rows that were in the queue when the sitting began.
    pub accepted_before: u64,
    /// How long it took to send.
    pub took: Duration,
}

/// The last words could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ClosingError {
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The rejects file cannot be made.
    #[error(transparent)]
    Rejects(#[from] SourceError),
}

/// Ends the sitting. The run is over when every row has its answer, or the rest is given up; only then the rejects file is made, so
/// that a mended one is never overwritten by the same run.
pub fn finish(dispatched: Dispatched, closing: &Closing<'_>) -> Result<Report, ClosingError> {
    let Dispatched { mut run, mut halt, unsettled, unreadable, pace, tally: _ } = dispatched;
    let progress = run.progress()?;
    let counts = progress.counts;
    let in_doubt = if unsettled.is_empty() { progress.in_doubt() } else { unsettled };
    let mut over = in_doubt.is_empty() && halt.as_ref().is_none_or(Halt::is_final);
    let mut rejects_file = None;
    if over {
        match write_rejects(&mut run, closing, halt.as_ref()) {
            Ok(file) => rejects_file = file,
            Err(ClosingError::Rejects(error)) if is_of_the_input(&error) => {
                // Changed or gone after its last row was sent. What was refused cannot be shown, so the run is not over.
                (over, halt) = (false, Some(Halt::Source(error)));
            }
            Err(error) => return Err(error),
        }
    }
    if over {
        run.note_spool(None)?;
    }
    let ending = match &halt {
        _ if over => Ending::Finished,
        Some(Halt::Interrupted) => Ending::Interrupted,
        Some(halt) => Ending::Stopped(halt.words()),
        None => Ending::Stopped(String::from("rows are in doubt")),
    };
    // Where the disk is full the sitting stays open in the journal, and the run can be gone on with all the same.
    match run.end(&ending, Timestamp::now()) {
        Err(_) if matches!(halt, Some(Halt::Journal(_))) => {}
        other => other?,
    }
    Ok(Report {
        run: run.id().clone(),
        input: closing.input.name().to_owned(),
        queue: closing.queue.to_owned(),
        rows: closing.rows,
        counts,
        accepted_now: counts.accepted.saturating_sub(closing.accepted_before),
        rejects: run.journal().rejects_by_code(run.id())?,
        rejects_file,
        in_doubt,
        unreadable,
        took: closing.took,
        halt,
        pace,
        processing: None,
    })
}

/// Whether it is the input that cannot be read, and not the rejects file that cannot be written.
fn is_of_the_input(error: &SourceError) -> bool {
    !matches!(error, SourceError::Rejects { .. } | SourceError::Thread(_))
}

/// Writes all rows that are not in the queue, in one more pass over the input; none are no file.
fn write_rejects(run: &mut Run, closing: &Closing<'_>, halt: Option<&Halt>) -> Result<Option<PathBuf>, ClosingError> {
    let mut rejects = Rejects::new(closing.input, closing.fingerprint, closing.rejects);
    match halt {
        None => {
            let mut add =
                |reject: Reject| Ok::<_, ClosingError>(rejects.add(reject.row, &reject.code, &reject.message)?);
            run.journal().for_each_reject(run.id(), &mut add)?;
        }
        Some(halt) => {
            // The rest of the file was never sent; it is told apart from what was refused by walking along both.
            let message = format!("never sent: {}", halt.words());
            let settled = run.progress()?.settled;
            let mut unsent = Unsent::new(closing, &settled)?;
            let mut add = |reject: Reject| {
                unsent.up_to(Some(reject.row), &mut rejects, &message)?;
                Ok::<_, ClosingError>(rejects.add(reject.row, &reject.code, &reject.message)?)
            };
            run.journal().for_each_reject(run.id(), &mut add)?;
            unsent.up_to(None, &mut rejects, &message)?;
        }
    }
    let written = rejects.commit(run.id().as_str())?;
    if let Some(file) = written.as_deref().filter(|&file| file != closing.rejects) {
        // Whoever goes on with the run from another folder has to find it.
        run.note_rejects_file(&std::path::absolute(file).unwrap_or_else(|_| file.to_owned()))?;
    }
    Ok(written)
}

/// The rows that are not settled, in order.
struct Unsent<'a> {
    reader: crate::source::Reader,
    settled: &'a RangeSet,
    shard: Shard,
    /// Rows that were read.
    read: u64,
    waiting: Option<RowNumber>,
}

impl<'a> Unsent<'a> {
    fn new(closing: &Closing<'_>, settled: &'a RangeSet) -> Result<Self, SourceError> {
        let reader = closing.input.open_again(&closing.fingerprint)?;
        Ok(Self { reader, settled, shard: closing.shard, read: 0, waiting: None })
    }

    /// Adds those before `end`; to the end of the file where there is none.
    fn up_to(&mut self, end: Option<RowNumber>, rejects: &mut Rejects<'_>, message: &str) -> Result<(), SourceError> {
        while let Some(row) = self.next()? {
            if end.is_some_and(|end| row >= end) {
                // The reject itself, where it never needed to be sent, has its own reason.
                self.waiting = Some(row).filter(|&row| Some(row) != end);
                break;
            }
            rejects.add(row, NOT_SENT, message)?;
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<RowNumber>, SourceError> {
        if let Some(row) = self.waiting.take() {
            return Ok(Some(row));
        }
        while let Some(row) = self.reader.next_row()? {
            self.read += 1;
            if self.shard.takes(self.read - 1) && !self.settled.contains(row.number) {
                return Ok(Some(row.number));
            }
        }
        Ok(None)
    }
}
