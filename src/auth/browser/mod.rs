//! A person logs in with the browser: authorization code with PKCE (RFC 6749, 7636, 8252).
//!
//! An [`Invitation`] is the address that the browser is sent to. It comes back to a [`RedirectUri`] on this machine, where an
//! [`Authorization`] listens for one request; or the person pastes the address at which the browser ended. What is known only to us
//! never leaves: the verifier until the code is exchanged, the state but in the invitation.

mod callback;
mod invitation;
mod listener;
mod redirect;
mod request;

pub use callback::{Callback, CallbackError};
pub use invitation::Invitation;
pub use listener::Authorization;
pub use redirect::{RedirectError, RedirectUri};
