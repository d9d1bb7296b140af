//! `--metrics FILE.prom`: the figures of the load for whoever watches the machine.

use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use super::Load;
use super::files::has_wildcard;
use crate::commands::Context;
use crate::failure::Exit;
use crate::fs::Replacement;
use crate::load::FileEnd;
use crate::ui::{Figures, metrics_text};

/// A name that node_exporter reads: it takes no others from its folder.
pub(super) fn file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let fits = path.extension().is_some_and(|extension| extension == "prom");
    if fits { Ok(path) } else { Err(String::from("a file whose name ends in .prom, as node_exporter wants it")) }
}

impl Load {
    /// Writes the figures, if they are wanted. That they cannot be written changes nothing that was loaded: it is a warning, and whoever
    /// watches sees the time of the last run stand still.
    pub(super) fn write_metrics(&self, ends: &[FileEnd], exit: Exit, took: Duration, context: &Context) {
        let Some(metrics) = &self.metrics else { return };
        let figures = Figures {
            queue: &self.queue,
            file: &self.label(),
            shard: self.shard,
            ends,
            exit_code: exit as u8,
            took,
            now: jiff::Timestamp::now(),
        };
        let former = std::fs::read_to_string(metrics).unwrap_or_default();
        let text = metrics_text(&figures, &former);
        let written = Replacement::for_everybody(metrics).and_then(|mut draft| {
            draft.write_all(text.as_bytes())?;
            draft.commit()
        });
        if let Err(error) = written {
            context.ui.warn(&format!("the metrics cannot be written to {}: {error}", metrics.display()));
        }
    }

    /// The files in a word that is the same every night: a new one for each day's name would be a new time series each day.
    fn label(&self) -> String {
        match self.files.as_slice() {
            [file] if !self.folders.moves() || has_wildcard(file) => file.display().to_string(),
            files => common_pattern(files).display().to_string(),
        }
    }
}

/// `in/*.csv` for files in one folder with one extension.
fn common_pattern(files: &[PathBuf]) -> PathBuf {
    let same = |part: fn(&Path) -> Option<PathBuf>| {
        let mut parts = files.iter().map(|file| part(file));
        let first = parts.next().flatten();
        first.filter(|first| parts.all(|part| part.as_ref() == Some(first)))
    };
    let extension = same(|file| file.extension().map(PathBuf::from));
    let name = extension.map_or_else(|| String::from("*"), |extension| format!("*.{}", extension.display()));
    let folder = same(|file| file.parent().map(Path::to_owned));
    folder.map_or_else(|| PathBuf::from(&name), |folder| without_dots(&folder).join(&name))
}

/// `./in` is `in`, as the pattern `in/*.csv` would say.
fn without_dots(folder: &Path) -> PathBuf {
    folder.components().filter(|part| *part != Component::CurDir).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_has_expanded_is_a_pattern_again() {
        let pattern = |files: &[&str]| common_pattern(&files.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(pattern(&["in/a.csv", "in/b.csv"]), Path::new("in/*.csv"));
        assert_eq!(pattern(&["./in/a.csv"]), Path::new("in/*.csv"));
        assert_eq!(pattern(&["in/a.csv", "in/b.tsv"]), Path::new("in/*"));
        assert_eq!(pattern(&["a.csv", "in/b.csv"]), Path::new("*.csv"));
        assert_eq!(pattern(&["a", "in/b"]), Path::new("*"));
    }

    #[test]
    fn the_name_is_one_that_is_read() {
        assert!(file("/var/lib/node_exporter/uiq.prom").is_ok());
        assert!(file("uiq.txt").is_err());
    }
}
