//! The root of the command line: global options and dispatch; nothing else.

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
