//! A run from its first request to its report.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::Load;
use super::account::Account;
use super::args::BatchSize;
use super::begin::{Begun, stays_as_it_is};
use super::outcome::Ended;
use super::prepare::Prepared;
use super::queue::Found;
use super::stop::Stop;
use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::load::report::Report;
use crate::load::{
    ATOMIC_BYTES, BATCH_BYTES, BatchRows, Checked, Closing, DEFAULT_BATCH_ROWS, Dispatched, Event, FileSupply, Halt,
    Observer, Plan, References, Remote, Terms, UniqueReferences, bytes_a_request, dispatch, finish,
};
use crate::orchestrator::CommitType;
use crate::orchestrator::limits::ITEMS_A_REQUEST;
use crate::rows::RangeSet;
use crate::source::Format;
use crate::ui::LoadView;

/// What is sent, and how.
pub(super) struct Sitting<'a> {
    pub(super) command: &'a Load,
    pub(super) context: &'a Context,
    pub(super) queue: &'a Found,
    pub(super) prepared: Prepared,
    pub(super) checked: Checked,
    /// Rows that break a rule and are not sent.
    pub(super) left_out: RangeSet,
    pub(super) settle_grace: Duration,
    /// Whether the run is remembered, and can be gone on with.
    pub(super) lasting: bool,
    /// How often the user has asked to stop.
    pub(super) presses: watch::Receiver<u32>,
}

impl Sitting<'_> {
    /// Sends, until every row has its answer or something stops it.
    pub(super) async fn send(
        self,
        begun: Begun,
        submit: Remote,
        view: &mut LoadView<'_>,
        account: &mut Account,
    ) -> Result<Report, Stop> {
        let Begun { run, before, rejects } = begun;
        let (id, queue) = (run.id().to_string(), &self.queue.name);
        let rows = self.command.shard.count(self.checked.rows);
        let plan = plan(self.command, self.queue, &self.checked, self.settle_grace);
        let mut observer = account.watch(&plan, view);
        observer.notice(&Event::Started { run: id.clone(), queue: queue.clone(), rows, done_before: before.done() });
        let start = Instant::now();
        let dispatched = tokio::select! {
            dispatched = dispatch(plan, submit, self.supply(), run, self.presses.clone(), &mut observer) => dispatched?,
            () = pressed_again(self.presses.clone()) => {
                let ended = Ended { run: &id, lasting: self.lasting };
                return Err(Stop::Everything(ended.left_at_once()));
            }
        };
        view.close();
        let closing = Closing {
            input: &self.prepared.input,
            fingerprint: self.checked.fingerprint,
            shard: self.command.shard,
            rows,
            queue,
            rejects: &rejects,
            accepted_before: before.accepted,
            took: start.elapsed(),
        };
        let report = close(dispatched, &closing)?;
        account.ended(&report);
        self.tell_of_rejects(&report, &rejects);
        self.forget_spool(&report)?;
        Ok(report)
    }

    /// The rows, once more.
    fn supply(&self) -> FileSupply {
        FileSupply {
            input: self.prepared.input.clone(),
            fingerprint: self.checked.fingerprint,
            mapping: Arc::new(self.prepared.mapping.clone()),
            left_out: self.left_out.clone(),
            shard: self.command.shard,
        }
    }

    /// Says what is unexpected about the rejects file: its place, its format.
    fn tell_of_rejects(&self, report: &Report, wanted: &Path) {
        let Some(file) = report.rejects_file.as_deref() else { return };
        if file != wanted {
            self.context.ui.warn(&stays_as_it_is(wanted, file));
        }
        if self.prepared.format == Format::Xlsx {
            self.context.ui.say("spreadsheets are read and not written: the rejects file is CSV");
        }
    }

    /// Deletes our copy of standard input, unless the run may have to be gone on with.
    fn forget_spool(self, report: &Report) -> Result<(), Failure> {
        let Some(spool) = self.prepared.spool.filter(|_| report.is_over()) else { return Ok(()) };
        spool
            .delete()
            .map_err(|error| Failure::new(Exit::Failed, "cannot delete the copy of standard input").caused_by(&error))
    }
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
