//! The binary about to be run: arguments, environment, place, standard input.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::{Command, Stdio};

#[cfg(unix)]
use super::Terminal;
use super::masks::Masks;
use super::{Child, Output, Place, Sandboxed};

/// What a program needs of the real environment to run at all; the second is Windows's.
const KEPT: &[&str] = &["PATH", "SystemRoot"];

/// The binary about to be run.
pub(crate) struct Uiq<'a> {
    arguments: Vec<OsString>,
    variables: BTreeMap<OsString, OsString>,
    place: Option<&'a Place>,
    input: Option<Vec<u8>>,
    reader: Reader,
    masks: Masks,
    secrets: Vec<String>,
}

/// Who reads what the program writes to stdout.
enum Reader {
    /// The test.
    Test,
    /// Nobody: the reading end of the pipe was closed before the program began.
    Gone,
}

/// `uiq` with these arguments, at a place of its own, knowing no Orchestrator.
pub(crate) fn uiq<'a>(arguments: &[&str]) -> Uiq<'a> {
    Uiq {
        arguments: arguments.iter().map(OsString::from).collect(),
        variables: BTreeMap::new(),
        place: None,
        input: None,
        reader: Reader::Test,
        masks: Masks::default(),
        secrets: Vec::new(),
    }
}

impl<'a> Uiq<'a> {
    /// With address, application and folder of this sandbox in the environment.
    pub(crate) fn against(mut self, sandbox: &Sandboxed) -> Self {
        self.masks.add(sandbox.standalone_url(), "http://sandbox");
        self.masks.add(sandbox.client_id(), "[client id]");
        self.secrets.push(sandbox.client_secret().to_owned());
        self.variable("UIPATH_URL", sandbox.url())
            .variable("UIPATH_CLIENT_ID", sandbox.client_id())
            .variable("UIPATH_CLIENT_SECRET", sandbox.client_secret())
            .variable("UIPATH_FOLDER_PATH", sandbox.folder_path())
    }

    /// At this place, with the files and the past that it has.
    pub(crate) fn at(mut self, place: &'a Place) -> Self {
        self.place = Some(place);
        self
    }

    /// With a variable in its environment.
    pub(crate) fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Without a variable that it would have had.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.remove(&OsString::from(name));
        self
    }

    /// With this text as its standard input, which is empty otherwise.
    pub(crate) fn input(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.input = Some(text.into());
        self
    }

    /// With nobody there to read its stdout, as behind `| head` once head has seen enough.
    pub(crate) fn with_its_reader_gone(mut self) -> Self {
        self.reader = Reader::Gone;
        self
    }

    /// Shows `text` in the output as `name`.
    pub(crate) fn showing(mut self, text: &str, name: &str) -> Self {
        self.masks.add(text, name);
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(self) -> Output {
        self.start().wait()
    }

    /// Starts it; the test goes on beside it.
    pub(crate) fn start(mut self) -> Child {
        let own = self.place.is_none().then(Place::new);
        let place = self.place.or(own.as_ref()).expect("one of the two");
        self.masks.add(place.root().to_str().expect("a path in Unicode"), "[place]");
        let mut command = self.command(place);
        command.stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() }).stderr(Stdio::piped());
        match self.reader {
            Reader::Test => command.stdout(Stdio::piped()),
            Reader::Gone => command.stdout(std::io::pipe().expect("a pipe").1),
        };
        Child::spawn(command, self.input, own, self.masks, self.secrets)
    }

    /// Starts it on a terminal of so many columns, at a place that was named.
    #[cfg(unix)]
    pub(crate) fn on_a_terminal(self, columns: u16) -> Terminal {
        Terminal::of(columns, self.command(self.place.expect("a terminal's program has a place")))
    }

    fn command(&self, place: &Place) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_uiq"));
        command
            .args(&self.arguments)
            .env_clear()
            .envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
            .env("TZ", "UTC")
            .envs(place.variables())
            .envs(&self.variables)
            .current_dir(place.work());
        command
    }
}
