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

impl Exit {
    /// The more serious of two, where several things end in one code: an interruption, what stops everything (4, 1), what needs a look
    /// into the queue (5), what needs a better file (2, 3), what was done before (6).
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        if other.seriousness() > self.seriousness() { other } else { self }
    }

    fn seriousness(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::AlreadyLoaded => 1,
            Self::Rejected => 2,
            Self::Usage => 3,
            Self::InDoubt => 4,
            Self::Failed => 5,
            Self::NotAllowed => 6,
            Self::Interrupted => 7,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_codes_the_most_serious_is_left() {
        let order = [
            Exit::Interrupted,
            Exit::NotAllowed,
            Exit::Failed,
            Exit::InDoubt,
            Exit::Usage,
            Exit::Rejected,
            Exit::AlreadyLoaded,
            Exit::Done,
        ];
        assert_eq!(order.map(|exit| exit as u8), [130, 4, 1, 5, 2, 3, 6, 0], "as the help of `uiq load` says");
        for (worse, better) in order.iter().zip(&order[1..]) {
            assert_eq!((worse.or_worse(*better), better.or_worse(*worse)), (*worse, *worse));
        }
    }
}
