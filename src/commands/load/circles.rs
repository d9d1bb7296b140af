//! A file that is moved to where its own pattern finds it would be loaded by the next load, and the one after.

use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::Load;
use super::files::{has_wildcard, is_pattern};
use crate::failure::{Exit, Failure};

const HINT: &str = "name a folder that the pattern does not reach: what is put there would be loaded again";

/// A file whose name begins with a dot is somebody's draft, and a folder none that anybody delivers into.
pub(super) const MATCHING: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: false, require_literal_leading_dot: true };

impl Load {
    /// Refuses folders that a pattern reaches, also while nothing lies in them.
    pub(super) fn refuse_reached_folders(&self) -> Result<(), Failure> {
        let patterns = || self.files.iter().filter(|file| is_pattern(file));
        for (flag, folder) in self.folders.named() {
            if let Some(pattern) = patterns().find(|pattern| reaches(pattern, folder)) {
                let message = format!("`{flag} {}`: the pattern `{}` reaches it", folder.display(), pattern.display());
                return Err(Failure::new(Exit::Usage, message).hint(HINT));
            }
        }
        Ok(())
    }

    /// Refuses the folder of a file as the one that it is put into.
    pub(super) fn refuse_own_folders(&self, files: &[PathBuf]) -> Result<(), Failure> {
        for (flag, folder) in self.folders.named() {
            let target = real(folder);
            if let Some(file) = files.iter().find(|file| file.parent().is_some_and(|parent| real(parent) == target)) {
                let message = format!("`{flag} {}` is the folder of {}", folder.display(), file.display());
                return Err(Failure::new(Exit::Usage, message).hint(HINT));
            }
        }
        Ok(())
    }
}

/// Tells whether `pattern` finds files in `folder`: the names there are those that it has found elsewhere.
fn reaches(pattern: &Path, folder: &Path) -> bool {
    let is_fixed = |part: &Component<'_>| !has_wildcard(Path::new(part.as_os_str()));
    let folders = pattern.parent().unwrap_or(pattern);
    let fixed: PathBuf = folders.components().take_while(is_fixed).collect();
    let moving: Vec<_> = folders.components().skip_while(is_fixed).map(text).collect();
    let target = real(folder);
    let Ok(below) = target.strip_prefix(real(&fixed)) else { return false };
    let below: Vec<_> = below.components().map(text).collect();
    matches(&moving.iter().map(String::as_str).collect::<Vec<_>>(), &below)
}

fn text(part: Component<'_>) -> String {
    part.as_os_str().to_string_lossy().into_owned()
}

/// Tells whether the folders of a pattern are these; `**` is any number of them.
fn matches(pattern: &[&str], folders: &[String]) -> bool {
    match (pattern, folders) {
        ([], _) => folders.is_empty(),
        (["**", rest @ ..], _) => (0..=folders.len()).any(|count| {
            let (taken, left) = folders.split_at(count);
            taken.iter().all(|folder| !folder.starts_with('.')) && matches(rest, left)
        }),
        ([_, ..], []) => false,
        ([first, rest @ ..], [folder, left @ ..]) => {
            Pattern::new(first).is_ok_and(|first| first.matches_with(folder, MATCHING)) && matches(rest, left)
        }
    }
}

/// The folder without links and detours, as far as it is there already.
fn real(folder: &Path) -> PathBuf {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let found = whole.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
    match found {
        Some((part, real)) => real.join(whole.strip_prefix(part).unwrap_or(Path::new(""))).components().collect(),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reaches_the_folders_in_which_it_would_find_a_file() {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(place.path().join("c/in")).unwrap();
        let reached = |pattern: &str, folder: &str| reaches(&place.path().join(pattern), &place.path().join(folder));
        for (pattern, folder) in [
            ("c/**/*.csv", "c"),
            ("c/**/*.csv", "c/done"),
            ("c/**/*.csv", "c/in/done/2026"),
            ("c/**/in/*.csv", "c/in"),
            ("c/*/*.csv", "c/done"),
            ("c/[d-f]*/*.csv", "c/./done/"),
            ("c/*.csv", "c/in/.."),
            ("*/in/*.csv", "c/in"),
            ("**/*.csv", "x/y"),
        ] {
            assert!(reached(pattern, folder), "{pattern} {folder}");
        }
        for (pattern, folder) in [
            ("c/*.csv", "c/done"),
            ("c/*.csv", "done"),
            ("c/*/*.csv", "c"),
            ("c/*/*.csv", "c/done/2026"),
            ("c/in*/*.csv", "c/done"),
            ("c/**/in/*.csv", "c/done"),
            ("c/**/*.csv", "c/.done"),
            ("c/**/*.csv", "d"),
        ] {
            assert!(!reached(pattern, folder), "{pattern} {folder}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_where_it_leads() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        std::fs::create_dir_all(at("inbox/done")).unwrap();
        std::os::unix::fs::symlink(at("inbox"), at("link")).unwrap();
        assert!(reaches(&at("link/*/*.csv"), &at("inbox/done")) && reaches(&at("inbox/*.csv"), &at("link")));
    }
}
