//! `uiq add`: one item.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::connection::{Connection, ConnectionArgs};
use super::load::{unknown_queue, with_folder};
use super::{Context, duration, known, silence, wishes};
use crate::failure::{Exit, Failure};
use crate::http::Verdict;
use crate::items::{Calendar, Moment, QueueItem, assignment, item_from_json};
use crate::load::{Added, NotAdded, add_one};
use crate::orchestrator::{OrchestratorError, Refusal, StoredItem, item_body};
use crate::profile::Learnt;
use crate::ui::Format;

const EXAMPLES: &str = "\
Examples:
  uiq add Invoices Number=INV-7 Vendor='Müller GmbH' Amount:=1250.40 Paid:=false --reference INV-7
  uiq add Invoices --json item.json --priority high --due +3d
  echo '{\"Number\": \"INV-8\"}' | uiq add Invoices --json - -o json
  uiq add --sandbox Invoices Number=INV-7       rehearse; needs no account

KEY=text gives a string, KEY:=json a number, true, false or null; a number keeps every digit.
WHEN is RFC 3339, or 2026-12-01, 2026-12-01 17:00[:00] in the time zone, or from now: +2h, +3d.";

/// Said when it takes long.
const WAITING: &str = "no clear answer yet; waiting, trying and looking into the queue for a minute or two";

