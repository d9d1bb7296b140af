//! What proves the account: from a flag's file or standard input, the environment, a command, or the person at the terminal.

use std::io::{self, Read};

use super::Login;
use crate::auth::{Account, SecretOrigin, outside_the_store, read_secret};
use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::profile::Settings;
use crate::secret::Secret;

/// What is longer than this, in bytes, is no secret.
const LONGEST: u64 = 64 * 1024;

impl Login {
    /// The secret, and where it came from.
    pub(super) fn secret(
        &self,
        settings: &Settings,
        account: &Account,
        context: &Context,
    ) -> Result<(Secret, SecretOrigin), Failure> {
        let what = account.secret_words();
        let found = if self.client_secret_stdin || self.pat_stdin || self.password_stdin {
            (from_stdin(what)?, SecretOrigin::Given)
        } else if let Some(path) = &self.client_secret_file {
            (read_secret(path)?, SecretOrigin::Given)
        } else if let Some(found) = outside_the_store(settings, &context.environment)? {
            found
        } else if context.ui.can_ask() {
            let secret =
                context.ui.ask_secret(&format!("{} (not shown)", begun(what))).map_err(|error| unanswered(&error))?;
            (secret, SecretOrigin::Given)
        } else {
            let stdin = match account {
                Account::User { .. } => "`--password-stdin`",
                Account::TokenHolder => "`--pat-stdin`",
                Account::Application { .. } | Account::Person { .. } => {
                    "`--client-secret-stdin`, `--client-secret-file F`"
                }
            };
            return Err(Failure::new(Exit::Usage, format!("no {what}, and nobody at a terminal to ask for it"))
                .hint(format!("give it with {stdin} or `--credential-command CMD`")));
        };
        if found.0.is_empty() { Err(Failure::new(Exit::Usage, format!("the {what} is empty"))) } else { Ok(found) }
    }
}

fn from_stdin(what: &str) -> Result<Secret, Failure> {
    let mut text = String::new();
    io::stdin().lock().take(LONGEST).read_to_string(&mut text).map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot read the {what} from standard input")).caused_by(&error)
    })?;
    Ok(Secret::from_file_text(&text))
}

fn begun(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Asks for a line; `flag` is the way to give it where nobody can answer.
pub(super) fn ask(context: &Context, question: &str, flag: &str) -> Result<String, Failure> {
    if !context.ui.can_ask() {
        return Err(Failure::new(
            Exit::Usage,
            format!("`uiq login` needs `{flag}`, and nobody is at a terminal to ask"),
        ));
    }
    let answer = context.ui.ask(question).map_err(|error| unanswered(&error))?;
    if answer.is_empty() {
        Err(Failure::new(Exit::Usage, format!("nothing was entered for `{flag}`")))
    } else {
        Ok(answer)
    }
}

fn unanswered(error: &io::Error) -> Failure {
    Failure::new(Exit::Usage, "the question was not answered").caused_by(error)
}
