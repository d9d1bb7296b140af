//! What fits where the cursor is.

use std::ffi::{OsStr, OsString};

use clap::builder::ValueHint;
use clap::{Arg, ArgMatches, Command};
use clap_complete::CompletionCandidate;
use clap_complete::engine::{ArgValueCompleter, complete};

use super::names::{self, Typed};
use crate::commands::Context;

/// The mark of a candidate that stands for the names of files, which the shell knows best: `~`, links, colours, its own quoting.
const FILES: &str = "files";

/// What fits where the cursor is.
#[derive(Debug)]
pub(super) struct Offer<T> {
    pub(super) lines: Vec<T>,
    /// Whether the shell is to complete the names of files.
    pub(super) files: bool,
}

/// A word that fits.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) value: String,
    help: String,
}

impl Candidate {
    /// The word and what it means, as zsh, fish and PowerShell show it.
    pub(super) fn described(&self) -> String {
        if self.help.is_empty() { self.value.clone() } else { format!("{}\t{}", self.value, self.help) }
    }
}

impl Offer<Candidate> {
    /// What fits in the place of the last of these words, the first of which is the program.
    pub(super) fn for_words(context: &Context, root: Command, words: Vec<OsString>) -> Self {
        let typed = typed(&root, &words);
        let names = Names::read(context, &typed);
        let mut root = with_names(root, &names);
        let last = words.last().cloned().unwrap_or_default();
        let at = words.len().saturating_sub(1);
        let found = complete(&mut root, words, at, None).unwrap_or_default();
        let files = found.iter().any(|candidate| candidate.get_id().is_some_and(|id| id == FILES));
        let asks_for_options = last.to_string_lossy().starts_with('-');
        let fits = found
            .into_iter()
            .filter(|candidate| candidate.get_id().is_none_or(|id| id != FILES))
            .filter_map(|candidate| Some(Candidate { value: text(candidate.get_value())?, help: help(&candidate) }))
            // Options at every empty word would hide the names among them.
            .filter(|candidate| asks_for_options || !candidate.value.starts_with('-'));
        Self { lines: fits.collect(), files }
    }

    pub(super) fn map(self, line: impl Fn(&Candidate) -> String) -> Offer<String> {
        Offer { lines: self.lines.iter().map(line).collect(), files: self.files }
    }
}

/// The profile and folder that were typed so far, as far as they can be understood.
fn typed(root: &Command, words: &[OsString]) -> Typed {
    let Some((_, whole)) = words.split_last() else { return Typed::default() };
    let lenient = root.clone().ignore_errors(true).try_get_matches_from(whole);
    let Ok(matches) = lenient else { return Typed::default() };
    let mut typed = Typed::default();
    let mut level: Option<&ArgMatches> = Some(&matches);
    while let Some(matches) = level {
        let value = |name| matches.try_get_one::<String>(name).ok().flatten().cloned();
        typed.profile = value("profile").or(typed.profile);
        typed.folder = value("folder").or(typed.folder);
        level = matches.subcommand().map(|(_, below)| below);
    }
    typed
}

/// The names, each kind with the ids of the arguments that take one.
#[derive(Clone)]
struct Names {
    profiles: Vec<(String, String)>,
    folders: Vec<(String, String)>,
    queues: Vec<(String, String)>,
    runs: Vec<(String, String)>,
}

impl Names {
    fn read(context: &Context, typed: &Typed) -> Self {
        let plain = |names: Vec<String>| names.into_iter().map(|name| (name, String::new())).collect();
        Self {
            profiles: plain(names::profiles(context)),
            folders: plain(names::folders(context, typed)),
            queues: plain(names::queues(context, typed)),
            runs: names::runs(context),
        }
    }

    fn of(&self, argument: &str) -> Option<&[(String, String)]> {
        match argument {
            "profile" | "chosen" => Some(&self.profiles),
            "folder" => Some(&self.folders),
            "queue" => Some(&self.queues),
            "run" => Some(&self.runs),
            _ => None,
        }
    }
}

/// The command line with names where there are some, and the mark where files are wanted.
fn with_names(command: Command, names: &Names) -> Command {
    let below = names.clone();
    command
        .mut_args(|argument| with_values(argument, names))
        .mut_subcommands(move |command| with_names(command, &below))
}

fn with_values(argument: Arg, names: &Names) -> Arg {
    if let Some(names) = names.of(argument.get_id().as_str()) {
        let names = names.to_vec();
        return argument.add(ArgValueCompleter::new(move |typed: &OsStr| beginning_with(typed, &names)));
    }
    match argument.get_value_hint() {
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath => {
            argument.add(ArgValueCompleter::new(|_: &OsStr| vec![CompletionCandidate::new("").id(Some(FILES.into()))]))
        }
        _ => argument,
    }
}

/// The names that begin with what was typed. Orchestrator's names have no case, and a shell replaces what was typed.
fn beginning_with(typed: &OsStr, names: &[(String, String)]) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy().to_lowercase();
    let fits = names.iter().filter(|(name, _)| name.to_lowercase().starts_with(&typed));
    fits.map(|(name, help)| {
        let help = (!help.is_empty()).then(|| help.clone().into());
        CompletionCandidate::new(name).help(help)
    })
    .collect()
}

/// A word as text; none with control characters, which no script could tell from the end of a line.
fn text(value: &OsStr) -> Option<String> {
    value.to_str().filter(|text| !text.chars().any(char::is_control)).map(str::to_owned)
}

fn help(candidate: &CompletionCandidate) -> String {
    let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    help.lines().next().unwrap_or_default().replace(char::is_control, " ")
}
