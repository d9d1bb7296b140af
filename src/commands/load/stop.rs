//! Why a file is not loaded to its end, and whom that concerns.

use super::outcome::Halted;
use crate::failure::{Exit, Failure};
use crate::fs::{Held, LockError};
use crate::journal::{JournalError, SpoolError};
use crate::load::{CheckError, ClosingError, Halt, LeaveOutError};
use crate::source::SourceError;

/// Why a file is not loaded to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// It cannot be loaded as it is. The next one may be better.
    Broken(Failure),
    /// It has to wait, for something that concerns this file alone.
    Open(Failure),
    /// Another process is loading it.
    Busy(Held),
    /// Whatever it is, the next file would meet it, too.
    Everything(Failure),
}

impl Stop {
    /// The failure, where one file is all there is.
    pub(super) fn into_failure(self) -> Failure {
        match self {
            Self::Broken(failure) | Self::Open(failure) | Self::Everything(failure) => failure,
            Self::Busy(held) => LockError::Held(held).into(),
        }
    }
}

/// What is not otherwise known to be the matter of one file.
impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Everything(failure)
    }
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Self {
        if let SourceError::Rejects { .. } | SourceError::Thread(_) = error {
            return Self::Everything(error.into());
        }
        let failure = Failure::from(error);
        // What is wrong from the beginning, or what became so while it was read.
        if failure.exit() == Exit::Usage { Self::Broken(failure) } else { Self::Open(failure) }
    }
}

impl From<CheckError> for Stop {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Source(error) => error.into(),
            CheckError::Aside(_) | CheckError::Interrupted => Self::Everything(error.into()),
        }
    }
}

impl From<LeaveOutError> for Stop {
    fn from(error: LeaveOutError) -> Self {
        match error {
            LeaveOutError::Check(error) => error.into(),
            LeaveOutError::Journal(error) => error.into(),
        }
    }
}

impl From<JournalError> for Stop {
    fn from(error: JournalError) -> Self {
        Self::Everything(error.into())
    }
}

impl From<SpoolError> for Stop {
    fn from(error: SpoolError) -> Self {
        Self::Everything(error.into())
    }
}

impl From<LockError> for Stop {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held(held) => Self::Busy(held),
            LockError::Io { .. } => Self::Everything(error.into()),
        }
    }
}

impl From<ClosingError> for Stop {
    fn from(error: ClosingError) -> Self {
        match error {
            ClosingError::Journal(error) => error.into(),
            ClosingError::Rejects(error) => match Self::from(error) {
                // The hint of the closing says where the reasons are all the same.
                Self::Everything(failure) => Self::Everything(
                    failure.hint("the journal knows them all: `uiq runs show`; `--rejects FILE` names another place"),
                ),
                other => other,
            },
        }
    }
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Self {
        match Halted::of(&halt) {
            Halted::File => Self::Open(halt.into()),
            Halted::Everything => Self::Everything(halt.into()),
        }
    }
}
