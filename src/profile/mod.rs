//! Whom do we talk to?
//!
//! An [`Address`] is what people paste, understood; a [`ProfileFile`] holds what a login remembers (never a secret); [`resolve()`] puts
//! flags, environment and profile together into [`Settings`], each of which knows where it came from. [`Known`] remembers names for the
//! shell to complete.

mod address;
mod environment;
mod file;
mod folder;
mod known;
mod layout;
mod mapping;
mod name;
mod resolve;
mod saved;
mod setting;

pub use address::{Address, AddressError, Deployment, Given, PlainHttp};
pub use environment::Environment;
pub use file::{FileError, ProfileFile};
pub use folder::{Folder, FolderError};
pub use known::{Known, Learnt};
pub use mapping::{MappingError, RowMapping};
pub use name::{NameError, ProfileName};
pub use resolve::{Flags, Settings, SettingsError, UnknownProfile, resolve};
pub use saved::{Login, Saved, Store};
pub use setting::{Origin, Setting};
