//! Where the credentials of this run come from.
//!
//! In this order; the first that is there is used, and no other:
//! 1. a credential command given as a flag;
//! 2. a ready token in the environment: `UIPATH_ACCESS_TOKEN`, `UIPATH_PAT`;
//! 3. the secret in the environment: `UIPATH_CLIENT_SECRET`, or `UIPATH_PASSWORD` for a user;
//! 4. a file that the environment names: `UIPATH_CLIENT_SECRET_FILE`, `UIPATH_PASSWORD_FILE`;
//! 5. the credentials that systemd hands to a service: `$CREDENTIALS_DIRECTORY/uiq-PROFILE`;
//! 6. a credential command from the environment or the profile;
//! 7. the store that a login put it into.
//!
//! Ready tokens are passed over where a flag names an application or a user: then that one is meant.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{
    Account, COMMAND_LIMIT, ClientCredentials, CommandError, Credentials, Entry, PasswordCredentials, PublicClient,
    SecretStore, StoreError, TokenOrigin, secret_from_command,
};
use crate::profile::{Environment, Login, Origin, ProfileName, Setting, Settings};
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
    /// Printed by a command; who named it.
    Command(Origin),
    /// In the store of the login, in its words.
    Store(String),
    /// Given to this very login.
    Given,
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
    /// The account is known, its secret is not.
    #[error("no {} is known for {account} ({origin})", account.secret_words())]
    NoSecret {
        /// The account.
        account: Account,
        /// Who named it.
        origin: Origin,
    },
    /// A file that should hold the secret cannot be read.
    #[error("cannot read the secret from {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("the secret in {origin} is empty")]
    Empty {
        /// Where.
        origin: String,
    },
    /// The command that should print it does not.
    #[error("the credential command gives no secret ({origin})")]
    Command {
        /// Who named it.
        origin: Origin,
        /// Why.
        source: CommandError,
    },
    /// The store that should hold it does not give it.
    #[error("cannot get the {what} of profile `{profile}`")]
    Store {
        /// What is wanted.
        what: &'static str,
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
    /// Where it rests, if it rests in a store; tokens may then be kept beside it.
    pub rests_in: Option<(Arc<dyn SecretStore>, Entry)>,
}

/// Finds the credentials for `settings`.
pub fn find(
    settings: &Settings,
    environment: &Environment,
    store: &Arc<dyn SecretStore>,
) -> Result<Found, CredentialsError> {
    let by_flag = [&settings.client_id, &settings.username, &settings.credential_command]
        .into_iter()
        .any(|setting| is_by_flag(setting.as_ref()));
    if !by_flag
        && let Some((name, token)) =
            ["UIPATH_ACCESS_TOKEN", "UIPATH_PAT"].iter().find_map(|name| Some((*name, environment.get(name)?)))
    {
        let token = Secret::from_file_text(token);
        let credentials = Credentials::Ready { token, origin: TokenOrigin::Variable(name) };
        return Ok(Found { credentials, origin: SecretOrigin::Environment(name), rests_in: None });
    }
    let Some(account) = Account::of(settings) else {
        return Err(CredentialsError::NoApplication { address: settings.address.value.base() });
    };
    let entry = Entry::new(&settings.profile.value, &account, &settings.address.value);
    let rests_in = || Some((Arc::clone(store), entry.clone()));
    if settings.login.value == Login::Browser {
        // What is kept is used up by each use; whoever uses it reads it.
        from_store(settings, &account, &entry, store.as_ref())?;
        let credentials = with_secret(settings, &account, Secret::new(""));
        return Ok(Found { credentials, origin: SecretOrigin::Store(store.place()), rests_in: rests_in() });
    }
    if let Some((secret, origin)) = outside_the_store(settings, environment)? {
        return Ok(Found { credentials: with_secret(settings, &account, secret), origin, rests_in: None });
    }
    let secret = from_store(settings, &account, &entry, store.as_ref())?;
    let origin = SecretOrigin::Store(store.place());
    Ok(Found { credentials: with_secret(settings, &account, secret), origin, rests_in: rests_in() })
}

