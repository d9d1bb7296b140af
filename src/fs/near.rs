//! What is where a file was looked for and is not: a name that was typed is often nearly right.

use std::path::{Path, PathBuf};

/// What stands in for a file that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Near {
    /// A file of the same folder, with nearly that name.
    File(PathBuf),
    /// The folder, in full, in which no file has a name like it.
    Folder(PathBuf),
    /// There is not even the folder.
    Nothing(PathBuf),
}

/// So many entries of a folder are looked at. In one with more, whoever mistypes a name can wait for no answer.
const MOST_ENTRIES: usize = 10_000;

impl Near {
    /// Looks around where `path` is not.
    pub fn to(path: &Path) -> Self {
        let parent = path.parent().unwrap_or(path);
        let folder = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        if !folder.is_dir() {
            return Self::Nothing(folder.to_owned());
        }
        let wanted = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let entries = std::fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES).flatten();
        let close = entries
            .filter_map(|entry| {
                let name = entry.file_name();
                let away = distance(&wanted, &name.to_string_lossy().to_lowercase())?;
                entry.path().is_file().then_some((away, name))
            })
            .min();
        match close {
            Some((_, name)) => Self::File(parent.join(name)),
            None => Self::Folder(folder.canonicalize().unwrap_or_else(|_| folder.to_owned())),
        }
    }
}

/// How far one name is from another; none where nobody would take the one for the other: more than a letter in three is different. An
/// extension is no likeness, but one that is wrong, or missing, is a likely mistake.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    let stem = |name: &str| Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (wanted_stem, away) = (stem(wanted), strsim::osa_distance(wanted, name));
    (wanted_stem == stem(name) || away <= wanted_stem.chars().count() / 3).then_some(away)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_mistaken_for_each_other_are_near_and_others_are_not() {
        for (wanted, name) in [
            ("invoice.csv", "invoices.csv"),
            ("invocies.csv", "invoices.csv"),
            ("invoices", "invoices.csv"),
            ("invoices.csv", "invoices.xlsx"),
            ("rechnung-2026-12.csv", "rechnung-2026-11.csv"),
        ] {
            assert!(distance(wanted, name).is_some(), "{wanted} {name}");
        }
        for (wanted, name) in [("a.csv", "b.csv"), ("nope.csv", "a.csv"), ("ca.pem", "a.pem"), ("", "a")] {
            assert_eq!(distance(wanted, name), None, "{wanted} {name}");
        }
    }

    #[test]
    fn the_nearest_file_is_found_and_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["invoices.csv", "Invoices.xlsx", "other.csv"] {
            std::fs::write(at(name), "").unwrap();
        }
        std::fs::create_dir(at("others")).unwrap();
        assert_eq!(Near::to(&at("invoice.csv")), Near::File(at("invoices.csv")));
        assert_eq!(Near::to(&at("invoices.xls")), Near::File(at("Invoices.xlsx")));
        assert_eq!(Near::to(&at("others.csv")), Near::File(at("other.csv")));
        assert_eq!(Near::to(&at("none.csv")), Near::Folder(folder.path().canonicalize().unwrap()));
        assert_eq!(Near::to(&at("in/none.csv")), Near::Nothing(at("in")));
    }
}
