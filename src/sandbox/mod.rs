//! An Orchestrator of our own on loopback: real HTTP, real rules, faults on request, everything in memory.
//!
//! It is an independent witness of what the client says: it imports nothing from the crate and shares no type with it, so that a
//! misspelt member fails a test instead of being misspelt on both sides. Where the published definition and documentation leave
//! open what the real server does, the code says `Assumption:` and takes the stricter reading.
//!
//! # A request's way
//! ```text
//! listener --> exchange --> address (which call?) --> faults (what goes wrong?) --> calls --> access (token, scope, folder)
//!                                                                                    |--> identity | queues | query --> state
//!          <-- exchange <-- reply
//! ```

mod access;
mod address;
mod authority;
mod calls;
mod entities;
mod exchange;
mod faults;
mod folders;
mod greeter;
mod identity;
mod limit;
mod listener;
mod log;
mod moment;
mod options;
mod orchestrator;
mod page;
mod query;
mod queues;
mod random;
mod reply;
mod robot;
mod running;
mod state;

#[cfg(test)]
mod tests;

pub use faults::{Fault, FaultError};
pub use limit::{ReadLimit, ReadLimitError};
pub use log::LoggedRequest;
pub use options::{Options, QueueSpec, QueueSpecError, Transport, UnknownQueues};
pub use robot::{Outcome, Robot, RobotError};
pub use running::{RegisteredFolder, Running, StoredItem, start};
