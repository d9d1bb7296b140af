//! What a profile remembers.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml_edit::Value;

use super::{Address, AddressError, Given, PlainHttp, RowMapping};

/// How a profile logs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Login {
    /// An external application with its own id and secret (`client_credentials`).
    #[default]
    Application,
    /// A person, who logged in with the browser (`authorization_code` with PKCE); what is kept is a refresh token.
    Browser,
    /// A personal access token, which a person made on the web pages.
    PersonalAccessToken,
    /// A user name and a password, at a standalone server.
    Password,
}

impl Login {
    /// The word for it in the file of profiles.
    pub fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Browser => "browser",
            Self::PersonalAccessToken => "personal-access-token",
            Self::Password => "password",
        }
    }
}

/// Where a login puts its secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// The keyring of the operating system.
    #[default]
    Keyring,
    /// A file that only its owner can read, because the user asked for it by name.
    File,
}

impl Store {
    /// The word for it in the file of profiles.
    pub fn word(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
        }
    }
}

/// What a profile remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// The address of the tenant.
    pub url: String,
    /// Another identity server.
    pub identity_url: Option<String>,
    /// The tenant, where the address does not say it.
    pub tenant: Option<String>,
    /// The folder.
    pub folder: Option<String>,
    /// How to log in.
    #[serde(default)]
    pub login: Login,
    /// The application's id.
    pub client_id: Option<String>,
    /// The user's name, for a login with a password.
    pub username: Option<String>,
    /// The scopes to ask for, separated by spaces.
    pub scope: Option<String>,
    /// Where the secret is kept.
    #[serde(default)]
    pub store: Store,
    /// The command that prints the secret, which then is kept nowhere.
    pub credential_command: Option<String>,
    /// A file with certificates of authorities to trust besides the system's.
    pub ca: Option<String>,
    /// A file with the certificate and key that we show to the server.
    pub client_cert: Option<String>,
    /// Whether plain HTTP was allowed at login.
    #[serde(default)]
    pub allow_http: bool,
    /// What the rows of a queue's files mean, by the queue's name. Written by people only; a new login leaves it as it is.
    #[serde(default)]
    pub queue: BTreeMap<String, RowMapping>,
}

impl Saved {
    /// The address, understood as it was at login.
    pub fn address(&self) -> Result<Address, AddressError> {
        let given = Given {
            tenant: self.tenant.as_deref(),
            identity: self.identity_url.as_deref(),
            plain_http: PlainHttp::Anywhere,
        };
        Address::parse(&self.url, given)
    }

    /// The keys of the file and what they are set to; none where a key is to be left out.
    pub(super) fn entries(&self) -> [(&'static str, Option<Value>); 13] {
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        [
            ("url", Some(Value::from(self.url.as_str()))),
            ("identity_url", text(&self.identity_url)),
            ("tenant", text(&self.tenant)),
            ("folder", text(&self.folder)),
            ("login", Some(self.login.word().into())),
            ("client_id", text(&self.client_id)),
            ("username", text(&self.username)),
            ("scope", text(&self.scope)),
            ("store", (self.store != Store::default()).then(|| self.store.word().into())),
            ("credential_command", text(&self.credential_command)),
            ("ca", text(&self.ca)),
            ("client_cert", text(&self.client_cert)),
            ("allow_http", self.allow_http.then(|| true.into())),
        ]
    }
}
