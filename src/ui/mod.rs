//! What does the user see?

mod bar;
mod brief;
mod channels;
pub mod document;
mod files;
pub mod log;
mod metrics;
mod plural;
mod progress;
mod prompt;
mod queues;
mod report;
mod runs;
mod table;
mod terminal;
mod told;

pub use channels::{Format, Progress, Talk, Ui, Verbosity};
pub use files::{files_counted, files_json, files_text};
pub use metrics::{Figures, metrics_text};
pub use plural::{rows, rows_named};
pub use progress::LoadView;
pub use queues::{queues_json, queues_text};
pub use report::{load_json, load_text, quoted};
pub use runs::{RunDetails, run_json, run_text, runs_json, runs_text};
pub use table::Width;
pub use terminal::Terminal;
pub use told::Told;
