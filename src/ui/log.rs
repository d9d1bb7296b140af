//! The log on stderr: `-v` says what is being done, `-vv` every request; `UIQ_LOG` sets the level by name.
//!
//! Only our own events are logged. Libraries may write headers or bodies into theirs, and those hold secrets and row contents.

use std::fmt as text;
use std::io;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::told;

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
        LogForm::Json => layer.event_format(Lines).boxed(),
    };
    let _ = tracing_subscriber::registry().with(layer.with_filter(ours)).try_init();
}

/// An event as a line of JSON, in the frame of [`super::Told`].
struct Lines;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> text::Result {
        let mut line = Line::default();
        let metadata = event.metadata();
        line.put("version", told::VERSION.into());
        line.put("timestamp", told::stamp(jiff::Timestamp::now()).into());
        line.put("level", metadata.level().as_str().to_lowercase().into());
        line.put("target", metadata.target().into());
        event.record(&mut line);
        writeln!(writer, "{}", Value::Object(line.0))
    }
}

/// The fields of an event; the message of ours is its name.
#[derive(Default)]
struct Line(Map<String, Value>);

impl Line {
    fn put(&mut self, name: &str, value: Value) {
        let name = if name == "message" { "event" } else { name };
        self.0.insert(name.to_owned(), value);
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn text::Debug) {
        self.put(field.name(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), value.into());
    }
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
