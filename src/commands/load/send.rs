//! `uiq load`, from the connection to the report.

use std::time::Duration;

use tokio::sync::watch;

use super::account::Account;
use super::begin::{Beginning, Job, LoadedBefore, Memory, Opening};
use super::checked::{Watch, are_pressed, checked};
use super::prepare::{Prepared, schema};
use super::queue::{Found, find};
use super::sitting::Sitting;
use super::stop::Stop;
use super::{Load, Resumed};
use crate::commands::connection::Connection;
use crate::commands::{Context, duration, interrupt, silence};
use crate::failure::{Exit, Failure};
use crate::fs::Identity;
use crate::items::Schema;
use crate::journal::{Run, RunLock};
use crate::load::report::Report;
use crate::load::watch::Watched;
use crate::load::{CheckError, Checked, Remote, leave_out};
use crate::rows::RangeSet;
use crate::ui::LoadView;

/// What all files of a command share.
pub(super) struct Session<'a> {
    command: &'a Load,
    context: &'a Context,
    connection: Connection,
    queue: Found,
    schema: Option<Schema>,
    pub(super) memory: Memory,
    settle_grace: Duration,
    /// How often the user has asked to stop, from the moment at which something is sent.
    presses: Option<watch::Receiver<u32>>,
}

/// What came of a file. As long as the lock is held, nobody else loads the same content.
pub(super) struct Loaded {
    pub(super) outcome: Outcome,
    /// The newest item of the queue before the run.
    pub(super) newest_before: Option<i64>,
    pub(super) lock: RunLock,
}

/// What came of a file.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // one a file
pub(super) enum Outcome {
    /// It was loaded, as far as the report says.
    Report(Report),
    /// There was nothing to do.
    Before(LoadedBefore),
}

/// How long the first questions are asked again: nothing is under way yet, and somebody may be waiting at a terminal. Not longer than the
/// user would let the load itself try.
pub(super) fn first_patience(command: &Load) -> Duration {
    command.pace.give_up_after.min(Duration::from_secs(20))
}

/// What is said where the first questions take long.
pub(super) fn waiting(patience: Duration) -> String {
    format!("waiting for Orchestrator to answer, for {} at most", duration::words(patience))
}

impl<'a> Session<'a> {
    /// Connects, and looks the queue up.
    pub(super) async fn open(command: &'a Load, context: &'a Context) -> Result<Self, Failure> {
        let settle_grace = duration::settle_grace(command.pace.settle_grace, context)?;
        let patience = first_patience(command);
        let (connection, queue) = silence::broken_by(&waiting(patience), context, async {
            let connection = Connection::open(&command.pace.connection, context, &[&command.queue]).await?;
            let queue = find(&connection, &command.queue, patience, context).await?;
            Ok::<_, Failure>((connection, queue))
        })
        .await?;
        let schema = schema(&queue, &command.shape)?;
        let memory = Memory::new(context, &connection)?;
        Ok(Self { command, context, connection, queue, schema, memory, settle_grace, presses: None })
    }

    /// The queue's name as Orchestrator writes it.
    pub(super) fn queue(&self) -> &str {
        &self.queue.name
    }

    /// Ends the connection.
    pub(super) async fn close(self) {
        self.connection.close().await;
    }

