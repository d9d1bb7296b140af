//! `uiq sandbox`: a local Orchestrator to rehearse against.

mod authority;
mod ready;

use std::io;
use std::time::Duration;

use clap::{Args, ValueHint};

use super::Context;
use crate::failure::{Exit, Failure};
use crate::sandbox::{Fault, Options, QueueSpec, ReadLimit, Robot, Transport, UnknownQueues, start};

use authority::AuthorityFile;
use ready::announce;

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
    /// Speak HTTPS, with a certificate for localhost, 127.0.0.1 and ::1, and write the certificate of the authority that gave it to FILE
    /// (PEM), for `uiq login --ca FILE`. Both are made anew at every start
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    tls: Option<AuthorityFile>,
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
  uiq sandbox --tls ca.pem            over HTTPS; the login that it prints trusts ca.pem
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
  uiq sandbox --tls ca.pem            over HTTPS; the login that it prints trusts ca.pem
  uiq sandbox --port 0 -o json        for scripts: the first line says where it is and how to log in";

impl SandboxArgs {
    /// Runs the sandbox until it is interrupted.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let authority = self.tls.clone();
        if let Some(file) = &authority {
            file.check()?;
        }
        let options = self.into_options();
        super::spare::threads_for_a_server()?;
        context.serve(async {
            // Listened for before anything is printed: whoever reads that it is ready may end it at once.
            let interrupted = interruption()
                .map_err(|error| Failure::new(Exit::Failed, "cannot listen for Ctrl-C").caused_by(&error))?;
            let port = options.port;
            let running = start(options).await.map_err(|error| not_started(port, &error))?;
            if let (Some(file), Some(certificate)) = (&authority, running.authority()) {
                file.write(certificate)?;
            }
            announce(context, &running, authority.as_ref().map(AuthorityFile::path))
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
            transport: if self.tls.is_some() { Transport::Https } else { Transport::Http },
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
    fn a_port_in_use_is_said_with_the_way_out() {
        insta::assert_snapshot!(not_started(8787, &io::ErrorKind::AddrInUse.into()), @"
        error: port 8787 is in use

        hint: another sandbox may be running; `--port 0` takes a free port
        ");
    }
}
