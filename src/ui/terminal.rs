//! What the terminal can show.

use crate::profile::Environment;

/// What the terminal can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Terminal {
    /// Lines, one below the other.
    Dumb,
    /// Letters of ASCII, and a line that is written anew.
    Ascii,
    /// Blocks as well.
    #[default]
    Unicode,
}

impl Terminal {
    /// The terminal as `TERM` and the locale describe it.
    pub fn described_by(environment: &Environment) -> Self {
        // https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02: the first that is set and not empty.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| environment.get(name));
        let is_utf8 = locale.is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        // Windows writes UTF-16 to its console, whatever the code page, and its fonts have had the blocks since DOS.
        match (environment.get("TERM"), is_utf8 || cfg!(windows)) {
            (Some("dumb"), _) => Self::Dumb,
            (_, true) => Self::Unicode,
            (_, false) => Self::Ascii,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(variables: &[(&str, &str)]) -> Terminal {
        let owned = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Terminal::described_by(&Environment::from_process(owned))
    }

    #[test]
    #[cfg(unix)]
    fn blocks_are_shown_where_the_locale_is_utf_8() {
        assert_eq!(terminal(&[("LANG", "de_DE.UTF-8")]), Terminal::Unicode);
        assert_eq!(terminal(&[("LANG", "ja_JP.utf8")]), Terminal::Unicode);
        assert_eq!(terminal(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")]), Terminal::Ascii);
        assert_eq!(terminal(&[("LANG", "de_DE.UTF-8"), ("LC_CTYPE", "de_DE@euro")]), Terminal::Ascii);
        assert_eq!(terminal(&[]), Terminal::Ascii);
    }

    #[test]
    fn a_dumb_terminal_has_no_bar_whatever_its_locale() {
        assert_eq!(terminal(&[("TERM", "dumb"), ("LANG", "de_DE.UTF-8")]), Terminal::Dumb);
    }
}
