//! `uiq sandbox`: a local Orchestrator to rehearse against.

use std::io;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::Context;
use crate::failure::{Exit, Failure};
use crate::sandbox::{Fault, Options, QueueSpec, ReadLimit, Robot, Running, UnknownQueues, start};
use crate::ui::Format;

/// Run a local Orchestrator to rehearse against
///
/// It listens on loopback only, keeps everything in memory and forgets it at the end (Ctrl-C). It speaks the token endpoint and
/// the queue calls of Orchestrator, for cloud addresses (the URL that it prints) and standalone ones (the same without a path),
/// with the same rules, errors and limits. A page at / shows queues, items and requests as they come. Only a folder that the application was assigned to
/// can be used: Shared, Finance or Finance/Überweisungen; Payroll exists and was not assigned.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = LONG_HELP)]
pub struct SandboxArgs {
    /// The port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8787)]
    port: u16,
    /// A queue that exists from the start; `,unique` makes it enforce unique references, `,schema=FILE` a JSON schema, `,retries=3` automatic
    /// retries. May be repeated; without any, queues are created when they are first named
    #[arg(long = "queue", value_name = "NAME[,unique][,schema=FILE][,retries=N]")]
    queues: Vec<QueueSpec>,
    /// How long every answer takes at least: 120ms
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "0s")]
    latency: Duration,
    /// How often items may be listed: 100/min, 5/s or none
    #[arg(long, value_name = "RATE", value_parser = limit, default_value = "100/min")]
    limit: Limit,
    /// How long a token is valid: 60s
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1h")]
    token_life: Duration,
    /// What goes wrong: `KIND[:FIELD]...`, as `drop-after-commit:2%` (see --help). May be repeated; the first that applies happens
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<Fault>,
    /// Let a robot work on the items of all queues, at this pace: `50/s`, with `,fail:2%` application exceptions and `,business:1%`
    /// business exceptions. Without it items stay new
    #[arg(long, value_name = "PACE[,HABIT]...")]
    robot: Option<Robot>,
    /// Where the dice of the faults and of the robot begin: the same number, the same faults
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

const EXAMPLES: &str = "\
Examples:
  uiq sandbox --queue Invoices --queue Orders,unique
  uiq sandbox --latency 120ms --token-life 60s
  uiq sandbox --queue Invoices,retries=2 --robot 50/s,fail:2%
  uiq sandbox --fault drop-after-commit:2% --fault status-503:5% --seed 7
  uiq sandbox --port 0 -o json        for scripts: the first line says where it is and how to log in";

const LONG_HELP: &str = "\
Faults: KIND[:FIELD]..., the fields in any order
  drop-before-commit, drop-after-commit   close the connection without an answer
  hang-before-commit, hang-after-commit   keep it open and never answer
  commit-late                             answer 504 (`cut`: close), execute after a time (3s)
  status-NNN                              400 to 599, before the commit or after it
  token-expiry                            revoke all tokens, so that this request gets 401
  slow                                    answer a time later (3s)
  truncated, cut-json                     end in the middle of the body, or send half of it as if it were whole
  null-ordinal                            do not say which items of a bulk failed
Fields
  5% | @3 | x2 | @3x2           a share of the requests | the third | the first two | the third and fourth; default: all
  3s | 120ms | 1m               the time of commit-late and slow; the Retry-After of a status
  date                          Retry-After as a date
  before | after                status-NNN instead of the commit (default), or after it
  json | html | empty           the body of status-NNN (json) and commit-late (html)
  on=writes | reads | tokens | all    which requests are counted and hit; default: those that add items

Examples:
  uiq sandbox --queue Invoices --queue Orders,unique
  uiq sandbox --latency 120ms --token-life 60s
  uiq sandbox --queue Invoices,retries=2 --robot 50/s,fail:2%
  uiq sandbox --fault drop-after-commit:2% --fault status-503:5% --seed 7
  uiq sandbox --fault status-429:2s:x3 --fault commit-late:3s:@5 --fault status-500:html:on=tokens:@2
  uiq sandbox --port 0 -o json        for scripts: the first line says where it is and how to log in";

/// The first line of stdout with `-o json`: a promise to scripts.
#[derive(Serialize)]
struct Ready<'a> {
    version: u8,
    url: String,
    identity_url: String,
    client_id: &'a str,
    client_secret: &'a str,
    folder_path: &'a str,
    folder_id: i64,
    folder_key: &'a str,
    queues: Vec<String>,
}

impl SandboxArgs {
    /// Runs the sandbox until it is interrupted.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let options = self.into_options();
        super::spare::threads_for_a_server()?;
        context.serve(async {
            // Listened for before anything is printed: whoever reads that it is ready may end it at once.
            let interrupted = interruption()
                .map_err(|error| Failure::new(Exit::Failed, "cannot listen for Ctrl-C").caused_by(&error))?;
            let port = options.port;
            let running = start(options).await.map_err(|error| not_started(port, &error))?;
            announce(context, &running)
                .map_err(|error| Failure::new(Exit::Failed, "cannot write to stdout").caused_by(&error))?;
            interrupted.await;
            running.stop().await;
            Ok(Exit::Done)
        })
    }

    fn into_options(self) -> Options {
        let unknown_queues = if self.queues.is_empty() { UnknownQueues::Created } else { UnknownQueues::Refused };
        Options {
            port: self.port,
            queues: self.queues,
            // A sandbox begins empty; what was loaded into that of yesterday was not loaded into this one.
            first_queue: jiff::Timestamp::now().as_second(),
            unknown_queues,
            latency: self.latency,
            read_limit: self.limit.0,
            token_life: self.token_life,
            faults: self.faults,
            robot: self.robot,
            seed: self.seed,
            ..Options::default()
        }
    }
}

