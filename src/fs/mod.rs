//! Files that must not be half written, read by others, or used twice: private files, atomic replacement, locks, moving.

mod files;
mod lock;
mod moving;

pub use files::{Committed, Replacement, create_private_folder, private};
pub use lock::{Held, Holder, Lock, LockError};
pub use moving::{Identity, Moved, move_into};
