//! Words for everything between the terminal and a token: settings, profiles, credentials, the keyring, the identity server.

use super::{Exit, Failure};
use crate::auth::{AuthError, CredentialsError, OAuthError, Refusal, StoreError};
use crate::http::{ClientError, Reason, TransportError};
use crate::profile::{AddressError, FileError, SettingsError};

/// The ways to give a secret on a machine without a keyring.
const WITHOUT_A_KEYRING: [&str; 3] = [
    "cron jobs, services and containers need no keyring: set `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET`,",
    "or name a file that only you can read in `UIPATH_CLIENT_SECRET_FILE`,",
    "or let systemd hand it over with `LoadCredential=uiq-NAME:FILE`, NAME being the profile",
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
            FileError::Write { .. } => Exit::Failed,
        };
        let failure = Self::from_error(exit, &error);
        match &error {
            FileError::Invalid { .. } => failure.hint("mend the line, or remove the file and log in again"),
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
            CredentialsError::File { .. } | CredentialsError::Empty { .. } => failure,
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
    };
    WITHOUT_A_KEYRING.iter().fold(failure, |failure, hint| failure.hint(*hint))
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::from_error(Exit::Failed, &error)
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        let failure = Self::from_error(Exit::Failed, &error);
        match error.reason() {
            Reason::Name => failure.hint("is the host in `--url` spelt right, and is this machine on the network that knows it?"),
            Reason::Connect => failure.hint("is the port right, and does a proxy have to be named in `HTTPS_PROXY`?"),
            Reason::Tls => failure.hint("a company's own certificate authority must be trusted by this machine (on Linux also by `SSL_CERT_FILE`)"),
            Reason::Timeout | Reason::Broken => failure,
        }
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Transport(error) => error.into(),
            AuthError::Refused { endpoint, refusal } => refused(&endpoint, &refusal),
            AuthError::WrongAddress { .. } => Self::from_error(Exit::Failed, &error)
                .hint("is the address right (`uiq status` shows it), and does no proxy or login page answer in its place?")
                .hint("an identity server at another place is named by `--identity-url https://HOST/identity_`"),
            AuthError::Limited { .. } | AuthError::Server { .. } | AuthError::Unreadable { .. } => {
                Self::from_error(Exit::Failed, &error)
            }
            AuthError::TokenNotSendable => Self::from_error(Exit::NotAllowed, &error)
                .hint("give the token alone, without `Bearer` and without quotes"),
            AuthError::ReadyTokenRejected { origin } => Self::from_error(Exit::NotAllowed, &error)
                .hint(format!("put a new one into `{origin}`, or unset it to use `uiq login`")),
        }
    }
}

/// The identity server said no: which of id, secret and scope it is about, and where to mend it.
fn refused(endpoint: &str, refusal: &Refusal) -> Failure {
    let id = &refusal.client_id;
    let admin = "Admin > External applications";
    let (message, hints): (String, Vec<String>) = match (&refusal.error, &refusal.scope) {
        (OAuthError::InvalidClient | OAuthError::InvalidGrant, _) => (
            format!("the application id `{id}` or its secret is wrong"),
            vec![
                format!("in Orchestrator, {admin} shows the id (App ID) of each application of this organisation"),
                format!(
                    "a secret cannot be looked up again: {admin} > the application > generate a new one, then `uiq login`"
                ),
            ],
        ),
        (OAuthError::InvalidScope, Some(scope)) => (
            format!("the application `{id}` may not have all of the scopes it asks for: {scope}"),
            vec![
                format!(
                    "add them in Orchestrator under {admin} > the application > Add scopes > Orchestrator API Access, tab *Application scopes*"
                ),
                String::from("or ask for fewer with `--scope`; without scopes the application gets all it was given"),
            ],
        ),
        (OAuthError::InvalidScope, None) => (
            format!("the application `{id}` has no application scopes"),
            vec![format!(
                "add OR.Queues in Orchestrator under {admin} > the application > Add scopes > Orchestrator API Access, tab *Application scopes* (not *User scopes*)"
            )],
        ),
        (OAuthError::UnauthorizedClient, _) => (
            format!("the application `{id}` may not log in with a secret of its own"),
            vec![format!(
                "in Orchestrator, {admin}: it must be a *confidential* application with *application* scopes"
            )],
        ),
        (OAuthError::Other(_), _) => (
            format!("the application `{id}` gets no token"),
            vec![format!("in Orchestrator, {admin}: compare id, secret and application scopes")],
        ),
    };
    let failure = Failure::new(Exit::NotAllowed, message)
        .cause(format!("{endpoint} answered HTTP {}: {refusal}", refusal.status));
    hints.into_iter().fold(failure, Failure::hint)
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
