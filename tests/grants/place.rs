//! A place of its own for the binary: an empty configuration folder, and nothing of the user's environment.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// How a program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn failed(self, code: i32, words: &str) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.stderr.contains(words), "{words} is not in {self:?}");
        self
    }
}

pub(crate) struct Place {
    root: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// The same place with one more variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Writes a file, and gives its path as an argument.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_uiq"), arguments)
    }

    /// Another program in the place of ours, which it may start.
    pub(crate) fn program(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin");
        command.env("UIQ_CONFIG_DIR", self.path("config")).env("UIQ_STATE_DIR", self.path("state"));
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.args(arguments).current_dir(self.root.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str], stdin: &str) -> Outcome {
        let mut child = self.command(arguments).spawn().unwrap();
        // A program that needs no input may have ended.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        finish(child, String::new())
    }

    /// Starts a login in the browser, and waits until it says where to go.
    pub(crate) fn begin_login(&self, arguments: &[&str]) -> BrowserLogin {
        let mut child = self.command(arguments).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let url = loop {
            let mut line = String::new();
            assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "it ended: {said}");
            said.push_str(&line);
            if line.trim_start().starts_with("http") {
                break line.trim().to_owned();
            }
        };
        let stdin = child.stdin.take().unwrap();
        BrowserLogin { child, stdin, stderr, said, url }
    }
}

/// A login that waits for the browser.
pub(crate) struct BrowserLogin {
    child: Child,
    pub(crate) stdin: ChildStdin,
    stderr: BufReader<std::process::ChildStderr>,
    said: String,
    pub(crate) url: String,
}

impl BrowserLogin {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn finish(self) -> Outcome {
        let Self { child, stdin, mut stderr, mut said, .. } = self;
        std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
        drop(stdin);
        finish(child, said)
    }
}

fn finish(child: Child, said: String) -> Outcome {
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: said + &String::from_utf8(output.stderr).unwrap(),
    }
}

/// A port that was free a moment ago. It is none of those that the system gives away by itself, which another test might be given.
pub(crate) fn free_port() -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    loop {
        let tried = std::process::id().wrapping_mul(31).wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed));
        let port = 12_800 + u16::try_from(tried % 16_000).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
