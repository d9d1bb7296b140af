//! Our own copy of standard input: a load reads its rows twice, and again when it is resumed.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::{Journal, JournalError};
use crate::fs;

/// How much is copied at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// How old a copy without a run is before it is taken for left behind: older than any load needs from its copy to its beginning.
const ABANDONED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Why standard input could not be copied. Nothing of the copy is left.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Standard input ended in an error.
    #[error("cannot read standard input")]
    Read(#[source] io::Error),
    /// The disk is full.
    #[error("no space left on the disk for a copy of standard input in {}", folder.display())]
    Full {
        /// Where the copy was to be.
        folder: PathBuf,
    },
    /// The copy could not be written.
    #[error("cannot write a copy of standard input in {}", folder.display())]
    Write {
        /// Where the copy was to be.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A copy of standard input that only its owner can read.
///
/// Removed when dropped, unless [`Spool::keep`] was called: an error on the way to a run leaves nothing behind.
#[derive(Debug)]
pub struct Spool {
    path: PathBuf,
    kept: bool,
}

impl Spool {
    /// Copies all of `input` to `STATE/spool`, under a new name that ends in `extension`, and syncs it.
    pub fn take(state_dir: &Path, extension: &str, input: &mut impl Read) -> Result<Self, SpoolError> {
        let folder = state_dir.join("spool");
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SpoolError::Full { folder: folder.clone() },
            _ => SpoolError::Write { folder: folder.clone(), source },
        };
        fs::create_private_folder(&folder).map_err(failed)?;
        let name = format!("{:016x}.{extension}", RandomState::new().hash_one(std::process::id()));
        let path = folder.join(name);
        let mut file = fs::private().write(true).create_new(true).open(&path).map_err(failed)?;
        let spool = Self { path, kept: false };
        let mut chunk = vec![0; CHUNK];
        loop {
            let length = match input.read(&mut chunk) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(SpoolError::Read(error)),
            };
            file.write_all(&chunk[..length]).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        Ok(spool)
    }

    /// Takes up the copy that an earlier process kept.
    pub fn kept(path: PathBuf) -> Self {
        Self { path, kept: true }
    }

    /// The copy.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the copy to the run that has it written down.
    pub fn keep(&mut self) {
        self.kept = true;
    }

    /// Removes copies that a killed process left behind before its run began: a day old, and no run has them written down.
    /// Returns how many.
    pub fn sweep(state_dir: &Path, journal: &Journal, now: Timestamp) -> Result<usize, JournalError> {
        let known = journal.spools()?;
        let Ok(entries) = std::fs::read_dir(state_dir.join("spool")) else { return Ok(0) };
        let abandoned = |path: &PathBuf| {
            let written = std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
            let written = written.and_then(|time| Timestamp::try_from(time).ok());
            written.is_some_and(|written| now.duration_since(written) > ABANDONED_AFTER)
        };
        // By name alone, which is unique, because the folder can be reached by several paths.
        let unknown = |path: &PathBuf| known.iter().all(|known| known.file_name() != path.file_name());
        let left = entries.flatten().map(|entry| entry.path()).filter(|path| unknown(path) && abandoned(path));
        Ok(left.filter(|path| std::fs::remove_file(path).is_ok()).count())
    }

    /// Removes the copy: the run is done. One that has gone already is no error.
    pub fn delete(self) -> io::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(state_dir: &Path) -> usize {
        std::fs::read_dir(state_dir.join("spool")).unwrap().count()
    }

    fn take(state_dir: &Path, text: &str) -> Spool {
        Spool::take(state_dir, "csv", &mut text.as_bytes()).unwrap()
    }

    #[test]
    fn all_of_the_input_is_there_and_goes_with_the_run() {
        let state = tempfile::tempdir().unwrap();
        let text = "Reference,Amount\n".repeat(10_000);
        let mut spool = take(state.path(), &text);
        assert_eq!(std::fs::read_to_string(spool.path()).unwrap(), text);
        assert_eq!(spool.path().extension(), Some("csv".as_ref()));
        let path = spool.path().to_owned();
        spool.keep();
        drop(spool);
        assert_eq!(files(state.path()), 1);
        Spool::kept(path.clone()).delete().unwrap();
        assert_eq!(files(state.path()), 0);
        Spool::kept(path).delete().unwrap();
    }

    /// A pipe whose other end fails.
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn without_a_run_it_leaves_nothing() {
        let state = tempfile::tempdir().unwrap();
        drop(take(state.path(), "a"));
        assert_eq!(files(state.path()), 0);

        let mut input = "half".as_bytes().chain(Broken);
        assert!(matches!(Spool::take(state.path(), "csv", &mut input), Err(SpoolError::Read(_))));
        assert_eq!(files(state.path()), 0);
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let state = tempfile::tempdir().unwrap();
        let spool = take(state.path(), "a");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(spool.path()), mode(&state.path().join("spool"))), (0o600, 0o700));
    }

    #[test]
    fn what_a_killed_process_left_is_swept_after_a_day_and_what_a_run_has_is_not() {
        let state = tempfile::tempdir().unwrap();
        let (mut left, mut wanted) = (take(state.path(), "a"), take(state.path(), "b"));
        left.keep();
        wanted.keep();
        let mut run = crate::journal::tests::support::begin(state.path());
        run.note_spool(Some(wanted.path())).unwrap();
        let written = Timestamp::now();
        let sweep =
            |hours| Spool::sweep(state.path(), run.journal(), written + SignedDuration::from_hours(hours)).unwrap();
        assert_eq!(sweep(23), 0);
        assert_eq!(sweep(25), 1);
        assert!(wanted.path().exists() && !left.path().exists());
    }
}
