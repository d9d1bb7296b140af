//! Where the credentials of this run come from.
//!
//! In this order: a ready token in the environment; an application's secret in the environment, in a file it names, among the
//! credentials that systemd hands to a service; the store that a login put it into. The first that is there is used, and no other.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::{ClientCredentials, Credentials, Entry, SecretStore, StoreError};
use crate::profile::{Environment, Origin, ProfileName, Settings};
use crate::secret::Secret;

/// A client secret is some tens of characters; what is longer than this is another file.
const LARGEST_SECRET: u64 = 64 * 1024;

/// Where the secret was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretOrigin {
    /// In an environment variable.
    Environment(&'static str),
    /// In a file that an environment variable names.
    File(PathBuf),
    /// Among the credentials that systemd hands to a service.
    Systemd(PathBuf),
    /// In the operating system's keyring.
    Keyring,
    /// In the sandbox of this very command.
    Sandbox,
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// An address is known, but nobody said who we are.
    #[error("not logged in: no application is known for {address}")]
    NoApplication {
        /// The tenant.
        address: String,
    },
    /// The application is known, its secret is not.
    #[error("no secret is known for the application `{client_id}` ({origin})")]
    NoSecret {
        /// The application.
        client_id: String,
        /// Who named it.
        origin: Origin,
    },
    /// A file that should hold the secret cannot be read.
    #[error("cannot read the client secret from {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("the client secret in {origin} is empty")]
    Empty {
        /// Where.
        origin: String,
    },
    /// The store that should hold it does not give it.
    #[error("cannot get the client secret of profile `{profile}`")]
    Store {
        /// The profile.
        profile: ProfileName,
        /// Why.
        source: StoreError,
    },
}

/// Credentials, and where their secret was found.
#[derive(Debug)]
pub struct Found {
    /// The credentials.
    pub credentials: Credentials,
    /// Where the secret was found.
    pub origin: SecretOrigin,
}

/// Finds the credentials for `settings`.
pub fn find(
    settings: &Settings,
    environment: &Environment,
    store: &dyn SecretStore,
) -> Result<Found, CredentialsError> {
    let by_flag = settings.client_id.as_ref().is_some_and(|id| matches!(id.origin, Origin::Flag(_)));
    if !by_flag {
        let ready = ["UIPATH_ACCESS_TOKEN", "UIPATH_PAT"].iter().find_map(|name| Some((*name, environment.get(name)?)));
        if let Some((name, token)) = ready {
            let credentials = Credentials::Ready { token: Secret::from_file_text(token), origin: name };
            return Ok(Found { credentials, origin: SecretOrigin::Environment(name) });
        }
    }
    let Some(client_id) = &settings.client_id else {
        return Err(CredentialsError::NoApplication { address: settings.address.value.base() });
    };
    let (secret, origin) = match outside_the_store(settings, environment)? {
        Some(found) => found,
        None => (from_store(settings, &client_id.value, store)?, SecretOrigin::Keyring),
    };
    let scope = settings.scope.as_ref().map(|scope| scope.value.clone());
    let credentials = Credentials::Application(ClientCredentials { id: client_id.value.clone(), secret, scope });
    Ok(Found { credentials, origin })
}

/// The file in which systemd hands a service the secret of a profile (`LoadCredential=uiq-NAME:…`).
pub fn systemd_credential(environment: &Environment, profile: &ProfileName) -> Option<PathBuf> {
    let path = Path::new(environment.get("CREDENTIALS_DIRECTORY")?).join(format!("uiq-{profile}"));
    path.exists().then_some(path)
}

/// Reads a secret from a file, without the line end that editors and `echo` leave behind.
pub fn read_secret(path: &Path) -> Result<Secret, CredentialsError> {
    use io::Read;
    let failed = |source| CredentialsError::File { path: path.to_owned(), source };
    let mut text = String::new();
    let mut file = std::fs::File::open(path).map_err(failed)?;
    file.by_ref().take(LARGEST_SECRET).read_to_string(&mut text).map_err(failed)?;
    let secret = Secret::from_file_text(&text);
    if secret.is_empty() { Err(CredentialsError::Empty { origin: path.display().to_string() }) } else { Ok(secret) }
}

fn outside_the_store(
    settings: &Settings,
    environment: &Environment,
) -> Result<Option<(Secret, SecretOrigin)>, CredentialsError> {
    if let Some(secret) = environment.get("UIPATH_CLIENT_SECRET") {
        return Ok(Some((Secret::new(secret), SecretOrigin::Environment("UIPATH_CLIENT_SECRET"))));
    }
    if let Some(path) = environment.get("UIPATH_CLIENT_SECRET_FILE").map(PathBuf::from) {
        return Ok(Some((read_secret(&path)?, SecretOrigin::File(path))));
    }
    match systemd_credential(environment, &settings.profile.value) {
        Some(path) => Ok(Some((read_secret(&path)?, SecretOrigin::Systemd(path)))),
        None => Ok(None),
    }
}

fn from_store(settings: &Settings, client_id: &str, store: &dyn SecretStore) -> Result<Secret, CredentialsError> {
    let profile = &settings.profile.value;
    let unknown = || CredentialsError::NoSecret {
        client_id: client_id.to_owned(),
        origin: settings.client_id.as_ref().map_or(Origin::Default, |id| id.origin.clone()),
    };
    if !settings.is_saved {
        return Err(unknown()); // no login ever stored one: a machine without a keyring should not hear of keyrings
    }
    let entry = Entry::new(profile, client_id, &settings.address.value.identity);
    match store.get(&entry) {
        Ok(Some(secret)) => Ok(secret),
        Ok(None) => Err(unknown()),
        Err(source) => Err(CredentialsError::Store { profile: profile.clone(), source }),
    }
}

impl fmt::Display for SecretOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Systemd(path) => write!(f, "systemd credential {}", path.display()),
            Self::Keyring => f.write_str("keyring"),
            Self::Sandbox => f.write_str("sandbox"),
        }
    }
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
