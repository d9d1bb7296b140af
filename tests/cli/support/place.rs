//! Where a program runs: home, configuration, state and a working folder, all its own and gone afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Where a program runs. Two programs at the same place are one user's.
pub(crate) struct Place {
    /// Removes everything when dropped.
    _folder: TempDir,
    root: PathBuf,
}

impl Place {
    /// A fresh place with nothing in it.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Where the temporary folder is a link (macOS), the program would name its target, and no mask would fit.
        let root = folder.path().canonicalize().unwrap();
        for part in ["home", "config", "state", "tmp", "work"] {
            fs::create_dir(root.join(part)).unwrap();
        }
        Self { _folder: folder, root }
    }

    /// Puts a file into the working folder and gives its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// What a file in the working folder holds.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.work().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names in the working folder, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.work()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The folder that holds all the others.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder in which the program is started.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// The folder of the profiles.
    pub(crate) fn config(&self) -> PathBuf {
        self.root.join("config")
    }

    /// The folder of the runs.
    pub(crate) fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    /// The environment that makes this place the whole world of a program.
    pub(crate) fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        let home = self.root.join("home");
        let tmp = self.root.join("tmp");
        vec![
            ("HOME", home.clone()),
            ("USERPROFILE", home), // Windows's HOME
            ("TMPDIR", tmp.clone()),
            ("TMP", tmp), // Windows's TMPDIR
            ("UIQ_CONFIG_DIR", self.config()),
            ("UIQ_STATE_DIR", self.state()),
        ]
    }
}
