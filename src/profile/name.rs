//! The name of a saved login.

use std::fmt;

/// A profile's name. It becomes part of a file's name (`$CREDENTIALS_DIRECTORY/uiq-NAME`), so it holds no separators.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProfileName(String);

/// A text that cannot name a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} cannot name a profile: letters, digits, `.`, `-` and `_` can, up to 64, beginning with a letter or digit"
)]
pub struct NameError(String);

impl ProfileName {
    /// The name a first login gets when none is given.
    pub fn first() -> Self {
        Self(String::from("default"))
    }

    /// Takes a name that is safe in a file name on every system.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let begins_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if begins_well && text.len() <= 64 && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError(text.to_owned()))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ProfileName;

    #[test]
    fn a_name_cannot_leave_the_folder_it_is_looked_up_in() {
        for bad in ["", "..", "a/b", "a\\b", "-p", "prod env", "\u{fc}ber"] {
            assert!(ProfileName::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(ProfileName::parse("acme.prod-2").unwrap().as_str(), "acme.prod-2");
    }
}
