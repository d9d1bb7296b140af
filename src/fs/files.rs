//! Private files, and files that take their name only when they are whole.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::draft::draft;
#[cfg(unix)]
use super::draft::folder_of;
use super::moving::{have_same_bytes, rename_to_new};

/// Creates `folder` and its parents for the owner alone (0700 where the system knows modes).
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Options that create a file which only its owner can read (0600 where the system knows modes).
pub fn private() -> OpenOptions {
    #[allow(unused_mut)]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// A file written beside its target, which takes the target's name only when it is complete and on disk.
///
/// Dropped before [`Replacement::commit`], it removes what it wrote and leaves the target as it was.
#[derive(Debug)]
pub struct Replacement {
    target: PathBuf,
    /// Closed before the draft is removed.
    file: Option<File>,
    draft: TempPath,
}

impl Replacement {
    /// Starts a private draft in the target's folder.
    pub fn begin(target: &Path) -> io::Result<Self> {
        // A new file: a symbolic link of that name is not followed.
        let (file, draft) = draft(target, |path| private().write(true).create_new(true).open(path))?;
        Ok(Self { target: target.to_owned(), file: Some(file), draft })
    }

    /// Starts a draft that everybody may read (0644 where the system knows modes), for other programs to pick up.
    pub fn for_everybody(target: &Path) -> io::Result<Self> {
        let draft = Self::begin(target)?;
        #[cfg(unix)]
        if let Some(file) = &draft.file {
            use std::os::unix::fs::PermissionsExt;
            file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        Ok(draft)
    }

    /// Syncs the draft and gives it the target's name.
    pub fn commit(mut self) -> io::Result<()> {
        self.sync()?;
        let target = self.target.clone();
        self.put()?;
        sync_folder(&target)
    }

    /// Gives the draft the target's name without waiting for the disk: for what nobody misses after a power cut.
    pub fn put(mut self) -> io::Result<()> {
        self.file = None;
        std::fs::rename(&self.draft, &self.target)?;
        self.draft.disable_cleanup(true);
        Ok(())
    }

    /// Syncs the draft and gives it the target's name, unless another file has it by now. A file with the same bytes is no other.
    pub fn commit_new(mut self) -> io::Result<Committed> {
        self.sync()?;
        match rename_to_new(&self.draft, &self.target) {
            Ok(()) => {
                self.draft.disable_cleanup(true);
                sync_folder(&self.target)?;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // What cannot be read cannot be known for the same.
                if !have_same_bytes(&self.draft, &self.target).unwrap_or(false) {
                    return Ok(Committed::Taken(self));
                }
            }
            Err(error) => return Err(error),
        }
        Ok(Committed::Whole)
    }

    /// The draft of another file of the same folder.
    #[must_use]
    pub fn renamed(mut self, name: &OsStr) -> Self {
        self.target.set_file_name(name);
        self
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.take().map_or(Ok(()), |file| file.sync_all())
    }
}

/// What became of a draft that may take the place of no other file.
#[derive(Debug)]
pub enum Committed {
    /// It has its name.
    Whole,
    /// Another file has it; the draft is still one.
    Taken(Replacement),
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or_else(|| Err(io::ErrorKind::NotConnected.into()), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// Makes a rename durable: on Unix the folder is a file of its own to be synced.
#[cfg(unix)]
pub(super) fn sync_folder(entry: &Path) -> io::Result<()> {
    File::open(folder_of(entry))?.sync_all()
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("profiles.toml");
        std::fs::write(&target, "old").unwrap();

        let mut dropped = Replacement::begin(&target).unwrap();
        dropped.write_all(b"half").unwrap();
        drop(dropped);
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");

        let mut whole = Replacement::begin(&target).unwrap();
        whole.write_all(b"new").unwrap();
        whole.commit().unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
    }

    #[test]
    fn a_new_file_takes_the_place_of_no_other_and_may_have_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let (target, other) = (folder.path().join("a.csv"), folder.path().join("a.k3f9.csv"));
        let draft = |bytes: &[u8]| {
            let mut draft = Replacement::begin(&target).unwrap();
            draft.write_all(bytes).unwrap();
            draft
        };
        assert!(matches!(draft(b"one").commit_new().unwrap(), Committed::Whole));
        assert!(matches!(draft(b"one").commit_new().unwrap(), Committed::Whole), "the same once more");
        let Committed::Taken(taken) = draft(b"two").commit_new().unwrap() else { panic!("it was replaced") };
        taken.renamed(OsStr::new("a.k3f9.csv")).commit().unwrap();
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        assert_eq!((read(&target).as_str(), read(&other).as_str()), ("one", "two"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no draft stays behind");
    }

    #[cfg(unix)]
    #[test]
    fn a_replacement_is_for_its_owner_alone_unless_it_is_for_everybody() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("secret");
        let whole = Replacement::begin(&target).unwrap();
        whole.commit().unwrap();
        assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        Replacement::for_everybody(&target).unwrap().commit().unwrap();
        assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o644);
    }
}
