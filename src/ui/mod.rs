//! What does the user see?

mod channels;

pub use channels::{Format, Progress, Ui, Verbosity};
