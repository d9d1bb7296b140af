//! The requests of `uiq` as any server sees them, held against the published definition of Orchestrator's API.
//!
//! The sandbox has no part in this: the server here is a few lines and lenient, so what is asserted is what leaves the program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod address;
mod answers;
mod items;
mod server;
#[path = "../cli/support/mod.rs"]
mod support;
