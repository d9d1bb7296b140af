//! What is the identity server asked, and what does it answer?
//!
//! The [`Endpoint`] makes the requests. Those of a person are made by the `oauth2` crate; a courier takes them to the server over our
//! own HTTP client. What the server gives, and how it refuses, is read in one way for all grants.

mod courier;
mod endpoint;
mod granted;
mod refused;

pub use endpoint::Endpoint;
pub use granted::PersonTokens;
