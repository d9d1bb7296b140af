//! `uiq load`, from the connection to the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;

use super::outcome::{Ended, conclude, loaded_before};
use super::prepare::{Prepared, broken_rules};
use super::queue::{Found, find};
use super::{IfLoaded, Load};
use crate::commands::connection::Connection;
use crate::commands::{Context, duration, interrupt, state};
use crate::failure::{Exit, Failure};
use crate::journal::{Before, Counts, Journal, NewRun, Operator, Run, RunKey, RunLock, Spool};
use crate::load::{
    ATOMIC_BYTES, BATCH_BYTES, BatchLimits, Checked, Closing, Decision, Dispatched, Event, FileSupply, Halt, Observer,
    Plan, Remote, Submit, Terms, check, decide, dispatch, finish,
};
use crate::orchestrator::limits::ITEMS_A_REQUEST;
use crate::source::rejects_path;
use crate::ui::LoadView;

/// Where the run is kept: for good, or for the time of the command.
struct Memory {
    folder: PathBuf,
    /// Removed when dropped.
    _temporary: Option<tempfile::TempDir>,
    lasting: bool,
}

pub(super) async fn run(command: &Load, prepared: Prepared, context: &Context) -> Result<Exit, Failure> {
    let presses = interrupt::listen()
        .map_err(|error| Failure::new(Exit::Failed, "cannot listen for Ctrl-C").caused_by(&error))?;
    let pace = &command.pace;
    let connection = Connection::open(&pace.connection, context, &[&command.queue]).await?;
    let queue = find(&connection, &command.queue, context).await?;
    let mut view = LoadView::new(&context.ui, prepared.input.name(), prepared.input.length()?);
    let checked = checked(command, &prepared, &queue, &mut view)?;
    let memory = memory(context, &connection)?;
    let journal = Journal::open(&memory.folder)?;
    Spool::sweep(&memory.folder, &journal, Timestamp::now())?;
    let key = key(&connection, &queue, &checked);
    let words = format!("uiq load {} {}", command.queue, prepared.given().display());
    let _lock = RunLock::acquire(&memory.folder, &key, &state::holder(words))?;

    let submit = Remote::new(connection.client.clone(), queue.id, pace.give_up_after);
    let operator = state::operator(context, connection.login());
    let decision = decide(journal.latest_for(&key)?, &prepared.options, command.if_loaded.into());
    let (mut run, done_before) = match decision.map_err(|refusal| loaded_before(*refusal))? {
        Decision::Nothing(run) => {
            view.close();
            context.ui.say(&format!(
                "nothing to do: {} was loaded into {} by run {}",
                prepared.input.name(),
                queue.name,
                run.id
            ));
            return Ok(Exit::Done);
        }
        Decision::GoOn(run) => (journal.resume(&run.id, &operator, Timestamp::now())?, run.counts),
        Decision::Begin => {
            refuse_foreign_rejects(pace.rejects.as_deref())?;
            let new = new_run(&prepared, &checked, &queue, key, operator, &submit).await;
            (journal.begin(&new, Timestamp::now())?, Counts::default())
        }
    };
    let rejects = rejects_target(command, &prepared, &mut run)?;
    let run_id = run.id().to_string();
    view.notice(&Event::Started { queue: queue.name.clone(), rows: checked.rows, done_before: done_before.done() });
    let supply = FileSupply {
        input: prepared.input.clone(),
        fingerprint: checked.fingerprint,
        mapping: Arc::new(prepared.mapping.clone()),
    };
    let plan = plan(command, &queue, &checked, context)?;
    let began = Instant::now();
    let dispatched = tokio::select! {
        dispatched = dispatch(plan, submit, supply, run, presses.clone(), &mut view) => dispatched.map_err(Failure::from)?,
        () = pressed_again(presses) => {
            view.close();
            return Err(Ended { run: &run_id, lasting: memory.lasting }.left_at_once());
        }
    };
    view.close();
    let closing = Closing {
        input: &prepared.input,
        fingerprint: checked.fingerprint,
        rows: checked.rows,
        queue: &queue.name,
        rejects: &rejects,
        accepted_before: done_before.accepted,
        took: began.elapsed(),
    };
    let result = close(dispatched, &closing, prepared.spool, memory.lasting, context);
    connection.close().await;
    result
}

fn checked(command: &Load, prepared: &Prepared, queue: &Found, view: &mut LoadView<'_>) -> Result<Checked, Failure> {
    let checked = check(&prepared.input, &prepared.mapping, queue.unique, view)?;
    if !checked.problems.is_empty() {
        view.close();
        return Err(broken_rules(&prepared.input, checked.rows, &checked.problems));
    }
    view.notice(&Event::Checked { rows: checked.rows, blank: checked.blank_rows });
    if command.shape.atomic && checked.rows > ITEMS_A_REQUEST as u64 {
        let message =
            format!("`--atomic`: the file has {} rows, and one request takes at most {ITEMS_A_REQUEST}", checked.rows);
        return Err(Failure::new(Exit::Usage, message).hint("`--commit all-or-nothing` does the same for each request"));
    }
    Ok(checked)
}

fn memory(context: &Context, connection: &Connection) -> Result<Memory, Failure> {
    if connection.is_sandbox() {
        // Nothing is remembered of a rehearsal, so that it can be repeated at will.
        let temporary = tempfile::tempdir().map_err(|error| {
            Failure::new(Exit::Failed, "cannot make a temporary folder for the journal").caused_by(&error)
        })?;
        return Ok(Memory { folder: temporary.path().to_owned(), _temporary: Some(temporary), lasting: false });
    }
    Ok(Memory { folder: state::folder(context)?, _temporary: None, lasting: true })
}

