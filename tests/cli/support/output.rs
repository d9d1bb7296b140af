//! What a program left behind: exit code, stdout and stderr, shown together.

use std::fmt;
use std::process::ExitStatus;

use super::masks::Masks;

/// What a program left behind. Shown, it has its exit code, then stdout and stderr where there is any, with masks.
pub(crate) struct Output {
    /// The exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout, as it is.
    pub(crate) stdout: String,
    /// What it wrote to stderr, as it is.
    pub(crate) stderr: String,
    masks: Masks,
}

impl Output {
    pub(super) fn new(status: ExitStatus, stdout: &[u8], stderr: &[u8], masks: Masks) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("what the program writes is UTF-8");
        Self { code: status.code(), stdout: text(stdout), stderr: text(stderr), masks }
    }

    /// The same, after holding that a command that fails gives nothing to a reader of its stdout.
    #[track_caller]
    pub(crate) fn failed_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        assert_eq!(self.stdout, "", "a command that fails leaves stdout empty");
        self
    }

    /// The same, after holding that the command did all that was asked.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "exit: {code}")?,
            None => write!(f, "ended by a signal")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "\n--- {name}\n{}", self.masks.apply(text).trim_end_matches('\n'))?;
            }
        }
        Ok(())
    }
}
