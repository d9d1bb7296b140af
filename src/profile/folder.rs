//! The folder whose queues are meant.

use std::fmt;

/// A folder of Orchestrator, named in one of the three ways its API takes.
///
/// Ids change with the licence plan (a trial that becomes an enterprise account renumbers its folders); keys and paths do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folder {
    /// The fully qualified path, `Finance/AP`.
    Path(String),
    /// The number that browser addresses show as `fid`.
    Id(i64),
    /// The GUID, in lower case.
    Key(String),
}

/// Why a text names no folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// Nothing but blanks or slashes.
    #[error("the folder is empty")]
    Empty,
    /// It could not be sent in a header.
    #[error("the folder {0:?} holds a control character")]
    Control(String),
    /// A value that must be a number is none.
    #[error("the folder id `{0}` is not a whole number above zero")]
    NotAnId(String),
    /// A value that must be a GUID is none.
    #[error("the folder key `{0}` is not a GUID such as 1f8b6c1e-52a0-4e0b-9d6f-0c6a4f1e2d3c")]
    NotAKey(String),
}

impl Folder {
    /// Takes a number for an id, a GUID for a key, and anything else for a path. A slash before it says that it is a path.
    pub fn parse(text: &str) -> Result<Self, FolderError> {
        Self::id(text).or_else(|_| Self::key(text)).or_else(|_| Self::path(text))
    }

    /// Takes a path, even if it looks like a number.
    pub fn path(text: &str) -> Result<Self, FolderError> {
        if text.chars().any(char::is_control) {
            return Err(FolderError::Control(text.to_owned()));
        }
        let path = text.trim_matches(|end: char| end == '/' || end.is_whitespace());
        if path.is_empty() { Err(FolderError::Empty) } else { Ok(Self::Path(path.to_owned())) }
    }

    /// Takes a number.
    pub fn id(text: &str) -> Result<Self, FolderError> {
        match text.trim().parse() {
            Ok(id) if id > 0 => Ok(Self::Id(id)),
            _ => Err(FolderError::NotAnId(text.to_owned())),
        }
    }

    /// Takes a GUID, with or without braces.
    pub fn key(text: &str) -> Result<Self, FolderError> {
        let bare = text.trim();
        let bare = bare.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(bare);
        let groups: Vec<&str> = bare.split('-').collect();
        let hexadecimal = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if hexadecimal && groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) {
            Ok(Self::Key(bare.to_ascii_lowercase()))
        } else {
            Err(FolderError::NotAKey(text.to_owned()))
        }
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A folder called `2026` is no id: what is shown or kept must mean the same when it is read again.
            Self::Path(path) if Self::id(path).is_ok() || Self::key(path).is_ok() => write!(f, "/{path}"),
            Self::Path(text) | Self::Key(text) => f.write_str(text),
            Self::Id(id) => write!(f, "{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_an_id_a_guid_is_a_key_and_the_rest_is_a_path() {
        assert_eq!(Folder::parse(" 4242 "), Ok(Folder::Id(4242)));
        let key = String::from("1f8b6c1e-52a0-4e0b-9d6f-0c6a4f1e2d3c");
        assert_eq!(Folder::parse("{1F8B6C1E-52A0-4E0B-9D6F-0C6A4F1E2D3C}"), Ok(Folder::Key(key)));
        assert_eq!(Folder::parse("Finance/AP/"), Ok(Folder::Path("Finance/AP".into())));
        assert_eq!(Folder::parse("-3"), Ok(Folder::Path("-3".into())), "no id is negative");
    }

    #[test]
    fn a_path_may_look_like_a_number_where_a_path_is_asked_for() {
        let year = Folder::path("2026").unwrap();
        assert_eq!((&year, year.to_string().as_str()), (&Folder::Path("2026".into()), "/2026"));
        assert_eq!(Folder::parse("/2026"), Ok(year));
    }

    #[test]
    fn nothing_and_line_breaks_are_no_folder() {
        assert_eq!(Folder::parse(" / "), Err(FolderError::Empty));
        assert!(matches!(Folder::parse("Finance\nAP"), Err(FolderError::Control(_))));
    }

    proptest! {
        #[test]
        fn what_was_understood_is_understood_again(text in "\\PC{0,40}|[0-9]{1,5}", asked_as_a_path: bool) {
            let folder = if asked_as_a_path { Folder::path(&text) } else { Folder::parse(&text) };
            if let Ok(folder) = folder {
                prop_assert_eq!(Folder::parse(&folder.to_string()), Ok(folder));
            }
        }
    }
}
