//! Drafts: files that are written under a name of their own, and take their real one when they are whole.
//!
//! The draft of `a.csv` is `.a.csv.uiq-XXXXXXXX.tmp` beside it, with eight letters or digits by chance: the number of a process tells nothing
//! apart where two containers share a folder. A process that is killed leaves its draft behind. The next draft of the same file removes it
//! when nobody has touched it for a day; what has no name like it is never removed.

use std::ffi::{OsStr, OsString};
use std::fs::{DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempPath;

/// Letters and digits by chance in the name of a draft.
const CHANCE: usize = 8;

/// No draft is written for so long without a pause, and no clocks of two machines that share a folder are so far apart.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

const ENDING: &str = ".tmp";

/// Makes a draft of `target` in its folder (a rename is atomic within one file system only), as `make` makes a file that is not there
/// yet. Dropped, the draft is removed.
pub(super) fn draft<F>(target: &Path, make: impl FnMut(&Path) -> io::Result<F>) -> io::Result<(F, TempPath)> {
    if let Some(name) = target.file_name() {
        sweep(folder_of(target), name, SystemTime::now());
    }
    beside(target, ENDING, make)
}

/// Puts the file at `path` aside, under a name beside its own, as `rename` renames it to one that is free. It is no draft, and never swept.
pub(super) fn aside(path: &Path, rename: impl FnMut(&Path) -> io::Result<()>) -> io::Result<PathBuf> {
    let ((), mut aside) = beside(path, ".moved", rename)?;
    aside.disable_cleanup(true);
    Ok(aside.to_path_buf())
}

fn beside<F>(path: &Path, ending: &str, make: impl FnMut(&Path) -> io::Result<F>) -> io::Result<(F, TempPath)> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let beginning = beginning(name);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&beginning).suffix(ending).rand_bytes(CHANCE);
    builder.make_in(folder_of(path), make).map(tempfile::NamedTempFile::into_parts)
}

/// The folder that an entry is in.
pub(super) fn folder_of(entry: &Path) -> &Path {
    entry.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What the draft of a file is called, up to the letters by chance. Of a long name only the beginning, for no name is longer than 255 bytes.
fn beginning(name: &OsStr) -> OsString {
    let is_long = name.len() > 200;
    let name =
        if is_long { name.to_string_lossy().chars().take(50).collect::<String>().into() } else { name.to_owned() };
    [OsStr::new("."), &name, OsStr::new(".uiq-")].into_iter().collect()
}

/// Removes drafts of the file `name` that dead processes have left. What cannot be removed stays; the next draft does not need its name.
fn sweep(folder: &Path, name: &OsStr, now: SystemTime) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| is_draft(&entry.file_name(), name) && is_abandoned(entry, now)) {
        let _ = std::fs::remove_file(entry.path());
    }
}

fn is_draft(found: &OsStr, name: &OsStr) -> bool {
    let rest = found.as_encoded_bytes().strip_prefix(beginning(name).as_encoded_bytes());
    rest.and_then(|rest| rest.strip_suffix(ENDING.as_bytes()))
        .is_some_and(|chance| chance.len() == CHANCE && chance.iter().all(u8::is_ascii_alphanumeric))
}

fn is_abandoned(entry: &DirEntry, now: SystemTime) -> bool {
    // Of a link these are the metadata of the link.
    let metadata = entry.metadata().ok().filter(Metadata::is_file);
    let age = metadata.and_then(|metadata| now.duration_since(touched(&metadata)?).ok());
    age.is_some_and(|age| age > ABANDONED)
}

/// When a file was last touched. Not when it was modified, as far as that can be told apart: a copy has the time of its original.
fn touched(metadata: &Metadata) -> Option<SystemTime> {
    #[cfg(unix)]
    {
        let seconds = u64::try_from(std::os::unix::fs::MetadataExt::ctime(metadata)).ok()?;
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }
    #[cfg(not(unix))]
    {
        metadata.modified().ok().max(metadata.created().ok())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn names(folder: &Path) -> String {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names.join(" ")
    }

    #[test]
    fn two_drafts_of_a_file_are_two_and_leave_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.csv");
        let (_file, one) = draft(&target, |path| File::create_new(path)).unwrap();
        let (_file, other) = draft(&target, |path| File::create_new(path)).unwrap();
        assert_ne!(*one, *other);
        for path in [&one, &other] {
            assert!(is_draft(path.file_name().unwrap(), OsStr::new("a.csv")), "{path:?}");
        }
        drop((one, other));
        assert_eq!(names(folder.path()), "");
        let long = folder.path().join("請".repeat(80) + ".csv");
        let (_file, draft) = draft(&long, |path| File::create_new(path)).unwrap();
        assert!(is_draft(draft.file_name().unwrap(), long.file_name().unwrap()));
    }

    #[test]
    fn what_a_dead_process_left_is_removed_after_a_day_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let others = [
            ".a.csv.uiq-abcd1234",
            ".a.csv.uiq-abcd123.tmp",
            ".a.csv.uiq-abcd12345.tmp",
            ".a.csv.uiq-abcd-123.tmp",
            ".a.csv.x.uiq-abcd1234.tmp",
            ".b.csv.uiq-abcd1234.tmp",
            "a.csv",
            "a.csv.abcd1234.tmp",
        ];
        for name in others.iter().chain(&[".a.csv.uiq-abcd1234.tmp", ".a.csv.uiq-ABCD1234.tmp"]) {
            File::create_new(folder.path().join(name)).unwrap();
        }
        std::fs::create_dir(folder.path().join(".a.csv.uiq-folder12.tmp")).unwrap();
        let all = names(folder.path());
        let sweep_in = |hours: u64| {
            sweep(folder.path(), OsStr::new("a.csv"), SystemTime::now() + Duration::from_secs(hours * 3600));
        };
        sweep_in(23);
        assert_eq!(names(folder.path()), all, "somebody may be writing it");
        sweep_in(25);
        let left = all.replace(".a.csv.uiq-ABCD1234.tmp ", "").replace(".a.csv.uiq-abcd1234.tmp ", "");
        assert_eq!(names(folder.path()), left);
        assert_eq!(left.split(' ').count(), others.len() + 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_draft_with_the_time_of_an_old_original_is_no_old_draft() {
        let folder = tempfile::tempdir().unwrap();
        let (file, draft) = draft(&folder.path().join("a.csv"), |path| File::create_new(path)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        sweep(folder.path(), OsStr::new("a.csv"), SystemTime::now());
        assert!(draft.exists());
    }
}
