//! What does the user see?

mod brief;
mod channels;
pub mod log;
mod plural;
mod processing;
mod progress;
mod prompt;
mod queue;
mod queues;
mod report;
mod runs;
mod table;
mod times;

pub use channels::{Format, Progress, Ui, Verbosity};
pub use plural::{rows, rows_named};
pub use processing::{ProcessingView, processing_json, processing_text};
pub use progress::LoadView;
pub use queue::{Counted, QueueDetails, queue_json, queue_text};
pub use queues::{queues_json, queues_text};
pub use report::{load_json, load_text, quoted};
pub use runs::{RunDetails, run_json, run_text, runs_json, runs_text};
