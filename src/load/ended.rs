//! What became of the files of one command.

use std::path::PathBuf;

use crate::journal::RunId;

use super::report::Report;

/// What became of one file.
#[derive(Debug)]
pub struct FileEnd {
    /// The file, as it was named.
    pub file: PathBuf,
    /// What became of it.
    pub state: FileState,
    /// The exit code, had it been alone.
    pub exit_code: u8,
    /// What became of its rows, where a run got as far.
    pub report: Option<Report>,
    /// Why the run did not go on to the end of the file.
    pub stopped: Option<String>,
    /// The earlier run that had loaded this content.
    pub loaded_by: Option<RunId>,
    /// Where the file is now, if it was put away.
    pub moved_to: Option<PathBuf>,
    /// What went wrong, in a sentence.
    pub error: Option<String>,
}

impl FileEnd {
    /// The end of a file of which nothing more is to be said, and no harm has come.
    pub fn new(file: impl Into<PathBuf>, state: FileState) -> Self {
        Self {
            file: file.into(),
            state,
            exit_code: 0,
            report: None,
            stopped: None,
            loaded_by: None,
            moved_to: None,
            error: None,
        }
    }
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileState {
    /// Every row has its answer.
    Done,
    /// An earlier run had loaded its content.
    LoadedBefore,
    /// It is broken, or breaks a rule, or changed while it was loaded; it cannot be loaded as it is.
    Failed,
    /// The next load goes on with it.
    Open,
    /// Another process is loading it.
    Busy,
    /// Another process has put it away meanwhile.
    Gone,
    /// The command ended before its turn.
    NotReached,
}

impl FileState {
    /// The state in a word, as scripts see it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::LoadedBefore => "loaded_before",
            Self::Failed => "failed",
            Self::Open => "open",
            Self::Busy => "busy",
            Self::Gone => "gone",
            Self::NotReached => "not_reached",
        }
    }
}
