//! What is printed for people to copy works: the commands of the README and of the samples.
// Clippy grants these to test functions only; what the tests stand on is no less a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

#[path = "../cli/support/mod.rs"]
mod support;

mod lines;
mod readme;
mod samples;
