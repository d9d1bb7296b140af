//! The arguments of `uiq load`: what was typed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::http::Rate;
use crate::load::InDoubt;
use crate::orchestrator::CommitType;
use crate::source::{Delimiter, Headers};

use crate::commands::connection::ConnectionArgs;
use crate::commands::duration;

/// What is loaded, and what its rows mean. All of it shapes items, so a resumed run must not change it.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Rows")]
pub struct Shape {
    /// Character between two cells, or `tab`; by default found from the header
    #[arg(long, value_name = "C")]
    pub delimiter: Option<Delimiter>,
    /// Which column names are special: both, the upload page's only, or none
    #[arg(long, value_name = "WHICH", default_value = "both")]
    pub headers: HeadersChoice,
    /// Priority of rows that have none: low, normal, high
    #[arg(long, value_name = "P")]
    pub priority: Option<String>,
    /// Deadline of rows that have none: 2026-12-01, 2026-12-01 17:00, RFC 3339, or from now: +2h, +3d
    #[arg(long, value_name = "WHEN")]
    pub due: Option<String>,
    /// Not to be worked on before, of rows that have none
    #[arg(long, value_name = "WHEN")]
    pub defer: Option<String>,
    /// Date of the risk zone, of rows that have none
    #[arg(long, value_name = "WHEN")]
    pub risk_sla: Option<String>,
    /// Time zone of dates without an offset, e.g. Europe/Berlin; by default that of this machine
    #[arg(long, value_name = "TZ")]
    pub timezone: Option<String>,
    /// What Orchestrator does with a request of which some items fail
    #[arg(long, value_name = "HOW", default_value = "independent")]
    pub commit: CommitChoice,
    /// The whole file in one all-or-nothing request, or not at all (15,000 rows at most)
    #[arg(long, conflicts_with_all = ["commit", "batch_size", "jobs", "rate"])]
    pub atomic: bool,
}

/// How it is sent. None of it changes what arrives.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Sending")]
pub struct Pace {
    /// Rows in one request, at most 15,000
    #[arg(long, value_name = "N", default_value_t = crate::load::DEFAULT_BATCH_ROWS, value_parser = batch_size)]
    pub batch_size: usize,
    /// Requests under way at a time; 1 keeps the order of the file, more is faster
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = jobs)]
    pub jobs: usize,
    /// Rows a time, e.g. 600/min or 20/s
    #[arg(long, value_name = "N/min", value_parser = rate)]
    pub rate: Option<Rate>,
    /// Stop when Orchestrator has refused more than so many rows
    #[arg(long, value_name = "N")]
    pub max_rejects: Option<u64>,
    /// Where rows that are not in the queue go; by default beside the input, NAME.rejects.csv
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Rows of which even asking Orchestrator does not tell whether they arrived: check reports them, resend may double them,
    /// skip may lose them
    #[arg(long, value_name = "WHAT", default_value = "check")]
    pub in_doubt: InDoubtChoice,
    /// How long after it left a request may still be executing on the server [env: UIQ_SETTLE_GRACE] [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub settle_grace: Option<Duration>,
    /// How long to keep trying a server that does not answer, before stopping resumable
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration::parse)]
    pub give_up_after: Duration,
    /// Whom to talk to.
    #[command(flatten)]
    pub connection: ConnectionArgs,
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

/// Which column names are special.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum HeadersChoice {
    /// Reference, Priority, Deadline, Postpone and the API's DueDate, DeferDate, RiskSlaDate, Progress
    #[default]
    Both,
    /// Reference, Priority, Deadline, Postpone, as on Orchestrator's upload page
    Upload,
    /// None: every column is content
    None,
}

/// What Orchestrator does with a request of which some items fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CommitChoice {
    /// Every row stands for itself
    #[default]
    Independent,
    /// A refused row takes back its whole request
    AllOrNothing,
    /// Nothing after the first refused row is taken
    StopOnFirstFailure,
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

impl Shape {
    /// The commit type of each request.
    pub fn commit_type(&self) -> CommitType {
        match (self.atomic, self.commit) {
            (true, _) | (_, CommitChoice::AllOrNothing) => CommitType::AllOrNothing,
            (_, CommitChoice::Independent) => CommitType::Independent,
            (_, CommitChoice::StopOnFirstFailure) => CommitType::StopOnFirstFailure,
        }
    }

    /// The options that are not as they are by default, by flag: for the journal, and for resuming.
    pub fn options(&self) -> BTreeMap<String, String> {
        let name =
            |value: &dyn Fn() -> Option<clap::builder::PossibleValue>| value().map(|value| value.get_name().to_owned());
        let texts = [
            ("--delimiter", self.delimiter.map(|delimiter| delimiter.to_string())),
            (
                "--headers",
                (self.headers != HeadersChoice::default())
                    .then(|| name(&|| self.headers.to_possible_value()))
                    .flatten(),
            ),
            ("--priority", self.priority.clone()),
            ("--due", self.due.clone()),
            ("--defer", self.defer.clone()),
            ("--risk-sla", self.risk_sla.clone()),
            ("--timezone", self.timezone.clone()),
            (
                "--commit",
                (self.commit != CommitChoice::default()).then(|| name(&|| self.commit.to_possible_value())).flatten(),
            ),
            ("--atomic", self.atomic.then(|| String::from("yes"))),
        ];
        texts.into_iter().filter_map(|(flag, text)| Some((flag.to_owned(), text?))).collect()
    }

    /// What [`Shape::options`] wrote, read back; none where another version wrote it.
    pub fn from_options(options: &BTreeMap<String, String>) -> Option<Self> {
        let text = |flag: &str| options.get(flag).cloned();
        let choice = |flag: &str| options.get(flag).map(String::as_str);
        Some(Self {
            delimiter: text("--delimiter").map(|text| text.parse()).transpose().ok()?,
            headers: choice("--headers")
                .map(|text| HeadersChoice::from_str(text, true))
                .transpose()
                .ok()?
                .unwrap_or_default(),
            priority: text("--priority"),
            due: text("--due"),
            defer: text("--defer"),
            risk_sla: text("--risk-sla"),
            timezone: text("--timezone"),
            commit: choice("--commit")
                .map(|text| CommitChoice::from_str(text, true))
                .transpose()
                .ok()?
                .unwrap_or_default(),
            atomic: options.contains_key("--atomic"),
        })
    }
}

impl From<HeadersChoice> for Headers {
    fn from(choice: HeadersChoice) -> Self {
        match choice {
            HeadersChoice::Both => Self::Both,
            HeadersChoice::Upload => Self::Upload,
            HeadersChoice::None => Self::None,
        }
    }
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

fn batch_size(text: &str) -> Result<usize, String> {
    let most = crate::orchestrator::limits::ITEMS_A_REQUEST;
    text.parse().ok().filter(|rows| (1..=most).contains(rows)).ok_or_else(|| format!("a whole number from 1 to {most}"))
}

/// More connections than this help no server, and many a firewall takes them for an attack.
const MOST_JOBS: usize = 64;

fn jobs(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|jobs| (1..=MOST_JOBS).contains(jobs))
        .ok_or_else(|| format!("a whole number from 1 to {MOST_JOBS}"))
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
