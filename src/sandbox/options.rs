//! How a sandbox is set up.

use std::path::PathBuf;
use std::time::Duration;

use super::Fault;
use super::ReadLimit;
use super::Robot;

/// How a sandbox is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The loopback port; 0 takes a free one.
    pub port: u16,
    /// What the port speaks.
    pub transport: Transport,
    /// The queues that exist from the start, in the folder `Shared`.
    pub queues: Vec<QueueSpec>,
    /// The number of the first queue. Whoever remembers a queue by its number takes that of another start for the same one.
    pub first_queue: i64,
    /// What happens when a request names a queue that does not exist.
    pub unknown_queues: UnknownQueues,
    /// How long every answer takes at least.
    pub latency: Duration,
    /// How often `GET /odata/QueueItems` may be called.
    pub read_limit: Option<ReadLimit>,
    /// How long a token is valid.
    pub token_life: Duration,
    /// What goes wrong, and when. The first that applies to a request is the one that happens.
    pub faults: Vec<Fault>,
    /// Who works on the items; nobody, unless it is said.
    pub robot: Option<Robot>,
    /// Where the dice of the faults and of the robot begin.
    pub seed: u64,
    /// The scopes that the external application was registered with.
    pub scopes: Vec<String>,
    /// The secret of the external application; by default a new one for every start.
    pub client_secret: Option<String>,
    /// The password of the tenant's user; by default a new one for every start.
    pub password: Option<String>,
    /// The personal access token of the tenant's user; by default a new one for every start.
    pub personal_access_token: Option<String>,
    /// The name of the organization in cloud addresses.
    pub organization: String,
    /// The name of the tenant.
    pub tenant: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            transport: Transport::Http,
            queues: Vec::new(),
            // As a tenant in use has it: it does not look like an ordinal, so nobody mistakes one for the other.
            first_queue: 124_281,
            unknown_queues: UnknownQueues::Refused,
            latency: Duration::ZERO,
            // https://docs.uipath.com/orchestrator: 100 requests a minute and tenant for anything but an automation.
            read_limit: Some(ReadLimit { requests: 100, per: Duration::from_secs(60) }),
            token_life: Duration::from_secs(3600),
            faults: Vec::new(),
            robot: None,
            seed: 0,
            scopes: ["OR.Default", "OR.Folders", "OR.Folders.Read", "OR.Queues", "OR.Queues.Read", "OR.Queues.Write"]
                .map(String::from)
                .into(),
            client_secret: None,
            password: None,
            personal_access_token: None,
            organization: String::from("sandbox"),
            tenant: String::from("Default"),
        }
    }
}

/// What the port speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// HTTP as it is.
    Http,
    /// HTTP within TLS 1.2 or 1.3, with a certificate for `localhost`, 127.0.0.1 and ::1 by an authority that is made new at every start:
    /// [`Running::authority`](super::Running::authority).
    Https,
}

/// A queue that exists from the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueSpec {
    /// Its name, at most 50 characters.
    pub name: String,
    /// Whether it enforces unique references.
    pub unique: bool,
    /// The file with the JSON schema that its content has to follow.
    pub schema: Option<PathBuf>,
    /// How often an item is retried that fails with an application exception; 0 is never.
    pub retries: i32,
}

/// What happens when a request names a queue that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownQueues {
    /// The real server's answer: 404, "does not exist".
    Refused,
    /// It is created in the folder of the request, without unique references: for rehearsals.
    Created,
}

/// The text names no queue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueueSpecError {
    /// Nothing before the comma.
    #[error("a queue needs a name")]
    NoName,
    /// Longer than the definition of a queue allows.
    #[error("the name of a queue has at most {MAX_QUEUE_NAME} characters")]
    TooLong,
    /// Something else behind the comma.
    #[error("`{0}` is no property of a queue; there are `unique`, `schema=FILE` and `retries=N`")]
    Property(String),
    /// Another number of retries than the definition of a queue allows.
    #[error("a queue retries an item at most {MAX_RETRIES} times")]
    Retries,
}

/// Characters in the name of a queue, by the published definition (`QueueDefinitionDto.Name`).
pub(super) const MAX_QUEUE_NAME: usize = 50;

/// Retries of an item, by the published definition (`QueueDefinitionDto.MaxNumberOfRetries`).
const MAX_RETRIES: i32 = 50;

impl std::str::FromStr for QueueSpec {
    type Err = QueueSpecError;

    fn from_str(text: &str) -> Result<Self, QueueSpecError> {
        let mut parts = text.split(',');
        let name = parts.next().unwrap_or_default().trim();
        if name.is_empty() {
            return Err(QueueSpecError::NoName);
        }
        if name.encode_utf16().count() > MAX_QUEUE_NAME {
            return Err(QueueSpecError::TooLong);
        }
        let mut spec = Self { name: name.to_owned(), ..Self::default() };
        for property in parts {
            match property.trim() {
                "unique" => spec.unique = true,
                schema if schema.starts_with("schema=") => {
                    spec.schema = schema.strip_prefix("schema=").map(PathBuf::from);
                }
                retries if retries.starts_with("retries=") => {
                    let number = retries.strip_prefix("retries=").and_then(|number| number.parse().ok());
                    let allowed = number.filter(|number| (0..=MAX_RETRIES).contains(number));
                    spec.retries = allowed.ok_or(QueueSpecError::Retries)?;
                }
                other => return Err(QueueSpecError::Property(other.to_owned())),
            }
        }
        Ok(spec)
    }
}
