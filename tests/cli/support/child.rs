//! The binary while it runs: what it says is seen as it is said, signals reach it, and it never outlives its test.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{self, Command};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::masks::Masks;
use super::{Output, Place};

/// How long a program may run. Far longer than any should take on a busy machine; one that is still there hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary while it runs.
pub(crate) struct Child {
    process: process::Child,
    shown: String,
    said: Receiver<Line>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    deadline: Instant,
    /// The place, where it is the program's alone.
    _place: Option<Place>,
    masks: Masks,
    secrets: Vec<String>,
}

/// What can be sent to a program from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// What an init system sends first.
    Terminate,
    /// What nobody survives.
    Kill,
}

/// A line, with its end, and where it was written.
enum Line {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
}

impl Child {
    pub(super) fn spawn(
        mut command: Command,
        input: Option<Vec<u8>>,
        place: Option<Place>,
        masks: Masks,
        secrets: Vec<String>,
    ) -> Self {
        let shown = format!("{:?}", command.get_args().collect::<Vec<_>>());
        let mut process = command.spawn().expect("the binary starts");
        drop(command); // and with it our copy of a pipe that was given to the program
        let (send, said) = mpsc::channel();
        if let Some(stdout) = process.stdout.take() {
            listen(stdout, send.clone(), Line::Stdout);
        }
        listen(process.stderr.take().expect("stderr is a pipe"), send, Line::Stderr);
        if let Some((mut stdin, input)) = process.stdin.take().zip(input) {
            // A program that ends before it has read everything is no error of the test.
            thread::spawn(move || stdin.write_all(&input));
        }
        let deadline = Instant::now() + PATIENCE;
        Self { process, shown, said, stdout: Vec::new(), stderr: Vec::new(), deadline, _place: place, masks, secrets }
    }

    /// Waits for the next line on stderr that contains `words`, and gives it.
    #[track_caller]
    pub(crate) fn says(&mut self, words: &str) -> String {
        loop {
            match self.next() {
                Some(Line::Stderr(line)) if text(&line).contains(words) => return text(&line),
                Some(_) => {}
                None => panic!("{} ended without saying `{words}`\n{}", self.shown, self.so_far()),
            }
        }
    }

    /// Waits for the next line on stdout, and gives it.
    #[track_caller]
    pub(crate) fn prints(&mut self) -> String {
        loop {
            match self.next() {
                Some(Line::Stdout(line)) => return text(&line),
                Some(Line::Stderr(_)) => {}
                None => panic!("{} ended without printing anything more\n{}", self.shown, self.so_far()),
            }
        }
    }

    /// Sends a signal.
    #[cfg(unix)]
    pub(crate) fn send(&mut self, signal: Signal) {
        let name = match signal {
            Signal::Interrupt => "INT",
            Signal::Terminate => "TERM",
            Signal::Kill => "KILL",
        };
        // The shell's own `kill`: the standard library sends none but the last, and a system call would be unsafe.
        let kill = format!("kill -{name} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success(), "{kill}");
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn wait(mut self) -> Output {
        while self.next().is_some() {}
        let status = self.process.wait().expect("a program that can be waited for");
        let output = Output::new(status, &self.stdout, &self.stderr, self.masks.clone());
        for secret in &self.secrets {
            let leaked = output.stdout.contains(secret) || output.stderr.contains(secret);
            assert!(!leaked, "{} showed the client secret\n{output}", self.shown);
        }
        output
    }

    /// The next line; `None` once both stdout and stderr are closed.
    #[track_caller]
    fn next(&mut self) -> Option<Line> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        match self.said.recv_timeout(left) {
            Ok(line) => {
                match &line {
                    Line::Stdout(line) => self.stdout.extend(line),
                    Line::Stderr(line) => self.stderr.extend(line),
                }
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                let _ = self.process.kill();
                panic!("{} still ran after {PATIENCE:?} and was killed\n{}", self.shown, self.so_far())
            }
        }
    }

    fn so_far(&self) -> String {
        format!("--- stdout so far\n{}--- stderr so far\n{}", text(&self.stdout), text(&self.stderr))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // One that was waited for is gone, and killing it again changes nothing.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Passes on every line of `pipe` as it comes; a thread, for two pipes are read at once.
fn listen(pipe: impl Read + Send + 'static, to: Sender<Line>, line: fn(Vec<u8>) -> Line) {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut bytes = Vec::new();
        while pipe.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            if to.send(line(std::mem::take(&mut bytes))).is_err() {
                break;
            }
        }
    });
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::{Sandboxed, uiq};
    use super::Signal;

    #[test]
    fn what_is_said_can_be_waited_for_and_a_signal_ends_it() {
        let mut sandbox = uiq(&["sandbox", "--port", "0"]).start();
        sandbox.says("Ctrl-C");
        sandbox.send(Signal::Interrupt);
        assert_eq!(sandbox.wait().code, Some(0));
        let mut sandbox = uiq(&["sandbox", "--port", "0", "-o", "json"]).start();
        assert!(sandbox.prints().starts_with('{'));
        sandbox.send(Signal::Kill);
        assert_eq!(sandbox.wait().code, None);
    }

    #[test]
    #[should_panic(expected = "showed the client secret")]
    fn a_secret_that_is_shown_fails_the_test_whatever_it_looks_for() {
        let sandbox = Sandboxed::new();
        // A token that somebody else made is printed as it is; here it is the secret.
        uiq(&["token"]).against(&sandbox).variable("UIPATH_ACCESS_TOKEN", sandbox.client_secret()).run();
    }
}
