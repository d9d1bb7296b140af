//! What a profile's Orchestrator is known to have: the names of its queues and folders, as commands came across them.
//!
//! A memory for shell completion, which must answer at once and must not log in. It may be old or gone; nothing rests on it.
//!
//! # On disk
//! `known/PROFILE.json` in the folder for state, private, replaced as a whole: version, the address that it is about, folders with
//! their queues, the newest first. Names only, no secret. What another version has written is not read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ProfileName;
use crate::fs::{Replacement, create_private_folder};

/// The version of the file.
const VERSION: u32 = 1;

/// Folders that are kept: more than anybody works in, and a file that is read in a millisecond.
const FOLDERS: usize = 50;

/// Queues that are kept of a folder: a page of definitions.
const QUEUES: usize = 1_000;

/// A larger file is none of ours: 50 folders with 1,000 names of 50 characters, four bytes each at most, take 10 MB.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The names that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    version: u32,
    api_root: String,
    folders: Vec<KnownFolder>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KnownFolder {
    /// As it was typed or saved; empty where none was named.
    folder: String,
    queues: Vec<String>,
}

/// What was learnt of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learnt<'a> {
    /// All its queues.
    All(&'a [String]),
    /// One of them.
    One(&'a str),
}

impl Known {
    /// What is known of the Orchestrator of `profile`; nothing where nothing can be read. `state` is the folder for state.
    pub fn read(state: &Path, profile: &ProfileName) -> Self {
        let read = || {
            let path = file(state, profile);
            if std::fs::metadata(&path).ok()?.len() > LARGEST {
                return None;
            }
            serde_json::from_slice::<Self>(&std::fs::read(path).ok()?).ok()
        };
        read().filter(|known| known.version == VERSION).unwrap_or_default()
    }

    /// The queues of a folder; those of all folders where none is named. No name twice.
    pub fn queues(&self, folder: Option<&str>) -> Vec<&str> {
        let wanted = self.folders.iter().filter(|known| folder.is_none_or(|folder| known.folder == folder));
        let mut names: Vec<&str> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        names.extend(wanted.flat_map(|known| &known.queues).map(String::as_str).filter(|name| seen.insert(*name)));
        names
    }

    /// The folders that were named.
    pub fn folders(&self) -> Vec<&str> {
        self.folders.iter().map(|known| known.folder.as_str()).filter(|folder| !folder.is_empty()).collect()
    }

    /// Takes note of what the folder at this address has. A profile that has moved to another address begins anew.
    pub fn learn(&mut self, api_root: &str, folder: &str, learnt: Learnt<'_>) {
        if self.api_root != api_root {
            *self = Self { version: VERSION, api_root: api_root.to_owned(), folders: Vec::new() };
        }
        let at = self.folders.iter().position(|known| known.folder == folder).unwrap_or_else(|| {
            self.folders.insert(0, KnownFolder { folder: folder.to_owned(), queues: Vec::new() });
            self.folders.truncate(FOLDERS);
            0
        });
        let queues = &mut self.folders[at].queues;
        match learnt {
            Learnt::All(names) => names.clone_into(queues),
            // Orchestrator's names of queues have no case, and whoever types one is careless about it. What is known stays where it
            // is: a file that is written at every command would cost more than its order is worth.
            Learnt::One(name) => {
                if !queues.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
                    queues.insert(0, name.to_owned());
                }
            }
        }
        queues.truncate(QUEUES);
    }

    /// Writes it down, for the owner alone.
    pub fn write(&self, state: &Path, profile: &ProfileName) -> io::Result<()> {
        let path = file(state, profile);
        if let Some(folder) = path.parent() {
            create_private_folder(folder)?;
        }
        let mut replacement = Replacement::begin(&path)?;
        replacement.write_all(&serde_json::to_vec(self)?)?;
        // What is lost is learnt again.
        replacement.put()
    }
}

fn file(state: &Path, profile: &ProfileName) -> PathBuf {
    state.join("known").join(format!("{profile}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "https://cloud.uipath.com/acme/Prod/orchestrator_";

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_was_learnt_is_read_again() {
        let state = tempfile::tempdir().unwrap();
        let profile = ProfileName::first();
        let mut known = Known::read(state.path(), &profile);
        assert_eq!(known, Known::default());
        known.learn(ROOT, "Shared", Learnt::All(&names(&["Claims", "Invoices"])));
        known.learn(ROOT, "Finance/AP", Learnt::One("Invoices"));
        known.learn(ROOT, "Shared", Learnt::One("invoices"));
        known.learn(ROOT, "Shared", Learnt::One("Orders"));
        known.write(state.path(), &profile).unwrap();
        let known = Known::read(state.path(), &profile);
        assert_eq!(known.folders(), ["Finance/AP", "Shared"]);
        assert_eq!(known.queues(Some("Shared")), ["Orders", "Claims", "Invoices"]);
        assert_eq!(known.queues(None), ["Invoices", "Orders", "Claims"]);
        assert_eq!(Known::read(state.path(), &ProfileName::parse("other").unwrap()), Known::default());
    }

    #[test]
    fn another_address_is_another_orchestrator() {
        let mut known = Known::default();
        known.learn(ROOT, "Shared", Learnt::One("Invoices"));
        known.learn("https://elsewhere", "", Learnt::One("Claims"));
        assert_eq!((known.queues(None), known.folders()), (vec!["Claims"], vec![]));
    }

    #[test]
    fn it_never_grows_without_end() {
        let mut known = Known::default();
        let many: Vec<String> = (0..2_000).map(|number| format!("Queue {number}")).collect();
        for folder in 0..100 {
            known.learn(ROOT, &folder.to_string(), Learnt::All(&many));
        }
        known.learn(ROOT, "99", Learnt::One("New"));
        assert_eq!((known.folders().len(), known.queues(Some("99")).len()), (FOLDERS, QUEUES));
    }

    #[test]
    fn a_file_that_is_none_of_ours_says_nothing() {
        let state = tempfile::tempdir().unwrap();
        let profile = ProfileName::first();
        let path = file(state.path(), &profile);
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        for text in ["", "[]", r#"{"version":2,"api_root":"x","folders":[]}"#] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(Known::read(state.path(), &profile), Known::default(), "{text}");
        }
    }
}
