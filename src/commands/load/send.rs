//! `uiq load`, from the connection to the report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::args::BatchSize;
use super::begin::{Begun, Job, Memory};
use super::outcome::{Ended, conclude};
use super::prepare::{Prepared, broken_rules, how_many, problem_lines};
use super::queue::{Found, find};
use super::{Load, Resumed};
use crate::commands::connection::Connection;
use crate::commands::{Context, duration, interrupt, silence};
use crate::failure::{Exit, Failure};
use crate::load::{
    ATOMIC_BYTES, BATCH_BYTES, BatchRows, Checked, Closing, DEFAULT_BATCH_ROWS, Dispatched, Event, FileSupply, Halt,
    Observer, Plan, References, Remote, Terms, UniqueReferences, bytes_a_request, check, dispatch, finish, leave_out,
};
use crate::orchestrator::CommitType;
use crate::orchestrator::limits::ITEMS_A_REQUEST;
use crate::rows::RangeSet;
use crate::source::Format;
use crate::ui::LoadView;

/// Loads what was prepared; with `resumed`, only if that is the run that it belongs to.
pub(super) async fn run(
    command: &Load,
    mut prepared: Prepared,
    resumed: Option<&Resumed>,
    context: &Context,
) -> Result<Exit, Failure> {
    let settle_grace = duration::settle_grace(command.pace.settle_grace, context)?;
    let (connection, queue) = silence::broken_by("waiting for Orchestrator to answer", context, async {
        let connection = Connection::open(&command.pace.connection, context, &[&command.queue]).await?;
        let queue = find(&connection, &command.queue, context).await?;
        Ok::<_, Failure>((connection, queue))
    })
    .await?;
    prepared.follow(&queue, &command.shape)?;
    let mut view = LoadView::new(&context.ui, prepared.input.name(), prepared.input.length()?);
    let checked = checked(command, &prepared, &queue, &mut view, context)?;
    let memory = Memory::new(context, &connection)?;
    let submit = Remote::new(connection.client.clone(), queue.id, command.pace.give_up_after);

    let job = Job { command, context, connection: &connection, queue: &queue, checked: &checked };
    let begun = match job.begin(&mut prepared, &memory, resumed, &submit).await? {
        Ok(begun) => begun,
        Err(earlier) => {
            view.close();
            let name = prepared.input.name();
            context.ui.say(&format!("nothing to do: {name} was loaded into {} by run {}", queue.name, earlier.id));
            return Ok(Exit::Done);
        }
    };
    let Begun { mut run, before, rejects, _lock } = begun;
    let left_out = if checked.problems.is_empty() {
        RangeSet::default()
    } else {
        leave_out(&prepared.input, &checked.fingerprint, &prepared.mapping, queue.unique, &mut run)?
    };
    // Not before: until now nothing was sent, and Ctrl-C may end the program as it ends any other.
    let presses = interrupt::listen()
        .map_err(|error| Failure::new(Exit::Failed, "cannot listen for Ctrl-C").caused_by(&error))?;
    let run_id = run.id().to_string();
    view.notice(&Event::Started { queue: queue.name.clone(), rows: checked.rows, done_before: before.done() });
    let supply = FileSupply {
        input: prepared.input.clone(),
        fingerprint: checked.fingerprint,
        mapping: Arc::new(prepared.mapping.clone()),
        left_out,
    };
    let plan = plan(command, &queue, &checked, settle_grace);
    let start = Instant::now();
    let dispatched = tokio::select! {
        dispatched = dispatch(plan, submit, supply, run, presses.clone(), &mut view) => dispatched?,
        () = pressed_again(presses) => {
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
        accepted_before: before.accepted,
        took: start.elapsed(),
    };
    let report = close(dispatched, &closing)?;
    if report.rejects_file.is_some() && prepared.format == Format::Xlsx {
        context.ui.say("spreadsheets are read and not written: the rejects file is CSV");
    }
    if let Some(spool) = prepared.spool.filter(|_| report.is_over()) {
        spool.delete().map_err(|error| {
            Failure::new(Exit::Failed, "cannot delete the copy of standard input").caused_by(&error)
        })?;
    }
    connection.close().await;
    conclude(report, memory.lasting, context)
}

fn checked(
    command: &Load,
    prepared: &Prepared,
    queue: &Found,
    view: &mut LoadView<'_>,
    context: &Context,
) -> Result<Checked, Failure> {
    let checked = check(&prepared.input, &prepared.mapping, queue.unique, view)?;
    if !checked.problems.is_empty() {
        view.close();
        if !command.shape.skip_invalid {
            return Err(broken_rules(&prepared.input, checked.rows, &checked.problems));
        }
        let how_many = how_many(&prepared.input, checked.rows, &checked.problems);
        context.ui.warn(&format!("{how_many}; left out, the rejects file will have them"));
        for line in problem_lines(&checked.problems) {
            context.ui.warn(&line);
        }
    }
    view.notice(&Event::Checked { rows: checked.rows, blank: checked.blank_rows });
    if command.shape.atomic && checked.rows > ITEMS_A_REQUEST as u64 {
        let message =
            format!("`--atomic`: the file has {} rows, and one request takes at most {ITEMS_A_REQUEST}", checked.rows);
        return Err(Failure::new(Exit::Usage, message).hint("`--commit all-or-nothing` does the same for each request"));
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
    // With a rate, a request holds no more than about a second's worth: otherwise it would come in gusts.
    let a_second = pace.rate.map_or(usize::MAX, |rate| rate.rows_within(Duration::from_secs(1)).max(1));
    (rows.at_most(a_second), bytes)
}

async fn pressed_again(mut presses: watch::Receiver<u32>) {
    if presses.wait_for(|&presses| presses > 1).await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn close(dispatched: Dispatched, closing: &Closing<'_>) -> Result<crate::load::report::Report, Failure> {
    let journal_full = matches!(dispatched.halt, Some(Halt::Journal(_)));
    finish(dispatched, closing).map_err(|error| {
        let failure = Failure::from(error);
        if journal_full {
            failure.hint("what was sent is in the journal as far as it could be written")
        } else {
            failure
        }
    })
}
