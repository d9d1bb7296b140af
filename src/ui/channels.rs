//! The channels: stdout holds what was asked for, stderr holds the talk.
#![allow(clippy::print_stdout, clippy::print_stderr)] // the one place where the program speaks

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

use terminal_size::terminal_size_of;

use super::harmless::harmless;
use super::table::Width;
use super::terminal::Terminal;
use super::told::{Level, Told};

/// What stdout holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    #[default]
    Text,
    /// JSON with a `version` field.
    Json,
}

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// Results, warnings, progress.
    #[default]
    Normal,
    /// What is being done as well (`-v`, `-vv` add the log).
    Verbose,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A bar that is redrawn.
    Bar,
    /// A line now and then.
    Lines,
    /// Nothing.
    Hidden,
}

/// In which form stderr is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Talk {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line, and nothing else: see [`Told`].
    Json,
}

/// Where the program speaks.
#[derive(Debug)]
pub struct Ui {
    format: Format,
    talk: Talk,
    verbosity: Verbosity,
    progress: Progress,
    terminal: Terminal,
    stdout_closed: Cell<bool>,
}

impl Ui {
    /// Channels for this process. `bar` is false where the user asked for plain lines (`--no-progress`).
    pub fn new(format: Format, talk: Talk, verbosity: Verbosity, bar: bool, terminal: Terminal) -> Self {
        let progress = if verbosity == Verbosity::Quiet {
            Progress::Hidden
        } else if bar && talk == Talk::Text && terminal != Terminal::Dumb && io::stderr().is_terminal() {
            Progress::Bar
        } else {
            Progress::Lines
        };
        Self { format, talk, verbosity, progress, terminal, stdout_closed: Cell::new(false) }
    }

    /// What stdout holds.
    pub fn format(&self) -> Format {
        self.format
    }

    /// How progress is shown.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// What the terminal can show.
    pub fn terminal(&self) -> Terminal {
        self.terminal
    }

    /// How wide a table on stdout may be.
    pub fn width(&self) -> Width {
        terminal_size_of(io::stdout()).map_or(Width::Any, |(width, _)| Width::Columns(width.0))
    }

    /// Tells whether a person can be asked: both standard input and stderr are a terminal.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Writes a line of data to stdout. A reader that has gone is no error: nothing more is written, and the program ends quietly.
    pub fn data(&self, line: &str) -> io::Result<()> {
        if self.stdout_closed.get() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        // In a file or before a program the bytes are the data, whatever they are.
        let line = match self.format {
            Format::Text if stdout.is_terminal() => harmless(line, self.terminal),
            Format::Text | Format::Json => Cow::Borrowed(line),
        };
        match writeln!(stdout, "{line}").and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.stdout_closed.set(true);
                Ok(())
            }
            other => other,
        }
    }

    /// Tells what happened: to a person in `words`, of which none say nothing, to a program as JSON. When quiet, errors only.
    pub fn tell(&self, told: &Told<'_>, words: &str) {
        if self.verbosity == Verbosity::Quiet && told.level() != Level::Error {
            return;
        }
        match self.talk {
            Talk::Json => write(&told.line(jiff::Timestamp::now())),
            Talk::Text if words.is_empty() => {}
            Talk::Text => self.write_words(words),
        }
    }

    /// Says a line to the user, unless quiet.
    pub fn say(&self, line: &str) {
        self.tell(&Told::Message { message: line }, line);
    }

    /// Says a line only to a user who asked for details.
    pub fn detail(&self, line: &str) {
        if self.verbosity >= Verbosity::Verbose {
            self.say(line);
        }
    }

    /// Warns the user, unless quiet.
    pub fn warn(&self, words: &str) {
        self.tell(&Told::Warning { message: words }, &format!("warning: {words}"));
    }

    /// Says what the user cannot do without; also when quiet.
    pub fn insist(&self, words: &str) {
        match self.talk {
            Talk::Json => write(&Told::Message { message: words }.line(jiff::Timestamp::now())),
            Talk::Text => self.write_words(words),
        }
    }

    fn write_words(&self, words: &str) {
        if io::stderr().is_terminal() { write(&harmless(words, self.terminal)) } else { write(words) }
    }
}

/// Writes to stderr; if that is closed, there is nobody left to tell.
fn write(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