/// Add one item
///
/// Prints its id, key and reference. If the answer is lost on the way, Orchestrator is asked whether the item is there.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Add {
    /// The queue
    queue: String,
    /// SpecificContent: KEY=text or KEY:=json
    #[arg(value_name = "KEY=VALUE")]
    content: Vec<String>,
    /// A JSON object: the content, or an item as the API has it ({"Reference": ..., "SpecificContent": {...}}); - for standard input
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Reference, at most 128 characters
    #[arg(long, value_name = "R")]
    reference: Option<String>,
    /// Priority: low, normal (as it is without this), high
    #[arg(long, value_name = "P")]
    priority: Option<String>,
    /// Deadline
    #[arg(long, value_name = "WHEN")]
    due: Option<String>,
    /// Not to be worked on before
    #[arg(long, value_name = "WHEN")]
    defer: Option<String>,
    /// Date of the risk zone
    #[arg(long, value_name = "WHEN")]
    risk_sla: Option<String>,
    /// Progress text
    #[arg(long, value_name = "TEXT")]
    progress: Option<String>,
    /// Time zone of dates without an offset, e.g. Europe/Berlin; by default that of this machine
    #[arg(long, value_name = "TZ")]
    timezone: Option<String>,
    /// Show the request that would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// How long after it left a request may still be executing on the server [env: UIQ_SETTLE_GRACE] [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    settle_grace: Option<Duration>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl Add {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        if self.content.is_empty() && self.json.is_none() && self.reference.is_none() {
            return Err(Failure::new(
                Exit::Usage,
                "there is nothing to add; an item without anything in it is rarely meant",
            )
            .hint(
                "`KEY=text`, `KEY:=json`, `--json FILE` or at least `--reference R`; `uiq add --help` has examples",
            ));
        }
        let item = self.item()?;
        let violations = item.violations();
        if !violations.is_empty() {
            let failure = Failure::new(Exit::Usage, "the item breaks a rule; nothing was sent");
            return Err(violations.iter().fold(failure, |failure, violation| failure.detail(violation.to_string())));
        }
        if self.dry_run {
            context.print(&String::from_utf8_lossy(&item_body(&self.queue, &item)))?;
            return Ok(Exit::Done);
        }
        let grace = duration::settle_grace(self.settle_grace, context)?;
        context.block_on(async {
            let connection = Connection::open(&self.connection, context, &[&self.queue]).await?;
            let adding = add_one(&connection.client, &self.queue, &item, grace);
            let added = silence::broken_by(WAITING, context, adding).await;
            let added = match added {
                Ok(added) => Ok(added),
                Err(NotAdded::Failed(error)) if error.refusal().is_some_and(Refusal::is_unknown_queue) => {
                    Err(unknown_queue(&connection, &self.queue).await)
                }
                Err(NotAdded::Failed(error)) if error.refusal().is_some_and(Refusal::is_folder) => {
                    Err(with_folder(&connection, error))
                }
                Err(error) => Err(self.failure(error, &item)),
            };
            if added.is_ok() {
                known::learn(Learnt::One(&self.queue), &connection, context);
            }
            connection.close().await;
            show(&added?, &item, context)
        })
    }

    fn item(&self) -> Result<QueueItem<'static>, Failure> {
        let zone = wishes::zone(self.timezone.as_deref())?;
        let calendar = Calendar { zone, now: Moment::from(Timestamp::now()) };
        let mut item = match &self.json {
            Some(path) => {
                let text = read(path)?;
                item_from_json(&text, &calendar).map_err(|error| {
                    Failure::from_error(Exit::Usage, &error).detail(format!("in {}", path.display()))
                })?
            }
            None => QueueItem::default(),
        };
        for argument in &self.content {
            let (key, value) = assignment::parse(argument).map_err(|error| Failure::from_error(Exit::Usage, &error))?;
            item.put(key, value);
        }
        let moment = |flag: &str, text: &Option<String>| wishes::moment(&calendar, flag, text.as_deref());
        item.due = moment("--due", &self.due)?.or(item.due);
        item.defer = moment("--defer", &self.defer)?.or(item.defer);
        item.risk_sla = moment("--risk-sla", &self.risk_sla)?.or(item.risk_sla);
        if let Some(text) = &self.priority {
            item.priority = wishes::priority(text)?;
        }
        item.reference = self.reference.clone().map(Into::into).or(item.reference);
        item.progress = self.progress.clone().map(Into::into).or(item.progress);
        Ok(item)
    }

    fn failure(&self, error: NotAdded, item: &QueueItem<'_>) -> Failure {
        match error {
            NotAdded::Failed(OrchestratorError::Refused(refusal)) if refusal.is_duplicate_reference() => {
                let reference = item.reference.as_deref().unwrap_or_default();
                let message = format!("{} has an item with the reference `{reference}` already", self.queue);
                Failure::new(Exit::Failed, message)
                    .cause(refusal.to_string())
                    .hint("the queue enforces unique references; one counts as used even after its item was deleted")
            }
            NotAdded::Failed(error) if error.verdict() == Verdict::Unknown => Failure::from(error)
                .hint("the queue was looked through: the item is not there, so the same command can be run again"),
            NotAdded::Failed(error) => error.into(),
            NotAdded::InDoubt { why, unreadable } => {
                let failure =
                    Failure::new(Exit::InDoubt, format!("it is not known whether the item is in {}", self.queue))
                        .cause(why.to_string());
                let failure = match unreadable {
                    Some(error) => failure.cause(format!("it could not be looked up: {error}")),
                    None => failure.cause("the queue has several items that look like it"),
                };
                let failure = match why {
                    OrchestratorError::NotOrchestrator(_) => failure
                        .hint("is the address right (`uiq status` shows it)? a login page or a proxy may have answered in its place"),
                    _ => failure,
                };
                let by = item.reference.as_deref().map(|it| format!(" for the reference `{it}`")).unwrap_or_default();
                failure.hint(format!("look into the queue{by} before you add it again"))
            }
        }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let cannot = |error| {
        let failure = Failure::new(Exit::Usage, format!("cannot read {}", path.display()));
        failure.caused_by(&error).hint_if_missing(&error, path)
    };
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map_err(cannot)?;
        return Ok(text);
    }
    std::fs::read_to_string(path).map_err(cannot)
}

fn show(added: &Added, item: &QueueItem<'_>, context: &Context) -> Result<Exit, Failure> {
    let (id, key) = match added {
        Added::Created(created) => (created.id, created.key.as_str()),
        Added::Found(found) => {
            context.ui.say("the answer was lost, but the item is in the queue");
            (found.id, found.key.as_str())
        }
    };
    let text = match (context.ui.format(), added) {
        (Format::Text, _) => {
            let reference =
                item.reference.as_deref().map(|reference| format!("  reference {reference}")).unwrap_or_default();
            let key = if key.is_empty() { String::new() } else { format!("  key {key}") };
            format!("id {id}{key}{reference}")
        }
        // As Orchestrator returned it, with our version in front.
        (Format::Json, Added::Created(created)) => created.raw.get().trim_start().replacen('{', r#"{"version":1,"#, 1),
        (Format::Json, Added::Found(found)) => {
            let StoredItem { reference, content: values, .. } = found;
            json!({ "version": 1, "Id": id, "Key": key, "Reference": reference, "SpecificContent": values }).to_string()
        }
    };
    context.print(&text)?;
    Ok(Exit::Done)
}
