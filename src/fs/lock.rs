//! A lock that dies with its holder, and says who that is.
//!
//! Two files: `NAME.lock` is empty and locked through the operating system, which lets go of it however the process ends;
//! `NAME.holder` has the holder's words as JSON. They are two because on Windows nobody else can read a locked file. Words that a
//! killed process left behind are harmless: the lock alone decides, and the next holder replaces them. `NAME.lock` stays, because
//! removing it would let two processes lock two files of the same name.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Replacement, create_private_folder, private};

/// Who holds a lock, in the holder's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process id on its host.
    pub pid: u32,
    /// The name of the host.
    pub host: String,
    /// Since when.
    pub since: Timestamp,
    /// What it was told to do, without anything secret.
    pub command: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, host, since, command } = self;
        write!(f, "process {pid} on {host} since {since:.0} (`{command}`)")
    }
}

/// A lock that somebody else has; who, where the words were there to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held(pub Option<Holder>);

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(holder) => write!(f, "held by {holder}"),
            None => f.write_str("held by another process"),
        }
    }
}

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error("{0}")]
    Held(Held),
    /// The lock file could not be made, or the file system has no locks.
    #[error("cannot lock {}", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// How often and how long (together 50 ms) to ask again for a lock that is taken: [`Lock::holder`] has it for a moment when it looks.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// A lock, held until it is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    // Held for its lock alone.
    _file: File,
    words: PathBuf,
}

impl Lock {
    /// Takes the lock `name` in `folder` without waiting, and leaves `holder`'s words there for others to read.
    pub fn acquire(folder: &Path, name: &str, holder: &Holder) -> Result<Self, LockError> {
        let path = folder.join(format!("{name}.lock"));
        let words = folder.join(format!("{name}.holder"));
        let failed = |source| LockError::Io { path: path.clone(), source };
        create_private_folder(folder).map_err(failed)?;
        let file = private().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        let mut tries = 1;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if tries < TRIES => std::thread::sleep(BETWEEN_TRIES),
                Err(TryLockError::WouldBlock) => return Err(LockError::Held(Held(read(&words)))),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
            tries += 1;
        }
        write(&words, holder).map_err(failed)?;
        Ok(Self { _file: file, words })
    }

    /// Takes the lock as soon as it is free, but waits no longer than `limit`: for locks that are held for moments.
    pub fn wait(folder: &Path, name: &str, holder: &Holder, limit: Duration) -> Result<Self, LockError> {
        let began = Instant::now();
        loop {
            match Self::acquire(folder, name, holder) {
                Err(LockError::Held(_)) if began.elapsed() < limit => {}
                taken_or_not => return taken_or_not,
            }
        }
    }

    /// Tells who holds the lock `name` in `folder`: `None` if nobody does. Takes nothing.
    pub fn holder(folder: &Path, name: &str) -> Result<Option<Held>, LockError> {
        let path = folder.join(format!("{name}.lock"));
        // Opened to read, so that looking works in a folder where writing does not.
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(LockError::Io { path, source }),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(Held(read(&folder.join(format!("{name}.holder")))))),
            Err(TryLockError::Error(source)) => Err(LockError::Io { path, source }),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While the lock is still held, so that a successor's words are not removed.
        let _ = std::fs::remove_file(&self.words);
    }
}

fn write(words: &Path, holder: &Holder) -> io::Result<()> {
    let mut file = Replacement::begin(words)?;
    file.write_all(&serde_json::to_vec(holder)?)?;
    // No lock outlives a power cut.
    file.put()
}

/// The holder's words, or nothing where they are missing or not ours: they are for people, and decide nothing.
fn read(words: &Path) -> Option<Holder> {
    serde_json::from_slice(&std::fs::read(words).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    use super::*;

    fn holder(command: &str) -> Holder {
        let since = "2026-11-24T05:40:12.345Z".parse().unwrap();
        Holder { pid: 4711, host: "etl-01".to_owned(), since, command: command.to_owned() }
    }

    #[test]
    fn the_second_is_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Lock::acquire(folder.path(), "invoices", &holder("uiq load Invoices a.csv")).unwrap();
        let second = Lock::acquire(folder.path(), "invoices", &holder("uiq resume")).unwrap_err();
        insta::assert_snapshot!(
            second,
            @"held by process 4711 on etl-01 since 2026-11-24T05:40:12Z (`uiq load Invoices a.csv`)"
        );
        Lock::acquire(folder.path(), "orders", &holder("uiq load Orders a.csv")).unwrap();
    }

    #[test]
    fn it_is_free_again_when_its_holder_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Lock::holder(folder.path(), "x").unwrap(), None);
        let first = Lock::acquire(folder.path(), "x", &holder("first")).unwrap();
        assert_eq!(Lock::holder(folder.path(), "x").unwrap(), Some(Held(Some(holder("first")))));
        drop(first);
        assert!(!folder.path().join("x.holder").exists());
        assert_eq!(Lock::holder(folder.path(), "x").unwrap(), None);
        Lock::acquire(folder.path(), "x", &holder("second")).unwrap();
    }

    #[test]
    fn a_patient_process_gets_it_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::acquire(folder.path(), "x", &holder("first")).unwrap();
        assert!(matches!(Lock::wait(folder.path(), "x", &holder("second"), Duration::ZERO), Err(LockError::Held(_))));
        std::thread::scope(|scope| {
            let second = scope.spawn(|| Lock::wait(folder.path(), "x", &holder("second"), Duration::from_secs(60)));
            drop(first);
            second.join().unwrap().unwrap();
        });
    }

    /// Set for the second process, which is this test program told to run [`hold_until_killed`] alone.
    const FOLDER_TO_HOLD: &str = "UIQ_TEST_FOLDER_TO_HOLD";

    #[test]
    fn it_dies_with_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let mut other = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "fs::lock::tests::hold_until_killed", "--nocapture"])
            .env(FOLDER_TO_HOLD, folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(other.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.contains("it is held")));
        let Err(LockError::Held(Held(Some(by)))) = Lock::acquire(folder.path(), "x", &holder("me")) else { panic!() };
        assert_eq!(by.pid, other.id());

        other.kill().unwrap();
        other.wait().unwrap();
        assert!(folder.path().join("x.holder").exists(), "it had no time to tidy up");
        assert_eq!(Lock::holder(folder.path(), "x").unwrap(), None);
        Lock::acquire(folder.path(), "x", &holder("me")).unwrap();
    }

    #[test]
    fn hold_until_killed() {
        let Some(folder) = std::env::var_os(FOLDER_TO_HOLD) else { return };
        let me = Holder { pid: std::process::id(), ..holder("the other") };
        let _lock = Lock::acquire(Path::new(&folder), "x", &me).unwrap();
        println!("it is held");
        // Waits for the end of input, which comes at the latest when the first process ends.
        io::stdin().read_to_end(&mut Vec::new()).unwrap();
    }

    #[test]
    fn words_left_behind_decide_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for stale in [r#"{"pid":1}"#, "half a wor", ""] {
            std::fs::write(folder.path().join("x.holder"), stale).unwrap();
            std::fs::write(folder.path().join("x.lock"), "").unwrap();
            let lock = Lock::acquire(folder.path(), "x", &holder("me")).unwrap();
            assert_eq!(Lock::holder(folder.path(), "x").unwrap(), Some(Held(Some(holder("me")))), "{stale}");
            std::fs::write(folder.path().join("x.holder"), stale).unwrap();
            let second = Lock::acquire(folder.path(), "x", &holder("you")).unwrap_err();
            assert_eq!(second.to_string(), "held by another process");
            drop(lock);
        }
    }
}
