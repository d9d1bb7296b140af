//! The queues of a folder, as a table or for scripts.

use super::pattern::meant;
use crate::commands::connection::{Connection, ConnectionArgs};
use crate::commands::{Context, known, silence};
use crate::failure::{Exit, Failure};
use crate::orchestrator::{OrchestratorError, Queue, Traffic};
use crate::profile::Learnt;
use crate::ui::{Format, queues_json, queues_text};

pub(super) fn run(
    connection: &ConnectionArgs,
    pattern: Option<&str>,
    with_items: bool,
    context: &Context,
) -> Result<Exit, Failure> {
    let (queues, traffic) = context.block_on(async {
        let reading = async {
            let connection = Connection::open(connection, context, &[]).await?;
            let queues = connection.client.all_queues().await?;
            let names: Vec<String> = queues.iter().map(|queue| queue.name.clone()).collect();
            known::learn(Learnt::All(&names), &connection, context);
            let traffic = connection.client.traffic().await;
            connection.close().await;
            Ok::<_, Failure>((queues, traffic))
        };
        silence::broken_by("waiting for Orchestrator to answer", context, reading).await
    })?;
    let traffic = counted(traffic, with_items, context)?;
    let of = |queue: &Queue| traffic.iter().find(|count| count.queue == queue.id).copied();
    let is_busy = |traffic: Option<Traffic>| traffic.is_some_and(|count| count.new > 0 || count.in_progress > 0);
    let there_are_some = !queues.is_empty();
    let rows: Vec<(Queue, Option<Traffic>)> = queues
        .into_iter()
        .filter(|queue| pattern.is_none_or(|pattern| meant(pattern, &queue.name)))
        .map(|queue| (of(&queue), queue))
        .filter(|(traffic, _)| !with_items || is_busy(*traffic))
        .map(|(traffic, queue)| (queue, traffic))
        .collect();
    match context.listing() {
        Format::Json => context.print(&queues_json(&rows).to_string())?,
        Format::Text if !rows.is_empty() => context.print(&queues_text(&rows, context.ui.width()))?,
        Format::Text if there_are_some => context.ui.say("no such queue"),
        Format::Text => context.ui.say("the folder has no queue that the application can see"),
    }
    Ok(Exit::Done)
}

/// The counts are an extra: a server that does not give them still has queues. Only who asks by them cannot do without.
fn counted(
    traffic: Result<Vec<Traffic>, OrchestratorError>,
    with_items: bool,
    context: &Context,
) -> Result<Vec<Traffic>, Failure> {
    match traffic {
        Ok(traffic) => Ok(traffic),
        Err(error) if with_items => {
            Err(Failure::from(error).hint("without `--with-items` the queues are shown, and no counts"))
        }
        Err(error) => {
            context.ui.warn(&format!("how many items there are could not be read: {error}"));
            Ok(Vec::new())
        }
    }
}
