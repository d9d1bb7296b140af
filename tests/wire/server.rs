//! A server that knows next to nothing: it notes what it is asked, answers in the fewest members that the published definition
//! allows, and shares no code with the program or its sandbox. What passes here passes at any server that keeps to the definition.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::support::{Uiq, uiq};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// Status and body of an answer.
pub(crate) type Reply = (u16, Value);

/// What a server does differently; nothing where it answers like all.
type Habit = Box<dyn Fn(&Seen) -> Option<Reply> + Send + Sync>;

struct Shared {
    seen: Mutex<Vec<Seen>>,
    habit: Habit,
}

/// A server on loopback that runs until it is dropped.
pub(crate) struct Server {
    address: String,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

impl Server {
    /// A server that takes everything.
    pub(crate) fn new() -> Self {
        Self::that(|_| None)
    }

    /// A server with a habit of its own.
    pub(crate) fn that(habit: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared { seen: Mutex::default(), habit: Box::new(habit) });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { address, shared, _runtime: runtime }
    }

    /// Scheme, host and port: the address of a standalone server.
    pub(crate) fn origin(&self) -> &str {
        &self.address
    }

    /// `uiq` with these arguments, at this server in the cloud's layout, in the folder `Finance/AP`.
    pub(crate) fn uiq<'a>(&self, arguments: &[&str]) -> Uiq<'a> {
        uiq(arguments)
            .variable("UIPATH_URL", format!("{}/acme/Prod", self.address))
            .variable("UIPATH_CLIENT_ID", "1a2b")
            .variable("UIPATH_CLIENT_SECRET", "s3cret & more")
            .variable("UIPATH_FOLDER_PATH", "Finance/AP")
    }

    /// The requests whose path ends like this, in the order in which they came.
    pub(crate) fn seen(&self, end: &str) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().iter().filter(|seen| seen.path.ends_with(end)).cloned().collect()
    }

    /// The items of all bulk requests, in the order in which they came.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.seen("BulkAddQueueItems")
            .iter()
            .flat_map(|seen| seen.json()["queueItems"].as_array().unwrap().clone())
            .collect()
    }
}

impl Seen {
    /// The body, which has to be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// A header; empty where it was not sent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The headers that say in which folder, each with its value.
    pub(crate) fn folder(&self) -> String {
        let ours = |(name, _): &(&String, &String)| name.starts_with("x-uipath-") && *name != "x-uipath-tenantname";
        let headers: Vec<_> =
            self.headers.iter().filter(ours).map(|(name, value)| format!("{name}: {value}")).collect();
        headers.join("\n")
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let seen = Seen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let (status, body) = (shared.habit)(&seen).unwrap_or_else(|| usual(&seen));
    shared.seen.lock().unwrap().push(seen);
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// The least that a caller may rely on.
fn usual(seen: &Seen) -> Reply {
    let call = seen.path.rsplit(['/', '.']).next().unwrap_or_default();
    match (seen.method.as_str(), call) {
        ("POST", "token") => (200, json!({ "access_token": "t0ken", "expires_in": 3600, "token_type": "Bearer" })),
        ("GET", "QueueDefinitions") => (200, json!({ "value": [{ "Id": 7, "Name": "Invoices" }] })),
        ("GET", "QueueItems") => (200, json!({ "value": [] })),
        ("POST", "BulkAddQueueItems") => (200, json!({ "Success": true })),
        ("POST", "AddQueueItem") => (201, json!({ "Id": 41 })),
        _ => (404, json!({ "message": "there is nothing here" })),
    }
}
