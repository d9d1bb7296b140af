//! The exit codes: a promise to scripts.

/// How the program ended. The numbers never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All of it was done; every item was accepted.
    Done = 0,
    /// Failed; a load stopped early and can be resumed.
    Failed = 1,
    /// Wrong usage: flags, a file that cannot be read, rows that break a rule. Nothing was sent.
    Usage = 2,
    /// Finished, but Orchestrator refused some rows; they are in the rejects file.
    Rejected = 3,
    /// Not logged in, or not allowed.
    NotAllowed = 4,
    /// For some rows it is not known whether Orchestrator took them.
    InDoubt = 5,
    /// This file was already loaded into this queue.
    AlreadyLoaded = 6,
    /// Interrupted; the run can be resumed. 128 + SIGINT, as shells report it.
    Interrupted = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
