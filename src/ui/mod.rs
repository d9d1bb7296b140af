//! What does the user see?

mod channels;
pub mod log;
mod prompt;

pub use channels::{Format, Progress, Ui, Verbosity};
