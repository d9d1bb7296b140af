//! What the collections hold, with the members of the published definition.

mod folder;
mod item;
mod queue;
mod status;

pub(super) use folder::FolderEntity;
pub(super) use item::ItemEntity;
pub(super) use queue::QueueEntity;
pub(super) use status::StatusEntity;
