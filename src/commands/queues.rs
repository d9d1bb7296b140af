//! `uiq queues`: what is there to load into?

use clap::Args;

use super::connection::{Connection, ConnectionArgs};
use super::{Context, known};
use crate::failure::{Exit, Failure};
use crate::orchestrator::limits::QUEUES_A_PAGE;
use crate::profile::Learnt;
use crate::ui::{Format, queues_json, queues_text};

const EXAMPLES: &str = "\
Examples:
  uiq queues                               the queues of the folder
  uiq queues --folder Finance/AP           those of another folder
  uiq queues -o json | jq -r '.queues[] | select(.unique_reference) | .name'";

/// The queues of the folder: unique reference? schema? how many items wait?
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Queues {
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl Queues {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let queues = context.block_on(async {
            let connection = Connection::open(&self.connection, context, &[]).await?;
            let queues = connection.client.queues(QUEUES_A_PAGE).await?;
            let names: Vec<String> = queues.iter().map(|queue| queue.name.clone()).collect();
            known::learn(Learnt::All(&names), &connection, context);
            // The counts are an extra: a server that does not give them still has queues.
            let waiting = connection.client.waiting().await.unwrap_or_else(|error| {
                context.ui.detail(&format!("how many items wait could not be read: {error}"));
                Vec::new()
            });
            connection.close().await;
            Ok(queues
                .into_iter()
                .map(|queue| {
                    let count = waiting.iter().find(|count| count.queue == queue.id).copied();
                    (queue, count)
                })
                .collect::<Vec<_>>())
        })?;
        match context.ui.format() {
            Format::Json => context.print(&queues_json(&queues).to_string())?,
            Format::Text if queues.is_empty() => context.ui.say("the folder has no queue that the application can see"),
            Format::Text => context.print(&queues_text(&queues, context.ui.width()))?,
        }
        Ok(Exit::Done)
    }
}
