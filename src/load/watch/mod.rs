//! What becomes of a run's items once robots take them?
//!
//! Orchestrator counts; nobody reads items one by one. A look asks how many of the run's items have which status, each count one read
//! of those that Orchestrator limits, so looks are so far apart that more than half of the limit is left for everybody else. That makes
//! watching as cheap for a million items as for ten, and means that what an item goes through between two looks is not seen.
//!
//! The run's items are those with numbers between the newest item before the run and the newest at its end. What somebody else added
//! to the queue meanwhile is among them, and is told as a number: nothing in an item says who added it.

mod follow;
mod look;
mod pace;
mod processing;
mod sight;

#[cfg(test)]
mod tests;

pub use follow::{Followed, follow};
pub use processing::{End, Processing, Watched};
pub use sight::Sight;
