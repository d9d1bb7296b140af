//! The address that the browser is sent to, made by the `oauth2` crate.

use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope};
use url::Url;

use super::{Callback, CallbackError, RedirectUri};
use crate::auth::{AuthError, Endpoint, PersonTokens, PublicClient};
use crate::secret::Secret;

/// Asked for where nobody named scopes; the page of the identity server wants some. It is what adding and looking up need.
const STANDARD_SCOPES: &str = "OR.Queues";
/// The scope for which a refresh token is given.
const FOR_REFRESHING: &str = "offline_access";
/// Random bytes of the state: as many as the verifier has, which nobody can guess either.
const STATE_BYTES: u32 = 32;

/// An invitation to log in, good for one answer.
#[derive(Debug)]
pub struct Invitation {
    client: PublicClient,
    redirect: RedirectUri,
    /// The same, as it is sent.
    registered: RedirectUrl,
    state: Secret,
    verifier: Secret,
    url: Url,
}

impl Invitation {
    /// An invitation by the identity server with this base, which ends with a slash.
    pub fn new(identity: &Url, client: &PublicClient, redirect: RedirectUri) -> Result<Self, CallbackError> {
        randomness()?;
        let mut page = identity.clone();
        page.set_path(&format!("{}connect/authorize", identity.path()));
        let registered = RedirectUrl::new(redirect.to_string()).map_err(|_| CallbackError::NotTheRedirect)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = BasicClient::new(ClientId::new(client.id.clone()))
            .set_auth_uri(AuthUrl::from_url(page))
            .set_redirect_uri(registered.clone())
            .authorize_url(|| CsrfToken::new_random_len(STATE_BYTES))
            .add_scope(Scope::new(with_refreshing(client.scope.as_deref().unwrap_or(STANDARD_SCOPES))))
            .set_pkce_challenge(challenge)
            .url();
        let (state, verifier) = (Secret::new(state.into_secret()), Secret::new(verifier.into_secret()));
        Ok(Self { client: client.clone(), redirect, registered, state, verifier, url })
    }

    /// Where the browser goes.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where it comes back.
    pub fn redirect(&self) -> &RedirectUri {
        &self.redirect
    }

    /// What the state of the answer has to be.
    pub(super) fn state(&self) -> &Secret {
        &self.state
    }

    /// Takes the code from the address at which a browser on another machine ended, as somebody pasted it.
    pub fn pasted(&self, text: &str) -> Result<Secret, CallbackError> {
        let pasted = Url::parse(text.trim()).map_err(|_| CallbackError::NotTheRedirect)?;
        let ours = Url::parse(&self.redirect.to_string()).map_err(|_| CallbackError::NotTheRedirect)?;
        if (pasted.scheme(), pasted.host(), pasted.port(), pasted.path())
            != (ours.scheme(), ours.host(), ours.port(), ours.path())
        {
            return Err(CallbackError::NotTheRedirect);
        }
        Callback::read(pasted.query().unwrap_or_default(), &self.state)?.into_code()
    }

    /// Exchanges the code for tokens.
    pub async fn exchange(&self, endpoint: &Endpoint, code: &Secret) -> Result<PersonTokens, AuthError> {
        endpoint.authorization_code(&self.client, code, &self.registered, &self.verifier).await
    }
}

fn with_refreshing(scopes: &str) -> String {
    if scopes.split(' ').any(|scope| scope == FOR_REFRESHING) {
        scopes.to_owned()
    } else {
        format!("{scopes} {FOR_REFRESHING}")
    }
}

/// Asks the operating system for random numbers before the crate does, which panics where it gets none.
fn randomness() -> Result<(), CallbackError> {
    getrandom::u32().map(drop).map_err(|error| CallbackError::Random(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use sha2::{Digest, Sha256};

    use super::*;

    fn invitation(scope: Option<&str>) -> Invitation {
        let client = PublicClient { id: String::from("app"), scope: scope.map(str::to_owned) };
        let identity = "https://cloud.uipath.com/identity_/".parse().unwrap();
        Invitation::new(&identity, &client, RedirectUri::parse("http://localhost:8085/back").unwrap()).unwrap()
    }

    fn fields(invitation: &Invitation) -> HashMap<String, String> {
        invitation.url().query_pairs().into_owned().collect()
    }

    #[test]
    fn it_asks_for_a_code_with_everything_that_protects_it_and_keeps_the_verifier() {
        let made = invitation(Some("OR.Queues.Write"));
        let fields = fields(&made);
        assert!(
            made.url().as_str().starts_with("https://cloud.uipath.com/identity_/connect/authorize?response_type=code&")
        );
        assert_eq!(fields["redirect_uri"], "http://localhost:8085/back");
        assert_eq!(fields["scope"], "OR.Queues.Write offline_access");
        assert_eq!(fields["code_challenge_method"], "S256");
        assert_eq!(fields["code_challenge"], URL_SAFE_NO_PAD.encode(Sha256::digest(made.verifier.expose())));
        assert_eq!((made.verifier.expose().len(), fields["state"].len()), (43, 43), "256 bits each");
        assert!(!made.url().as_str().contains(made.verifier.expose()));
        let other = invitation(None);
        assert_ne!(other.state.expose(), made.state.expose());
        assert_ne!(other.verifier.expose(), made.verifier.expose());
    }

    #[test]
    fn the_redirect_url_is_sent_letter_by_letter_and_debug_shows_no_secret() {
        let client = PublicClient { id: String::from("app"), scope: None };
        let identity = "http://127.0.0.1/identity/".parse().unwrap();
        let redirect = RedirectUri::parse("http://localhost:8085").unwrap();
        let mut made = Invitation::new(&identity, &client, redirect).unwrap();
        assert_eq!(fields(&made)["redirect_uri"], "http://localhost:8085", "as it was registered, without a slash");
        made.url.set_query(None); // the state is in it: the browser has to get it
        let shown = format!("{made:?}");
        assert!(!shown.contains(made.state.expose()) && !shown.contains(made.verifier.expose()), "{shown}");
    }

    #[test]
    fn scopes_are_named_because_the_page_wants_some_and_refreshing_is_asked_for_once() {
        assert_eq!(fields(&invitation(None))["scope"], "OR.Queues offline_access");
        assert_eq!(fields(&invitation(Some("offline_access OR.Queues")))["scope"], "offline_access OR.Queues");
    }

    #[test]
    fn the_address_at_which_a_browser_elsewhere_ended_can_be_pasted() {
        let made = invitation(None);
        let state = made.state.expose();
        let code = made.pasted(&format!(" http://localhost:8085/back?code=c1&state={state}\n")).unwrap();
        assert_eq!(code.expose(), "c1");
        for wrong in [
            format!("http://localhost:8085/other?code=c1&state={state}"),
            format!("http://evil.example/back?code=c1&state={state}"),
            String::from("c1"),
        ] {
            assert!(matches!(made.pasted(&wrong), Err(CallbackError::NotTheRedirect)), "{wrong}");
        }
        let other = made.pasted("http://localhost:8085/back?code=c1&state=x");
        assert!(matches!(other, Err(CallbackError::OtherState)));
    }
}
