//! What we log in with.

use std::fmt;

use crate::profile::ProfileName;
use crate::secret::Secret;

/// What we log in with.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// An external application with a secret of its own.
    Application(ClientCredentials),
    /// A person who logged in with the browser. Their refresh token is read from the store each time it is used, for another process
    /// may have replaced it.
    Person(PublicClient),
    /// A user of a standalone server.
    Password(PasswordCredentials),
    /// A token that somebody else made, or a personal access token, which is sent the same way. It cannot be renewed.
    Ready {
        /// The token.
        token: Secret,
        /// Where it came from.
        origin: TokenOrigin,
    },
}

/// An external application's own credentials.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The application's id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
    /// The scopes to ask for, separated by spaces. Without them none are sent, and the identity server grants all that the
    /// application was registered with. That is the default: asking for one it lacks fails the whole request, and whoever gave it
    /// only `OR.Queues.Write`, or `OR.Folders.Read` as well, need not say so twice. `Admin` is where rights are limited.
    pub scope: Option<String>,
}

/// An application without a secret, in whose name a person logs in.
#[derive(Clone, Debug)]
pub struct PublicClient {
    /// The application's id.
    pub id: String,
    /// The scopes that were asked for.
    pub scope: Option<String>,
}

/// A user name and a password.
#[derive(Clone, Debug)]
pub struct PasswordCredentials {
    /// The tenant; without one the server takes its default.
    pub tenant: Option<String>,
    /// The user's name or mail address.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// Where a ready token came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenOrigin {
    /// An environment variable.
    Variable(&'static str),
    /// A personal access token that a login has kept.
    Profile(ProfileName),
}

impl fmt::Display for TokenOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "`{name}`"),
            Self::Profile(name) => write!(f, "profile `{name}`"),
        }
    }
}
