//! The folders that files are put into when they are dealt with.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::failure::{Exit, Failure};

/// Where files go when they are dealt with.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Files")]
pub struct Folders {
    /// Move a file here when every row has its answer; a name that is taken gets the run's name put in
    #[arg(long, value_name = "DIR")]
    pub done_dir: Option<PathBuf>,
    /// Move a file here that cannot be loaded as it is, and write rejects files here: what is here needs a person
    #[arg(long, value_name = "DIR")]
    pub failed_dir: Option<PathBuf>,
}

impl Folders {
    /// Tells whether files are moved at all.
    pub(super) fn moves(&self) -> bool {
        self.done_dir.is_some() || self.failed_dir.is_some()
    }

    /// Where the rejects file of a file goes: what has to be mended is put where a person looks, else beside the file that was moved.
    pub(super) fn for_rejects(&self) -> Option<&Path> {
        self.failed_dir.as_deref().or(self.done_dir.as_deref())
    }

    /// Makes the folders that are missing. Before anything is sent is the time to know that they cannot be made.
    pub(super) fn make(&self) -> Result<(), Failure> {
        let named = [("--done-dir", &self.done_dir), ("--failed-dir", &self.failed_dir)];
        for (flag, folder) in named.into_iter().filter_map(|(flag, folder)| Some((flag, folder.as_deref()?))) {
            std::fs::create_dir_all(folder).map_err(|error| {
                let message = format!("`{flag} {}`: the folder is not there and cannot be made", folder.display());
                Failure::new(Exit::Usage, message).caused_by(&error)
            })?;
        }
        Ok(())
    }

    /// Tells whether a file of this name was put away before.
    pub(super) fn have(&self, file: &Path) -> bool {
        let folders = [&self.done_dir, &self.failed_dir].into_iter().flatten();
        file.file_name().is_some_and(|name| folders.map(|folder| folder.join(name)).any(|path| path.exists()))
    }
}
