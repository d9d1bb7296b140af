//! The sandbox, with a secret that can be searched for.

use uiq::sandbox::{Options, Running, start};

/// The application's secret, which must be found nowhere.
pub(crate) const SECRET: &str = "uiq-marker-9f2c7d";

pub(crate) struct Server {
    running: Option<Running>,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let options = Options { client_secret: Some(SECRET.to_owned()), ..Options::default() };
        let running = runtime.block_on(start(options)).unwrap();
        Self { running: Some(running), runtime }
    }

    pub(crate) fn url(&self) -> String {
        self.running().url()
    }

    pub(crate) fn client_id(&self) -> &str {
        self.running().client_id()
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        self.running = None;
    }
}
