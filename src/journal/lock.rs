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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::support::key;

    #[test]
    fn the_same_load_cannot_run_twice_and_another_one_can() {
        let state = tempfile::tempdir().unwrap();
        let (invoices, orders) = (key("Invoices"), key("Orders"));
        let since = "2026-11-24T05:40:12Z".parse().unwrap();
        let holder = Holder { pid: 4711, host: "etl-01".to_owned(), since, command: "uiq load".to_owned() };

        let first = RunLock::acquire(state.path(), &invoices, &holder).unwrap();
        assert!(matches!(RunLock::acquire(state.path(), &invoices, &holder), Err(LockError::Held(_))));
        assert_eq!(RunLock::holder(state.path(), &invoices).unwrap(), Some(Held(Some(holder.clone()))));
        assert_eq!(RunLock::holder(state.path(), &orders).unwrap(), None);
        RunLock::acquire(state.path(), &orders, &holder).unwrap();
        drop(first);
        RunLock::acquire(state.path(), &invoices, &holder).unwrap();
    }
}
