//! What can be asked? One file a command: its arguments (whose comments are the help) and `run`.

pub mod connection;
mod context;
pub mod login;
pub mod logout;
mod profiles;
pub mod status;
pub mod token;

pub use context::{ColorChoice, Context, Global, LogFormat, OutputChoice};
