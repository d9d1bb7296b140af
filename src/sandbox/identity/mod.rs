//! The identity server: who may have a token, and which tokens are out.

mod authorize;
mod discovery;
mod endpoint;
mod password;
mod people;
mod tokens;

pub(super) use authorize::authorize;
pub(super) use discovery::discovery;
pub(super) use endpoint::{Application, token};
pub(super) use password::authenticate;
pub(super) use people::People;
pub(super) use tokens::Tokens;

/// The client id of the application through which people log in with the browser.
pub(super) const PUBLIC_CLIENT: &str = people::PUBLIC_CLIENT;
/// The name of the tenant's user.
pub(super) const USERNAME: &str = people::USERNAME;
