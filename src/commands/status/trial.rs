//! The trial: one step after the other, as far as they work.

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use super::steps::{State, Steps};
use crate::commands::Context;
use crate::commands::connection::Connection;
use crate::failure::{Exit, Failure};
use crate::http::{Answer, Network, client, exchange, https_proxy};
use crate::orchestrator::OrchestratorError;
use crate::orchestrator::limits::QUEUES_A_PAGE;
use crate::profile::Login;

/// From here on a clock that runs wrong may be why a token is refused: validators allow five minutes as a rule.
const NOTABLE_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// The scopes of which adding needs one, by the published definition; `OR.Default` stands for the roles in the folders.
const FOR_ADDING: [&str; 3] = ["OR.Default", "OR.Queues", "OR.Queues.Write"];

/// Takes the steps.
pub(super) async fn run(
    connection: &Connection,
    network: &Network,
    context: &Context,
    steps: &mut Steps,
) -> Result<(), Failure> {
    name(connection, network, context, steps).await?;
    reach(connection, network, steps).await?;
    let scopes = token(connection, steps).await?;
    queues(connection, context, steps).await?;
    adding(scopes.as_deref(), steps)
}

async fn name(connection: &Connection, network: &Network, context: &Context, steps: &mut Steps) -> Result<(), Failure> {
    let root = &connection.settings.address.value.api_root;
    let host = root.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    if host.parse::<std::net::IpAddr>().is_ok() {
        steps.note("name", State::NotNeeded, "the address is a number");
        return Ok(());
    }
    let proxy = https_proxy(|name| context.environment.get(name)).filter(|_| network.proxies);
    match (tokio::net::lookup_host((host.as_str(), root.port_or_known_default().unwrap_or(443))).await, proxy) {
        (Ok(found), _) => {
            let mut addresses: Vec<String> = found.map(|address| address.ip().to_string()).collect();
            addresses.sort();
            addresses.dedup();
            steps.note("name", State::Works, format!("{host} is {}", addresses.join(", ")));
            Ok(())
        }
        (Err(_), Some(variable)) => {
            steps.note("name", State::Unknown, format!("not known here; the proxy in {variable} looks it up itself"));
            Ok(())
        }
        (Err(error), None) => {
            let failure = Failure::new(Exit::Failed, format!("the host `{host}` has no address"))
                .caused_by(&error)
                .hint("is the host in `--url` spelt right, and is this machine on the network that knows it?");
            Err(steps.failed("name", failure))
        }
    }
}

/// Connects to the API, which is asked for its status without any token, and to the identity server.
async fn reach(connection: &Connection, network: &Network, steps: &mut Steps) -> Result<(), Failure> {
    let http = client(network)?;
    let address = &connection.settings.address.value;
    let at = |base: &url::Url, path: &str| {
        let mut url = base.clone();
        url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
        url
    };
    let status = exchange(&http, http.get(at(&address.api_root, "api/Status/Get"))).await;
    let status = status.map_err(|error| steps.failed("connection", error))?;
    let security =
        if address.api_root.scheme() == "https" { "HTTPS, the certificate is trusted" } else { "plain HTTP" };
    steps.note("connection", State::Works, format!("{security}; HTTP {}", status.status.as_u16()));
    clock(&status, steps);
    let ready = connection.tokens.is_ready();
    if ready || connection.settings.login.value == Login::Password {
        steps.note("identity", State::NotNeeded, "this login does not ask it");
        return Ok(());
    }
    let answer = exchange(&http, http.get(at(&address.identity, ".well-known/openid-configuration"))).await;
    let answer = answer.map_err(|error| steps.failed("identity", error))?;
    let described = serde_json::from_slice::<serde_json::Value>(&answer.body)
        .is_ok_and(|body| body.get("token_endpoint").is_some());
    if described {
        steps.note("identity", State::Works, "describes itself");
    } else {
        let words = format!("HTTP {} instead of its description; the token request decides", answer.status.as_u16());
        steps.note("identity", State::Unknown, words);
    }
    Ok(())
}

