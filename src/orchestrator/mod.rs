//! What does Orchestrator speak?
//!
//! The client for the endpoints that a loader needs, the folder header, its limits, and what its answers mean. The wire's own types
//! stay private to `wire`; nothing here waits or repeats a write.

mod answer;
mod body;
mod census;
mod client;
mod error;
mod folder;
pub mod limits;
mod odata;
mod patience;
mod queue;
mod trace;
mod wire;

pub use answer::{BulkAnswer, CreatedItem, ItemFailure, StoredItem};
pub use body::{BulkBody, CommitType, item_body, write_item};
pub use census::{Among, ItemStatus, Postponed};
pub use client::{Client, Target};
pub use error::{Concern, OrchestratorError, Page, Refusal};
pub use folder::folder_header;
pub use patience::{Backoff, patiently};
pub use queue::{Queue, Traffic};
pub use trace::without_trace;
