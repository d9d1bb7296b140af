//! Whom do we talk to?

mod environment;

pub use environment::Environment;
