//! `uiq status`: who am I, where, in which folder, until when; and does it work right now?

mod settings;
mod shown;
mod steps;
mod trial;

use clap::Args;

use super::Context;
use super::connection::{ConnectionArgs, Opening};
use crate::auth::Reuse;
use crate::failure::{Exit, Failure};
use crate::ui::Format;

use settings::{Line, describe, line};
use steps::Steps;

const EXAMPLES: &str = "\
Examples:
  uiq status                       every setting, where it comes from, and whether it works now
  uiq status -o json               the same for a script; ends with 4 when it does not work
  uiq status -p test --folder HR   would this profile work with that folder?";

/// Show every setting and where it comes from, and try step by step whether they work
///
/// The name is looked up, a connection made, the identity server asked, a new token fetched, its scopes and the folder's queues
/// read. Nothing is added. Ends with 4 when a step fails, and says what to do. Shows no secret.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Status {
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl Status {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut steps = Steps::default();
        let mut lines = Vec::new();
        let tried = context.block_on(try_out(&self.connection, context, &mut lines, &mut steps));
        if lines.is_empty() {
            // Nothing is known at all: there is no status, only a failure.
            return tried.map(|()| Exit::Done);
        }
        let shown = match context.ui.format() {
            Format::Text => shown::text(&lines, &steps, tried.is_ok(), context.ui.width()),
            Format::Json => shown::as_json(&lines, &steps, tried.as_ref().err()).to_string(),
        };
        context.print(&shown)?;
        // Whatever the reason, the answer to "does it work" is no, and scripts look for one code.
        tried.map(|()| Exit::Done).map_err(|failure| failure.ending_with(Exit::NotAllowed))
    }
}

async fn try_out(
    args: &ConnectionArgs,
    context: &Context,
    lines: &mut Vec<Line>,
    steps: &mut Steps,
) -> Result<(), Failure> {
    // A kept token would prove only what was true when it was got.
    let opening = Opening::begin(args, context, &[]).await?.reusing(Reuse::Fresh);
    let network = opening.network().clone();
    lines.extend(describe(opening.settings(), &network, context));
    let connection = opening.finish(context)?;
    lines.push(line("secret", "not shown", &connection.secret_origin));
    let tried = trial::run(&connection, &network, context, steps).await;
    connection.close().await;
    tried
}
