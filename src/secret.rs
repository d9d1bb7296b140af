//! A value that must not be seen: no `Display`, a redacted `Debug`, zeroised when dropped.
//!
//! [`Secret::expose`] is the only way out; a search for it lists every place where a secret leaves its wrapper.

use secrecy::{ExposeSecret, SecretString};

/// A client secret, password or token.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps `text` as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// Wraps what a file or a pipe held: without the line end that editors and `echo` leave behind, and without a byte order mark.
    pub fn from_file_text(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self::new(text.trim_end_matches(['\r', '\n']))
    }

    /// Shows the secret to the one caller that has to send or store it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Tells whether there is nothing in it, which no server accepts.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

/// Keeps secrets out of core dumps: a crash leaves none of this process. Where the system refuses, the program works all the same.
#[cfg(unix)]
pub fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Does nothing: on Windows a dump is made only where an administrator has asked for it.
#[cfg(not(unix))]
pub fn forbid_core_dumps() {}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?}", Secret::new("hunter2"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn a_file_loses_its_line_end_and_nothing_else() {
        assert_eq!(Secret::from_file_text("\u{feff} a b \r\n").expose(), " a b ");
    }
}
