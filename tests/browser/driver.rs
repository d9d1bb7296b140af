//! Chromium by way of chromedriver's WebDriver interface.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

/// How long a page, the browser, or an answer of its driver may take on a busy machine. Then the test fails, lest it hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// How pages are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) width: u32,
    /// `light` or `dark`.
    pub(crate) scheme: &'static str,
    /// `screen` or `print`.
    pub(crate) medium: &'static str,
}

pub(crate) struct Browser {
    driver: Child,
    base: String,
    session: String,
    runtime: tokio::runtime::Runtime,
    profile: tempfile::TempDir,
}

impl Browser {
    /// Starts a browser; none where there is none to start, which is said.
    pub(crate) fn start() -> Option<Self> {
        let found = ["chromium", "chromedriver"].into_iter().all(|program| {
            let status = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            status.is_ok_and(|status| status.success())
        });
        if !found {
            let required = std::env::var("UIQ_REQUIRE_BROWSER").as_deref() == Ok("1");
            assert!(!required, "chromium is not installed, and UIQ_REQUIRE_BROWSER=1 wants these tests");
            eprintln!("skipped: chromium or chromedriver is not installed");
            return None;
        }
        let mut driver = Command::new("chromedriver");
        let driver = driver.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // A group of its own: what is left of the browser ends with it.
        let driver = driver.process_group(0).spawn().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self { driver, base: String::new(), session: String::new(), runtime, profile };
        browser.base = format!("http://127.0.0.1:{}/session", browser.port());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage", // in a container it is small
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
            &format!("--user-data-dir={}", browser.profile.path().display()),
        ];
        let wishes = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": { "args": arguments } } } });
        let made = browser.post("", &wishes);
        made["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        Some(browser)
    }

    /// The port that the driver says it listens at.
    fn port(&mut self) -> u16 {
        let lines = BufReader::new(self.driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (sender, receiver) = mpsc::channel();
        // Reads to the end: a full pipe would stop the driver.
        std::thread::spawn(move || {
            for line in lines {
                let port = line.split("started successfully on port ").nth(1);
                let port = port.and_then(|port| port.trim_end_matches('.').parse::<u16>().ok());
                if let Some(port) = port {
                    let _ = sender.send(port);
                }
            }
        });
        receiver.recv_timeout(PATIENCE).expect("chromedriver does not begin")
    }

    pub(crate) fn visit(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    pub(crate) fn click(&self, selector: &str) {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        let element = found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned();
        self.post(&format!("/element/{element}/click"), &json!({}));
    }

    pub(crate) fn page(&self) -> String {
        self.call(reqwest::Method::GET, "/source", None).as_str().unwrap().to_owned()
    }

    /// The page, once it holds these words.
    #[track_caller]
    pub(crate) fn page_with(&self, words: &str) -> String {
        let began = Instant::now();
        loop {
            let page = self.page();
            if page.contains(words) {
                return page;
            }
            assert!(began.elapsed() < PATIENCE, "{words} is not in {page}");
        }
    }

    /// What a script in the page returns.
    pub(crate) fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until an expression in the page is true.
    #[track_caller]
    pub(crate) fn until(&self, expression: &str) {
        let began = Instant::now();
        while self.script(&format!("return Boolean({expression})")) != true {
            assert!(began.elapsed() < PATIENCE, "not yet: {expression} in {}", self.page());
        }
    }

    /// Shows pages so wide, light or dark, from the next visit on.
    pub(crate) fn look(&self, look: Look) {
        let features = json!([{ "name": "prefers-color-scheme", "value": look.scheme }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "media": look.medium, "features": features }));
        let size = json!({ "width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
    }

    /// What the page is to a screen reader: role and name of every part.
    pub(crate) fn heard(&self) -> Vec<(String, String)> {
        let tree = self.devtools("Accessibility.getFullAXTree", &json!({}));
        let text = |node: &Value, member: &str| node[member]["value"].as_str().unwrap_or_default().to_owned();
        let nodes = tree["nodes"].as_array().unwrap().iter().filter(|node| node["ignored"] != true);
        nodes.map(|node| (text(node, "role"), text(node, "name"))).collect()
    }

    /// Takes a picture of the whole page into the folder that `UIQ_PICTURES` names, for somebody to look at.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("UIQ_PICTURES") else { return };
        let size = self.script("const page = document.documentElement; return [page.clientWidth, page.scrollHeight]");
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
        let taken = self.devtools("Page.captureScreenshot", &json!({ "captureBeyondViewport": true, "clip": clip }));
        let bytes = base64::engine::general_purpose::STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call(reqwest::Method::POST, path, Some(body))
    }

    fn call(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        let session = if self.session.is_empty() { String::new() } else { format!("/{}", self.session) };
        let url = format!("{}{session}{path}", self.base);
        self.runtime.block_on(async {
            let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
            let request = http.request(method, &url);
            let request = body.map_or(request.try_clone().unwrap(), |body| request.json(body));
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            assert!(answer["value"].get("error").is_none(), "{answer}");
            answer["value"].clone()
        })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends the browser; the driver alone would leave it behind.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.call(reqwest::Method::DELETE, "", None)));
        let group = rustix::process::Pid::from_child(&self.driver);
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _ = self.driver.wait();
    }
}
