//! Words for what can go wrong with a file, with the journal, and on the way to the queue.

use super::{Exit, Failure};
use crate::fs::LockError;
use crate::journal::{JournalError, SpoolError};
use crate::load::{CheckError, ClosingError, Halt, LeaveOutError};
use crate::orchestrator::OrchestratorError;
use crate::source::SourceError;

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        // What becomes wrong while it is read can be tried again; what is wrong from the beginning has to be mended first.
        let exit = match &error {
            SourceError::Thread(_)
            | SourceError::Read { .. }
            | SourceError::Changed { .. }
            | SourceError::Rejects { .. } => Exit::Failed,
            SourceError::Missing { .. }
            | SourceError::Folder { .. }
            | SourceError::NotAFile { .. }
            | SourceError::Open { .. }
            | SourceError::OtherFormat { .. }
            | SourceError::NoText { .. }
            | SourceError::Empty { .. }
            | SourceError::HeaderOnly { .. }
            | SourceError::HeaderNotText { .. }
            | SourceError::WrongFormat { .. }
            | SourceError::Broken { .. }
            | SourceError::Sheet { .. }
            | SourceError::NoSuchSheet { .. }
            | SourceError::NoObjects { .. }
            | SourceError::UnclosedQuote { .. }
            | SourceError::RowTooLarge { .. }
            | SourceError::NoSuchRow { .. } => Exit::Usage,
        };
        let failure = Self::from_error(exit, &error);
        match error {
            SourceError::Missing { path, .. } => failure.hint_near(&path),
            SourceError::Changed { .. } => {
                failure.hint("load the file as it is now: rows that are in the queue already would then be there twice, unless the queue enforces unique references")
            }
            _ => failure,
        }
    }
}

impl From<CheckError> for Failure {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Source(error) => error.into(),
            CheckError::Interrupted => {
                Self::from_error(Exit::Interrupted, &error).hint("to go on: run the same command again")
            }
            CheckError::Aside(_) => Self::from_error(Exit::Failed, &error).hint("`TMPDIR` names another folder"),
        }
    }
}

impl From<LeaveOutError> for Failure {
    fn from(error: LeaveOutError) -> Self {
        match error {
            LeaveOutError::Check(error) => error.into(),
            LeaveOutError::Journal(error) => error.into(),
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        let elsewhere = "`UIQ_STATE_DIR` names another folder for the journal";
        match &error {
            JournalError::Full { .. } => Self::from_error(Exit::Failed, &error)
                .hint("make room, then run the same command again: it goes on where it stopped")
                .hint(elsewhere),
            JournalError::Memory { .. } => Self::from_error(Exit::Failed, &error)
                .hint("`ulimit -v` and the limits of a container say how much a program may take"),
            JournalError::ReadOnly { .. } | JournalError::Io { .. } => {
                Self::from_error(Exit::Failed, &error).hint(elsewhere)
            }
            JournalError::Corrupt { path, .. } => Self::from_error(Exit::Failed, &error).hint(format!(
                "move {} out of the way to begin a new journal; what it knew of unfinished loads is then lost",
                path.display()
            )),
            JournalError::Newer { .. } => {
                Self::from_error(Exit::Failed, &error).hint("use that version, or a newer one")
            }
            JournalError::Busy { .. } => Self::from_error(Exit::Failed, &error).hint("run the same command again"),
            JournalError::NoSuchRun(_) | JournalError::Ambiguous { .. } => {
                Self::from_error(Exit::Usage, &error).hint("`uiq runs` lists them")
            }
            JournalError::Contradiction { .. } => Self::from_error(Exit::Failed, &error)
                .hint("this is a mistake of uiq; nothing was doubled by it, and we would like to hear of it"),
        }
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        match &error {
            LockError::Held(held) => Self::new(Exit::Failed, "this file is being loaded into this queue right now")
                .cause(held.to_string())
                .hint("wait for it; if it stops half-way, the same command goes on from there"),
            LockError::Io { .. } => Self::from_error(Exit::Failed, &error)
                .hint("`UIQ_STATE_DIR` names another folder, on a file system with locks"),
        }
    }
}

impl From<SpoolError> for Failure {
    fn from(error: SpoolError) -> Self {
        let failure = Self::from_error(Exit::Failed, &error);
        match error {
            SpoolError::Full { .. } | SpoolError::Write { .. } => failure.hint("`UIQ_STATE_DIR` names another folder"),
            SpoolError::Read(_) => failure,
        }
    }
}

impl From<ClosingError> for Failure {
    fn from(error: ClosingError) -> Self {
        match error {
            ClosingError::Journal(error) => error.into(),
            ClosingError::Rejects(error) => Self::from(error)
                .hint("the journal knows them all: `uiq runs show`; `--rejects FILE` names another place"),
        }
    }
}

impl From<Halt> for Failure {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Interrupted => Self::new(Exit::Interrupted, "interrupted"),
            Halt::Refused(error) => error.into(),
            Halt::GivenUp(error) => Self::given_up(error),
            // Whatever it would be before: something was sent.
            Halt::Source(error) => Self::from(error).ending_with(Exit::Failed),
            Halt::Journal(error) => error.into(),
            Halt::Lost => Self::new(Exit::Failed, halt.words()).hint(
                "this is a mistake of uiq, and we would like to hear of it, with the lines that begin `thread …`",
            ),
            Halt::TooManyRejects(_) | Halt::FirstFailure(_) => Self::new(Exit::Rejected, halt.words()),
        }
    }
}

impl Failure {
    /// The time of `--give-up-after` is over. What stands in the way may be no refusal, but a matter of when.
    pub fn given_up(error: OrchestratorError) -> Self {
        match error {
            OrchestratorError::Refused(refusal) if refusal.status == 429 => {
                Self::new(Exit::Failed, "Orchestrator wants a longer pause than `--give-up-after` allows")
                    .cause(refusal.to_string())
                    .hint("a slower pace helps, e.g. `--rate 600/min`, or a longer `--give-up-after`")
            }
            error => error.into(),
        }
    }
}
