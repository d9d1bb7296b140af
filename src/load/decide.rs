//! Has this content been loaded into this queue before? What follows from it.

use std::collections::BTreeMap;

use crate::journal::{ChangedOption, RunSummary};

/// What to do if this exact content already went into this queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfLoaded {
    /// Refuse.
    Fail,
    /// Do nothing, and call it done.
    Skip,
    /// Load it once more.
    Again,
}

/// What is to be done.
#[derive(Debug)]
pub enum Decision {
    /// A new run.
    Begin,
    /// Go on with this run.
    GoOn(RunSummary),
    /// Nothing: this run has done it.
    Nothing(RunSummary),
}

/// Why nothing is done.
#[derive(Debug)]
pub enum Refusal {
    /// This run has loaded it.
    AlreadyLoaded(RunSummary),
    /// The run that would be gone on with was begun with other options.
    OtherOptions {
        /// The run.
        run: RunSummary,
        /// What differs.
        changed: Vec<ChangedOption>,
    },
}

/// Decides by the latest run of the same content into the same queue.
pub fn decide(
    latest: Option<RunSummary>,
    options: &BTreeMap<String, String>,
    if_loaded: IfLoaded,
) -> Result<Decision, Box<Refusal>> {
    let Some(run) = latest else { return Ok(Decision::Begin) };
    if !run.is_finished() {
        let changed = run.changed_options(options);
        return if changed.is_empty() { Ok(Decision::GoOn(run)) } else { Err(Box::new(Refusal::OtherOptions { run, changed })) };
    }
    match if_loaded {
        IfLoaded::Fail => Err(Box::new(Refusal::AlreadyLoaded(run))),
        IfLoaded::Skip => Ok(Decision::Nothing(run)),
        IfLoaded::Again => Ok(Decision::Begin),
    }
}
