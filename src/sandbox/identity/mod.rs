//! The identity server: who may have a token, and which tokens are out.

mod endpoint;
mod tokens;

pub(super) use endpoint::{Application, token};
pub(super) use tokens::Tokens;