/// The credentials of `account`, which `secret` proves.
pub fn with_secret(settings: &Settings, account: &Account, secret: Secret) -> Credentials {
    let scope = settings.scope.as_ref().map(|scope| scope.value.clone());
    match account {
        Account::Application { client_id } => {
            Credentials::Application(ClientCredentials { id: client_id.clone(), secret, scope })
        }
        Account::Person { client_id } => Credentials::Person(PublicClient { id: client_id.clone(), scope }),
        Account::User { name } => Credentials::Password(PasswordCredentials {
            tenant: settings.address.value.tenant.clone(),
            username: name.clone(),
            password: secret,
        }),
        Account::TokenHolder => {
            Credentials::Ready { token: secret, origin: TokenOrigin::Profile(settings.profile.value.clone()) }
        }
    }
}

fn is_by_flag(setting: Option<&Setting<String>>) -> bool {
    setting.is_some_and(|setting| matches!(setting.origin, Origin::Flag(_)))
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

/// The secret that the environment, systemd or a command gives; none where only a store can have it.
pub fn outside_the_store(
    settings: &Settings,
    environment: &Environment,
) -> Result<Option<(Secret, SecretOrigin)>, CredentialsError> {
    let command = settings.credential_command.as_ref();
    if is_by_flag(command) {
        return command.map(run).transpose();
    }
    let variables = match settings.login.value {
        Login::Application => Some(("UIPATH_CLIENT_SECRET", "UIPATH_CLIENT_SECRET_FILE")),
        Login::Password => Some(("UIPATH_PASSWORD", "UIPATH_PASSWORD_FILE")),
        Login::PersonalAccessToken | Login::Browser => None,
    };
    if let Some((variable, file_variable)) = variables {
        if let Some(secret) = environment.get(variable) {
            return Ok(Some((Secret::new(secret), SecretOrigin::Environment(variable))));
        }
        if let Some(path) = environment.get(file_variable).map(PathBuf::from) {
            return Ok(Some((read_secret(&path)?, SecretOrigin::File(path))));
        }
    }
    if let Some(path) = systemd_credential(environment, &settings.profile.value) {
        return Ok(Some((read_secret(&path)?, SecretOrigin::Systemd(path))));
    }
    command.map(run).transpose()
}

fn run(command: &Setting<String>) -> Result<(Secret, SecretOrigin), CredentialsError> {
    match secret_from_command(&command.value, COMMAND_LIMIT) {
        Ok(secret) => Ok((secret, SecretOrigin::Command(command.origin.clone()))),
        Err(source) => Err(CredentialsError::Command { origin: command.origin.clone(), source }),
    }
}

fn from_store(
    settings: &Settings,
    account: &Account,
    entry: &Entry,
    store: &dyn SecretStore,
) -> Result<Secret, CredentialsError> {
    let profile = &settings.profile.value;
    let named_by = match account {
        Account::User { .. } => settings.username.as_ref(),
        _ => settings.client_id.as_ref(),
    };
    let unknown = || CredentialsError::NoSecret {
        account: account.clone(),
        origin: named_by.map_or_else(|| settings.login.origin.clone(), |named| named.origin.clone()),
    };
    if !settings.is_saved {
        return Err(unknown()); // no login ever stored one: a machine without a keyring should not hear of keyrings
    }
    match store.get(entry) {
        Ok(Some(secret)) => Ok(secret),
        Ok(None) => Err(unknown()),
        Err(source) => Err(CredentialsError::Store { what: account.secret_words(), profile: profile.clone(), source }),
    }
}

impl fmt::Display for SecretOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Systemd(path) => write!(f, "systemd credential {}", path.display()),
            Self::Command(origin) => write!(f, "credential command ({origin})"),
            Self::Store(place) => f.write_str(place),
            Self::Given => f.write_str("given to this login"),
            Self::Sandbox => f.write_str("sandbox"),
        }
    }
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
