//! The shape of a failure: a message, its causes, and hints; and how it is printed.

use std::fmt;

use super::Exit;
use crate::ui::Told;

/// A failure as the user reads it.
///
/// Printed as `error: …`, then `caused by: …` indented, then an empty line and `hint: …`; fragments in lower case without a period.
#[derive(Clone, Debug)]
pub struct Failure {
    exit: Exit,
    message: String,
    details: Vec<String>,
    causes: Vec<String>,
    hints: Vec<String>,
}

impl Failure {
    /// A failure that ends the program with `exit`.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), details: Vec::new(), causes: Vec::new(), hints: Vec::new() }
    }

    /// A failure that says what `error` and the errors behind it say.
    pub fn from_error(exit: Exit, error: &dyn std::error::Error) -> Self {
        let failure = Self::new(exit, error.to_string());
        match error.source() {
            Some(source) => failure.caused_by(source),
            None => failure,
        }
    }

    /// Adds an error, and those behind it, as causes. A cause that repeats its neighbour's words is left out.
    #[must_use]
    pub fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            let words = cause.to_string();
            if self.causes.last().unwrap_or(&self.message) != &words {
                self.causes.push(words);
            }
            next = cause.source();
        }
        self
    }

    /// Adds a line on what exactly is wrong, below the message.
    #[must_use]
    pub fn detail(mut self, words: impl Into<String>) -> Self {
        self.details.push(words.into());
        self
    }

    /// Adds a cause in words.
    #[must_use]
    pub fn cause(mut self, words: impl Into<String>) -> Self {
        self.causes.push(words.into());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, words: impl Into<String>) -> Self {
        self.hints.push(words.into());
        self
    }

    /// The same failure with another exit code, where the command promises one of its own.
    #[must_use]
    pub fn ending_with(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// What happened, without causes and hints.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same for the log.
    pub fn told(&self) -> Told<'_> {
        let Self { exit, message, details, causes, hints } = self;
        Told::Error { exit_code: *exit as u8, message, details, causes, hints }
    }

    /// What exactly is wrong.
    pub fn details(&self) -> &[String] {
        &self.details
    }

    /// What is behind it.
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// What to do next.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        for detail in &self.details {
            write!(f, "\n  {detail}")?;
        }
        for cause in &self.causes {
            write!(f, "\n  caused by: {cause}")?;
        }
        if !self.hints.is_empty() {
            f.write_str("\n")?;
        }
        for hint in &self.hints {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}
