//! Why a load does not go on.

use crate::journal::JournalError;
use crate::orchestrator::OrchestratorError;
use crate::rows::RowNumber;
use crate::source::SourceError;

/// Why nothing more is sent, although rows are left.
#[derive(Debug)]
pub enum Halt {
    /// The user asked for it.
    Interrupted,
    /// Every request would be refused: address, folder, queue or permission.
    Refused(OrchestratorError),
    /// The server could not be reached, or did not want to answer, for too long; or there is no token to be had.
    GivenUp(OrchestratorError),
    /// The input cannot be read any more, or is not what was checked.
    Source(SourceError),
    /// What happens cannot be written down any more.
    Journal(JournalError),
    /// A request's own task broke off: a mistake of ours or of a library. Nobody knows what became of its rows.
    Lost,
    /// More rows were refused than the user allows.
    TooManyRejects(u64),
    /// Orchestrator stopped at this row, as the commit type asks.
    FirstFailure(Option<RowNumber>),
}

impl Halt {
    /// Tells whether the rest is given up for good: the rows that were not sent are reported, and the run is over. Otherwise the run
    /// can be resumed.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::TooManyRejects(_) | Self::FirstFailure(_))
    }

    /// The reason in a few words, for events and the journal.
    pub fn words(&self) -> String {
        match self {
            Self::Interrupted => String::from("interrupted"),
            Self::Refused(error) | Self::GivenUp(error) => error.to_string(),
            Self::Source(error) => error.to_string(),
            Self::Journal(error) => error.to_string(),
            Self::Lost => String::from("a part of uiq broke off in the middle of a request"),
            Self::TooManyRejects(0) => String::from("a row was refused"),
            Self::TooManyRejects(1) => String::from("more than 1 row was refused"),
            Self::TooManyRejects(most) => format!("more than {most} rows were refused"),
            Self::FirstFailure(Some(row)) => format!("row {row} was refused, and the load stops at the first failure"),
            Self::FirstFailure(None) => String::from("a row was refused, and the load stops at the first failure"),
        }
    }
}
