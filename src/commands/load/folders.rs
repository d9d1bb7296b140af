//! The folders that files are put into when they are dealt with.

use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use clap::Args;

use super::prepare::FileStays;
use super::unfit::Unfit;
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
    /// The folders that were named, with their flags.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let all = [("--done-dir", &self.done_dir), ("--failed-dir", &self.failed_dir)];
        all.into_iter().filter_map(|(flag, folder)| Some((flag, folder.as_deref()?)))
    }

    /// Tells whether files are moved at all.
    pub(super) fn moves(&self) -> bool {
        self.done_dir.is_some() || self.failed_dir.is_some()
    }

    /// Where the rejects file of a file goes: what has to be mended is put where a person looks, else beside the file that was moved.
    pub(super) fn for_rejects(&self) -> Option<&Path> {
        self.failed_dir.as_deref().or(self.done_dir.as_deref())
    }

    /// Where a broken file is when its load is over.
    pub(super) fn broken_file(&self) -> FileStays {
        if self.failed_dir.is_some() { FileStays::UntilMoved } else { FileStays::InPlace }
    }

    /// How many files wait for a person in `--failed-dir`, rejects files among them: `3 files wait in failed`; nothing, if none does.
    pub(super) fn waiting(&self) -> Option<String> {
        let folder = self.failed_dir.as_deref()?;
        let names = std::fs::read_dir(folder).ok()?.flatten();
        let is_waiting = |entry: &DirEntry| {
            let path = entry.path();
            path.is_file() && Unfit::by_name(&path, None) != Some(Unfit::Partial)
        };
        let shown = folder.display();
        match names.filter(is_waiting).count() {
            0 => None,
            1 => Some(format!("1 file waits in {shown}")),
            count => Some(format!("{count} files wait in {shown}")),
        }
    }

    /// Makes the folders that are missing, and tries whether files can be put there. Before anything is sent is the time to know.
    pub(super) fn make(&self) -> Result<(), Failure> {
        for (flag, folder) in self.named() {
            let shown = folder.display();
            let wrong = |words: &str| Failure::new(Exit::Usage, format!("`{flag} {shown}`: {words}"));
            if folder.is_file() {
                return Err(wrong(&format!("{shown} is a file, not a folder")));
            }
            std::fs::create_dir_all(folder)
                .map_err(|error| wrong("the folder is not there and cannot be made").caused_by(&error))?;
            try_out(folder).map_err(|error| wrong("no file can be put there").caused_by(&error))?;
        }
        Ok(())
    }

    /// Tells whether a file of this name was put away before.
    pub(super) fn have(&self, file: &Path) -> bool {
        let folders = [&self.done_dir, &self.failed_dir].into_iter().flatten();
        file.file_name().is_some_and(|name| folders.map(|folder| folder.join(name)).any(|path| path.exists()))
    }
}

/// Makes a file there that has no name: permissions alone do not tell what a mount or a quota allows, and a kill leaves nothing behind.
fn try_out(folder: &Path) -> std::io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}
