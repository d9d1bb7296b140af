//! Secrets in a file that only its owner can read, for whoever asks for it by name (`--store file`).
//!
//! One JSON object, the names of the entries and their secrets, in `secrets.json` of the configuration folder; mode 0600. A file that
//! others can read, that belongs to somebody else or is a symbolic link is refused: whoever could write or swap it could put a
//! token of theirs into it, and whoever could read it knows ours already. On Windows the folder belongs to the user's profile,
//! whose access lists the file inherits.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::zeroize::Zeroizing;

use super::{Entry, SecretStore, StoreError};
use crate::fs::{Holder, Lock, Replacement, create_private_folder};
use crate::secret::Secret;

/// How long another process may take to change the file: it reads and writes a few kilobytes.
const LONGEST_CHANGE: Duration = Duration::from_secs(10);

/// A file of secrets.
#[derive(Debug)]
pub struct FileStore {
    folder: PathBuf,
    path: PathBuf,
    holder: Holder,
}

type Secrets = BTreeMap<String, Zeroizing<String>>;

impl FileStore {
    /// The file in `folder`, not yet looked at. `holder` tells other processes who is changing it.
    pub fn new(folder: &Path, holder: Holder) -> Self {
        Self { folder: folder.to_owned(), path: folder.join("secrets.json"), holder }
    }

    fn read(&self) -> Result<Secrets, StoreError> {
        let mut file = match open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Secrets::new()),
            Err(error) if is_link(&self.path) => {
                return Err(self.exposed(format!("it is a symbolic link ({error})")));
            }
            Err(error) => return Err(self.failed(&error)),
        };
        if let Some(what) = exposure(&file).map_err(|error| self.failed(&error))? {
            return Err(self.exposed(what));
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(|error| self.failed(&error))?;
        let plain: BTreeMap<String, String> = serde_json::from_str(&text).map_err(|error| {
            self.failed(&io::Error::other(format!("line {}: no JSON object of texts", error.line())))
        })?;
        Ok(plain.into_iter().map(|(name, secret)| (name, Zeroizing::new(secret))).collect())
    }

    fn change(&self, change: impl FnOnce(&mut Secrets) -> Changed) -> Result<(), StoreError> {
        let failed = |error: &io::Error| self.failed(error);
        create_private_folder(&self.folder).map_err(|error| failed(&error))?;
        let _lock = Lock::wait(&self.folder, "secrets", &self.holder, LONGEST_CHANGE)
            .map_err(|error| failed(&io::Error::other(error.to_string())))?;
        let mut secrets = self.read()?;
        if change(&mut secrets) == Changed::No {
            return Ok(());
        }
        let plain: BTreeMap<&str, &str> =
            secrets.iter().map(|(name, secret)| (name.as_str(), secret.as_str())).collect();
        let text = Zeroizing::new(serde_json::to_vec_pretty(&plain).map_err(|error| failed(&error.into()))?);
        let write = || {
            let mut file = Replacement::begin(&self.path)?;
            file.write_all(&text)?;
            file.commit()
        };
        write().map_err(|error| failed(&error))
    }

    fn failed(&self, error: &io::Error) -> StoreError {
        StoreError::File { path: self.path.display().to_string(), what: error.to_string() }
    }

    fn exposed(&self, what: String) -> StoreError {
        StoreError::Exposed { path: self.path.display().to_string(), what }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Changed {
    Yes,
    No,
}

impl SecretStore for FileStore {
    fn get(&self, entry: &Entry) -> Result<Option<Secret>, StoreError> {
        Ok(self.read()?.get(entry.account()).map(|secret| Secret::new(secret.as_str())))
    }

    fn set(&self, entry: &Entry, secret: &Secret) -> Result<(), StoreError> {
        self.change(|secrets| {
            secrets.insert(entry.account().to_owned(), Zeroizing::new(secret.expose().to_owned()));
            Changed::Yes
        })
    }

    fn remove(&self, entry: &Entry) -> Result<(), StoreError> {
        self.change(|secrets| if secrets.remove(entry.account()).is_some() { Changed::Yes } else { Changed::No })
    }

    fn place(&self) -> String {
        format!("file {}", self.path.display())
    }
}

fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

/// Opens the file itself, not what a link points to.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// What makes the opened file one that is not ours alone.
#[cfg(unix)]
fn exposure(file: &File) -> io::Result<Option<String>> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata()?;
    Ok(if !metadata.is_file() {
        Some(String::from("it is no ordinary file"))
    } else if metadata.uid() != rustix::process::geteuid().as_raw() {
        Some(format!("it belongs to user {}", metadata.uid()))
    } else if metadata.mode() & 0o077 != 0 {
        Some(format!("others can read or change it (mode {:04o})", metadata.mode() & 0o7777))
    } else {
        None
    })
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn exposure(_: &File) -> io::Result<Option<String>> {
    Ok(None)
}

#[cfg(test)]
#[path = "file_store_tests.rs"]
mod tests;
