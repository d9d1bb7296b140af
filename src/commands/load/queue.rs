//! The queue that is meant.

use std::time::Duration;

use crate::commands::connection::Connection;
use crate::commands::{Context, known};
use crate::failure::{Exit, Failure};
use crate::load::UniqueReferences;
use crate::orchestrator::limits::QUEUES_A_PAGE;
use crate::orchestrator::{OrchestratorError, Queue, Refusal, patiently};
use crate::profile::Learnt;

/// What it means not to be able to look into the queue.
pub(super) const BLIND: &str =
    "if a request's fate becomes unknown, nobody will be able to find out whether its rows arrived";

/// A queue, as far as it could be looked up.
#[derive(Debug)]
pub(in crate::commands) struct Found {
    pub(in crate::commands) name: String,
    pub(in crate::commands) id: Option<i64>,
    pub(in crate::commands) unique: UniqueReferences,
    /// The JSON schema that its content has to follow.
    pub(in crate::commands) schema: Option<String>,
}

/// Looks the queue up, for which the first token is fetched, and keeps trying for as long as `patience`: at night nobody starts a load
/// again. An application that may add items but not look up queues goes on without.
pub(in crate::commands) async fn find(
    connection: &Connection,
    name: &str,
    patience: Duration,
    context: &Context,
) -> Result<Found, Failure> {
    let client = &connection.client;
    match patiently(patience, || client.queue(name)).await {
        Ok(Some(Queue { id, name, unique_reference, schema, .. })) => {
            known::learn(Learnt::One(&name), connection, context);
            let unique = if unique_reference { UniqueReferences::Required } else { UniqueReferences::Free };
            Ok(Found { name, id: Some(id), unique, schema })
        }
        Ok(None) => Err(unknown(connection, name).await),
        Err(OrchestratorError::Refused(refusal))
            if matches!(refusal.status, 403 | 405 | 501) && !refusal.is_folder() =>
        {
            context.ui.warn(
                "the application may not look up queues (scope OR.Queues.Read, role Queues View); going on without",
            );
            context.ui.warn(BLIND);
            Ok(Found { name: name.to_owned(), id: None, unique: UniqueReferences::Free, schema: None })
        }
        Err(error) if error.refusal().is_some_and(Refusal::is_folder) => Err(with_folder(connection, error)),
        Err(error) => Err(Failure::given_up(error)),
    }
}

/// The failure, with the folder that was meant where it is the folder that is wrong.
pub(in crate::commands) fn with_folder(connection: &Connection, error: OrchestratorError) -> Failure {
    let about_folder = error.refusal().is_some_and(Refusal::is_folder);
    let failure = Failure::from(error);
    match &connection.client.target().folder {
        Some(folder) if about_folder => failure.detail(format!("folder {folder}")),
        _ => failure,
    }
}

/// There is no such queue: which ones there are, and whether one of them is meant.
pub(in crate::commands) async fn unknown(connection: &Connection, name: &str) -> Failure {
    let place = match &connection.client.target().folder {
        Some(folder) => format!("in the folder {folder}"),
        None => String::from("where no folder is named"),
    };
    let failure = Failure::new(Exit::Usage, format!("there is no queue `{name}` {place}"));
    let queues = connection.client.queues(QUEUES_A_PAGE).await.unwrap_or_default();
    let wanted = name.to_lowercase();
    let close = queues.iter().find(|queue| strsim::jaro_winkler(&queue.name.to_lowercase(), &wanted) > 0.85);
    match (close, queues.len()) {
        (Some(queue), _) => failure.hint(format!("did you mean `{}`?", queue.name)),
        (None, 0) => failure.hint("the folder has no queue that the application can see; `--folder` names another one"),
        (None, _) => {
            let names: Vec<_> = queues.iter().take(10).map(|queue| queue.name.as_str()).collect();
            failure.hint(format!("the folder has: {}", names.join(", "))).hint("`--folder` names another one")
        }
    }
}
