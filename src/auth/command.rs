//! The credential command: a program of the user's that prints the secret, as a password manager's command line does.
//!
//! No shell is involved: the text is split into words by a shell's rules of quoting, and nothing in it is expanded. The program gets
//! no input, our stderr (it may have to say something), and none of the variables that could hold a secret of ours.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::secret::Secret;

/// How long the program may take. It may have to ask its user for a password or a touch, and a cron job must end.
pub const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// What is longer than this is no secret.
const LONGEST_SECRET: u64 = 64 * 1024;

/// Our variables that can hold a secret, which no program that we start is given.
pub const SECRET_VARIABLES: [&str; 4] =
    ["UIPATH_CLIENT_SECRET", "UIPATH_ACCESS_TOKEN", "UIPATH_PAT", "UIPATH_PASSWORD"];

/// Why the command gave no secret. What it printed is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// A quote that does not end, or no word at all.
    #[error("it cannot be split into words: a quote is not closed, or there is nothing")]
    Words,
    /// It could not be started.
    #[error("`{program}` cannot be started: {why}")]
    Start {
        /// Its first word.
        program: String,
        /// What the system said.
        why: String,
    },
    /// It said that it failed.
    #[error("`{program}` ended with {status}")]
    Failed {
        /// Its first word.
        program: String,
        /// How it ended.
        status: String,
    },
    /// It did not end.
    #[error("`{program}` did not print anything within {} s", limit.as_secs())]
    Silent {
        /// Its first word.
        program: String,
        /// How long it had.
        limit: Duration,
    },
    /// It printed nothing, or nothing that could be a secret.
    #[error("`{program}` printed {what}")]
    NoSecret {
        /// Its first word.
        program: String,
        /// What it printed instead.
        what: &'static str,
    },
}

/// Runs `command` and takes what it prints for the secret, without the line end.
pub fn secret_from_command(command: &str, limit: Duration) -> Result<Secret, CommandError> {
    let words = shlex::split(command).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else { return Err(CommandError::Words) };
    let program = program.clone();
    let mut process = Command::new(&program);
    process.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    for variable in SECRET_VARIABLES {
        process.env_remove(variable);
    }
    let mut child =
        process.spawn().map_err(|error| CommandError::Start { program: program.clone(), why: error.to_string() })?;
    let Some(printed) = printed(&mut child, limit) else {
        // The program is ours to end; what it started itself keeps nobody waiting.
        let _ = child.kill();
        let _ = child.wait();
        return Err(CommandError::Silent { program, limit });
    };
    let status =
        child.wait().map_err(|error| CommandError::Start { program: program.clone(), why: error.to_string() })?;
    if !status.success() {
        return Err(CommandError::Failed { program, status: status.to_string() });
    }
    let no_secret = |what| Err(CommandError::NoSecret { program: program.clone(), what });
    match printed.map(|text| Secret::from_file_text(&text)) {
        Ok(secret) if secret.is_empty() => no_secret("nothing"),
        Ok(secret) => Ok(secret),
        Err(_) => no_secret("something that is no text"),
    }
}

/// What the program writes until it closes its output; none where it takes too long.
fn printed(child: &mut Child, limit: Duration) -> Option<std::io::Result<String>> {
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    // Detached: a grandchild may hold the pipe open for ever.
    std::thread::Builder::new()
        .name(String::from("credential-command"))
        .spawn(move || {
            let mut text = String::new();
            let read = stdout.take(LONGEST_SECRET).read_to_string(&mut text);
            let _ = sender.send(read.map(|_| text));
        })
        .ok()?;
    receiver.recv_timeout(limit).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn secret(command: &str) -> Result<String, String> {
        let secret = secret_from_command(command, COMMAND_LIMIT);
        secret.map(|secret| secret.expose().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_it_prints_is_the_secret_and_no_shell_touches_it() {
        assert_eq!(secret("printf '%s\\n' 'a b  $HOME;`id`'").unwrap(), "a b  $HOME;`id`");
    }

    #[test]
    fn it_is_given_no_secret_of_ours() {
        assert_eq!(secret("sh -c 'echo \"${UIPATH_PAT-unset}\"'").unwrap(), "unset");
    }

    #[test]
    fn whatever_goes_wrong_is_said_without_what_it_printed() {
        assert_eq!(
            secret("'").unwrap_err(),
            "it cannot be split into words: a quote is not closed, or there is nothing"
        );
        assert_eq!(secret("sh -c 'echo marker; exit 3'").unwrap_err(), "`sh` ended with exit status: 3");
        assert_eq!(secret("true").unwrap_err(), "`true` printed nothing");
        assert_eq!(secret("printf '\\377'").unwrap_err(), "`printf` printed something that is no text");
        assert!(secret("/no/such/program").unwrap_err().starts_with("`/no/such/program` cannot be started"));
    }

    #[test]
    fn one_that_hangs_is_ended() {
        let error = secret_from_command("sleep 600", Duration::from_millis(20)).unwrap_err();
        assert!(matches!(error, CommandError::Silent { .. }));
    }
}
