//! Which files are meant.

use std::path::{Component, Path, PathBuf};

use super::Load;
use super::circles::MATCHING;
use super::unfit::Unfit;
use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::source::is_rejects_file;
use crate::ui::Told;

/// The files of one command.
#[derive(Debug)]
pub(super) enum Named {
    /// One that was named as it is, and stays where it is. How it ends is how the command ends.
    One(PathBuf),
    /// Any number, in the order in which they were named; those of a pattern in the order of their names.
    Many(Vec<PathBuf>),
}

impl Load {
    /// The files that are meant. Patterns that no shell has expanded are expanded here: `cmd.exe` never does, and quotes prevent it.
    pub(super) fn named(&self, context: &Context) -> Result<Named, Failure> {
        let moves = self.folders.moves();
        if let ([file], false) = (self.files.as_slice(), moves)
            && !is_pattern(file)
        {
            return Ok(Named::One(file.clone()));
        }
        if self.files.iter().any(|file| file == Path::new("-")) {
            let message = "`-` is standard input: it comes alone, and cannot be moved";
            return Err(Failure::new(Exit::Usage, message));
        }
        if let Some(rejects) = &self.pace.rejects {
            let message = format!("`--rejects {}` names one file, and there may be several inputs", rejects.display());
            return Err(Failure::new(Exit::Usage, message)
                .hint("without it each has a rejects file of its own; `--failed-dir DIR` names the folder for them"));
        }
        self.refuse_reached_folders()?;
        let files = self.taken(context)?;
        self.refuse_own_folders(&files)?;
        Ok(Named::Many(files))
    }

    /// The files of names and patterns, but for those that are left alone.
    fn taken(&self, context: &Context) -> Result<Vec<PathBuf>, Failure> {
        let (mut files, mut unfit_of) = (Vec::<PathBuf>::new(), None);
        for named in &self.files {
            let is_pattern = is_pattern(named);
            let found = if is_pattern { self.matching(named, context)? } else { vec![named.clone()] };
            // Several names for a load that moves files are a pattern that a shell has expanded.
            let is_chance = is_pattern || (self.folders.moves() && self.files.len() > 1);
            for file in found {
                let unfit = Unfit::by_name(&file, self.shape.format).filter(|_| is_chance && file.exists());
                if is_rejects_file(&file) && (is_chance || self.names_inputs()) {
                    let words = "a rejects file; mend it and load it by itself, or under another name";
                    skip(&file, "rejects", words, context);
                } else if let Some(unfit) = unfit {
                    unfit_of = Some(named);
                    skip(&file, unfit.why(), unfit.words(), context);
                } else if files.contains(&file) {
                    skip(&file, "repeated", "it is named twice", context);
                } else {
                    files.push(file);
                }
            }
        }
        match unfit_of {
            // An inbox may hold nothing else tonight. Whoever names files and moves none wants them loaded.
            Some(pattern) if files.is_empty() && !self.folders.moves() => {
                let message = format!("{} matches no file that can be taken for an input", pattern.display());
                Err(Failure::new(Exit::Usage, message).hint(
                    "`--format FORMAT` takes files with any extension; a file that is named by itself is always taken",
                ))
            }
            _ => Ok(files),
        }
    }

    /// Tells whether files are named that may be the input of a rejects file, as `*.csv` names them where a shell expands it. An input may
    /// be gone on with, and rows of it that were not sent before are in both.
    fn names_inputs(&self) -> bool {
        self.files.iter().any(|file| !is_rejects_file(file))
    }

    fn matching(&self, pattern: &Path, context: &Context) -> Result<Vec<PathBuf>, Failure> {
        let shown = pattern.display();
        let wrong = |error: &dyn std::error::Error| {
            Failure::new(Exit::Usage, format!("`{shown}` is no pattern of file names")).caused_by(error)
        };
        let text = pattern.to_str().unwrap_or_default();
        let mut found = Vec::new();
        for path in glob::glob_with(text, MATCHING).map_err(|error| wrong(&error))? {
            let path = path.map_err(|error| wrong(&error))?;
            if !path.is_dir() {
                found.push(path);
            }
        }
        if found.is_empty() {
            // An inbox that files are moved out of is empty on most nights; one that is not there never is.
            if self.folders.moves() && fixed_part(pattern).is_dir() {
                context.ui.say(&format!("nothing to do: no file matches {shown}"));
                return Ok(found);
            }
            let failure = Failure::new(Exit::Usage, format!("no file matches {shown}"));
            return Err(if self.folders.moves() {
                failure.cause(format!("there is no folder {}", fixed_part(pattern).display()))
            } else {
                failure.hint("with `--done-dir` an inbox with nothing in it is no failure")
            });
        }
        Ok(found)
    }
}

/// Says that a file is left alone.
pub(super) fn skip(file: &Path, why: &str, words: &str, context: &Context) {
    let told = Told::Skipped { file, why, message: words };
    context.ui.tell(&told, &format!("skipping {}: {words}", file.display()));
}

/// Tells whether a name is a pattern. A file of that very name goes before.
pub(super) fn is_pattern(file: &Path) -> bool {
    has_wildcard(file) && !file.exists()
}

pub(super) fn has_wildcard(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.contains(['*', '?', '[']))
}

/// The folders before the first one with a wildcard.
fn fixed_part(pattern: &Path) -> PathBuf {
    let is_fixed = |part: &Component<'_>| !has_wildcard(Path::new(part.as_os_str()));
    let fixed: PathBuf = pattern.components().take_while(is_fixed).collect();
    if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_pattern_is_what_stands_before_its_first_wildcard() {
        for (pattern, folder) in [("*.csv", "."), ("in/*.csv", "in"), ("/a/b/20??/[ab]/x.csv", "/a/b")] {
            assert_eq!(fixed_part(Path::new(pattern)), Path::new(folder), "{pattern}");
        }
    }

    #[test]
    fn a_file_with_a_bracket_in_its_name_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a[1].csv");
        assert!(is_pattern(&file));
        std::fs::write(&file, "").unwrap();
        assert!(!is_pattern(&file));
        assert!(!is_pattern(Path::new("a.csv")));
    }
}
