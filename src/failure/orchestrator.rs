//! Words for what Orchestrator answered.

use super::{Exit, Failure};
use crate::orchestrator::{OrchestratorError, Refusal};

impl From<OrchestratorError> for Failure {
    fn from(error: OrchestratorError) -> Self {
        match error {
            OrchestratorError::Auth(error) => error.into(),
            OrchestratorError::Transport(error) => error.into(),
            OrchestratorError::Refused(refusal) => refused(&refusal),
            OrchestratorError::NotOrchestrator(ref page) => {
                let failure = Self::from_error(Exit::Failed, &error);
                if page
                    .title
                    .as_deref()
                    .is_some_and(|title| title.starts_with("redirect to ") && title.contains("login"))
                {
                    failure.hint("the server sends browsers to its login page: as a rule organisation or tenant in the address are misspelt (`uiq status` shows them)")
                } else {
                    failure
                        .hint("is the address right (`uiq status` shows it), and does no proxy or login page answer in its place?")
                        .hint("a proxy that wants a login of its own answers so as well; `NO_PROXY` names hosts to be reached without it")
                }
            }
            OrchestratorError::UnknownQueue => Self::from_error(Exit::NotAllowed, &error),
            OrchestratorError::Unavailable(_) | OrchestratorError::Unreadable { .. } => {
                Self::from_error(Exit::Failed, &error)
            }
        }
    }
}

fn refused(refusal: &Refusal) -> Failure {
    let failure = |exit, message: &str| Failure::new(exit, message).cause(refusal.to_string());
    if refusal.is_folder_missing() {
        return failure(Exit::Usage, "Orchestrator has to be told the folder")
            .hint("name it with `--folder`: a path (Finance/AP), the `fid` in the browser's address, or a key");
    }
    if refusal.is_folder() {
        return failure(Exit::NotAllowed, "the folder does not exist, or the application may not see it")
            .hint("in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there")
            .hint("a folder's number changes with the licence plan; its path and key do not");
    }
    if refusal.is_unknown_queue() {
        return failure(Exit::Usage, "there is no such queue in the folder")
            .hint("`uiq queues` lists those there are; another folder is named by `--folder`");
    }
    let message = refusal.message.to_ascii_lowercase();
    if refusal.status == 403 && (message.contains("license") || message.contains("licence")) {
        return failure(Exit::NotAllowed, "the licence of this account does not cover the API of Orchestrator")
            .hint("an account with a robot licence alone cannot do what a person or an application can")
            .hint("in Orchestrator, Admin > Licenses: give the user an attended or developer licence, or use an external application");
    }
    match refusal.status {
        401 => failure(Exit::NotAllowed, "Orchestrator does not accept the token")
            .hint("is it the right organisation and tenant (`uiq status` shows them), and was the application made in that organisation?")
            .hint("is the clock of this machine right? a token that is not valid yet, or no more, is refused; `uiq status` compares it with the server's"),
        403 => failure(Exit::NotAllowed, "the application is not allowed to do that")
            .hint("scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up")
            .hint("role in the folder: Queues View, Transactions Create and, to look up, Transactions View")
            .hint("changed scopes are in new tokens only: `uiq token --fresh` gets one"),
        404 => failure(Exit::Failed, "Orchestrator does not know the address")
            .hint("are organisation and tenant spelt right? `uiq status` shows the address"),
        _ => failure(Exit::Failed, "Orchestrator refused the request"),
    }
}

#[cfg(test)]
#[path = "orchestrator_tests.rs"]
mod tests;
