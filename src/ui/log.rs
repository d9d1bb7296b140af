//! The log on stderr: `-v` says what is being done, `-vv` every request; `UIQ_LOG` sets the level by name.
//!
//! Only our own events are logged. Libraries may write headers or bodies into theirs, and those hold secrets and row contents.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// A line of text an event; with colours or without.
    Text {
        /// Whether escape codes are written.
        ansi: bool,
    },
    /// A line of JSON an event.
    Json,
}

/// The level that `-v` given so often and `UIQ_LOG` ask for; the variable wins, as it is the more exact of the two.
///
/// # Errors
/// The variable's value where it is no level.
pub fn level(verbose: u8, variable: Option<&str>) -> Result<LevelFilter, String> {
    match variable {
        Some(text) => text.trim().parse().map_err(|_| text.to_owned()),
        None => Ok(match verbose {
            0 => LevelFilter::OFF,
            1 => LevelFilter::INFO,
            _ => LevelFilter::DEBUG,
        }),
    }
}

/// Starts the log. A second start, as in tests that run the program twice in one process, changes nothing.
pub fn start(level: LevelFilter, form: LogForm) {
    if level == LevelFilter::OFF {
        return;
    }
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let layer = fmt::layer().with_writer(io::stderr);
    let layer = match form {
        LogForm::Text { ansi } => layer.with_ansi(ansi).boxed(),
        LogForm::Json => layer.json().flatten_event(true).boxed(),
    };
    let _ = tracing_subscriber::registry().with(layer.with_filter(ours)).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_goes_before_the_flags_and_nonsense_is_named() {
        assert_eq!(level(0, None), Ok(LevelFilter::OFF));
        assert_eq!(level(2, None), Ok(LevelFilter::DEBUG));
        assert_eq!(level(2, Some("warn")), Ok(LevelFilter::WARN));
        assert_eq!(level(0, Some("loud")), Err(String::from("loud")));
    }
}
