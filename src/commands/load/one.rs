//! A load of one file, which ends as the file ends.

use std::path::{Path, PathBuf};

use super::outcome::{Stdout, judge, loaded_before, show};
use super::prepare::Prepared;
use super::send::{Loaded, Outcome, Session};
use super::stop::Stop;
use super::{IfLoaded, Load, Resumed};
use crate::commands::Context;
use crate::failure::{Exit, Failure};

/// Loads a file.
pub(super) fn run(command: &Load, file: &Path, context: &Context) -> Result<Exit, Failure> {
    load(command, file, None, context)
}

/// Goes on with a run.
pub(super) fn resume(command: &Load, resumed: &Resumed, context: &Context) -> Result<Exit, Failure> {
    let file = command.files.first().cloned().unwrap_or_else(|| PathBuf::from(&resumed.run.input.given));
    load(command, &file, Some(resumed), context)
}

fn load(command: &Load, file: &Path, resumed: Option<&Resumed>, context: &Context) -> Result<Exit, Failure> {
    // Before the network: a file that is not there needs none.
    let prepared = Prepared::new(command, file, resumed, context).map_err(Stop::into_failure)?;
    context.block_on(async {
        let mut session = Session::open(command, context).await?;
        let name = prepared.input.name().to_owned();
        let Loaded { outcome, _lock } = session.load(prepared, resumed, None).await.map_err(Stop::into_failure)?;
        let (queue, lasting) = (session.queue().to_owned(), session.memory.lasting);
        session.close().await;
        let mut report = match outcome {
            Outcome::Report(report) => report,
            Outcome::Before(before) if command.if_loaded == IfLoaded::Skip => {
                context.ui.say(&format!("nothing to do: {name} was loaded into {queue} by run {}", before.run.id));
                return Ok(Exit::Done);
            }
            Outcome::Before(before) => return Err(loaded_before(&before.run)),
        };
        let judged = judge(&mut report, lasting);
        show(&report, &judged, Stdout::Report, context)?;
        judged.failure.map_or(Ok(judged.exit), Err)
    })
}
