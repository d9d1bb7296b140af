//! The real binary as a user meets it: exit code, stdout and stderr of every command, one file a command.
//!
//! A test reads as a sentence, `uiq(&["token"]).against(&sandbox).run()`, and an inline snapshot shows all that the user would see.
//! Nothing of the machine is used: see [`support`].
// Clippy grants these to test functions only; what the tests stand on is no less a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod support;

mod add;
mod completions;
mod help;
mod inbox;
mod load;
mod man;
mod pace;
mod queues;
mod rejects;
mod report;
mod resume;
mod runs;
mod sandbox;
mod shard;
mod status;
mod terminal;
mod token;
mod watch;
mod watched;
mod wrong;