fn clock(answer: &Answer, steps: &mut Steps) {
    let date = answer.headers.get("date").and_then(|date| date.to_str().ok());
    let Some(theirs) = date.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok()) else { return };
    let skew = theirs.duration_since(Timestamp::now()).abs();
    if skew >= NOTABLE_SKEW {
        let words = format!("this machine and the server differ by {skew:#}; a wrong clock makes tokens invalid");
        steps.note("clock", State::Unknown, words);
    } else {
        steps.note("clock", State::Works, "agrees with the server's");
    }
}

/// Gets a token; gives its scopes, where they can be known.
async fn token(connection: &Connection, steps: &mut Steps) -> Result<Option<String>, Failure> {
    let token = connection.tokens.token().await.map_err(|error| steps.failed("token", error))?;
    steps.token = true;
    steps.expires_at = token.expires_at().map(|at| format!("{at:.0}"));
    steps.scope = token.scope().map(str::to_owned);
    let until = match &steps.expires_at {
        Some(at) => format!("good until {at}"),
        None => String::from("used as it is"),
    };
    steps.note("token", State::Works, until);
    let scopes = steps.scope.clone().or_else(|| token.claimed_scopes());
    match &scopes {
        Some(scopes) => steps.note("scopes", State::Works, scopes.clone()),
        None => steps.note("scopes", State::Unknown, "neither the server nor the token says"),
    }
    Ok(scopes)
}

async fn queues(connection: &Connection, context: &Context, steps: &mut Steps) -> Result<(), Failure> {
    let in_folder = connection.settings.folder.is_some();
    if !in_folder {
        context.ui.say("no folder is set, so no queue was tried; name one with `--folder`");
    }
    // Asked without a folder too: a token that is not accepted is told from a folder that is missing.
    match connection.client.queues(QUEUES_A_PAGE).await {
        Ok(found) if in_folder => {
            steps.queues = Some(found.len());
            steps.note("folder", State::Works, "visible");
            steps.note("queues", State::Works, format!("{} in the folder", found.len()));
        }
        Ok(_) => steps.note("folder", State::Unknown, "none is set"),
        Err(OrchestratorError::Refused(refusal))
            if !in_folder && (refusal.is_folder_missing() || refusal.status == 403) =>
        {
            steps.note("folder", State::Unknown, "none is set");
        }
        Err(OrchestratorError::Refused(refusal)) if refusal.status == 403 && !refusal.is_folder() => {
            let words = "not readable: there is neither OR.Queues nor OR.Queues.Read, or no role in the folder that may view them";
            steps.note("queues", State::Unknown, words);
            context.ui.warn(&format!("the queues are {words}"));
        }
        Err(OrchestratorError::Refused(refusal)) if refusal.is_folder() => {
            return Err(steps.failed("folder", OrchestratorError::Refused(refusal)));
        }
        Err(error) => return Err(steps.failed("queues", error)),
    }
    Ok(())
}

/// Whether items may be added. Asking would mean adding, so more than the scopes is not known.
fn adding(scopes: Option<&str>, steps: &mut Steps) -> Result<(), Failure> {
    let allowed = scopes.map(|scopes| scopes.split(' ').any(|scope| FOR_ADDING.contains(&scope)));
    match allowed {
        Some(false) => {
            let failure = Failure::new(Exit::NotAllowed, "the token has no scope for adding items: OR.Queues or OR.Queues.Write")
                .hint("add it in Orchestrator under Admin > External applications > the application > Add scopes > Orchestrator API Access")
                .hint("changed scopes are in the tokens that are made afterwards: `uiq token --fresh`");
            Err(steps.failed("adding", failure))
        }
        Some(true) => {
            let words = "the scopes allow it; whether the role in the folder does (Transactions: Create) shows only when an item is added";
            steps.note("adding", State::Unknown, words);
            Ok(())
        }
        None => {
            steps.note("adding", State::Unknown, "shows only when an item is added");
            Ok(())
        }
    }
}
