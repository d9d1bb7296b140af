//! Why there is no token.

use std::fmt;
use std::time::Duration;

use super::{StoreError, TokenOrigin};
use crate::http::TransportError;

/// Why there is no token. Never holds a secret, nor a body that could.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// No whole answer came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// A web page, a redirect or nothing at all where a token endpoint should be.
    #[error("{endpoint} is no token endpoint: {what}")]
    WrongAddress {
        /// What was asked.
        endpoint: String,
        /// What is there instead.
        what: String,
    },
    /// The identity server said no.
    #[error("{endpoint} refuses the credentials: {refusal}")]
    Refused {
        /// What was asked.
        endpoint: String,
        /// Its words, and what they were about.
        refusal: Box<Refusal>,
    },
    /// Too many requests.
    #[error("{endpoint} takes no more requests for now (429)")]
    Limited {
        /// What was asked.
        endpoint: String,
        /// How long the server wants to be left alone, where it says so in seconds.
        after: Option<Duration>,
    },
    /// The identity server is not well.
    #[error("{endpoint} cannot answer now ({status})")]
    Server {
        /// What was asked.
        endpoint: String,
        /// The status.
        status: u16,
    },
    /// An answer that holds no token one could send.
    #[error("the answer of {endpoint} ({status}) cannot be used: {what}")]
    Unreadable {
        /// What was asked.
        endpoint: String,
        /// The status.
        status: u16,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A token that no header can hold, as when a whole page was pasted.
    #[error("the access token holds blanks, line breaks or letters that no header can carry")]
    TokenNotSendable,
    /// A token that was given to us was rejected; there is nothing to renew it with.
    #[error("Orchestrator does not accept the token in {origin}: it has ended, or it is of another tenant")]
    ReadyTokenRejected {
        /// Where it came from.
        origin: TokenOrigin,
    },
    /// User name, password or tenant are wrong, or the server takes none from this user.
    #[error("{endpoint} answered HTTP {status}{}", .message.as_ref().map(|words| format!(": {words}")).unwrap_or_default())]
    PasswordRefused {
        /// What was asked.
        endpoint: String,
        /// The status.
        status: u16,
        /// The server's words.
        message: Option<String>,
        /// The user's name.
        username: String,
        /// The tenant that was named.
        tenant: Option<String>,
    },
    /// The server takes no user names and passwords from programs.
    #[error("{endpoint} takes no user name and password: {what}")]
    NoPasswordLogin {
        /// What was asked.
        endpoint: String,
        /// What is there instead.
        what: String,
    },
    /// The store gives no refresh token.
    #[error("the refresh token cannot be read")]
    Store(#[source] StoreError),
    /// There is no refresh token any more.
    #[error("the login has gone from the store")]
    LoggedOut,
    /// Another process refreshes the same login and does not come to an end.
    #[error("the login cannot be refreshed now: {0}")]
    NoTurn(String),
}

impl AuthError {
    /// Tells whether the same request may succeed later, with nothing mended by the user.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Transport(_) | Self::Limited { .. } | Self::Server { .. })
    }
}

/// What was asked of the identity server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// A token for an application, for its id and secret.
    ClientCredentials,
    /// A person's first tokens, for what the browser brought back.
    AuthorizationCode,
    /// A person's next tokens.
    Refresh,
}

/// The words of an identity server that said no, and what the request was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was asked for.
    pub grant: Grant,
    /// The status.
    pub status: u16,
    /// Its code.
    pub error: OAuthError,
    /// Its explanation, where it gives one.
    pub description: Option<String>,
    /// The id that was sent.
    pub client_id: String,
    /// The scopes that were asked for, where any were.
    pub scope: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)?;
        match &self.description {
            Some(description) => write!(f, " ({description})"),
            None => Ok(()),
        }
    }
}

/// The error codes of a token endpoint (RFC 6749, 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OAuthError {
    /// The id is unknown or the secret is wrong.
    InvalidClient,
    /// A scope is unknown, or not granted to the application.
    InvalidScope,
    /// The application may not log in this way.
    UnauthorizedClient,
    /// What was presented besides the client is wrong or has ended.
    InvalidGrant,
    /// Another code, or none: then the HTTP status in words.
    Other(String),
}

impl OAuthError {
    /// Understands a code.
    pub fn new(code: &str) -> Self {
        match code {
            "invalid_client" => Self::InvalidClient,
            "invalid_scope" => Self::InvalidScope,
            "unauthorized_client" => Self::UnauthorizedClient,
            "invalid_grant" => Self::InvalidGrant,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidClient => "invalid_client",
            Self::InvalidScope => "invalid_scope",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::InvalidGrant => "invalid_grant",
            Self::Other(code) => code,
        })
    }
}
