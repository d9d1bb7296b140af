//! `uiq` puts work into UiPath Orchestrator queues.
//!
//! # Rooms
//! | rank | room | question |
//! | --- | --- | --- |
//! | 0 | [`secret`], [`rows`], [`fs`], [`threads`] | the words everybody uses |
//! | 1 | [`items`], [`http`], [`profile`] | what is a queue item, how is a request made and judged, whom do we talk to? |
//! | 2 | [`source`], [`journal`], [`auth`] | where do rows come from, what do we know for certain, who are we? |
//! | 3 | [`orchestrator`] | what does it speak? |
//! | 4 | [`load`] | how does a file become items? |
//! | 5 | [`ui`] | what does the user see? |
//! | 6 | [`failure`] | what went wrong, in words |
//! | 7 | [`commands`] | what can be asked? |
//! | 8 | `cli`, this file | the root parser, dispatch |
//! | - | [`sandbox`] | an Orchestrator of our own; imports nothing from the crate |
//!
//! A room imports lower ranks only; `tests/layers` reads the imports and holds them to the table.
//!
//! # Flow
//! ```text
//! argv --cli--> arguments --profile--> settings (each knows its origin) --auth--> TokenSource --> orchestrator::Client
//! file --source--> Row --mapping--> QueueItem | Violation      pass 1: all rows checked, counted, fingerprinted; nothing sent
//!                      Row --mapping--> QueueItem --> Batch    pass 2
//!    journal: sending, synced --> Client::add_items --> accepted | refused | unknown --> journal: settled, synced --> Event
//! Event --> bar | lines        Report --> text | JSON --> exit code
//! Event --> chronicle, journal --> document --> page | JSON, where a report is wanted
//! ```

use std::ffi::OsString;

use clap::Parser;

pub mod auth;
pub mod commands;
pub mod failure;
pub mod fs;
pub mod http;
pub mod items;
pub mod journal;
pub mod load;
pub mod orchestrator;
pub mod profile;
pub mod rows;
pub mod sandbox;
pub mod secret;
pub mod source;
pub mod threads;
pub mod ui;

mod cli;

use commands::Context;
use failure::Exit;
use profile::Environment;

/// Runs the program with the given arguments (the first is its name) and environment.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Exit {
    secret::forbid_core_dumps();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let parsed = match cli::Cli::try_parse_from(&arguments) {
        Ok(parsed) => parsed,
        Err(message) => return cli::unparsed(&message, &arguments),
    };
    let context = Context::new(parsed.global, Environment::from_process(environment));
    context.start_log();
    match parsed.command.run(&context) {
        Ok(exit) => exit,
        Err(failure) => {
            context.ui.tell(&failure.told(), &failure.to_string());
            failure.exit()
        }
    }
}
