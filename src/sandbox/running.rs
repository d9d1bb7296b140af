//! Starting a sandbox, and the handle of one that runs.

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::authority::{Certified, certify};
use super::exchange::answer;
use super::faults::Plan;
use super::folders::{self, Access, SHARED};
use super::greeter::Greeter;
use super::identity::{Application, PUBLIC_CLIENT, People, Tokens, USERNAME};
use super::limit::Window;
use super::listener::{CuttableListener, Wire};
use super::log::{Log, LoggedRequest};
use super::moment::Moment;
use super::options::{Options, Transport};
use super::orchestrator::{Apart, Orchestrator};
use super::random::{hex, unguessable};
use super::robot::{Outcome, Robot, work};
use super::state::{QueueSchema, Store};

/// The client id of the external application; it is no secret and the same every time.
const CLIENT_ID: &str = "5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c0001";

/// How long open connections may take to end. What hangs after that ends with the runtime.
const PATIENCE: Duration = Duration::from_secs(2);

fn read_schema(path: &Path) -> io::Result<QueueSchema> {
    let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| invalid(error.to_string()))?;
    QueueSchema::new(text).map_err(|reason| invalid(format!("not a JSON schema: {reason}")))
}

/// Starts a sandbox on loopback; it runs until [`Running::stop`] or until the handle is dropped.
pub async fn start(options: Options) -> io::Result<Running> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let (protocol, certified) = match options.transport {
        Transport::Http => ("http", None),
        Transport::Https => ("https", Some(certify()?)),
    };
    let origin = format!("{protocol}://{}", listener.local_addr()?);
    let mut store = Store::new(options.seed, options.first_queue);
    for queue in &options.queues {
        let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidInput, message);
        let schema = queue.schema.as_deref().map(read_schema).transpose()?;
        let created = store.create(&SHARED, &queue.name, queue.unique);
        let created = created.map_err(|_| invalid(format!("the queue `{}` is there twice", queue.name)))?;
        created.schema = schema;
        (created.max_retries, created.auto_retry) = (queue.retries, queue.retries > 0);
    }
    let (close, closing) = watch::channel(false);
    let orchestrator = Arc::new(Orchestrator {
        origin,
        began: jiff::Timestamp::now(),
        application: Application {
            client_id: CLIENT_ID.to_owned(),
            client_secret: options.client_secret.clone().unwrap_or_else(|| hex(&unguessable()[..16])),
            scopes: options.scopes.clone(),
            token_life: options.token_life,
        },
        people: People::new(options.password.clone(), options.personal_access_token.clone()),
        tokens: Tokens::default(),
        store: RwLock::new(store),
        reads: Mutex::new(Window::default()),
        faults: Plan::new(options.faults.clone(), options.seed),
        log: Log::default(),
        apart: Apart::new(),
        closing,
        options,
    });
    orchestrator.tokens.register(&orchestrator.people.personal_access_token, orchestrator.options.scopes.clone());
    let app = Router::new().fallback(answer).with_state(Arc::clone(&orchestrator));
    let (authority, greeter) =
        certified.map(|Certified { authority, server }| (authority, Greeter::new(server))).unzip();
    let serve =
        axum::serve(CuttableListener::new(listener, greeter), app.into_make_service_with_connect_info::<Wire>());
    let ending = Arc::clone(&orchestrator);
    let server = tokio::spawn(async move {
        // Binding and accepting are the only things that fail; the one is done, the other is tried again.
        let _ = serve.with_graceful_shutdown(async move { ending.closed().await }).await;
    });
    let running = Running { orchestrator, authority, close, server };
    if let Some(robot) = running.orchestrator.options.robot {
        running.employ(robot);
    }
    Ok(running)
}

/// A sandbox that runs.
#[derive(Debug)]
pub struct Running {
    orchestrator: Arc<Orchestrator>,
    authority: Option<String>,
    close: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// A folder of the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredFolder {
    /// The number that `X-UIPATH-OrganizationUnitId` takes.
    pub id: i64,
    /// The GUID that `X-UIPATH-FolderKey` takes.
    pub key: String,
    /// The path, names joined by `/`.
    pub path: String,
    /// Whether the application was assigned to it.
    pub granted: bool,
}

/// An item as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredItem {
    /// Its number.
    pub id: i64,
    /// Its GUID.
    pub key: String,
    /// Its reference, if it has one.
    pub reference: Option<String>,
    /// `High`, `Normal` or `Low`.
    pub priority: String,
    /// The due date in UTC.
    pub due_date: Option<String>,
    /// The date before which it must not be processed, in UTC.
    pub defer_date: Option<String>,
    /// The date from which its agreement is at risk, in UTC.
    pub risk_sla_date: Option<String>,
    /// The progress.
    pub progress: Option<String>,
    /// The specific content as a JSON object, its members in the order in which they were sent and numbers as they were written.
    pub content_json: String,
    /// When it was created, in UTC with seven digits.
    pub creation_time: String,
    /// `New`, `InProgress`, `Failed`, …
    pub status: String,
}

impl StoredItem {
    /// The specific content by name, in the order in which it was sent.
    pub fn content(&self) -> Vec<(String, serde_json::Value)> {
        serde_json::from_str(&self.content_json).map(|Members(members)| members).unwrap_or_default()
    }
}

