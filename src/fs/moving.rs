//! Moving a file into a folder: whole, over no other file, and no file but the one that was meant.
//!
//! A name alone is no file: while one was read, another may have been put in its place. So the file is known by its [`Identity`], before
//! and after it was moved. Within a file system it is renamed. Into another one it is copied, synced, and only then removed; a crash in
//! between leaves both, and the next move finds the copy and removes the original.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::draft::{aside, draft};
use super::files::{private, sync_folder};

/// What the system calls a file: its number, where the system has one, its length and the time of its last change. It outlives a
/// rename, and neither a change nor a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    number: u64,
    length: u64,
    changed: u128,
}

impl Identity {
    /// The identity of the file at `path`.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self::from(&std::fs::metadata(path)?))
    }

    /// The identity as it can be written down.
    pub fn as_text(&self) -> String {
        format!("{} {} {}", self.number, self.length, self.changed)
    }

    /// Tells whether this is the file that was `earlier`, with other content: somebody writes to it. Where the system numbers no files,
    /// nobody can tell it from a replacement.
    pub fn is_changed_from(&self, earlier: &Self) -> bool {
        self.number != 0 && self.number == earlier.number && self != earlier
    }
}

impl From<&Metadata> for Identity {
    fn from(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let number = 0;
        let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self { number, length: metadata.len(), changed: changed.unwrap_or_default().as_nanos() }
    }
}

/// What became of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It is there now.
    To(PathBuf),
    /// There is another file under its name, or it was changed. That one stays where it is.
    Another,
    /// There is no such file any more.
    Gone,
}

/// Moves the file that is `meant` from `path` into `folder`. Where its name is taken there, `mark` becomes part of the name.
pub fn move_into(path: &Path, meant: &Identity, folder: &Path, mark: &str) -> io::Result<Moved> {
    if path.is_symlink() {
        // It might point nowhere from the other folder; and what it points to would stay.
        return Err(io::Error::other("it is a symbolic link, and links are not moved"));
    }
    match Identity::of(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Moved::Gone),
        Err(error) => return Err(error),
        Ok(found) if found != *meant => return Ok(Moved::Another),
        Ok(_) => {}
    }
    for target in names(path, folder, mark)? {
        match rename_to_new(path, &target) {
            Ok(()) => return settled(path, meant, target),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => return copy_over(path, meant, folder, mark),
            // The folder is there: whoever moves files has made it.
            Err(error) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() => return Ok(Moved::Gone),
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Whether what was moved is what was meant: between the look and the rename another file may have taken its place. Then it goes back.
fn settled(path: &Path, meant: &Identity, target: PathBuf) -> io::Result<Moved> {
    if Identity::of(&target)? != *meant {
        rename_to_new(&target, path)?;
        return Ok(Moved::Another);
    }
    // A rename that a power cut takes back is made again by whoever finds the file.
    let _ = sync_folder(&target).and_then(|()| sync_folder(path));
    Ok(Moved::To(target))
}

/// More files of one name than anybody keeps.
const MOST_NAMES: u32 = 1_000;

/// The names to try: `a.csv`, `a.MARK.csv`, `a.MARK-2.csv`, …
fn names(path: &Path, folder: &Path, mark: &str) -> io::Result<impl Iterator<Item = PathBuf>> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let plain = folder.join(name);
    let marked = {
        let (plain, mark) = (plain.clone(), mark.to_owned());
        move |count: u32| {
            let mark = if count == 1 { mark.clone() } else { format!("{mark}-{count}") };
            match plain.extension() {
                Some(extension) => {
                    let mut extended = OsString::from(mark + ".");
                    extended.push(extension);
                    plain.with_extension(extended)
                }
                None => plain.with_extension(mark),
            }
        }
    };
    Ok(std::iter::once(plain).chain((1..MOST_NAMES).map(marked)))
}

/// Renames, unless there is a file of that name already.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // The file system, or the system, does not know how.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => rename_to_claimed(from, to),
        other => Ok(other?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_to_claimed(from, to)
}

/// Claims the name with an empty file, which the rename replaces. A crash in between leaves the empty file.
fn rename_to_claimed(from: &Path, to: &Path) -> io::Result<()> {
    drop(File::create_new(to)?);
    std::fs::rename(from, to).inspect_err(|_| {
        // It is ours, and empty.
        let _ = std::fs::remove_file(to);
    })
}

/// Copies the file into another file system, and removes it here.
fn copy_over(path: &Path, meant: &Identity, folder: &Path, mark: &str) -> io::Result<Moved> {
    let wanted = folder.join(path.file_name().unwrap_or_default());
    let (mut copy, mut draft) = draft(&wanted, |path| private().write(true).create_new(true).open(path))?;
    let mut original = File::open(path)?;
    let metadata = original.metadata()?;
    if Identity::from(&metadata) != *meant {
        return Ok(Moved::Another);
    }
    io::copy(&mut original, &mut copy)?;
    copy.set_permissions(metadata.permissions())?;
    if let Ok(changed) = metadata.modified() {
        // So that the copy is known for one, should the original outlive this.
        copy.set_modified(changed)?;
    }
    copy.sync_all()?;
    drop(copy);
    if Identity::of(path)? != *meant {
        return Ok(Moved::Another);
    }
    for target in names(path, folder, mark)? {
        if is_copy(path, &target, meant) {
            return finish_copy(path, meant, target);
        }
        match rename_to_new(&draft, &target) {
            Ok(()) => {
                draft.disable_cleanup(true);
                return finish_copy(path, meant, target);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Tells whether an earlier move, which was cut short, has made this copy. It has the time of its original; but clocks tick every few
/// milliseconds only, so the bytes are compared, too.
fn is_copy(path: &Path, target: &Path, meant: &Identity) -> bool {
    let looks = Identity::of(target).is_ok_and(|found| (found.length, found.changed) == (meant.length, meant.changed));
    looks && have_same_bytes(path, target).unwrap_or(false)
}

pub(super) fn have_same_bytes(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (BufReader::new(File::open(one)?), BufReader::new(File::open(other)?));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let count = left.len().min(right.len());
        if left.get(..count) != right.get(..count) || left.is_empty() != right.is_empty() {
            return Ok(false);
        }
        if count == 0 {
            return Ok(true);
        }
        one.consume(count);
        other.consume(count);
    }
}

/// Removes the original under a name of its own, so that no other file that takes its place is removed.
fn finish_copy(path: &Path, meant: &Identity, target: PathBuf) -> io::Result<Moved> {
    sync_folder(&target)?;
    let aside = match aside(path, |aside| rename_to_new(path, aside)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Moved::To(target)),
        other => other?,
    };
    if Identity::of(&aside)? == *meant {
        std::fs::remove_file(&aside)?;
    } else {
        rename_to_new(&aside, path)?;
    }
    Ok(Moved::To(target))
}

#[cfg(test)]
#[path = "moving_tests.rs"]
mod tests;
