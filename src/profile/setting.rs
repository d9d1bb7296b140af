//! A value that knows where it came from.

use std::fmt;

use super::ProfileName;

/// A value and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a setting came from, strongest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag, as typed: `--url`.
    Flag(&'static str),
    /// An environment variable.
    Environment(&'static str),
    /// A saved login.
    Profile(ProfileName),
    /// It follows from the address.
    Url,
    /// The sandbox of this very command.
    Sandbox,
    /// Nobody said anything.
    Default,
}

impl<T> Setting<T> {
    /// Puts a value and its origin together.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Turns the value into another one of the same origin.
    pub fn try_map<U, E>(self, turn: impl FnOnce(T) -> Result<U, E>) -> Result<Setting<U>, E> {
        Ok(Setting { value: turn(self.value)?, origin: self.origin })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::Url => f.write_str("from the address"),
            Self::Sandbox => f.write_str("sandbox"),
            Self::Default => f.write_str("default"),
        }
    }
}