impl Running {
    /// The address to give as `--url`, in the layout of the cloud.
    pub fn url(&self) -> String {
        let Options { organization, tenant, .. } = &self.orchestrator.options;
        format!("{}/{organization}/{tenant}", self.orchestrator.origin)
    }

    /// The same as the address of a standalone server.
    pub fn standalone_url(&self) -> &str {
        &self.orchestrator.origin
    }

    /// The base of the identity server, to which `/connect/token` is added.
    pub fn identity_url(&self) -> String {
        format!("{}/identity_", self.orchestrator.origin)
    }

    /// The certificate of the authority by which the sandbox is known, as PEM, if it speaks TLS.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The client id of the external application.
    pub fn client_id(&self) -> &str {
        &self.orchestrator.application.client_id
    }

    /// The secret of the external application.
    pub fn client_secret(&self) -> &str {
        &self.orchestrator.application.client_secret
    }

    /// The client id of the non-confidential application through which people log in with the browser.
    pub fn public_client_id(&self) -> &'static str {
        PUBLIC_CLIENT
    }

    /// The name of the tenant's user.
    pub fn username(&self) -> &'static str {
        USERNAME
    }

    /// The password of the tenant's user.
    pub fn password(&self) -> &str {
        &self.orchestrator.people.password
    }

    /// The personal access token of the tenant's user.
    pub fn personal_access_token(&self) -> &str {
        &self.orchestrator.people.personal_access_token
    }

    /// The scopes of the external application.
    pub fn scopes(&self) -> &[String] {
        &self.orchestrator.application.scopes
    }

    /// The path of the folder with the queues.
    pub fn folder_path(&self) -> &'static str {
        SHARED.path
    }

    /// The number of the folder with the queues.
    pub fn folder_id(&self) -> i64 {
        SHARED.id
    }

    /// The GUID of the folder with the queues.
    pub fn folder_key(&self) -> &'static str {
        SHARED.key
    }

    /// All folders: that with the queues, two more of which one has a name that is not ASCII, and one that cannot be seen.
    pub fn folders(&self) -> Vec<RegisteredFolder> {
        folders::ALL
            .into_iter()
            .map(|folder| RegisteredFolder {
                id: folder.id,
                key: folder.key.to_owned(),
                path: folder.path.to_owned(),
                granted: folder.access == Access::Granted,
            })
            .collect()
    }

    /// The names of the queues in all folders, in the order in which they were created.
    pub fn queues(&self) -> Vec<String> {
        let store = self.orchestrator.store.read().unwrap_or_else(PoisonError::into_inner);
        store.queues().iter().map(|queue| queue.name.clone()).collect()
    }

    /// The items of a queue in the folder with the queues, oldest first; none where there is no such queue.
    pub fn items(&self, queue: &str) -> Vec<StoredItem> {
        let store = self.orchestrator.store.read().unwrap_or_else(PoisonError::into_inner);
        let items = store.queue(&SHARED, queue).map(|queue| queue.items.as_slice()).unwrap_or_default();
        let date = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
        items
            .iter()
            .map(|item| StoredItem {
                id: item.id,
                key: store.item_key(item),
                reference: item.reference.as_deref().map(String::from),
                priority: item.priority.name().to_owned(),
                due_date: date(item.due()),
                defer_date: date(item.defer()),
                risk_sla_date: date(item.risk_sla()),
                progress: item.progress().map(String::from),
                content_json: item.content.clone().into(),
                creation_time: item.created.exact(),
                status: item.status.name().to_owned(),
            })
            .collect()
    }

    /// The latest requests, oldest first, with what was answered and which fault they met.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.orchestrator.log.all()
    }

    /// Ends all tokens that are out, as an administrator could.
    pub fn revoke_tokens(&self) {
        self.orchestrator.tokens.revoke_all();
    }

    /// Has a robot work on the items of all queues until the sandbox ends.
    pub fn employ(&self, robot: Robot) {
        tokio::spawn(work(Arc::clone(&self.orchestrator), robot));
    }

    /// A robot takes up to `most` items of a queue in the folder with the queues. Returns how many it got.
    pub fn begin_work(&self, queue: &str, most: usize) -> usize {
        let mut store = self.orchestrator.store.write().unwrap_or_else(PoisonError::into_inner);
        store.place(&SHARED, queue).map_or(0, |place| store.begin_work(place, most))
    }

    /// A robot is done with up to `most` of the items that it took, the earliest first. Returns how many there were.
    pub fn end_work(&self, queue: &str, most: usize, outcome: Outcome) -> usize {
        let mut store = self.orchestrator.store.write().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = store.place(&SHARED, queue) else { return 0 };
        (0..most).take_while(|_| store.end_work(place, outcome)).count()
    }

    /// Waits until nothing is being executed apart from its connection: late commits, and requests whose sender has gone.
    pub async fn quiet(&self) {
        self.orchestrator.apart.none().await;
    }

    /// Ends the sandbox; open connections are let go.
    pub async fn stop(self) {
        let _ = self.close.send(true); // an error means that nothing runs any more
        let _ = tokio::time::timeout(PATIENCE, self.server).await;
    }
}

/// The members of a JSON object in their order.
struct Members(Vec<(String, serde_json::Value)>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}
