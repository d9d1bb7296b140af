//! The arguments of `uiq load` that say how it is sent.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use crate::http::{Jobs, Rate};
use crate::load::InDoubt;

use super::report_file::ReportFile;
use super::watch::WatchArgs;
use crate::commands::connection::ConnectionArgs;
use crate::commands::duration;

/// How it is sent. None of it changes what arrives.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Sending")]
pub struct Pace {
    /// Rows in one request, at most 15,000; auto begins with 500 and goes up to 2,000 while answers come within a second, down to
    /// 50 while they take longer than 7.5 s or do not come (with --commit all-or-nothing or --max-rejects it stays at 500)
    #[arg(long, value_name = "N|auto", default_value = "auto", value_parser = batch_size)]
    pub batch_size: BatchSize,
    /// Requests under way at a time; 1 keeps the order of the file, more is faster; auto goes from 1 up to 16 while each further
    /// one brings more rows, and back where the server throttles
    #[arg(long, value_name = "N|auto", default_value = "1", value_parser = jobs)]
    pub jobs: Jobs,
    /// Rows a time, e.g. 600/min or 20/s
    #[arg(long, value_name = "N/min", value_parser = rate)]
    pub rate: Option<Rate>,
    /// Stop when Orchestrator has refused more than so many rows
    #[arg(long, value_name = "N")]
    pub max_rejects: Option<u64>,
    /// Where rows that are not in the queue go; by default beside the input, NAME.rejects.csv; a file that is there already stays, and the run's name goes into that of the new one
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Where a report goes when it is over, however it ends: FILE.html for people, FILE.json for programs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<ReportFile>,
    /// Rows of which even asking Orchestrator does not tell whether they arrived: check reports them, resend may double them,
    /// skip may lose them
    #[arg(long, value_name = "WHAT", default_value = "check")]
    pub in_doubt: InDoubtChoice,
    /// How long after it left a request may still be executing on the server [env: UIQ_SETTLE_GRACE] [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub settle_grace: Option<Duration>,
    /// How long to keep trying a server that does not answer, also before the first row, before stopping resumable
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration::parse)]
    pub give_up_after: Duration,
    /// What is done once everything is sent.
    #[command(flatten)]
    pub watch: WatchArgs,
    /// Whom to talk to.
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// How many rows go into one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchSize {
    /// As many as the server takes in its stride
    Auto,
    /// So many
    Rows(usize),
}

/// What to do if this exact content already went into this queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IfLoaded {
    /// End with exit code 6
    Fail,
    /// Say so, and end as if it had been loaded now
    Skip,
    /// Load it once more
    Again,
}

/// What to do with rows whose fate cannot be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InDoubtChoice {
    /// Report them and leave the decision to you
    Check,
    /// Send them again
    Resend,
    /// Do not send them again
    Skip,
}

impl From<InDoubtChoice> for InDoubt {
    fn from(choice: InDoubtChoice) -> Self {
        match choice {
            InDoubtChoice::Check => Self::Check,
            InDoubtChoice::Resend => Self::Resend,
            InDoubtChoice::Skip => Self::Skip,
        }
    }
}

fn batch_size(text: &str) -> Result<BatchSize, String> {
    number_or_auto(text, crate::orchestrator::limits::ITEMS_A_REQUEST)
        .map(|rows| rows.map_or(BatchSize::Auto, BatchSize::Rows))
}

/// More connections than this help no server, and many a firewall takes them for an attack.
const MOST_JOBS: usize = 64;

fn jobs(text: &str) -> Result<Jobs, String> {
    number_or_auto(text, MOST_JOBS).map(|jobs| jobs.map_or(Jobs::Auto, Jobs::Given))
}

/// A number from 1 on; none for `auto`.
fn number_or_auto(text: &str, most: usize) -> Result<Option<usize>, String> {
    if text == "auto" {
        return Ok(None);
    }
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.map(Some).ok_or_else(|| format!("a whole number from 1 to {most}, or auto"))
}

fn rate(text: &str) -> Result<Rate, String> {
    let wanted = || String::from("a number of rows and a time, as in 600/min or 20/s");
    let (rows, per) = text.split_once('/').ok_or_else(wanted)?;
    let per = match per {
        "s" | "sec" => Duration::from_secs(1),
        "min" | "m" => Duration::from_secs(60),
        "h" => Duration::from_secs(3_600),
        _ => return Err(wanted()),
    };
    let rows = rows.parse().ok().filter(|&rows| rows > 0).ok_or_else(wanted)?;
    Ok(Rate { rows, per })
}
