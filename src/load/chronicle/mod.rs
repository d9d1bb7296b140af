//! What a sitting looked like: how the rows went in over time, how long requests took, when nothing left and why.
//!
//! Fed by the engine's events, and of the same size however long the load: a thinned series, a histogram, pauses that are merged. It
//! knows this sitting only; what earlier ones did is in the journal.

mod keeper;
mod latencies;
mod pauses;
mod series;

pub use keeper::{Chronicle, Requests};
pub use latencies::{Bin, Latencies};
pub use pauses::{Pause, PauseReason, Pauses};
pub use series::{Point, Series};
