//! Who logs in, without what proves it.

use std::fmt;

use crate::profile::{Login, Settings};

/// Who logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// An external application, with a secret of its own.
    Application {
        /// Its id.
        client_id: String,
    },
    /// A person, by way of the browser and an application without a secret.
    Person {
        /// The application's id.
        client_id: String,
    },
    /// A person whom only their token names.
    TokenHolder,
    /// A user of a standalone server.
    User {
        /// The user's name or mail address.
        name: String,
    },
}

impl Account {
    /// The account of a login; none where the login needs a name and there is none.
    pub fn new(login: Login, client_id: Option<&str>, username: Option<&str>) -> Option<Self> {
        let client_id = client_id.map(str::to_owned);
        match login {
            Login::Application => Some(Self::Application { client_id: client_id? }),
            Login::Browser => Some(Self::Person { client_id: client_id? }),
            Login::PersonalAccessToken => Some(Self::TokenHolder),
            Login::Password => Some(Self::User { name: username?.to_owned() }),
        }
    }

    /// The account that `settings` mean.
    pub fn of(settings: &Settings) -> Option<Self> {
        let text =
            |setting: &Option<crate::profile::Setting<String>>| setting.as_ref().map(|setting| setting.value.clone());
        Self::new(settings.login.value, text(&settings.client_id).as_deref(), text(&settings.username).as_deref())
    }

    /// What proves the account, in words.
    pub fn secret_words(&self) -> &'static str {
        match self {
            Self::Application { .. } => "client secret",
            Self::Person { .. } => "refresh token",
            Self::TokenHolder => "personal access token",
            Self::User { .. } => "password",
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Application { client_id } => write!(f, "application `{client_id}`"),
            Self::Person { client_id } => write!(f, "a person, through application `{client_id}`"),
            Self::TokenHolder => f.write_str("the owner of a personal access token"),
            Self::User { name } => write!(f, "user `{name}`"),
        }
    }
}