fn announce(context: &Context, running: &Running) -> io::Result<()> {
    let ready = Ready {
        version: 1,
        url: running.url(),
        identity_url: running.identity_url(),
        client_id: running.client_id(),
        client_secret: running.client_secret(),
        folder_path: running.folder_path(),
        folder_id: running.folder_id(),
        folder_key: running.folder_key(),
        queues: running.queues(),
    };
    match context.ui.format() {
        Format::Json => context.ui.data(&serde_json::to_string(&ready)?)?,
        Format::Text => {
            context.ui.data(&in_words(&ready, running.standalone_url()))?;
            context.ui.data(&other_ways_in(running))?;
        }
    }
    context.ui.say(&format!("watch it at {}/; it runs until Ctrl-C, and nothing is kept", running.standalone_url()));
    Ok(())
}

/// How to log in: under a name of its own, so that nobody's real login is replaced, and into a file, for the secret is worth nothing
/// and ends with the sandbox.
const LOGIN: &str = "uiq login -p sandbox --store file";

/// The secret goes through a pipe: as a flag it would stand in the list of processes.
fn in_words(ready: &Ready<'_>, standalone_url: &str) -> String {
    let Ready { url, identity_url, client_id, client_secret, folder_path, folder_id, folder_key, queues, .. } = ready;
    let queues = if queues.is_empty() { String::from("created when first named") } else { queues.join(", ") };
    format!(
        "URL            {url}\n\
         standalone     {standalone_url}\n\
         identity       {identity_url}\n\
         client id      {client_id}\n\
         client secret  {client_secret}\n\
         folder         {folder_path} (id {folder_id}, key {folder_key})\n\
         queues         {queues}\n\
         \n\
         printf %s {client_secret} | {LOGIN} --url {url} --folder {folder_path} --client-id {client_id} --client-secret-stdin"
    )
}

/// The ways in that the first line does without: a person's.
fn other_ways_in(running: &Running) -> String {
    let (url, standalone) = (running.url(), running.standalone_url());
    format!(
        "\nor as a person:\n\
         {LOGIN} --url {url} --folder {} --client-id {} --browser\n\
         printf %s {} | {LOGIN} --url {url} --folder {} --pat-stdin\n\
         printf %s {} | {LOGIN} --url {standalone} --tenant Default --folder {} --username {} --password-stdin",
        running.folder_path(),
        running.public_client_id(),
        running.personal_access_token(),
        running.folder_path(),
        running.password(),
        running.folder_path(),
        running.username(),
    )
}

fn not_started(port: u16, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AddrInUse => Failure::new(Exit::Failed, format!("port {port} is in use"))
            .hint("another sandbox may be running; `--port 0` takes a free port"),
        io::ErrorKind::InvalidInput => Failure::new(Exit::Usage, error.to_string()),
        _ => Failure::new(Exit::Failed, format!("cannot listen on port {port}")).caused_by(error),
    }
}

/// Registers for Ctrl-C and the signal with which services are ended; the future ends with the first of them.
#[cfg(unix)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Registers for Ctrl-C; the future ends with it.
#[cfg(windows)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// A read limit, or none.
#[derive(Clone, Copy, Debug)]
struct Limit(Option<ReadLimit>);

fn limit(text: &str) -> Result<Limit, String> {
    match text {
        "none" => Ok(Limit(None)),
        rate => rate
            .parse()
            .map(|rate| Limit(Some(rate)))
            .map_err(|error: crate::sandbox::ReadLimitError| format!("{error}, or `none`")),
    }
}

/// `120ms`, `60s`, `1h 30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<jiff::SignedDuration>().ok();
    parsed
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| String::from("a time is written as 120ms, 60s or 1h"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_needs_a_unit_and_is_not_negative() {
        assert_eq!(duration("120ms"), Ok(Duration::from_millis(120)));
        assert_eq!(duration("1h 30m"), Ok(Duration::from_secs(5400)));
        for wrong in ["120", "-1s", "", "soon"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_login_line_takes_the_secret_from_standard_input() {
        let ready = Ready {
            version: 1,
            url: "http://127.0.0.1:8787/sandbox/Default".into(),
            identity_url: "http://127.0.0.1:8787/identity_".into(),
            client_id: "id",
            client_secret: "secret",
            folder_path: "Shared",
            folder_id: 4242,
            folder_key: "key",
            queues: Vec::new(),
        };
        insta::assert_snapshot!(in_words(&ready, "http://127.0.0.1:8787"), @"
        URL            http://127.0.0.1:8787/sandbox/Default
        standalone     http://127.0.0.1:8787
        identity       http://127.0.0.1:8787/identity_
        client id      id
        client secret  secret
        folder         Shared (id 4242, key key)
        queues         created when first named

        printf %s secret | uiq login -p sandbox --store file --url http://127.0.0.1:8787/sandbox/Default --folder Shared --client-id id --client-secret-stdin
        ");
        insta::assert_snapshot!(serde_json::to_string(&ready).unwrap(), @r#"{"version":1,"url":"http://127.0.0.1:8787/sandbox/Default","identity_url":"http://127.0.0.1:8787/identity_","client_id":"id","client_secret":"secret","folder_path":"Shared","folder_id":4242,"folder_key":"key","queues":[]}"#);
    }

    #[test]
    fn a_port_in_use_is_said_with_the_way_out() {
        insta::assert_snapshot!(not_started(8787, &io::ErrorKind::AddrInUse.into()), @"
        error: port 8787 is in use

        hint: another sandbox may be running; `--port 0` takes a free port
        ");
    }
}
