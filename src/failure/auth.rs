//! Words for what comes before any request: settings, profiles, credentials, the keyring.

use super::{Exit, Failure};
use crate::auth::{CommandError, CredentialsError, StoreError};
use crate::profile::{AddressError, FileError, SettingsError};

/// The ways to give a secret on a machine without a keyring.
const WITHOUT_A_KEYRING: [&str; 5] = [
    "cron jobs, services and containers need no keyring: set `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET`,",
    "or name a file that only you can read in `UIPATH_CLIENT_SECRET_FILE`,",
    "or let systemd hand it over with `LoadCredential=uiq-NAME:FILE`, NAME being the profile,",
    "or name a command that prints it, as a password manager has one, with `--credential-command`,",
    "or log in with `--store file`, which keeps the secret in a plain file that only you can read",
];

impl Failure {
    /// Nobody is logged in: the three ways to change that.
    pub(super) fn with_ways_in(self) -> Self {
        self.hint("`uiq login` logs in and keeps the secret in the keyring")
            .hint("or set `UIPATH_URL`, `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET` (or `UIPATH_CLIENT_SECRET_FILE`)")
            .hint("or add `--sandbox` to rehearse on a local Orchestrator, without any account")
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let failure = |exit| Self::from_error(exit, &error);
        match &error {
            SettingsError::NoAddress => failure(Exit::NotAllowed).with_ways_in(),
            SettingsError::NoProfile { name, known, .. } if known.is_empty() => {
                failure(Exit::NotAllowed).hint(format!("`uiq login -p {name}` makes it"))
            }
            SettingsError::NoProfile { name, known, .. } => failure(Exit::NotAllowed)
                .hint(format!("there is {}; `uiq login -p {name}` makes another", known.join(", "))),
            SettingsError::Address { source, .. } => address_hint(failure(Exit::Usage), source),
            SettingsError::Folder { .. } => failure(Exit::Usage)
                .hint("a folder is a path (Finance/AP), a number (4242, the `fid` in the browser's address) or a GUID"),
            SettingsError::TwoFolders(..) | SettingsError::Name { .. } => failure(Exit::Usage),
        }
    }
}

fn address_hint(failure: Failure, error: &AddressError) -> Failure {
    match error {
        AddressError::PlainHttp(_) => {
            failure.hint("use `https://`, or `--allow-http` if the network between is trusted with the secret")
        }
        AddressError::Unclear(segment) => failure
            .hint(format!("Automation Suite: add the tenant, https://HOST/{segment}/TENANT"))
            .hint("standalone Orchestrator: leave the path away, https://HOST"),
        AddressError::NoTenant(organization) => {
            failure.hint(format!("add the tenant, as in https://cloud.uipath.com/{organization}/DefaultTenant, or `--tenant`"))
        }
        AddressError::UserInfo => failure.hint("leave out what stands before the `@`; secrets are never taken from an address"),
        AddressError::TwoTenants { .. } => failure.hint("leave one of the two away"),
        AddressError::NoOrganization | AddressError::NotAUrl { .. } | AddressError::Scheme(_) => {
            failure.hint("paste what the browser shows while Orchestrator is open, such as https://cloud.uipath.com/acme/Prod/orchestrator_/")
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        let exit = match &error {
            FileError::Read { .. } | FileError::Invalid { .. } | FileError::NoFolder => Exit::Usage,
            FileError::Write { .. } | FileError::Locked { .. } => Exit::Failed,
        };
        let failure = Self::from_error(exit, &error);
        match &error {
            FileError::Invalid { .. } => failure.hint("mend the line, or remove the file and log in again"),
            FileError::Locked { .. } => failure.hint("try again when the other one has ended"),
            FileError::Read { .. } | FileError::NoFolder | FileError::Write { .. } => {
                failure.hint("`UIQ_CONFIG_DIR` names another folder for the profiles")
            }
        }
    }
}

impl From<CredentialsError> for Failure {
    fn from(error: CredentialsError) -> Self {
        let failure = Self::from_error(Exit::NotAllowed, &error);
        match &error {
            CredentialsError::NoApplication { .. } => failure.with_ways_in(),
            CredentialsError::NoSecret { .. } => failure
                .hint("a stored secret is used only for the application and the host it was stored for")
                .with_ways_in(),
            CredentialsError::File { path, source } => failure.hint_if_missing(source, path),
            CredentialsError::Empty { .. } => failure,
            CredentialsError::Command { source, .. } => match source {
                CommandError::Words | CommandError::Start { .. } => {
                    failure.hint("no shell reads the command: no variables, pipes or `~`; `sh -c '...'` runs one")
                }
                CommandError::Failed { .. } | CommandError::NoSecret { .. } => {
                    failure.hint("run the command by itself: it has to print the secret, and nothing else, to stdout")
                }
                CommandError::Silent { .. } => failure.hint(
                    "it may wait for a password that nobody can type there; unlock it before, or choose another way",
                ),
            },
            CredentialsError::Store { source, .. } => store_hints(failure, source),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        store_hints(Self::from_error(Exit::NotAllowed, &error), &error)
    }
}

/// What helps depends on why the keyring gives nothing; the choices without one are always named.
fn store_hints(failure: Failure, error: &StoreError) -> Failure {
    let failure = match error {
        StoreError::Absent(_) => failure
            .hint("on a desktop, log in to a session with GNOME Keyring, KWallet or KeePassXC and try again there")
            .hint("a job of cron reaches the keyring only while the same user is logged in: it works by day and fails after the log-out"),
        StoreError::Locked(_) => failure.hint("logging in to the desktop with a password unlocks it, as a rule"),
        StoreError::Silent(_) => failure.hint("something owns the keyring's name and does not answer; log out and in, or restart it"),
        StoreError::TooLong(_) | StoreError::Other(_) => failure,
        StoreError::Exposed { path, .. } => {
            return failure
                .hint("whoever could read or change it may know the secrets in it, or have put others there")
                .hint(format!("remove it, log in again, and give out new secrets; if you are sure of it, `chmod 600 {path}`"));
        }
        StoreError::File { path, .. } => return failure.hint(format!("remove {path} and log in again, or let `UIQ_CONFIG_DIR` name another folder")),
    };
    WITHOUT_A_KEYRING.iter().fold(failure, |failure, hint| failure.hint(*hint))
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
