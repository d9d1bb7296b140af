//! `uiq queues`: what is there to load into, and what does it want?

mod list;
mod pattern;
mod show;
mod template;

use clap::{Args, Subcommand};

use super::Context;
use super::connection::ConnectionArgs;
use crate::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  uiq queues                               the queues of the folder
  uiq queues --folder Finance/AP           those of another folder
  uiq queues 'Inv*' --with-items           those with such a name in which something waits or is being worked on
  uiq queues | jq -r '.queues[] | select(.unique_reference) | .name'
  uiq queues show Invoices                 everything about one, and the columns that its schema wants
  uiq queues show Invoices --template >invoices.csv

On a terminal stdout holds a table, and JSON where something else reads it; -o text and -o json say otherwise. The list takes
two requests for every thousand queues, however many items they hold. Failed attempts are those that ended with an exception,
retried ones included, as Orchestrator's own page of queues counts them; `uiq queues show` counts failed items.";

/// The queues of the folder: unique reference? schema? how many items wait?
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Queues {
    /// Only queues with this in their names, in any case; with a `*`, which stands for anything, the name as a whole
    name: Option<String>,
    /// Only queues with items that are new or in progress
    #[arg(long)]
    with_items: bool,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(subcommand)]
    which: Option<Which>,
}

#[derive(Debug, Subcommand)]
enum Which {
    Show(show::Show),
}

impl Queues {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.which {
            Some(Which::Show(show)) => show.run(context),
            None => list::run(&self.connection, self.name.as_deref(), self.with_items, context),
        }
    }
}
