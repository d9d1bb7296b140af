//! From a report to words, JSON and an exit code.

use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::journal::{ChangedOption, RunSummary};
use crate::load::Halt;
use crate::load::report::Report;
use crate::ui::{Format, Told, load_json, load_text};

/// A load that ended before its last row.
pub(super) struct Ended<'a> {
    pub(super) run: &'a str,
    /// Whether the run is remembered, and can be gone on with.
    pub(super) lasting: bool,
}

impl Ended<'_> {
    fn go_on(&self, failure: Failure) -> Failure {
        if self.lasting {
            failure.hint(format!("to go on: run the same command again, or `uiq resume {}`", self.run))
        } else {
            failure.hint("a rehearsal in the sandbox is not remembered: run the same command again to begin anew")
        }
    }

    /// The second Ctrl-C.
    pub(super) fn left_at_once(&self) -> Failure {
        self.go_on(
            Failure::new(Exit::Interrupted, "interrupted twice: left at once")
                .detail("what was under way is in doubt; Orchestrator will be asked about it when you go on"),
        )
    }
}

/// How a load went.
#[derive(Debug)]
pub(super) struct Judged {
    /// The exit code, were this all.
    pub(super) exit: Exit,
    /// Why it is no success, beyond what the report says.
    pub(super) failure: Option<Failure>,
    /// Why it did not go on to the end of the file.
    pub(super) stopped: Option<String>,
    /// Whom that concerns.
    pub(super) halted: Option<Halted>,
}

/// Whom a reason to stop concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halted {
    /// This file alone.
    File,
    /// Every other file, too.
    Everything,
}

impl Halted {
    pub(super) fn of(halt: &Halt) -> Self {
        match halt {
            Halt::Source(_) | Halt::TooManyRejects(_) | Halt::FirstFailure(_) => Self::File,
            Halt::Interrupted | Halt::Refused(_) | Halt::GivenUp(_) | Halt::Journal(_) | Halt::Lost => Self::Everything,
        }
    }
}

/// Finds the exit code of a load, and the words for what went wrong.
pub(super) fn judge(report: &mut Report, lasting: bool) -> Judged {
    let run = report.run.to_string();
    let ended = Ended { run: &run, lasting };
    let stopped = report.halt.as_ref().map(Halt::words);
    let halted = report.halt.as_ref().map(Halted::of);
    let outcome = match (exit(report), report.halt.take()) {
        (Exit::InDoubt, _) => Err(ended.in_doubt(report)),
        (exit @ (Exit::Done | Exit::Rejected), _) | (exit, None) => Ok(exit),
        (_, Some(Halt::Interrupted)) => Err(ended.go_on(interrupted(report))),
        (_, Some(halt)) => Err(ended.go_on(halt.into())),
    };
    // The reason for a stop decides the code, so that what the report says is what the program ends with.
    let exit = outcome.as_ref().map_or_else(Failure::exit, |exit| *exit);
    Judged { exit, failure: outcome.err(), stopped, halted }
}

/// What goes to stdout when a file is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stdout {
    /// The report, in the form that was asked for.
    Report,
    /// Words only: as JSON there is one report for all files, at the end.
    WordsOnly,
}

/// Shows how a load went.
pub(super) fn show(report: &Report, judged: &Judged, stdout: Stdout, context: &Context) -> Result<(), Failure> {
    let json = load_json(report, judged.stopped.as_deref(), judged.exit as u8);
    let is_success = matches!(judged.exit, Exit::Done | Exit::Rejected);
    let (words, data) = match (context.ui.format(), stdout) {
        (Format::Json, Stdout::Report) => (String::new(), Some(json.to_string())),
        (Format::Json, Stdout::WordsOnly) => (String::new(), None),
        (Format::Text, _) if is_success => (String::new(), Some(load_text(report))),
        (Format::Text, _) => (load_text(report), None),
    };
    if let Some(rejects_file) = &report.rejects_file {
        let (file, run, reasons) = (report.input.as_str(), report.run.as_str(), json["reasons"].clone());
        context.ui.tell(&Told::Rejected { file, run, rejects_file, reasons }, "");
    }
    context.ui.tell(&Told::Finished { report: json }, &words);
    data.map_or(Ok(()), |data| context.print(&data))
}

impl Ended<'_> {
    fn in_doubt(&self, report: &Report) -> Failure {
        let message = format!("it is not known whether Orchestrator took {}", crate::ui::rows(report.counts.in_doubt));
        let mut failure = Failure::new(Exit::InDoubt, message).detail(crate::ui::rows_named(&report.in_doubt));
        failure = match &report.unreadable {
            Some(why) => failure.cause(format!("they could not be looked up: {why}")),
            None => failure.cause("the queue has items that look like them, and nothing tells them apart"),
        };
        if !self.lasting {
            return failure;
        }
        failure
            .hint(format!("look into the queue; then `uiq resume {} --in-doubt skip` if they are there,", self.run))
            .hint(format!("or `uiq resume {} --in-doubt resend` if they are not", self.run))
    }
}

/// The first Ctrl-C.
fn interrupted(report: &Report) -> Failure {
    let failure = Failure::new(Exit::Interrupted, "interrupted; what was under way is finished and written down");
    if report.in_doubt.is_empty() {
        return failure;
    }
    let rows = crate::ui::rows_named(&report.in_doubt);
    failure.detail(format!("{rows} in doubt: Orchestrator will be asked about them when you go on"))
}

/// The code, but for that of a reason to stop, which its failure knows.
fn exit(report: &Report) -> Exit {
    match &report.halt {
        Some(Halt::Interrupted) => Exit::Interrupted,
        Some(halt) if !halt.is_final() => Exit::Failed,
        _ if !report.in_doubt.is_empty() => Exit::InDoubt,
        _ if report.counts.accepted == report.rows => Exit::Done,
        _ => Exit::Rejected,
    }
}

/// The words for a load that is not begun because an earlier one has done it.
pub(super) fn loaded_before(run: &RunSummary) -> Failure {
    let when = run.sittings.first().map(|sitting| format!(", begun {:.0}", sitting.began)).unwrap_or_default();
    let message = format!("this content was already loaded into {} (run {}{when})", run.key.queue, run.id);
    Failure::new(Exit::AlreadyLoaded, message)
        .hint(format!("`uiq runs show {}` says what became of its rows", run.id))
        .hint("`--if-loaded again` loads it once more, `--if-loaded skip` makes this no failure")
}

/// The words for a load that is not gone on with because it was begun otherwise.
pub(super) fn other_options(run: &RunSummary, changed: &[ChangedOption]) -> Failure {
    let message = format!("run {} of this file is unfinished, and was begun with other options", run.id);
    let failure = changed.iter().fold(Failure::new(Exit::Usage, message), |failure, option| {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| String::from("not given"));
        failure.detail(format!("{}: then {}, now {}", option.name, value(&option.then), value(&option.now)))
    });
    failure.hint(format!("`uiq resume {}` goes on with the options of then", run.id))
}
