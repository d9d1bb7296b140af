//! Nothing lost, nothing doubled: the real binary against the sandbox, killed at every moment that can be brought about.
//!
//! ```text
//! program (child process) --> road (sees every request, kills at a moment) --> sandbox (in this process, with faults)
//!    \--> journal <-- step (holds the write lock, kills before a write)
//! ordeal: kill, resume, kill, ... until it ends by itself; then what the sandbox has is compared with the file as a multiset
//! ```
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)] // all of it is test code, helpers too

mod again;
mod cost;
mod delivery;
mod dice;
mod disk;
mod doubt;
mod faults;
mod inbox;
mod matrix;
mod ordeal;
mod program;
mod road;
mod rows;
mod scene;
mod shares;
mod signals;
mod step;
mod system_calls;
