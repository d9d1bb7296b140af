//! Where secrets rest, as the rest of the program sees it.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::Account;
use crate::profile::{Address, ProfileName};
use crate::secret::Secret;

/// A place that keeps secrets.
pub trait SecretStore: fmt::Debug + Send + Sync {
    /// The secret of `entry`, where one is kept.
    fn get(&self, entry: &Entry) -> Result<Option<Secret>, StoreError>;
    /// Keeps `secret`, in place of an older one.
    fn set(&self, entry: &Entry, secret: &Secret) -> Result<(), StoreError>;
    /// Forgets the secret of `entry`; it is no error if there is none.
    fn remove(&self, entry: &Entry) -> Result<(), StoreError>;
    /// The place, in words.
    fn place(&self) -> String;
}

/// The name under which a secret rests.
///
/// It holds the account and the servers as well as the profile: a secret is found only for those it was stored for, so an address
/// changed by a flag, a variable or an edited file cannot send it, or a token got with it, to another host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry(String);

impl Entry {
    /// The entry of an account's secret in a profile.
    pub fn new(profile: &ProfileName, account: &Account, address: &Address) -> Self {
        let api = host(&address.api_root);
        let identity = host(&address.identity);
        let tenant = address.tenant_header().map(|tenant| format!(" of {tenant}")).unwrap_or_default();
        let name = match account {
            Account::Application { client_id } => client_id.clone(),
            Account::Person { client_id } => format!("{client_id} by browser"),
            Account::TokenHolder => return Self(format!("{profile}: personal access token at {api}")),
            Account::User { name } => return Self(format!("{profile}: user {name}{tenant} at {api}")),
        };
        let elsewhere = if api == identity { String::new() } else { format!(" for {api}") };
        Self(format!("{profile}: {name} at {identity}{elsewhere}"))
    }

    /// The entry of the access token that was got with the secret of this one.
    #[must_use]
    pub fn token(&self) -> Self {
        Self(format!("{} (access token)", self.0))
    }

    /// The account name; the service is `uiq`.
    pub fn account(&self) -> &str {
        &self.0
    }
}

fn host(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or_default())
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
    /// The file of secrets is not ours alone, so what it holds may be known to others, or be theirs.
    #[error("the file of secrets {path} is not used: {what}")]
    Exposed {
        /// The file.
        path: String,
        /// What is wrong with it.
        what: String,
    },
    /// The file of secrets cannot be read or written.
    #[error("the file of secrets {path} cannot be used ({what})")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        what: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Given;

    fn entry(account: &Account, given: Given<'_>) -> String {
        let address = Address::parse("http://127.0.0.1:8787", given).unwrap();
        Entry::new(&ProfileName::parse("prod").unwrap(), account, &address).account().to_owned()
    }

    #[test]
    fn a_secret_is_bound_to_profile_account_and_servers() {
        let application = Account::Application { client_id: String::from("0b5c") };
        let tenant = Given { tenant: Some("Default"), ..Given::default() };
        assert_eq!(entry(&application, tenant), "prod: 0b5c at 127.0.0.1:8787");
        let elsewhere = Given { identity: Some("https://id.acme.local/identity"), ..tenant };
        assert_eq!(entry(&application, elsewhere), "prod: 0b5c at id.acme.local for 127.0.0.1:8787");
        let ann = Account::User { name: String::from("ann") };
        assert_eq!(entry(&ann, elsewhere), "prod: user ann of Default at 127.0.0.1:8787");
        assert_eq!(entry(&Account::TokenHolder, tenant), "prod: personal access token at 127.0.0.1:8787");
        let person = Account::Person { client_id: String::from("0b5c") };
        assert_eq!(entry(&person, tenant), "prod: 0b5c by browser at 127.0.0.1:8787");
    }
}
