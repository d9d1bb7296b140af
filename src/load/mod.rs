//! How does a file become items?
//!
//! Two passes. The first checks every row and sends nothing ([`check()`]). The second cuts batches, keeps requests under way, and writes
//! into the journal what leaves and what became of it ([`dispatch()`]); what is in doubt is asked about. The engine emits [`Event`]s and
//! knows Orchestrator only through [`Submit`]. Afterwards the items can be followed ([`watch`]).

mod answers;
mod attempt;
mod batch;
mod books;
mod check;
pub mod chronicle;
mod decide;
mod dispatch;
mod doubts;
mod duplicates;
mod ended;
pub mod event;
mod finish;
mod halt;
mod leave_out;
mod likeness;
mod memory;
mod plan;
mod quiet;
pub mod report;
mod resolve;
mod settle;
mod single;
mod sizing;
mod submit;
mod supply;
pub mod watch;

#[cfg(test)]
mod tests;

pub use batch::{Batch, BatchLimits, Terms};
pub use check::{CheckError, Checked, Group, Problem, Problems, UniqueReferences, check};
pub use decide::{Decision, IfLoaded, Refusal, decide};
pub use dispatch::{Dispatched, dispatch};
pub use ended::{FileEnd, FileState};
pub use event::{Ending, Event, Observer, Tally};
pub use finish::{Closing, ClosingError, finish};
pub use halt::Halt;
pub use leave_out::{LeaveOutError, leave_out};
pub use plan::{ATOMIC_BYTES, BATCH_BYTES, DEFAULT_BATCH_ROWS, InDoubt, Plan, References, bytes_a_request};
pub use single::{Added, NotAdded, add_one};
pub use sizing::{BatchRows, Chosen, FEWEST_ROWS, MOST_ROWS};
pub use submit::{Remote, Submit};
pub use supply::{FileSupply, Supply};
