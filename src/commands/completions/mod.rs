//! `uiq completions`: what a shell needs to complete a command line.
//!
//! The scripts know nothing of the commands: at every TAB they ask `uiq completions SHELL -- …` what fits, so that names of profiles,
//! queues and folders are those of this very moment, and an upgrade needs no new script. No network is asked, and nothing is decrypted:
//! a key that was pressed is answered at once or not at all.

mod bash;
mod names;
mod offer;

use std::ffi::OsString;

use clap::{Args, Command, ValueEnum};

use self::bash::Line;
use self::offer::{Candidate, Offer};
use super::Context;
use crate::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples, each for good:
  uiq completions bash >~/.local/share/bash-completion/completions/uiq
  uiq completions zsh >~/.zfunc/_uiq             where ~/.zshrc has: fpath+=~/.zfunc; autoload -U compinit; compinit
  uiq completions fish >~/.config/fish/completions/uiq.fish
  uiq completions powershell >>$PROFILE
For this shell alone: source <(uiq completions bash)";

/// Print what makes a shell complete uiq: commands, options, profiles, queues, folders
///
/// Names of queues and folders are those that `uiq` has seen when it last asked Orchestrator: `uiq queues` asks.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// The shell
    shell: Shell,
    /// What the script asks: the words so far. The last has a dot before it, for Windows PowerShell drops empty arguments.
    #[arg(last = true, hide = true, num_args = 0..)]
    asked: Vec<OsString>,
}

/// A shell whose command line can be completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// Bash, 4.4 or newer for names with spaces
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// PowerShell and Windows PowerShell
    #[value(alias = "pwsh")]
    Powershell,
}

impl Shell {
    fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("uiq.bash"),
            Self::Zsh => include_str!("uiq.zsh"),
            Self::Fish => include_str!("uiq.fish"),
            Self::Powershell => include_str!("uiq.ps1"),
        }
    }
}

impl Completions {
    /// Prints the script, or answers it. `root` is the whole command line of the program.
    ///
    /// A failure is the script's sign to complete the names of files, so there is one wherever a file is wanted.
    pub fn run(self, context: &Context, root: Command) -> Result<Exit, Failure> {
        let Some((last, before)) = self.asked.split_last() else {
            context.print(self.shell.script().trim_end())?;
            return Ok(Exit::Done);
        };
        let last = last.to_string_lossy();
        let last = last.strip_prefix('.').unwrap_or(&last);
        let offer = if self.shell == Shell::Bash {
            let breaks = before.first().map(|breaks| breaks.to_string_lossy()).unwrap_or_default();
            let Some(line) = Line::read(last) else { return Ok(Exit::Failed) };
            let offer = Offer::for_words(context, root, line.words());
            offer.map(|candidate| line.completed(&candidate.value, &breaks))
        } else {
            let words = before.iter().cloned().chain([OsString::from(last)]).collect();
            Offer::for_words(context, root, words).map(Candidate::described)
        };
        for line in offer.lines {
            context.print(&line)?;
        }
        Ok(if offer.files { Exit::Failed } else { Exit::Done })
    }
}

#[cfg(test)]
mod tests {
    use regex_lite::Regex;

    use super::Shell;

    #[test]
    fn powershell_doubles_every_character_that_ends_a_string() {
        let script = Shell::Powershell.script();
        let doubled = Regex::new(r#"\$value -replace "([^"]+)", '\$0\$0'"#).unwrap().captures(script).unwrap();
        let doubled = Regex::new(&doubled[1]).unwrap();
        // `IsSingleQuote` in PowerShell's CharTraits.cs.
        for quote in ["'", "\u{2018}", "\u{2019}", "\u{201a}", "\u{201b}"] {
            assert!(doubled.is_match(quote), "{quote}");
        }
        assert!(script.is_ascii(), "Windows PowerShell reads a script without a mark in the code page of the machine");
    }
}
