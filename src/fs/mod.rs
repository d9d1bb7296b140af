//! Files that must not be half written, read by others, or used twice: private files, atomic replacement, locks.

mod files;
mod lock;

pub use files::{Replacement, create_private_folder, private};
pub use lock::{Held, Holder, Lock, LockError};
