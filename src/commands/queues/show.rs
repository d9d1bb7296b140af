//! `uiq queues show`: everything about one queue.

use clap::{Args, ValueEnum};

use super::template;
use crate::commands::connection::{Connection, ConnectionArgs};
use crate::commands::load::{unknown_queue, with_folder};
use crate::commands::{Context, known, silence};
use crate::failure::{Exit, Failure};
use crate::items::{Field, Schema};
use crate::orchestrator::{Among, Client, ItemStatus, OrchestratorError, Queue};
use crate::profile::Learnt;
use crate::ui::{Counted, Format, QueueDetails, queue_json, queue_text};

const EXAMPLES: &str = "\
Examples:
  uiq queues show Invoices
  uiq queues show Invoices | jq -r '.columns[] | select(.required) | .name'
  uiq queues show Invoices --template >invoices.csv
  uiq queues show Invoices --template=json >invoices.jsonl

Items are counted by status, which takes 8 of the 100 reads of items that Orchestrator allows a minute. A template is a header and
a row that loads as it is: from the queue's schema, or, where it has none, from the keys of its latest items. It was read and
checked as `uiq load` does it; where no row can be found that the schema takes, the header stands alone and the reason is said.";

/// Everything about one queue, and the columns that its schema wants
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Show {
    /// The queue
    queue: String,
    /// Write a file to begin with instead: a CSV header and a row that loads, or a line of JSON; by itself CSV, or what -o says
    // The equals sign is required, or `--template QUEUE` would take the queue for a format.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option)] // clap's type for an option that may have a value
    template: Option<Option<TemplateFormat>>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// The format of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TemplateFormat {
    /// A header, and a row
    Csv,
    /// JSON Lines: an item a line
    Json,
}

impl TemplateFormat {
    fn like(stdout: Format) -> Self {
        match stdout {
            Format::Text => Self::Csv,
            Format::Json => Self::Json,
        }
    }
}

impl Show {
    /// Runs the command.
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        context.block_on(async {
            let connection = Connection::open(&self.connection, context, &[&self.queue]).await?;
            let done = match self.found(&connection, context).await {
                Ok(queue) => self.shown(&connection, queue, context).await,
                Err(failure) => Err(failure),
            };
            connection.close().await;
            done.map(|()| Exit::Done)
        })
    }

    async fn found(&self, connection: &Connection, context: &Context) -> Result<Queue, Failure> {
        let asking = connection.client.queue(&self.queue);
        match silence::broken_by("waiting for Orchestrator to answer", context, asking).await {
            Ok(Some(queue)) => {
                known::learn(Learnt::One(&queue.name), connection, context);
                Ok(queue)
            }
            Ok(None) => Err(unknown_queue(connection, &self.queue).await),
            Err(error) => Err(with_folder(connection, error)),
        }
    }

    async fn shown(&self, connection: &Connection, queue: Queue, context: &Context) -> Result<(), Failure> {
        if let Some(format) = self.template {
            let format = format.unwrap_or_else(|| TemplateFormat::like(context.ui.format()));
            return template::write(&connection.client, &queue, format, context).await;
        }
        let counted = match counted(&connection.client, queue.id).await {
            Ok(counted) => Some(counted),
            Err(error) => {
                context.ui.warn(&format!("the items could not be counted (role: Transactions View): {error}"));
                None
            }
        };
        let columns = columns(&queue, context);
        let details = QueueDetails { queue, counted, columns };
        match context.listing() {
            Format::Json => context.print(&queue_json(&details).to_string()),
            Format::Text => context.print(&queue_text(&details, context.ui.width())),
        }
    }
}

/// The items by status, one read each.
async fn counted(client: &Client, queue: i64) -> Result<Counted, OrchestratorError> {
    let mut by_status = Vec::new();
    for status in ItemStatus::ALL {
        by_status.push((status, client.count_items(queue, Among::All, Some(status)).await?));
    }
    Ok(Counted { by_status, oldest_new: client.oldest_new(queue).await? })
}

/// What the schema describes; none where there is no schema, or none that can be read.
fn columns(queue: &Queue, context: &Context) -> Option<Vec<Field>> {
    match Schema::new(queue.schema.as_deref()?) {
        Ok(schema) => Some(schema.fields()),
        Err(error) => {
            context.ui.warn(&format!("{error}"));
            None
        }
    }
}
