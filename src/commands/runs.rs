//! `uiq runs`: past and unfinished loads.

use clap::{Args, Subcommand};

use super::{Context, state};
use crate::failure::{Exit, Failure};
use crate::journal::{Journal, RunLock, RunSummary};
use crate::ui::{Format, RunDetails, run_json, run_text, runs_json, runs_text};

const EXAMPLES: &str = "\
Examples:
  uiq runs                            all loads, the newest first
  uiq runs --unfinished               those that can be gone on with
  uiq runs show 20261124-0540-k3f9    everything about one; its last four letters do as well
  uiq runs show k3f9 -o json | jq .reasons";

/// Past and unfinished loads
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Runs {
    /// Only those that can be gone on with
    #[arg(long)]
    unfinished: bool,
    #[command(subcommand)]
    which: Option<Which>,
}

#[derive(Debug, Subcommand)]
enum Which {
    /// Everything about one run
    Show {
        /// The run, or the beginning or end of its name
        run: String,
    },
}

impl Runs {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let Some(journal) = Journal::look(&state::folder(context)?)? else {
            return nothing(context, self.which.as_ref());
        };
        match self.which {
            Some(Which::Show { run }) => show(&journal, &run, context),
            None => list(&journal, self.unfinished, context),
        }
    }
}

fn nothing(context: &Context, which: Option<&Which>) -> Result<Exit, Failure> {
    match (which, context.ui.format()) {
        (Some(Which::Show { run }), _) => {
            Err(Failure::new(Exit::Usage, format!("there is no run `{run}`")).hint("nothing was loaded from here yet"))
        }
        (None, Format::Json) => context.print(&runs_json(&[]).to_string()).map(|()| Exit::Done),
        (None, Format::Text) => {
            context.ui.say("nothing was loaded from here yet");
            Ok(Exit::Done)
        }
    }
}

fn list(journal: &Journal, unfinished: bool, context: &Context) -> Result<Exit, Failure> {
    let folder = state::folder(context)?;
    let wanted = journal.runs()?.into_iter().filter(|run| !unfinished || !run.is_finished());
    let runs: Vec<(RunSummary, bool)> = wanted
        .map(|run| {
            // A finished run is not worked on; its lock may be that of a later one of the same content.
            let is_held = !run.is_finished() && RunLock::holder(&folder, &run.key)?.is_some();
            Ok::<_, Failure>((run, is_held))
        })
        .collect::<Result<_, _>>()?;
    match context.ui.format() {
        Format::Json => context.print(&runs_json(&runs).to_string())?,
        Format::Text if runs.is_empty() => context.ui.say("no such run"),
        Format::Text => context.print(&runs_text(&runs, context.ui.width()))?,
    }
    Ok(Exit::Done)
}

fn show(journal: &Journal, name: &str, context: &Context) -> Result<Exit, Failure> {
    let run = journal.find(name)?;
    let held = if run.is_finished() { None } else { RunLock::holder(&state::folder(context)?, &run.key)? };
    let details = RunDetails {
        holder: held.map(|held| held.to_string()),
        rejects: journal.rejects_by_code(&run.id)?,
        in_doubt: journal.progress(&run.id)?.in_doubt(),
        settled: journal.settled_doubts(&run.id)?,
        run,
    };
    context.print(&match context.ui.format() {
        Format::Json => run_json(&details).to_string(),
        Format::Text => run_text(&details),
    })?;
    Ok(Exit::Done)
}
