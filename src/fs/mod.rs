//! Files that must not be half written, read by others, or used twice: private files, atomic replacement, locks, moving. And where one
//! is not, what is there.

mod draft;
mod files;
mod lock;
mod moving;
mod near;

pub use files::{Committed, Replacement, create_private_folder, private};
pub use lock::{Held, Holder, Lock, LockError};
pub use moving::{Identity, Moved, move_into};
pub use near::Near;
