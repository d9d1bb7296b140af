//! `uiq load`, from the connection to the report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::account::Account;
use super::args::BatchSize;
use super::begin::{Beginning, Begun, Job, LoadedBefore, Memory, stays_as_it_is};
use super::outcome::Ended;
use super::prepare::{Prepared, broken_rules, how_many, problem_lines, schema};
use super::queue::{Found, find};
use super::stop::Stop;
use super::{Load, Resumed};
use crate::commands::connection::Connection;
use crate::commands::{Context, duration, interrupt, silence};
use crate::failure::{Exit, Failure};
use crate::fs::Identity;
use crate::items::Schema;
use crate::journal::RunLock;
use crate::load::report::Report;
use crate::load::watch::Watched;
use crate::load::{
    ATOMIC_BYTES, BATCH_BYTES, BatchRows, CheckError, Checked, Closing, DEFAULT_BATCH_ROWS, Dispatched, Event,
    FileSupply, Halt, Observer, Plan, References, Remote, Terms, UniqueReferences, bytes_a_request, check, dispatch,
    finish, leave_out,
};
use crate::orchestrator::CommitType;
use crate::orchestrator::limits::ITEMS_A_REQUEST;
use crate::rows::RangeSet;
use crate::source::Format;
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

impl<'a> Session<'a> {
    /// Connects, and looks the queue up.
    pub(super) async fn open(command: &'a Load, context: &'a Context) -> Result<Self, Failure> {
        let settle_grace = duration::settle_grace(command.pace.settle_grace, context)?;
        let patience = command.pace.give_up_after;
        let words = format!("waiting for Orchestrator to answer, for {} at most", duration::words(patience));
        let (connection, queue) = silence::broken_by(&words, context, async {
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
        let checked = checked(command, &prepared, &self.queue, &mut watch, account, context)?;
        let submit = Remote::new(self.connection.client.clone(), self.queue.id, command.pace.give_up_after);
        let (connection, queue) = (&self.connection, &self.queue);
        let job = Job { command, context, connection, queue, checked: &checked, file };
        let (Begun { mut run, before, rejects }, lock) =
            match undisturbed(job.begin(&mut prepared, &self.memory, resumed, &submit), self.presses.clone()).await? {
                (Beginning::Begun(begun), lock) => (begun, lock),
                (Beginning::Before(before), lock) => {
                    view.close();
                    account.follow(&self.memory, &before.run.id, before.run.counts);
                    return Ok(Loaded { outcome: Outcome::Before(before), newest_before: None, lock });
                }
            };
        account.follow(&self.memory, run.id(), before);
        let left_out = if checked.problems.is_empty() {
            RangeSet::default()
        } else {
            let Prepared { input, mapping, .. } = &prepared;
            leave_out(input, &checked.fingerprint, mapping, queue.unique, command.shard, &mut run)?
        };
        let presses = self.presses()?;
        let (run_id, newest_before) = (run.id().to_string(), run.before().map_err(Failure::from)?.largest_item);
        let rows = command.shard.count(checked.rows);
        let queue = self.queue.name.clone();
        let supply = FileSupply {
            input: prepared.input.clone(),
            fingerprint: checked.fingerprint,
            mapping: Arc::new(prepared.mapping.clone()),
            left_out,
            shard: command.shard,
        };
        let plan = plan(command, &self.queue, &checked, self.settle_grace);
        let mut observer = account.watch(&plan, &mut view);
        observer.notice(&Event::Started { run: run_id.clone(), queue, rows, done_before: before.done() });
        let start = Instant::now();
        let dispatched = tokio::select! {
            dispatched = dispatch(plan, submit, supply, run, presses.clone(), &mut observer) => dispatched?,
            () = pressed_again(presses) => {
                let ended = Ended { run: &run_id, lasting: self.memory.lasting };
                return Err(Stop::Everything(ended.left_at_once()));
            }
        };
        view.close();
        let closing = Closing {
            input: &prepared.input,
            fingerprint: checked.fingerprint,
            shard: command.shard,
            rows,
            queue: &self.queue.name,
            rejects: &rejects,
            accepted_before: before.accepted,
            took: start.elapsed(),
        };
        let report = close(dispatched, &closing)?;
        account.ended(&report);
        if let Some(file) = report.rejects_file.as_deref().filter(|&file| file != rejects) {
            context.ui.warn(&stays_as_it_is(&rejects, file));
        }
        if report.rejects_file.is_some() && prepared.format == Format::Xlsx {
            context.ui.say("spreadsheets are read and not written: the rejects file is CSV");
        }
        if let Some(spool) = prepared.spool.filter(|_| report.is_over()) {
            spool.delete().map_err(|error| {
                Failure::new(Exit::Failed, "cannot delete the copy of standard input").caused_by(&error)
            })?;
        }
        Ok(Loaded { outcome: Outcome::Report(report), newest_before, lock })
    }

    /// Follows the items of a load, where that is wanted.
    pub(super) async fn watch(
        &mut self,
        report: &Report,
        newest_before: Option<i64>,
    ) -> Result<Option<Watched>, Failure> {
        let Self { command, context, .. } = *self;
        let presses = self.presses()?;
        let sight = Remote::new(self.connection.client.clone(), self.queue.id, command.pace.give_up_after);
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

/// The view of a file that is checked, which Ctrl-C ends: once something was sent, it does not end the program by itself any more.
struct Watch<'a, 'ui> {
    view: &'a mut LoadView<'ui>,
    presses: Option<watch::Receiver<u32>>,
}

impl Observer for Watch<'_, '_> {
    fn notice(&mut self, event: &Event) {
        self.view.notice(event);
    }

    fn has_left(&self) -> bool {
        are_pressed(self.presses.as_ref())
    }
}

fn are_pressed(presses: Option<&watch::Receiver<u32>>) -> bool {
    presses.is_some_and(|presses| *presses.borrow() > 0)
}

fn checked(
    command: &Load,
    prepared: &Prepared,
    queue: &Found,
    watch: &mut Watch<'_, '_>,
    account: &mut Account,
    context: &Context,
) -> Result<Checked, Stop> {
    let checked = check(&prepared.input, &prepared.mapping, queue.unique, watch)?;
    account.checked(&checked);
    if !checked.problems.is_empty() {
        watch.view.close();
        if !command.shape.skip_invalid {
            let stays = command.folders.broken_file();
            return Err(Stop::Broken(broken_rules(&prepared.input, checked.rows, &checked.problems, stays)));
        }
        let how_many = how_many(&prepared.input, checked.rows, &checked.problems);
        context.ui.warn(&format!("{how_many}; left out, the rejects file will have them"));
        for line in problem_lines(&checked.problems) {
            context.ui.warn(&line);
        }
    }
    watch.notice(&Event::Checked { rows: checked.rows, blank: checked.blank_rows });
    let rows = command.shard.count(checked.rows);
    if command.shape.atomic && rows > ITEMS_A_REQUEST as u64 {
        let message = format!("`--atomic`: the file has {rows} rows, and one request takes at most {ITEMS_A_REQUEST}");
        return Err(Stop::Broken(
            Failure::new(Exit::Usage, message).hint("`--commit all-or-nothing` does the same for each request"),
        ));
    }
    Ok(checked)
}

fn plan(command: &Load, queue: &Found, checked: &Checked, settle_grace: Duration) -> Plan {
    let pace = &command.pace;
    let (batch_rows, batch_bytes) = request_size(command);
    // Where rows without a reference of their own are left out, those that are sent have one each.
    let references = match (queue.unique, command.shape.skip_invalid) {
        (UniqueReferences::Required, true) => References::Distinct,
        _ => checked.references,
    };
    Plan {
        terms: Terms { queue: queue.name.clone(), commit: command.shape.commit_type() },
        batch_rows,
        batch_bytes,
        jobs: pace.jobs,
        rate: pace.rate,
        settle_grace,
        give_up_after: pace.give_up_after,
        in_doubt: pace.in_doubt.into(),
        max_rejects: pace.max_rejects,
        references,
    }
}

/// Rows and bytes of a request.
fn request_size(command: &Load) -> (BatchRows, usize) {
    let (pace, jobs) = (&command.pace, command.pace.jobs.most());
    // The size of a request must decide about the pace alone. Here it decides which rows are taken back with a bad one, or how many
    // are refused before anybody sees that they are too many.
    let size_matters = command.shape.commit_type() == CommitType::AllOrNothing || pace.max_rejects.is_some();
    let (rows, bytes) = match pace.batch_size {
        _ if command.shape.atomic => return (BatchRows::Whole(ITEMS_A_REQUEST), ATOMIC_BYTES),
        BatchSize::Rows(rows) => (BatchRows::Given(rows), BATCH_BYTES),
        BatchSize::Auto if size_matters => (BatchRows::Steady(DEFAULT_BATCH_ROWS), BATCH_BYTES),
        BatchSize::Auto => (BatchRows::auto(jobs), bytes_a_request(jobs)),
    };
    if command.shape.commit_type() == CommitType::AllOrNothing {
        return (rows, bytes);
    }
    // With a rate, a request holds no more than about a second's worth: otherwise it would come in gusts.
    let a_second = pace.rate.map_or(usize::MAX, |rate| rate.rows_within(Duration::from_secs(1)).max(1));
    (rows.at_most(a_second), bytes)
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

async fn pressed_again(mut presses: watch::Receiver<u32>) {
    if presses.wait_for(|&presses| presses > 1).await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn close(dispatched: Dispatched, closing: &Closing<'_>) -> Result<Report, Stop> {
    let journal_full = matches!(dispatched.halt, Some(Halt::Journal(_)));
    finish(dispatched, closing).map_err(|error| match Stop::from(error) {
        Stop::Everything(failure) if journal_full => {
            Stop::Everything(failure.hint("what was sent is in the journal as far as it could be written"))
        }
        other => other,
    })
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
