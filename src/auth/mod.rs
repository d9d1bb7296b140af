//! Who are we?
//!
//! [`Credentials`] say how a token is got, the [`Endpoint`] asks the identity server for one, and a [`TokenSource`] keeps it for all
//! workers and renews it once for all. Secrets at rest lie behind [`SecretStore`].

mod credentials;
mod endpoint;
mod error;
mod keyring;
mod lookup;
mod source;
mod store;
mod token;

pub use credentials::{ClientCredentials, Credentials};
pub use endpoint::Endpoint;
pub use error::{AuthError, OAuthError, Refusal};
pub use keyring::{Keyring, Patience};
pub use lookup::{CredentialsError, Found, SecretOrigin, find, read_secret, systemd_credential};
pub use source::{Issuer, TokenSource};
pub use store::{Entry, SecretStore, StoreError};
pub use token::AccessToken;
