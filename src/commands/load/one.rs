//! A load of one file, which ends as the file ends.

use std::path::{Path, PathBuf};

use super::account::Account;
use super::outcome::{Judged, Stdout, judge, loaded_before, show};
use super::prepare::Prepared;
use super::send::{Loaded, Outcome, Session};
use super::stop::Stop;
use super::{IfLoaded, Load, Resumed};
use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::load::{FileEnd, FileState};
use crate::ui::document::RunAccount;

/// Loads a file. What became of it comes into `ends`, also where the command fails.
pub(super) fn run(
    command: &Load,
    file: &Path,
    ends: &mut Vec<FileEnd>,
    accounts: &mut Vec<RunAccount>,
    context: &Context,
) -> Result<Exit, Failure> {
    let result = accounted(command, file, None, ends, accounts, context);
    if let Err(failure) = &result
        && ends.is_empty()
    {
        let state = if failure.exit() == Exit::Usage { FileState::Failed } else { FileState::Open };
        let error = Some(failure.message().to_owned());
        ends.push(FileEnd { exit_code: failure.exit() as u8, error, ..FileEnd::new(file, state) });
    }
    result
}

/// Goes on with a run.
pub(super) fn resume(
    command: &Load,
    resumed: &Resumed,
    accounts: &mut Vec<RunAccount>,
    context: &Context,
) -> Result<Exit, Failure> {
    let file = command.files.first().cloned().unwrap_or_else(|| PathBuf::from(&resumed.run.input.given));
    accounted(command, &file, Some(resumed), &mut Vec::new(), accounts, context)
}

/// Loads, and adds the account of it, however it ends.
fn accounted(
    command: &Load,
    file: &Path,
    resumed: Option<&Resumed>,
    ends: &mut Vec<FileEnd>,
    accounts: &mut Vec<RunAccount>,
    context: &Context,
) -> Result<Exit, Failure> {
    let mut account = Account::new(command, file, context);
    let result = load(command, file, resumed, ends, &mut account, context);
    if let Err(failure) = &result {
        account.went_wrong(failure);
    }
    let exit = result.as_ref().map_or_else(Failure::exit, |exit| *exit);
    accounts.extend(account.close(exit, context));
    result
}

fn load(
    command: &Load,
    file: &Path,
    resumed: Option<&Resumed>,
    ends: &mut Vec<FileEnd>,
    account: &mut Account,
    context: &Context,
) -> Result<Exit, Failure> {
    // Before the network: a file that is not there needs none.
    let prepared = Prepared::new(command, file, resumed, context).map_err(Stop::into_failure)?;
    let name = prepared.input.name().to_owned();
    let (outcome, queue, lasting) = context.block_on(async {
        let mut session = Session::open(command, context).await?;
        let loaded = session.load(prepared, resumed, None, account).await.map_err(Stop::into_failure)?;
        let Loaded { mut outcome, newest_before, lock } = loaded;
        // The run is written down; whoever wants to load the same again need not wait for robots.
        drop(lock);
        if let Outcome::Report(report) = &mut outcome {
            report.processing = session.watch(report, newest_before).await?;
            account.processed(report.processing.as_ref());
        }
        let (queue, lasting) = (session.queue().to_owned(), session.memory.lasting);
        session.close().await;
        Ok((outcome, queue, lasting))
    })?;
    let mut report = match outcome {
        Outcome::Report(report) => report,
        Outcome::Before(before) => {
            let run = before.run;
            let loaded_by = Some(run.id.clone());
            if command.if_loaded == IfLoaded::Skip {
                context.ui.say(&format!("nothing to do: {name} was loaded into {queue} by run {}", run.id));
                ends.push(FileEnd { loaded_by, ..FileEnd::new(file, FileState::LoadedBefore) });
                return Ok(Exit::Done);
            }
            let exit_code = Exit::AlreadyLoaded as u8;
            ends.push(FileEnd { exit_code, loaded_by, ..FileEnd::new(file, FileState::LoadedBefore) });
            return Err(loaded_before(&run));
        }
    };
    let judged = judge(&mut report, lasting);
    let shown = show(&report, &judged, Stdout::Report, context);
    let Judged { exit, failure, stopped, .. } = judged;
    let state = if matches!(exit, Exit::Done | Exit::Rejected) { FileState::Done } else { FileState::Open };
    let error = failure.as_ref().map(|failure| failure.message().to_owned());
    let end = FileEnd { exit_code: exit as u8, stopped, error, ..FileEnd::new(file, state) };
    ends.push(FileEnd { report: Some(report), ..end });
    shown?;
    failure.map_or(Ok(exit), Err)
}
