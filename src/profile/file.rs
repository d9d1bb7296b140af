//! The file of profiles, `config.toml` in the configuration folder: what a login remembers, never a secret.
//!
//! ```toml
//! default = "prod"
//!
//! [profile.prod]
//! url = "https://cloud.uipath.com/acme/Prod"
//! folder = "Finance/AP"
//! login = "application"
//! client_id = "0b5c…"
//!
//! [profile.prod.queue.Invoices]
//! types = "auto"
//! ```
//!
//! People may edit it: comments and order are kept, a misspelt key is refused with its line.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml_edit::{DocumentMut, Item, Table, value};

use super::{ProfileName, Saved};
use crate::fs::{Holder, Lock, LockError, Replacement, create_private_folder};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    default: Option<String>,
    #[serde(default)]
    profile: BTreeMap<String, Saved>,
}

/// How long another process may take to change the file. It holds the lock while it asks the keyring, which may ask its user.
const LONGEST_CHANGE: Duration = Duration::from_secs(70);

/// The profiles, as read and as they will be written.
#[derive(Clone, Debug)]
pub struct ProfileFile {
    path: Option<PathBuf>,
    contents: Contents,
    document: DocumentMut,
}

/// Why the profiles cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file is there but cannot be read.
    #[error("cannot read the profiles in {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what this program understands.
    #[error("{}, line {line}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The file cannot be replaced.
    #[error("cannot write the profiles to {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process is changing the file, and does not end.
    #[error("cannot change the profiles in {}", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
        /// Who has it.
        source: LockError,
    },
    /// There is no folder for the file.
    #[error("there is no configuration folder: neither a home directory nor `UIQ_CONFIG_DIR` is set")]
    NoFolder,
}

impl ProfileFile {
    /// Reads the profiles in `folder`; without a folder or a file there are none.
    pub fn read(folder: Option<&Path>) -> Result<Self, FileError> {
        let path = folder.map(|folder| folder.join("config.toml"));
        let text = match &path {
            None => String::new(),
            Some(path) => match std::fs::read_to_string(path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
                Err(source) => return Err(FileError::Read { path: path.clone(), source }),
            },
        };
        let invalid = |message: &str, span: Option<std::ops::Range<usize>>| FileError::Invalid {
            path: path.clone().unwrap_or_default(),
            line: line_of(&text, span.map_or(0, |span| span.start)),
            message: message.trim().replace('\n', ", "),
        };
        let document = text.parse::<DocumentMut>().map_err(|error| invalid(error.message(), error.span()))?;
        let contents =
            toml_edit::de::from_str::<Contents>(&text).map_err(|error| invalid(error.message(), error.span()))?;
        Ok(Self { path, contents, document })
    }

    /// Where the profiles are kept.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The profile used when none is named.
    pub fn default_name(&self) -> Option<&str> {
        self.contents.default.as_deref()
    }

    /// The names of all profiles.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.contents.profile.keys().map(String::as_str)
    }

    /// A profile.
    pub fn get(&self, name: &str) -> Option<&Saved> {
        self.contents.profile.get(name)
    }

    /// Adds or replaces a profile and makes it the default. What the user wrote around its keys stays.
    pub fn put(&mut self, name: &ProfileName, saved: Saved) {
        let profiles = subtable(self.document.as_table_mut(), "profile");
        profiles.set_implicit(true);
        let table = subtable(profiles, name.as_str());
        for (key, value) in saved.entries() {
            set(table, key, value);
        }
        // What people wrote about their files is not for a login to forget.
        let queue = self.contents.profile.remove(name.as_str()).map(|old| old.queue).unwrap_or_default();
        self.contents.profile.insert(name.to_string(), Saved { queue, ..saved });
        self.set_default(Some(name.as_str()));
    }

    /// Removes a profile; where it was the default, there is none afterwards, or the only one left.
    pub fn remove(&mut self, name: &str) {
        self.contents.profile.remove(name);
        if let Some(profiles) = self.document.get_mut("profile").and_then(Item::as_table_like_mut) {
            profiles.remove(name);
        }
        if self.contents.default.as_deref() == Some(name) {
            let only =
                if self.contents.profile.len() == 1 { self.contents.profile.keys().next().cloned() } else { None };
            self.set_default(only.as_deref());
        }
    }

    /// Chooses the profile used when none is named.
    pub fn set_default(&mut self, name: Option<&str>) {
        set(self.document.as_table_mut(), "default", name.map(Into::into));
        self.contents.default = name.map(str::to_owned);
    }

    /// Tells whether the file could be written, before anything else is stored that would be useless without it.
    pub fn prepare(&self) -> Result<(), FileError> {
        self.draft().map(drop)
    }

    /// Keeps other processes from changing the file, and reads it again: what they wrote since the first look is not lost.
    pub fn lock(&mut self, holder: &Holder) -> Result<Lock, FileError> {
        let path = self.path.clone().ok_or(FileError::NoFolder)?;
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        let lock = Lock::wait(&folder, "config", holder, LONGEST_CHANGE)
            .map_err(|source| FileError::Locked { path, source })?;
        *self = Self::read(Some(&folder))?;
        Ok(lock)
    }

    /// Replaces the file atomically.
    pub fn write(&self) -> Result<(), FileError> {
        let (path, mut draft) = self.draft()?;
        draft
            .write_all(self.document.to_string().as_bytes())
            .and_then(|()| draft.commit())
            .map_err(|source| FileError::Write { path: path.to_owned(), source })
    }

    fn draft(&self) -> Result<(&Path, Replacement), FileError> {
        let path = self.path.as_deref().ok_or(FileError::NoFolder)?;
        // A link, as in a dotfiles repository, is followed to the file behind it.
        let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        target
            .parent()
            .map_or(Ok(()), create_private_folder)
            .and_then(|()| Replacement::begin(&target))
            .map(|draft| (path, draft))
            .map_err(|source| FileError::Write { path: path.to_owned(), source })
    }
}

/// The table `key` of `parent`, made where it is missing. What is no table was refused at reading, but an inline table is possible.
fn subtable<'a>(parent: &'a mut Table, key: &str) -> &'a mut Table {
    let item = parent.entry(key).or_insert_with(toml_edit::table);
    if !item.is_table() {
        *item = match std::mem::take(item).into_table() {
            Ok(table) => Item::Table(table),
            Err(_) => toml_edit::table(),
        };
    }
    match item {
        Item::Table(table) => table,
        _ => unreachable!("made a table just above"),
    }
}

/// Sets or removes a key. A value that is the same already keeps its comment and its quotes.
fn set(table: &mut Table, key: &str, new: Option<toml_edit::Value>) {
    match (new, table.get_mut(key).and_then(Item::as_value_mut)) {
        (None, _) => drop(table.remove(key)),
        (Some(mut new), Some(old)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (Some(new), None) => drop(table.insert(key, value(new))),
    }
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
