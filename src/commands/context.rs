//! What every command is given: the global options, the environment, the channels.

use std::future::Future;
use std::io::IsTerminal;

use clap::{ArgAction, Args, ValueEnum};

use crate::failure::{Exit, Failure};
use crate::profile::Environment;
use crate::ui::{Format, Talk, Terminal, Ui, Verbosity, log};

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Which saved login to use [env: UIQ_PROFILE]; by default the one last logged in to
    #[arg(short, long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Folder: a path (Finance/AP), a numeric id, or a key [env: UIPATH_FOLDER_PATH, UIPATH_FOLDER_KEY, UIPATH_FOLDER_ID]
    #[arg(long, global = true, value_name = "F")]
    pub folder: Option<String>,
    /// What stdout holds; text by default, and for `queues` JSON where stdout is no terminal
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub output: Option<OutputChoice>,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more; twice for the log of every request [env: UIQ_LOG]
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// The form of what is said on stderr: text, or a line of JSON an event, with stable names
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Colours in what is said on stderr [env: NO_COLOR]
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Plain lines instead of a progress bar
    #[arg(long, global = true)]
    pub no_progress: bool,
}

/// What stdout holds.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum OutputChoice {
    /// Text for people
    Text,
    /// JSON, with a version field
    Json,
}

/// The form of what is said on stderr.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    Text,
    /// A line of JSON an event
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    /// The global options as typed.
    pub global: Global,
    /// The environment of the process.
    pub environment: Environment,
    /// Where to speak.
    pub ui: Ui,
}

impl Context {
    /// Puts together what the commands are given.
    pub fn new(global: Global, environment: Environment) -> Self {
        let format = match global.output {
            Some(OutputChoice::Text) | None => Format::Text,
            Some(OutputChoice::Json) => Format::Json,
        };
        let verbosity = match (global.quiet, global.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, _) => Verbosity::Verbose,
        };
        let terminal = Terminal::described_by(&environment);
        let talk = match global.log_format {
            LogFormat::Text => Talk::Text,
            LogFormat::Json => Talk::Json,
        };
        let ui = Ui::new(format, talk, verbosity, !global.no_progress, terminal);
        Self { global, environment, ui }
    }

    /// Starts the log as far as it is asked for.
    pub fn start_log(&self) {
        let form = match self.global.log_format {
            LogFormat::Text => log::LogForm::Text { ansi: self.colours() },
            LogFormat::Json => log::LogForm::Json,
        };
        match log::level(self.global.verbose, self.environment.get("UIQ_LOG")) {
            Ok(level) => log::start(level, form),
            Err(text) => self.ui.warn(&format!("`UIQ_LOG={text}` is no level: off, error, warn, info, debug, trace")),
        }
    }

    /// Whether escape codes for colours are written to stderr.
    fn colours(&self) -> bool {
        match self.global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            // https://no-color.org: set to anything but nothing.
            ColorChoice::Auto => {
                let wanted = self.environment.get("NO_COLOR").is_none() && self.ui.terminal() != Terminal::Dumb;
                wanted && std::io::stderr().is_terminal()
            }
        }
    }

    /// What stdout holds where a listing is asked for: as it was said, otherwise text for people and JSON for programs.
    pub fn listing(&self) -> Format {
        match self.global.output {
            None if !std::io::stdout().is_terminal() => Format::Json,
            _ => self.ui.format(),
        }
    }

    /// Writes a line of data to stdout.
    pub fn print(&self, line: &str) -> Result<(), Failure> {
        self.ui.data(line).map_err(|error| Failure::new(Exit::Failed, "cannot write to stdout").caused_by(&error))
    }

    /// Runs `work` to its end on a runtime of its own, on this thread alone: requests wait for the network and not for each other, and
    /// handing each step of one to another thread would cost more than the step. Commands that need no network never start one.
    pub fn block_on<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        run_on(&mut tokio::runtime::Builder::new_current_thread(), work)
    }

    /// The same on all processors, for a server.
    pub fn serve<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        run_on(&mut tokio::runtime::Builder::new_multi_thread(), work)
    }
}

fn run_on<T>(
    builder: &mut tokio::runtime::Builder,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, "cannot start the network runtime").caused_by(&error))?;
    let result = runtime.block_on(work);
    // A thread that waits for a file or a keyring must not hold up the end.
    runtime.shutdown_background();
    result
}
