//! What does the user see?

mod bar;
mod brief;
mod channels;
pub mod document;
mod files;
mod hanging;
mod harmless;
pub mod log;
mod metrics;
mod plural;
mod processing;
mod progress;
mod prompt;
mod queue;
mod queues;
mod report;
mod runs;
mod table;
mod terminal;
mod times;
mod told;

pub use channels::{Format, Progress, Talk, Ui, Verbosity};
pub use files::{files_counted, files_json, files_text};
pub use hanging::hanging;
pub use metrics::{Figures, metrics_text};
pub use plural::{rows, rows_named};
pub use processing::{ProcessingView, processing_json, processing_text};
pub use progress::LoadView;
pub use queue::{Counted, QueueDetails, queue_json, queue_text};
pub use queues::{queues_json, queues_text};
pub use report::{load_json, load_text, quoted};
pub use runs::{RunDetails, run_json, run_text, runs_json, runs_text};
pub use table::Width;
pub use terminal::Terminal;
pub use told::Told;