fn key(connection: &Connection, queue: &Found, checked: &Checked) -> RunKey {
    let target = connection.client.target();
    RunKey {
        content: checked.fingerprint.digest,
        length: checked.fingerprint.length,
        api_root: target.api_root.to_string(),
        tenant: target.tenant.clone(),
        folder: target.folder.as_ref().map(ToString::to_string).unwrap_or_default(),
        queue: queue.name.clone(),
        queue_id: queue.id,
    }
}

async fn new_run(
    prepared: &Prepared,
    checked: &Checked,
    queue: &Found,
    key: RunKey,
    operator: Operator,
    submit: &Remote,
) -> NewRun {
    // What is in the queue now is not ours. An application that may not look can still load; only doubts cannot be settled then.
    let largest_item = match queue.id {
        None => None,
        Some(_) => submit.newest().await.inspect_err(|error| tracing::warn!(%error, "baseline.missing")).ok(),
    };
    NewRun {
        key,
        input: prepared.journal_input(),
        rows: checked.rows,
        span: checked.span,
        options: prepared.options.clone(),
        commit: prepared.options.get("--commit").cloned().unwrap_or_else(|| String::from("independent")),
        operator,
        before: Before { largest_item, clock_offset_ms: None },
    }
}

/// A rejects file that was named and is there belongs to another run, or is no rejects file at all.
fn refuse_foreign_rejects(named: Option<&Path>) -> Result<(), Failure> {
    match named {
        Some(path) if path.exists() => Err(Failure::new(
            Exit::Usage,
            format!("`--rejects {}`: the file exists, and is not of this run", path.display()),
        )
        .hint("move it away, or name another one")),
        _ => Ok(()),
    }
}

/// Where this run's rejects go: never over a file of another run.
fn rejects_target(command: &Load, prepared: &Prepared, run: &mut Run) -> Result<PathBuf, Failure> {
    if let Some(ours) = run.journal().find(run.id().as_str())?.rejects_file {
        return Ok(ours);
    }
    let target = command.pace.rejects.clone().unwrap_or_else(|| {
        let usual = match &prepared.spool {
            None => rejects_path(prepared.given()),
            Some(_) => PathBuf::from("stdin.rejects.csv"),
        };
        if usual.exists() {
            usual.with_extension("").with_extension(format!("rejects.{}.csv", run.id()))
        } else {
            usual
        }
    });
    // Absolute, for a run may be gone on with from another folder.
    let target = if command.pace.rejects.is_some() { std::path::absolute(&target).unwrap_or(target) } else { target };
    run.note_rejects_file(&std::path::absolute(&target).unwrap_or_else(|_| target.clone()))?;
    Ok(target)
}

fn plan(command: &Load, queue: &Found, checked: &Checked, context: &Context) -> Result<Plan, Failure> {
    let pace = &command.pace;
    let settle_grace = duration::settle_grace(pace.settle_grace, context)?;
    // With a rate, a request holds no more than about a second's worth: otherwise it would come in gusts.
    let a_second = pace.rate.map_or(usize::MAX, |rate| rate.rows_within(Duration::from_secs(1)).max(1));
    let limits = if command.shape.atomic {
        BatchLimits { rows: ITEMS_A_REQUEST, bytes: ATOMIC_BYTES }
    } else {
        BatchLimits { rows: pace.batch_size.min(a_second), bytes: BATCH_BYTES }
    };
    Ok(Plan {
        terms: Terms { queue: queue.name.clone(), commit: command.shape.commit_type() },
        limits,
        jobs: pace.jobs,
        rate: pace.rate,
        settle_grace,
        give_up_after: pace.give_up_after,
        in_doubt: pace.in_doubt.into(),
        max_rejects: pace.max_rejects,
        references: checked.references,
    })
}

async fn pressed_again(mut presses: watch::Receiver<u32>) {
    if presses.wait_for(|&presses| presses > 1).await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn close(
    dispatched: Dispatched,
    closing: &Closing<'_>,
    spool: Option<Spool>,
    lasting: bool,
    context: &Context,
) -> Result<Exit, Failure> {
    let resumable = dispatched.halt.as_ref().is_some_and(|halt| !halt.is_final()) || !dispatched.unsettled.is_empty();
    if let Some(mut spool) = spool {
        // Kept as long as somebody may go on with it.
        if resumable && lasting {
            spool.keep();
        } else {
            spool.delete().map_err(|error| {
                Failure::new(Exit::Failed, "cannot delete the copy of standard input").caused_by(&error)
            })?;
        }
    }
    let journal_full = matches!(dispatched.halt, Some(Halt::Journal(_)));
    let report = match finish(dispatched, closing) {
        Err(error) if !journal_full => return Err(error.into()),
        Err(error) => {
            return Err(
                Failure::from(error).hint("the rows that were sent are in the journal as far as it could be written")
            );
        }
        Ok(report) => report,
    };
    conclude(report, lasting, context)
}

impl From<IfLoaded> for crate::load::IfLoaded {
    fn from(choice: IfLoaded) -> Self {
        match choice {
            IfLoaded::Fail => Self::Fail,
            IfLoaded::Skip => Self::Skip,
            IfLoaded::Again => Self::Again,
        }
    }
}
