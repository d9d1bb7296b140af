//! Our own copy of standard input: a load reads its rows twice, and again when it is resumed.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::fs;

/// How much is copied at a time, in bytes.
const CHUNK: usize = 64 * 1024;

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
