//! What can be asked? One file a command: its arguments (whose comments are the help) and `run`.

mod context;
pub mod sandbox;

pub use context::{ColorChoice, Context, Global, LogFormat, OutputChoice};
