//! `uiq resume`: goes on with an unfinished load.

use std::path::PathBuf;

use clap::Args;

use super::load::{Folders, IfLoaded, Load, Pace, Shape};
use super::{Context, state};
use crate::failure::{Exit, Failure};
use crate::journal::{Journal, RunSummary};

const EXAMPLES: &str = "\
Examples:
  uiq resume                         the latest unfinished load
  uiq resume k3f9                    that one
  uiq resume k3f9 --in-doubt skip    and leave alone what nobody can say arrived

File, queue, folder and what the rows mean are those of the run. Who logs in is up to you, as for `uiq load`.";

/// Go on with an unfinished load
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Resume {
    /// The run, or the beginning or end of its name; by default the latest unfinished one
    run: Option<String>,
    #[command(flatten)]
    pace: Pace,
}

impl Resume {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let run = wanted(self.run.as_deref(), context)?;
        let shape = Shape::from_options(&run.options).ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                format!("run {} was begun by another version of uiq, with options unknown here", run.id),
            )
        })?;
        let file = run.input.path.clone().unwrap_or_else(|| PathBuf::from(&run.input.given));
        let load = Load {
            queue: run.key.queue.clone(),
            files: vec![file],
            dry_run: false,
            if_loaded: IfLoaded::Fail,
            shard: run.key.shard,
            metrics: None,
            folders: Folders::default(),
            shape,
            pace: self.pace,
        };
        let mut global = context.global.clone();
        if global.folder.is_none() && !run.key.folder.is_empty() {
            global.folder = Some(run.key.folder.clone());
        }
        load.resume(run, &Context::new(global, context.environment.clone()))
    }
}

fn wanted(name: Option<&str>, context: &Context) -> Result<RunSummary, Failure> {
    let none = || Failure::new(Exit::Usage, "there is no unfinished load").hint("`uiq runs` lists all that there were");
    let journal = Journal::look(&state::folder(context)?)?.ok_or_else(none)?;
    let run = match name {
        Some(name) => journal.find(name)?,
        None => journal.runs()?.into_iter().find(|run| !run.is_finished()).ok_or_else(none)?,
    };
    if run.is_finished() {
        return Err(Failure::new(Exit::Usage, format!("run {} is finished; there is nothing to go on with", run.id))
            .hint(format!("`uiq runs show {}` says what became of its rows", run.id)));
    }
    Ok(run)
}
