//! What we log in with.

use crate::secret::Secret;

/// What we log in with.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// An external application with a secret of its own.
    Application(ClientCredentials),
    /// A token that somebody else made, or a personal access token, which is sent the same way. It cannot be renewed.
    Ready {
        /// The token.
        token: Secret,
        /// The environment variable it came in.
        origin: &'static str,
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
