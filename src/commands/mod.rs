//! What can be asked? One file a command: its arguments (whose comments are the help) and `run`.

pub mod add;
pub mod completions;
pub mod connection;
mod context;
mod duration;
mod interrupt;
mod known;
pub mod load;
pub mod login;
pub mod logout;
pub mod man;
pub mod network;
mod profiles;
pub mod queues;
pub mod resume;
pub mod runs;
pub mod sandbox;
mod silence;
mod spare;
mod state;
pub mod status;
mod stores;
pub mod token;
mod wishes;

pub use context::{ColorChoice, Context, Global, LogFormat, OutputChoice};
