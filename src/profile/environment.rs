//! The process's environment as a value, so that nothing below the commands reads the real one.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// Environment variables by name. Values that are not Unicode are kept out: no setting of ours can hold one.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Takes over what the process was started with.
    pub fn from_process(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let unicode = variables
            .into_iter()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self(unicode.collect())
    }

    /// The value of `name`; an empty one counts as not set, as shells can only half unset a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}
