//! The root of the command line: global options and dispatch; nothing else.

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::add::Add;
use crate::commands::completions::Completions;
use crate::commands::load::Load;
use crate::commands::login::Login;
use crate::commands::logout::Logout;
use crate::commands::man::ManPages;
use crate::commands::queues::Queues;
use crate::commands::resume::Resume;
use crate::commands::runs::Runs;
use crate::commands::sandbox::SandboxArgs;
use crate::commands::status::Status;
use crate::commands::token::Token;
use crate::commands::{Context, Global};
use crate::failure::{Exit, Failure};
use crate::ui::{Format, Talk, Terminal, Ui, Verbosity};

/// Puts work into UiPath Orchestrator queues: one item, or a file at a time
#[derive(Debug, Parser)]
#[command(name = "uiq", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // parsed once
pub(crate) enum Command {
    Login(Login),
    Logout(Logout),
    Status(Status),
    Token(Token),
    Queues(Queues),
    Add(Add),
    Load(Load),
    Runs(Runs),
    Resume(Resume),
    Sandbox(SandboxArgs),
    Completions(Completions),
    Man(ManPages),
}

/// Says what is wrong with the arguments, or gives the help that they ask for.
pub(crate) fn unparsed(message: &clap::Error, arguments: &[OsString]) -> Exit {
    if !message.use_stderr() {
        // Help and version go to stdout and are no failure; if nobody reads them, neither is that.
        let _ = message.print();
        return Exit::Done;
    }
    // What could not be parsed cannot say in which form it wants to be told so; but whoever reads JSON reads nothing else.
    let mut pairs = arguments.iter().zip(arguments.iter().skip(1).map(Some).chain([None]));
    let wants_json = pairs.any(|(word, next)| {
        word == "--log-format=json" || word == "--log-format" && next.is_some_and(|next| next == "json")
    });
    if wants_json {
        let words = message.render().to_string();
        let words = words.trim_end().trim_start_matches("error: ");
        let failure = Failure::new(Exit::Usage, words);
        Ui::new(Format::Text, Talk::Json, Verbosity::Normal, false, Terminal::Dumb).tell(&failure.told(), "");
    } else {
        let _ = message.print();
    }
    Exit::Usage
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Login(command) => command.run(context),
            Self::Logout(command) => command.run(context),
            Self::Status(command) => command.run(context),
            Self::Token(command) => command.run(context),
            Self::Queues(command) => command.run(context),
            Self::Add(command) => command.run(context),
            Self::Load(command) => command.run(context),
            Self::Runs(command) => command.run(context),
            Self::Resume(command) => command.run(context),
            Self::Sandbox(args) => args.run(context),
            Self::Completions(command) => command.run(context, Cli::command()),
            Self::Man(command) => command.run(context, Cli::command()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::builder::ValueHint;

    use super::*;

    /// The arguments of a command and of those below it that want a file or a folder but do not say so to a shell.
    fn without_a_hint(command: &clap::Command) -> Vec<String> {
        let wants_a_path = |argument: &&clap::Arg| {
            let mut names = argument.get_value_names().unwrap_or_default().iter();
            names.any(|name| name.starts_with("FILE") || name.starts_with("DIR"))
        };
        let says_so = |argument: &clap::Arg| {
            matches!(argument.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath)
        };
        let found = command.get_arguments().filter(wants_a_path).filter(|argument| !says_so(argument));
        let found = found.map(|argument| format!("{}: {argument}", command.get_name()));
        found.chain(command.get_subcommands().flat_map(without_a_hint)).collect()
    }

    #[test]
    fn whatever_takes_a_file_or_a_folder_is_completed_with_their_names() {
        assert_eq!(without_a_hint(&Cli::command()), [""; 0]);
    }
}
