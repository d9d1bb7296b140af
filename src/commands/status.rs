//! `uiq status`: who am I, where, in which folder, until when; and does it work right now?

use clap::Args;
use serde_json::{Value, json};

use super::Context;
use super::connection::{ConnectionArgs, Opening};
use crate::failure::{Exit, Failure};
use crate::orchestrator::OrchestratorError;
use crate::orchestrator::limits::QUEUES_A_PAGE;
use crate::profile::{Origin, Settings};
use crate::ui::Format;

const EXAMPLES: &str = "\
Examples:
  uiq status                       every setting, where it comes from, and whether it works now
  uiq status -o json               the same for a script; ends with 4 when it does not work
  uiq status -p test --folder HR   would this profile work with that folder?";

/// Show every setting and where it comes from, and try whether they work
///
/// Ends with 4 when they do not. Shows no secret.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Status {
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// A setting as shown.
struct Line {
    name: &'static str,
    value: String,
    origin: String,
}

/// What a try showed.
#[derive(Default)]
struct Live {
    expires_at: Option<String>,
    scope: Option<String>,
    token: bool,
    queues: Option<usize>,
}

impl Status {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut live = Live::default();
        let mut lines = Vec::new();
        let tried = context.block_on(try_out(&self.connection, context, &mut lines, &mut live));
        if lines.is_empty() {
            // Nothing is known at all: there is no status, only a failure.
            return tried.map(|()| Exit::Done);
        }
        let shown = match context.ui.format() {
            Format::Text => text(&lines, &live, tried.is_ok()),
            Format::Json => as_json(&lines, &live, tried.as_ref().err()).to_string(),
        };
        context.print(&shown)?;
        // Whatever the reason, the answer to "does it work" is no, and scripts look for one code.
        tried.map(|()| Exit::Done).map_err(|failure| failure.ending_with(Exit::NotAllowed))
    }
}

async fn try_out(
    args: &ConnectionArgs,
    context: &Context,
    lines: &mut Vec<Line>,
    live: &mut Live,
) -> Result<(), Failure> {
    let opening = Opening::begin(args, context, &[]).await?;
    lines.extend(describe(opening.settings()));
    let connection = opening.finish(context)?;
    lines.push(line("secret", "not shown", &connection.secret_origin));
    let token = connection.tokens.token().await?;
    live.token = true;
    live.expires_at = token.expires_at().map(|at| format!("{at:.0}"));
    live.scope = token.scope().map(str::to_owned);
    if connection.settings.folder.is_none() {
        context.ui.say("no folder is set, so no queue was tried; name one with `--folder`");
        return Ok(());
    }
    match connection.client.queues(QUEUES_A_PAGE).await {
        Ok(queues) => live.queues = Some(queues.len()),
        Err(OrchestratorError::Refused(refusal)) if refusal.status == 403 && !refusal.is_folder() => {
            context.ui.warn("the queues cannot be read: the application has neither OR.Queues nor OR.Queues.Read, or no role in the folder");
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn describe(settings: &Settings) -> Vec<Line> {
    let address = &settings.address.value;
    let profile = if settings.is_saved { settings.profile.value.to_string() } else { String::from("none") };
    let mut lines = vec![
        line("profile", &profile, &settings.profile.origin),
        line("url", &address.base(), &settings.address.origin),
        line("identity", address.identity.as_str().trim_end_matches('/'), &settings.identity_origin),
    ];
    lines.extend(address.tenant.as_deref().map(|tenant| line("tenant", tenant, &settings.tenant_origin)));
    lines.push(match &settings.folder {
        Some(folder) => line("folder", &folder.value.to_string(), &folder.origin),
        None => line("folder", "none", &Origin::Default),
    });
    lines.extend(settings.client_id.as_ref().map(|id| line("client_id", &id.value, &id.origin)));
    lines.push(match &settings.scope {
        Some(scope) => line("scope", &scope.value, &scope.origin),
        None => line("scope", "all of the application's", &Origin::Default),
    });
    lines
}

fn line(name: &'static str, value: &str, origin: &impl ToString) -> Line {
    Line { name, value: value.to_owned(), origin: origin.to_string() }
}

fn text(lines: &[Line], live: &Live, works: bool) -> String {
    let width = lines.iter().map(|line| line.value.chars().count()).max().unwrap_or(0);
    let mut shown: Vec<String> =
        lines.iter().map(|Line { name, value, origin }| format!("{name:<10} {value:<width$}  {origin}")).collect();
    if live.token {
        let until = match &live.expires_at {
            Some(at) => format!("good until {at}"),
            None => String::from("used as it is"),
        };
        let scope = live.scope.as_deref().map(|scope| format!(", for {scope}")).unwrap_or_default();
        shown.push(format!("{:<10} {until}{scope}", "token"));
    }
    if let Some(count) = live.queues {
        shown.push(format!("{:<10} {count} in the folder", "queues"));
    }
    shown.push(format!("{:<10} {}", "works", if works { "yes" } else { "no" }));
    shown.join("\n")
}

fn as_json(lines: &[Line], live: &Live, failure: Option<&Failure>) -> Value {
    let settings: serde_json::Map<String, Value> = lines
        .iter()
        .map(|line| (line.name.to_owned(), json!({ "value": line.value, "origin": line.origin })))
        .collect();
    json!({
        "version": 1,
        "works": failure.is_none(),
        "problem": failure.map(Failure::message),
        "settings": settings,
        "token": live.token.then(|| json!({ "expires_at": live.expires_at, "scope": live.scope })),
        "queues": live.queues,
    })
}
