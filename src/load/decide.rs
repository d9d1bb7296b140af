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
        return if changed.is_empty() {
            Ok(Decision::GoOn(run))
        } else {
            Err(Box::new(Refusal::OtherOptions { run, changed }))
        };
    }
    match if_loaded {
        IfLoaded::Fail => Err(Box::new(Refusal::AlreadyLoaded(run))),
        IfLoaded::Skip => Ok(Decision::Nothing(run)),
        IfLoaded::Again => Ok(Decision::Begin),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::journal::{Ending, Journal};

    /// The latest run, begun without options; unfinished where there is no ending.
    fn latest(ending: Option<&Ending>) -> RunSummary {
        let state = tempfile::tempdir().unwrap();
        let mut run = crate::load::tests::begun(Journal::open(state.path()).unwrap());
        if let Some(ending) = ending {
            run.end(ending, Timestamp::now()).unwrap();
        }
        run.journal().find(run.id().as_str()).unwrap()
    }

    fn word(ending: Option<&Ending>, options: &BTreeMap<String, String>, if_loaded: IfLoaded) -> &'static str {
        match decide(Some(latest(ending)), options, if_loaded).map_err(|refusal| *refusal) {
            Ok(Decision::Begin) => "begin",
            Ok(Decision::GoOn(_)) => "go on",
            Ok(Decision::Nothing(_)) => "nothing",
            Err(Refusal::AlreadyLoaded(_)) => "already loaded",
            Err(Refusal::OtherOptions { .. }) => "other options",
        }
    }

    #[test]
    fn a_content_that_is_new_begins() {
        assert!(matches!(decide(None, &BTreeMap::new(), IfLoaded::Fail), Ok(Decision::Begin)));
    }

    #[test]
    fn the_latest_run_and_the_user_decide() {
        let stopped = Ending::Stopped("no network".to_owned());
        let (same, other) = (BTreeMap::new(), BTreeMap::from([("--priority".to_owned(), "high".to_owned())]));
        for (ending, options, words) in [
            (Some(&Ending::Finished), &same, ["already loaded", "nothing", "begin"]),
            (Some(&Ending::Finished), &other, ["already loaded", "nothing", "begin"]),
            (Some(&Ending::Interrupted), &same, ["go on"; 3]),
            (Some(&stopped), &same, ["go on"; 3]),
            (None, &same, ["go on"; 3]),
            (Some(&stopped), &other, ["other options"; 3]),
        ] {
            let found = [IfLoaded::Fail, IfLoaded::Skip, IfLoaded::Again].map(|choice| word(ending, options, choice));
            assert_eq!(found, words, "{ending:?}");
        }
    }
}
