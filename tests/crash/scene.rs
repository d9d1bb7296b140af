//! A sandbox, a file, and a program that loads the one into the other, as often as it takes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use uiq::sandbox::{Options, QueueSpec, Running, start};

use super::program::{Ended, Program, Start};
use super::road::Road;
use super::rows::{Arrival, Kind, Rows, comparable};

/// The queue.
pub(crate) const QUEUE: &str = "Invoices";

/// How long a request may be executing after it left: longer than the faults that execute late, and than a busy machine needs.
const GRACE: &str = "600ms";

/// How long the program waits for an answer: longer than slow answers, shorter than the patience of whoever runs the tests.
const ANSWER: &str = "450ms";

/// One sandbox with one file and one state folder.
pub(crate) struct Scene {
    pub(crate) rows: Rows,
    pub(crate) road: Road,
    sandbox: Option<Running>,
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
    programs: AtomicU32,
}

/// How a scene is set.
pub(crate) struct Setting {
    pub(crate) rows: Rows,
    pub(crate) unique: bool,
    pub(crate) faults: Vec<String>,
    pub(crate) seed: u64,
    pub(crate) latency: Duration,
    /// Scopes of the application, where not all.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Setting {
    /// A file of `count` rows of this kind; nothing goes wrong.
    pub(crate) fn of(kind: Kind, count: u64) -> Self {
        let rows = Rows::new(kind, count);
        Self { rows, unique: kind.is_unique(), faults: Vec::new(), seed: 0, latency: Duration::ZERO, scopes: None }
    }

    pub(crate) fn faults(mut self, faults: &[&str], seed: u64) -> Self {
        self.faults = faults.iter().map(|&fault| fault.to_owned()).collect();
        self.seed = seed;
        self
    }

    pub(crate) fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

impl Scene {
    pub(crate) fn set(setting: Setting) -> Self {
        let Setting { rows, unique, faults, seed, latency, scopes } = setting;
        let mut options = Options {
            queues: vec![QueueSpec { name: QUEUE.to_owned(), unique, schema: None, ..QueueSpec::default() }],
            faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
            read_limit: None, // many sittings in a minute, which nobody has
            latency,
            seed,
            ..Options::default()
        };
        options.scopes = scopes.unwrap_or(options.scopes);
        let sandbox = runtime().block_on(start(options)).unwrap();
        let server: SocketAddr = sandbox.standalone_url().strip_prefix("http://").unwrap().parse().unwrap();
        let road = Road::to(server);
        let folder = tempfile::tempdir().unwrap();
        rows.write(&folder.path().join("rows.csv"));
        let url = sandbox.url().replace(&server.to_string(), &road.address().to_string());
        let path = |name| folder.path().join(name).display().to_string();
        let environment = [
            ("HOME", path("home")),
            ("UIQ_STATE_DIR", path("state")),
            ("UIQ_CONFIG_DIR", path("config")),
            ("UIPATH_URL", url),
            ("UIPATH_CLIENT_ID", sandbox.client_id().to_owned()),
            ("UIPATH_CLIENT_SECRET", sandbox.client_secret().to_owned()),
            ("UIPATH_FOLDER_PATH", sandbox.folder_path().to_owned()),
            ("UIQ_SETTLE_GRACE", GRACE.to_owned()),
            ("UIQ_ANSWER_TIMEOUT", ANSWER.to_owned()),
        ];
        let environment = environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let programs = AtomicU32::new(0);
        let scene = Self { rows, road, sandbox: Some(sandbox), folder, environment, programs };
        scene.take_references();
        scene
    }

    /// Fills the queue with what it holds before the load.
    fn take_references(&self) {
        let Some(earlier) = self.rows.earlier_csv() else { return };
        std::fs::write(self.path("earlier.csv"), earlier).unwrap();
        let arguments = ["load", QUEUE, "earlier.csv", "-o", "json"].map(String::from);
        for _ in 0..20 {
            if self.run(&arguments).code == Some(0) {
                return;
            }
        }
        panic!("the queue could not be filled");
    }

    /// A path in the folder of the scene, which is the program's working folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// Sets a variable for programs that start from now on.
    pub(crate) fn set_variable(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// The variables of programs that start now.
    pub(crate) fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    pub(crate) fn start(&self, arguments: &[String]) -> Program {
        self.start_with(arguments, None, &[])
    }

    pub(crate) fn start_with(&self, arguments: &[String], stdin: Option<&str>, under: &[String]) -> Program {
        let number = self.programs.fetch_add(1, Ordering::Relaxed) + 1;
        let start = Start { arguments, environment: &self.environment, folder: self.folder.path(), stdin, under };
        Program::start(&start, &number.to_string())
    }

    pub(crate) fn run(&self, arguments: &[String]) -> Ended {
        self.start(arguments).wait()
    }

    pub(crate) fn sandbox(&self) -> &Running {
        self.sandbox.as_ref().unwrap()
    }

    /// Waits until the server executes nothing any more.
    pub(crate) fn quiet(&self) {
        runtime().block_on(self.sandbox().quiet());
    }

    /// The writes that the sandbox has seen so far, executed or not.
    pub(crate) fn writes_seen(&self) -> usize {
        self.sandbox().requests().iter().filter(|request| request.path.contains("AddQueueItem")).count()
    }

    /// What has arrived, in the order in which it was executed; without what was there before.
    pub(crate) fn arrived(&self) -> Vec<Arrival> {
        let items = self.sandbox().items(QUEUE).into_iter();
        let arrivals = items.map(|item| {
            let content = comparable(item.content());
            (item.reference, content)
        });
        arrivals.filter(|(_, content)| !content.contains("earlier")).collect()
    }

    /// The rows in the rejects file, as the program counts them.
    pub(crate) fn rejected(&self) -> Vec<u64> {
        let path = self.path("rows.rejects.csv");
        if !path.exists() {
            return Vec::new();
        }
        let mut reader = csv::Reader::from_path(path).unwrap();
        let column = reader.headers().unwrap().iter().position(|name| name == "_uiq_row").unwrap();
        reader.records().map(|record| record.unwrap()[column].parse().unwrap()).collect()
    }
}

/// The command that loads the file.
pub(crate) fn load(more: &[&str]) -> Vec<String> {
    ["load", QUEUE, "rows.csv", "--batch-size", "7", "-o", "json"].iter().chain(more).map(|&w| w.to_owned()).collect()
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            runtime().block_on(sandbox.stop());
        }
    }
}
