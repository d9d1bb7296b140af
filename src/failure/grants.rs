//! Words for what an identity server answered.

use super::{Exit, Failure};
use crate::auth::{AuthError, Grant, OAuthError, Refusal, TokenOrigin};

const ADMIN: &str = "Admin > External applications";
/// A bare 400 is the answer of nginx, of proxies before a server and of the sandbox to plain HTTP at a port that speaks HTTPS.
const SPEAK_TLS: &str = "a port that speaks HTTPS answers plain HTTP so: should the address begin with `https://`?";
const SCOPES: &str = "the application > Add scopes > Orchestrator API Access";

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        let failure = |exit| Self::from_error(exit, &error);
        match error {
            AuthError::Transport(error) => error.into(),
            AuthError::Refused { ref endpoint, ref refusal } => refused(endpoint, refusal),
            AuthError::WrongAddress { .. } => failure(Exit::Failed)
                .hint("is the address right (`uiq status` shows it), and does no proxy or login page answer in its place?")
                .hint("an identity server at another place is named by `--identity-url https://HOST/identity_`"),
            AuthError::Limited { .. } | AuthError::Server { .. } | AuthError::Unreadable { .. } => failure(Exit::Failed),
            AuthError::TokenNotSendable => {
                failure(Exit::NotAllowed).hint("give the token alone, without `Bearer` and without quotes")
            }
            AuthError::ReadyTokenRejected { ref origin } => rejected(failure(Exit::NotAllowed), origin),
            AuthError::PasswordRefused { ref endpoint, status, ref message, ref username, ref tenant } => {
                let failure = password_refused(&error, username, tenant.as_deref());
                if message.is_none() && is_plain(endpoint, status) { failure.hint(SPEAK_TLS) } else { failure }
            }
            AuthError::NoPasswordLogin { .. } => failure(Exit::NotAllowed)
                .hint("Automation Cloud takes no user names: use an external application (`--client-id`), `--browser` or `--pat-stdin`")
                .hint("a standalone server is named by its host alone, `--url https://HOST`"),
            AuthError::Store(source) => source.into(),
            AuthError::LoggedOut => failure(Exit::NotAllowed).hint("`uiq login --browser` logs in again"),
            AuthError::NoTurn(_) => failure(Exit::Failed).hint("try again when the other process has ended"),
        }
    }
}

fn rejected(failure: Failure, origin: &TokenOrigin) -> Failure {
    let failure = match origin {
        TokenOrigin::Variable(name) => failure.hint(format!("put a new one into `{name}`, or unset it to use `uiq login`")),
        TokenOrigin::Profile(name) => failure.hint(format!(
            "in Orchestrator, Preferences > Personal access token shows when it ends and makes a new one; `uiq login -p {name} --pat-stdin` keeps it"
        )),
    };
    failure.hint("organisation and tenant of the token must be those of the address (`uiq status` shows it)")
}

/// Whether plain HTTP was answered as no HTTP.
fn is_plain(endpoint: &str, status: u16) -> bool {
    status == 400 && endpoint.starts_with("http://")
}

fn password_refused(error: &AuthError, username: &str, tenant: Option<&str>) -> Failure {
    let tenant_hint = match tenant {
        Some(tenant) => format!("is it the tenant `{tenant}` that the user belongs to?"),
        None => String::from("the server took its default tenant; `--tenant NAME` names another"),
    };
    Failure::new(Exit::NotAllowed, format!("the server does not take the user name `{username}` with this password"))
        .cause(error.to_string())
        .hint(tenant_hint)
        .hint("users of a directory or of single sign-on (SSO, SAML, Active Directory) have no password that Orchestrator knows: use an external application (`--client-id`) or `--browser`")
}

