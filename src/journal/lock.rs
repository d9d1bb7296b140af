//! One process a run: two loads of the same content into the same queue exclude each other.

use std::path::{Path, PathBuf};

use super::RunKey;
use crate::fs::{Held, Holder, Lock, LockError};

/// The right to work on a run, until it is dropped or the process ends.
#[derive(Debug)]
pub struct RunLock {
    _lock: Lock,
}

impl RunLock {
    /// Takes the lock of the runs with this key, without waiting.
    pub fn acquire(state_dir: &Path, key: &RunKey, holder: &Holder) -> Result<Self, LockError> {
        Ok(Self { _lock: Lock::acquire(&folder(state_dir), &key.digest(), holder)? })
    }

    /// Tells who works on a run with this key; `None` if nobody does.
    pub fn holder(state_dir: &Path, key: &RunKey) -> Result<Option<Held>, LockError> {
        Lock::holder(&folder(state_dir), &key.digest())
    }
}

fn folder(state_dir: &Path) -> PathBuf {
    state_dir.join("locks")
}
