//! Words for a login in the browser.

use super::{Exit, Failure};
use crate::auth::{CallbackError, RedirectError};

const APPLICATION: &str = "Admin > External applications > the application";

impl From<RedirectError> for Failure {
    fn from(error: RedirectError) -> Self {
        let failure = Self::from_error(Exit::Usage, &error);
        match &error {
            RedirectError::Https(_) => failure
                .hint(format!("in Orchestrator, {APPLICATION}: `https://localhost` is only the page's proposal; register `http://localhost:12700` instead"))
                .hint("then leave `--redirect-uri` away, or name what was registered"),
            RedirectError::NoPort(_) => failure
                .hint(format!("in Orchestrator, {APPLICATION}: register a redirect URL with a port, `http://localhost:12700`, and name the same here")),
            RedirectError::Elsewhere(_) | RedirectError::NotAUrl(_) | RedirectError::Extra(_) => {
                failure.hint("it looks like `http://localhost:12700`, and is registered with the application letter by letter")
            }
        }
    }
}

impl From<CallbackError> for Failure {
    fn from(error: CallbackError) -> Self {
        let failure = |exit| Self::from_error(exit, &error);
        match &error {
            CallbackError::Denied { error, .. } if error == "access_denied" => failure(Exit::NotAllowed)
                .hint("the login was cancelled in the browser, or an administrator has not allowed the application"),
            CallbackError::Denied { .. } | CallbackError::OtherState | CallbackError::NoCode => {
                failure(Exit::NotAllowed).hint("begin again with `uiq login --browser`")
            }
            CallbackError::NotTheRedirect => failure(Exit::Usage),
            CallbackError::TimedOut(_) => failure(Exit::NotAllowed)
                .hint("where the browser shows an error instead of a login, the application and the request do not fit:")
                .hint(format!("`invalid_request`: the redirect URL is not registered exactly so; see {APPLICATION}, and `--redirect-uri`"))
                .hint("`invalid_scope`: it needs the *user* scopes that are asked for (OR.Queues, or those in `--scope`), not only application scopes")
                .hint("`219`: the user has not accepted the invitation to the organisation yet"),
            CallbackError::Listen { .. } => failure(Exit::Failed)
                .hint("another program, or another `uiq login`, has the port")
                .hint(format!("register a second redirect URL under {APPLICATION}, and name it in `--redirect-uri`")),
            CallbackError::Random(_) => failure(Exit::Failed),
        }
    }
}
