//! Words for a file that is not where it was looked for.

use std::io;
use std::path::Path;

use super::Failure;
use crate::fs::Near;

impl Failure {
    /// Adds which file may be meant instead of the one that is not at `path`, or where it was looked for.
    #[must_use]
    pub fn hint_near(self, path: &Path) -> Self {
        match Near::to(path) {
            Near::File(file) => self.hint(format!("did you mean `{}`?", file.display())),
            Near::Folder(folder) => self.hint(format!("no file in {} has a name like it", folder.display())),
            Near::Nothing(folder) => self.hint(format!("there is no folder {}", folder.display())),
        }
    }

    /// The same where `error` says that there is no file at `path`.
    #[must_use]
    pub fn hint_if_missing(self, error: &io::Error, path: &Path) -> Self {
        if error.kind() == io::ErrorKind::NotFound { self.hint_near(path) } else { self }
    }
}
