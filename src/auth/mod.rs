//! Who are we?
//!
//! [`Credentials`] say how a token is got, the [`Endpoint`] asks the identity server for one, and a [`TokenSource`] keeps it for all
//! workers and renews it once for all. Secrets at rest lie behind [`SecretStore`].

mod account;
mod assemble;
mod browser;
mod command;
mod credentials;
mod error;
mod file_store;
mod identity;
mod kept;
mod keyring;
mod lookup;
mod password;
mod person;
mod source;
mod store;
#[cfg(test)]
mod testing;
mod token;

pub use account::Account;
pub use assemble::{Surroundings, token_source};
pub use browser::{Authorization, Callback, CallbackError, Invitation, RedirectError, RedirectUri};
pub use command::{COMMAND_LIMIT, CommandError, SECRET_VARIABLES, secret_from_command};
pub use credentials::{ClientCredentials, Credentials, PasswordCredentials, PublicClient, TokenOrigin};
pub use error::{AuthError, Grant, OAuthError, Refusal};
pub use file_store::FileStore;
pub use identity::{Endpoint, PersonTokens};
pub use kept::{KeptToken, Reuse};
pub use keyring::{Keyring, Patience};
pub use lookup::{
    CredentialsError, Found, SecretOrigin, find, outside_the_store, read_secret, systemd_credential, with_secret,
};
pub use password::PasswordLogin;
pub use person::Turns;
pub use source::{Issued, Issuer, TokenSource};
pub use store::{Entry, SecretStore, StoreError};
pub use token::AccessToken;
