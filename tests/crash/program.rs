//! The real binary as a child process, with nothing of ours in its environment.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// No load of these tests takes this long; the program hangs. A guard, not a measure.
const HANGS: Duration = Duration::from_secs(120);

/// How often a child is looked after. There is no portable way to wait for an end with a time limit.
const LOOK: Duration = Duration::from_millis(2);

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; none if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// The report that `-o json` gives.
    pub(crate) fn report(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_default()
    }
}

/// A program that runs.
#[derive(Debug)]
pub(crate) struct Program {
    child: Arc<Mutex<Child>>,
    output: [PathBuf; 2],
}

/// The right to end a program. Once the program is gone it does nothing, whoever has the number of the process then.
#[derive(Clone, Debug)]
pub(crate) struct Victim {
    child: Arc<Mutex<Child>>,
    stderr: PathBuf,
}

impl Victim {
    pub(crate) fn kill(&self) {
        let _ = self.child().kill(); // has ended by itself
    }

    /// Sends a signal by its name: `INT`, `TERM`. Returns false if the program has ended.
    pub(crate) fn signal(&self, name: &str) -> bool {
        let mut child = self.child();
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        // Not reaped yet, and nobody can do so while we hold the child: the number is its own.
        Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap().success()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.child().try_wait().unwrap().is_some()
    }

    /// Waits until the program has ended, or has said `words` on stderr.
    pub(crate) fn until_it_says(&self, words: &str) {
        while !self.has_ended() && !std::fs::read_to_string(&self.stderr).unwrap().contains(words) {
            std::thread::sleep(LOOK);
        }
    }

    /// Tells whether the program has said `words` on stderr so many times.
    pub(crate) fn has_said(&self, words: &str, times: usize) -> bool {
        std::fs::read_to_string(&self.stderr).unwrap().matches(words).count() >= times
    }

    pub(crate) fn until_it_has_ended(&self) {
        while !self.has_ended() {
            std::thread::sleep(LOOK);
        }
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a program is started with.
pub(crate) struct Start<'a> {
    pub(crate) arguments: &'a [String],
    pub(crate) environment: &'a [(String, String)],
    pub(crate) folder: &'a Path,
    pub(crate) stdin: Option<&'a str>,
    /// A program that runs ours: `strace` and its arguments.
    pub(crate) under: &'a [String],
}

/// The program that is tested: this build's, or the one that `UIQ_CRASH_BINARY` names.
pub(crate) fn binary() -> String {
    std::env::var("UIQ_CRASH_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_uiq").to_owned())
}

impl Program {
    pub(crate) fn start(start: &Start<'_>, name: &str) -> Self {
        let output = ["out", "err"].map(|end| start.folder.join(format!("{name}.{end}")));
        let mut words = start.under.iter().cloned().chain([binary()]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(start.arguments).env_clear().envs(start.environment.iter().cloned());
        command.current_dir(start.folder);
        command.stdout(File::create(&output[0]).unwrap()).stderr(File::create(&output[1]).unwrap());
        command.stdin(if start.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.spawn().unwrap();
        if let Some(text) = start.stdin {
            // Short enough for the pipe; a program that ends early is not our failure.
            let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
        }
        Self { child: Arc::new(Mutex::new(child)), output }
    }

    pub(crate) fn victim(&self) -> Victim {
        Victim { child: Arc::clone(&self.child), stderr: self.output[1].clone() }
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.victim().child().id()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.victim().has_ended()
    }

    /// Waits for the end.
    pub(crate) fn wait(self) -> Ended {
        self.wait_while(|| {})
    }

    /// Waits for the end, and does `work` again and again meanwhile.
    pub(crate) fn wait_while(self, mut work: impl FnMut()) -> Ended {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.victim().child().try_wait().unwrap() {
                break status;
            }
            if began.elapsed() > HANGS {
                self.victim().kill();
                let [out, err] = self.texts();
                panic!("the program hangs\n--- stdout\n{out}\n--- stderr\n{err}");
            }
            work();
            std::thread::sleep(LOOK);
        };
        let [stdout, stderr] = self.texts();
        Ended { code: status.code(), stdout, stderr }
    }

    fn texts(&self) -> [String; 2] {
        [0, 1].map(|index| String::from_utf8_lossy(&std::fs::read(&self.output[index]).unwrap()).into_owned())
    }
}
