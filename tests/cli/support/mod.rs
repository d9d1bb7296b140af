//! What the tests stand on: the binary run in a place of its own, against servers of our own.
//!
//! The binary sees a cleared environment, its own home and no session bus, so it can reach neither the user's profiles nor the
//! keyring; every server is on loopback at a port that the system chose. A program that hangs is killed and fails its test.
#![allow(dead_code, unused_imports)] // a tool stays when the test that last needed it goes

mod child;
mod fake_server;
mod masks;
mod output;
mod place;
mod sandboxed;
#[cfg(unix)]
mod terminal;
mod uiq;

pub(crate) use child::{Child, Signal};
pub(crate) use fake_server::FakeServer;
pub(crate) use output::Output;
pub(crate) use place::Place;
pub(crate) use sandboxed::Sandboxed;
#[cfg(unix)]
pub(crate) use terminal::Terminal;
pub(crate) use uiq::{Uiq, uiq};
