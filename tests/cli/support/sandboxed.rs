//! A sandbox inside the test's own process, so that a test sees what was stored and asked.

use std::ops::Deref;

use tokio::runtime::Runtime;
use uiq::sandbox::{Options, QueueSpec, Running, start};

/// A sandbox that runs until it is dropped.
pub(crate) struct Sandboxed {
    /// Dropped before its runtime.
    running: Running,
    runtime: Runtime,
}

impl Sandboxed {
    /// A sandbox with the queue `Invoices`.
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    /// The same, with other options.
    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options {
            queues: vec![QueueSpec {
                name: String::from("Invoices"),
                unique: false,
                schema: None,
                ..QueueSpec::default()
            }],
            ..Options::default()
        };
        change(&mut options);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let running = runtime.block_on(start(options)).expect("the sandbox starts");
        Self { running, runtime }
    }

    /// Waits until nothing is being executed whose client has gone.
    pub(crate) fn settled(&self) {
        self.runtime.block_on(self.running.quiet());
    }
}

impl Deref for Sandboxed {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}
