//! Where secrets rest, as the rest of the program sees it.

use std::fmt;
use std::time::Duration;

use crate::profile::ProfileName;
use crate::secret::Secret;

/// A place that keeps secrets.
pub trait SecretStore: fmt::Debug {
    /// The secret of `entry`, where one is kept.
    fn get(&self, entry: &Entry) -> Result<Option<Secret>, StoreError>;
    /// Keeps `secret`, in place of an older one.
    fn set(&self, entry: &Entry, secret: &Secret) -> Result<(), StoreError>;
    /// Forgets the secret of `entry`; it is no error if there is none.
    fn remove(&self, entry: &Entry) -> Result<(), StoreError>;
}

/// The name under which a secret rests.
///
/// It holds the application and the identity server as well as the profile: a secret is found only for the pair it was stored for, so
/// an address changed by a flag, a variable or an edited file cannot send it to another host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry(String);

impl Entry {
    /// The entry of an application's secret in a profile.
    pub fn new(profile: &ProfileName, client_id: &str, identity: &url::Url) -> Self {
        let host = identity.host_str().unwrap_or_default();
        let port = identity.port().map(|port| format!(":{port}")).unwrap_or_default();
        Self(format!("{profile}: {client_id} at {host}{port}"))
    }

    /// The account name; the service is `uiq`.
    pub fn account(&self) -> &str {
        &self.0
    }
}

/// Why a store gives or takes nothing. Each needs other advice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no keyring here: no session bus, or nobody on it who keeps secrets.
    #[error("there is no keyring service on this machine or in this session ({0})")]
    Absent(String),
    /// It is there, but locked or not set up, and could not ask anybody for its password.
    #[error("the keyring is locked, or was never set up, and could not be opened ({0})")]
    Locked(String),
    /// It is there and says nothing.
    #[error("the keyring did not answer within {} s", .0.as_secs())]
    Silent(Duration),
    /// It does not take secrets of this size.
    #[error("the keyring takes no secret of this length (limit {0})")]
    TooLong(u32),
    /// Anything else, in its own words.
    #[error("the keyring failed ({0})")]
    Other(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_bound_to_profile_application_and_identity_server() {
        let entry = Entry::new(
            &ProfileName::parse("prod").unwrap(),
            "0b5c",
            &"http://127.0.0.1:8787/identity_/".parse().unwrap(),
        );
        assert_eq!(entry.account(), "prod: 0b5c at 127.0.0.1:8787");
    }
}
