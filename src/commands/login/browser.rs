//! A person logs in with the browser.

use std::io::BufRead;
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Login, opener};
use crate::auth::{
    AccessToken, Authorization, CallbackError, Credentials, Endpoint, Invitation, PersonTokens, PublicClient,
    RedirectUri, TokenOrigin,
};
use crate::commands::Context;
use crate::failure::Failure;
use crate::http::{Network, client};
use crate::profile::Settings;
use crate::secret::Secret;

/// How long the browser may take. An error of the identity server stays on its page and never comes back, so somebody who has given
/// up must not find the program waiting the next day; a second factor and a coffee fit in.
const LIMIT: Duration = Duration::from_secs(5 * 60);

/// Sends the browser to the identity server, and waits for what it brings back.
pub(super) fn log_in(
    args: &Login,
    settings: &Settings,
    network: &Network,
    context: &Context,
) -> Result<PersonTokens, Failure> {
    let redirect = match &args.redirect_uri {
        Some(text) => RedirectUri::parse(text)?,
        None => RedirectUri::standard(),
    };
    let id = settings.client_id.as_ref().map(|id| id.value.clone()).unwrap_or_default();
    let person = PublicClient { id, scope: settings.scope.as_ref().map(|scope| scope.value.clone()) };
    let address = &settings.address.value;
    let invitation = Invitation::new(&address.identity, &person, redirect)?;
    let endpoint = Endpoint::new(client(network)?, address.token_endpoint());
    context.block_on(async {
        let waiting = Authorization::listen(&invitation).await?;
        let opened = !args.no_browser && opener::open(invitation.url().as_str(), &context.environment);
        invite(&invitation, opened, context);
        let code = if opened { waiting.code(LIMIT).await? } else { come_back(&invitation, waiting, context).await? };
        Ok(invitation.exchange(&endpoint, &code).await?)
    })
}

/// The token of the browser, to be proved like one that was given to us.
pub(super) fn as_credentials(token: &AccessToken, settings: &Settings) -> Credentials {
    let origin = TokenOrigin::Profile(settings.profile.value.clone());
    Credentials::Ready { token: token.secret().clone(), origin }
}

fn invite(invitation: &Invitation, opened: bool, context: &Context) {
    let port = invitation.redirect().port();
    let first = if opened { "the browser should open; if it does not, go to" } else { "log in with a browser at" };
    // Also when quiet: without the address there is no login.
    context.ui.insist(&format!("{first}\n\n  {}\n", invitation.url()));
    if !opened {
        context.ui.say(&format!(
            "on another machine, either forward the port first (`ssh -L {port}:localhost:{port} ...`),\n\
             or log in there and paste here the address at which the browser ends, although it shows an error:"
        ));
    }
}

/// Waits for the browser, or for the address at which it ended elsewhere, whichever comes first.
async fn come_back(
    invitation: &Invitation,
    waiting: Authorization<'_>,
    context: &Context,
) -> Result<Secret, CallbackError> {
    let mut lines = pasted_lines();
    let mut browser = std::pin::pin!(waiting.code(LIMIT));
    loop {
        tokio::select! {
            code = &mut browser => return code,
            Some(line) = lines.recv() => match invitation.pasted(&line) {
                Err(error @ (CallbackError::NotTheRedirect | CallbackError::OtherState | CallbackError::NoCode)) => {
                    context.ui.warn(&format!("{error}; it begins with {}", invitation.redirect()));
                }
                code => return code,
            },
        }
    }
}

/// What is typed or piped to us, line by line. The thread ends with the process: nothing can call it back from a read.
fn pasted_lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(1);
    let read = move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if !line.trim().is_empty() && sender.blocking_send(line).is_err() {
                return;
            }
        }
    };
    // Where the system gives no thread nothing can be pasted; a browser that comes back is heard all the same.
    let _ = std::thread::Builder::new().spawn(read);
    receiver
}
