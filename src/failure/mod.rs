//! What went wrong, in words for the person at the terminal, and the exit code that scripts rely on.
//!
//! Rooms raise their own errors; this one turns each into a [`Failure`]: what happened, why, and what to type next. The matches are
//! exhaustive, so a new error does not compile before it has a message and an exit code.

mod auth;
mod browser;
mod exit;
mod grants;
mod load;
mod missing;
mod network;
mod orchestrator;
mod words;

pub use exit::Exit;
pub use words::Failure;