/// The identity server said no: which of id, secret and scope it is about, and where to mend it.
fn refused(endpoint: &str, refusal: &Refusal) -> Failure {
    let (message, hints) = match refusal.grant {
        Grant::ClientCredentials => to_an_application(refusal),
        Grant::AuthorizationCode => to_a_person(refusal),
        Grant::Refresh => to_a_refresh(),
    };
    let failure = Failure::new(Exit::NotAllowed, message)
        .cause(format!("{endpoint} answered HTTP {}: {refusal}", refusal.status));
    let failure = hints.into_iter().fold(failure, Failure::hint);
    if matches!(refusal.error, OAuthError::Other(_)) && is_plain(endpoint, refusal.status) {
        return failure.hint(SPEAK_TLS);
    }
    match refusal.description.as_deref().map(str::to_ascii_lowercase) {
        Some(words) if words.contains("expired") => {
            failure.hint(format!("a secret ends at the date that {ADMIN} > the application shows"))
        }
        Some(words) if words.contains("not yet valid") || words.contains("clock") || words.contains("nbf") => {
            failure.hint("is the clock of this machine right? `date -u` shows it")
        }
        _ => failure,
    }
}

fn to_an_application(refusal: &Refusal) -> (String, Vec<String>) {
    let id = &refusal.client_id;
    match (&refusal.error, &refusal.scope) {
        (OAuthError::InvalidClient | OAuthError::InvalidGrant, _) => (
            format!("the application id `{id}` or its secret is wrong"),
            vec![
                format!("in Orchestrator, {ADMIN} shows the id (App ID) of each application of this organisation"),
                format!(
                    "a secret cannot be looked up again: {ADMIN} > the application > generate a new one, then `uiq login`"
                ),
            ],
        ),
        (OAuthError::InvalidScope, Some(scope)) => (
            format!("the application `{id}` may not have all of the scopes it asks for: {scope}"),
            vec![
                format!("add them in Orchestrator under {ADMIN} > {SCOPES}, tab *Application scopes*"),
                String::from("or ask for fewer with `--scope`; without scopes the application gets all it was given"),
            ],
        ),
        (OAuthError::InvalidScope, None) => (
            format!("the application `{id}` has no application scopes"),
            vec![format!(
                "add OR.Queues in Orchestrator under {ADMIN} > {SCOPES}, tab *Application scopes* (not *User scopes*)"
            )],
        ),
        (OAuthError::UnauthorizedClient, _) => (
            format!("the application `{id}` may not log in with a secret of its own"),
            vec![
                format!("in Orchestrator, {ADMIN}: it must be a *confidential* application with *application* scopes"),
                String::from("a non-confidential application with *user* scopes is for `uiq login --browser`"),
            ],
        ),
        (OAuthError::Other(_), _) => (
            format!("the application `{id}` gets no token"),
            vec![format!("in Orchestrator, {ADMIN}: compare id, secret and application scopes")],
        ),
    }
}

fn to_a_person(refusal: &Refusal) -> (String, Vec<String>) {
    let id = &refusal.client_id;
    match &refusal.error {
        OAuthError::InvalidClient | OAuthError::UnauthorizedClient => (
            format!("the application `{id}` cannot log people in without a secret"),
            vec![format!(
                "in Orchestrator, {ADMIN}: `--browser` needs a *non-confidential* application with *user* scopes; a confidential one is for `--client-secret-stdin`"
            )],
        ),
        OAuthError::InvalidScope => (
            format!("the application `{id}` does not have the scopes it asks for"),
            vec![format!("add them in Orchestrator under {ADMIN} > {SCOPES}, tab *User scopes*")],
        ),
        OAuthError::InvalidGrant | OAuthError::Other(_) => (
            String::from("the identity server does not take what the browser brought back"),
            vec![
                String::from("it is good for a minute or so, and once; begin again with `uiq login --browser`"),
                format!("the redirect URL must be registered letter by letter: {ADMIN} > the application"),
            ],
        ),
    }
}

fn to_a_refresh() -> (String, Vec<String>) {
    (
        String::from("the login has ended: the identity server does not renew it"),
        vec![
            String::from("`uiq login --browser` logs in again"),
            String::from(
                "that happens when it was not used for long (60 days as a rule), when the password or the application changed, or when the profile was copied to another machine, where it renews itself too",
            ),
            format!(
                "for jobs that run by themselves an application is better: {ADMIN}, confidential, and `uiq login --client-id`",
            ),
        ],
    )
}

#[cfg(test)]
#[path = "grants_tests.rs"]
mod tests;
