//! The names that are known without asking anybody: profiles, and what commands have seen of queues, folders and runs.

use crate::commands::{Context, profiles, state};
use crate::journal::{Journal, RunSummary};
use crate::profile::{Known, ProfileName};

/// Runs that are offered: as many as somebody looks through.
const RUNS: usize = 50;

/// What was typed that decides which names fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) profile: Option<String>,
    pub(super) folder: Option<String>,
}

/// The names that fit a kind of argument. What cannot be read is no reason to disturb somebody who types.
pub(super) fn profiles(context: &Context) -> Vec<String> {
    let file = profiles::read(context);
    file.map(|file| file.names().map(str::to_owned).collect()).unwrap_or_default()
}

/// The folders that were used with the profile.
pub(super) fn folders(context: &Context, typed: &Typed) -> Vec<String> {
    known(context, typed).folders().into_iter().map(str::to_owned).collect()
}

/// The queues of the folder; of all folders of the profile where it is not said, or was never looked into.
pub(super) fn queues(context: &Context, typed: &Typed) -> Vec<String> {
    let known = known(context, typed);
    let folder = typed.folder.as_deref().or_else(|| context.environment.get("UIPATH_FOLDER_PATH"));
    let mut queues = known.queues(folder);
    if queues.is_empty() {
        queues = known.queues(None);
    }
    queues.into_iter().map(str::to_owned).collect()
}

/// The latest runs, each with the file and queue that it was.
pub(super) fn runs(context: &Context) -> Vec<(String, String)> {
    let journal = state::folder(context).ok().and_then(|folder| Journal::look(&folder).ok().flatten());
    let runs = journal.and_then(|journal| journal.runs().ok()).unwrap_or_default();
    let described = |run: RunSummary| (run.id.to_string(), format!("{} into {}", run.input.given, run.key.queue));
    runs.into_iter().take(RUNS).map(described).collect()
}

fn known(context: &Context, typed: &Typed) -> Known {
    let file = profiles::read(context).ok();
    let named = typed.profile.as_deref().or_else(|| context.environment.get("UIQ_PROFILE"));
    let named = named.or_else(|| file.as_ref()?.default_name());
    let profile = named.map_or_else(|| Some(ProfileName::first()), |name| ProfileName::parse(name).ok());
    match (profile, state::folder(context)) {
        (Some(profile), Ok(state)) => Known::read(&state, &profile),
        _ => Known::default(),
    }
}