    /// Loads what was prepared; with `resumed`, only if that is the run that it belongs to. `file` is what the system calls the file,
    /// where it will be put away.
    pub(super) async fn load(
        &mut self,
        mut prepared: Prepared,
        resumed: Option<&Resumed>,
        file: Option<&Identity>,
        account: &mut Account,
    ) -> Result<Loaded, Stop> {
        let (command, context) = (self.command, self.context);
        account.found(&self.connection, &self.queue.name);
        prepared.follow(self.schema.clone(), &command.shape)?;
        let mut view = LoadView::new(&context.ui, prepared.input.name(), prepared.input.length()?);
        let mut watch = Watch { view: &mut view, presses: self.presses.clone() };
        let opening = Opening::start(&self.memory);
        let checked = checked(command, &prepared, &self.queue, &mut watch, account, context)?;
        let (submit, connection, queue) = (self.remote(), &self.connection, &self.queue);
        let job = Job { command, context, connection, queue, checked: &checked, file };
        let beginning = job.begin(&mut prepared, (&self.memory, opening), resumed, &submit);
        let (mut begun, lock) = match undisturbed(beginning, self.presses.clone()).await? {
            (Beginning::Begun(begun), lock) => (begun, lock),
            (Beginning::Before(before), lock) => {
                view.close();
                account.follow(&self.memory, &before.run.id, before.run.counts);
                return Ok(Loaded { outcome: Outcome::Before(before), newest_before: None, lock });
            }
        };
        account.follow(&self.memory, begun.run.id(), begun.before);
        let left_out = self.leave_out(&prepared, &checked, &mut begun.run, &watch)?;
        let newest_before = begun.run.before().map_err(Failure::from)?.largest_item;
        let (presses, settle_grace, lasting) = (self.presses()?, self.settle_grace, self.memory.lasting);
        let queue = &self.queue;
        let sitting = Sitting { command, context, queue, prepared, checked, left_out, settle_grace, lasting, presses };
        let report = sitting.send(begun, submit, &mut view, account).await?;
        Ok(Loaded { outcome: Outcome::Report(report), newest_before, lock })
    }

    /// Writes down the rows that break a rule, where there are any: they are not sent.
    fn leave_out(
        &self,
        prepared: &Prepared,
        checked: &Checked,
        run: &mut Run,
        watch: &Watch<'_, '_>,
    ) -> Result<RangeSet, Stop> {
        if checked.problems.is_empty() {
            return Ok(RangeSet::default());
        }
        let (Prepared { input, mapping, .. }, shard) = (prepared, self.command.shard);
        Ok(leave_out(input, &checked.fingerprint, mapping, self.queue.unique, shard, run, watch)?)
    }

    /// The way to the queue.
    fn remote(&self) -> Remote {
        Remote::new(self.connection.client.clone(), self.queue.id, self.command.pace.give_up_after)
    }

    /// Follows the items of a load, where that is wanted.
    pub(super) async fn watch(
        &mut self,
        report: &Report,
        newest_before: Option<i64>,
    ) -> Result<Option<Watched>, Failure> {
        let Self { command, context, .. } = *self;
        let presses = self.presses()?;
        let sight = self.remote();
        Ok(command.pace.watch.processing(report, newest_before, (&sight, &self.connection), presses, context).await)
    }

    /// Listens for Ctrl-C from here on. Not before: until something is sent, it may end the program as it ends any other.
    fn presses(&mut self) -> Result<watch::Receiver<u32>, Failure> {
        if let Some(presses) = &self.presses {
            return Ok(presses.clone());
        }
        let presses = interrupt::listen()
            .map_err(|error| Failure::new(Exit::Failed, "cannot listen for Ctrl-C").caused_by(&error))?;
        Ok(self.presses.insert(presses).clone())
    }

    /// Ctrl-C between two files.
    pub(super) fn refuse_if_interrupted(&self) -> Result<(), Stop> {
        if are_pressed(self.presses.as_ref()) { Err(CheckError::Interrupted.into()) } else { Ok(()) }
    }
}

/// Does what comes before anything of a file is sent, unless Ctrl-C ends it: once something of another file was, it does not end the
/// program by itself any more.
async fn undisturbed<T>(
    work: impl Future<Output = Result<T, Stop>>,
    presses: Option<watch::Receiver<u32>>,
) -> Result<T, Stop> {
    let interrupted = async {
        match presses {
            Some(mut presses) => presses.wait_for(|&presses| presses > 0).await.is_ok(),
            None => false,
        }
    };
    tokio::select! {
        biased;
        done = work => done,
        true = interrupted => Err(CheckError::Interrupted.into()),
        else => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ctrl_c_ends_what_comes_before_something_is_sent() {
        let keyboard = watch::Sender::new(0);
        let asking = undisturbed(std::future::pending::<Result<(), Stop>>(), Some(keyboard.subscribe()));
        let (asked, ()) = tokio::join!(asking, async {
            keyboard.send_replace(1);
        });
        assert_eq!(asked.unwrap_err().into_failure().exit(), Exit::Interrupted);
        for presses in [None, Some(watch::channel(0).1)] {
            assert!(undisturbed(async { Ok(7) }, presses).await.is_ok_and(|seven| seven == 7));
        }
    }
}
