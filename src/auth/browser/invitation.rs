//! The address that the browser is sent to.
//!
//! Made here and not with the `oauth2` crate: that brings sixteen crates (a second base64, sha2 and thiserror, chrono, an older rand)
//! for two random texts and a digest, and its own reading of the token endpoint's answers, which for us is that of all grants.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use url::Url;

use super::{Callback, CallbackError, RedirectUri};
use crate::auth::{AuthError, Endpoint, PersonTokens, PublicClient};
use crate::secret::Secret;

/// Asked for where nobody named scopes; the page of the identity server wants some. It is what adding and looking up need.
const STANDARD_SCOPES: &str = "OR.Queues";
/// The scope for which a refresh token is given.
const FOR_REFRESHING: &str = "offline_access";

/// An invitation to log in, good for one answer.
#[derive(Debug)]
pub struct Invitation {
    client: PublicClient,
    redirect: RedirectUri,
    state: Secret,
    verifier: Secret,
    url: Url,
}

impl Invitation {
    /// An invitation by the identity server with this base, which ends with a slash.
    pub fn new(identity: &Url, client: &PublicClient, redirect: RedirectUri) -> Result<Self, CallbackError> {
        let (state, verifier) = (random()?, random()?);
        let scope = with_refreshing(client.scope.as_deref().unwrap_or(STANDARD_SCOPES));
        let mut url = identity.clone();
        url.set_path(&format!("{}connect/authorize", identity.path()));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", &redirect.to_string())
            .append_pair("scope", &scope)
            .append_pair("state", state.expose())
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256");
        Ok(Self { client: client.clone(), redirect, state, verifier, url })
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
        endpoint.authorization_code(&self.client, code, &self.redirect.to_string(), &self.verifier).await
    }
}

fn with_refreshing(scopes: &str) -> String {
    if scopes.split(' ').any(|scope| scope == FOR_REFRESHING) {
        scopes.to_owned()
    } else {
        format!("{scopes} {FOR_REFRESHING}")
    }
}

/// 256 bits that nobody can guess, in letters that an address can hold: 43 of them, the least that RFC 7636 wants of a verifier.
fn random() -> Result<Secret, CallbackError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| CallbackError::Random(error.to_string()))?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// RFC 7636, 4.2: the base64url of the verifier's SHA-256.
fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn invitation(scope: Option<&str>) -> Invitation {
        let client = PublicClient { id: String::from("app"), scope: scope.map(str::to_owned) };
        let identity = "https://cloud.uipath.com/identity_/".parse().unwrap();
        Invitation::new(&identity, &client, RedirectUri::parse("http://localhost:8085/back").unwrap()).unwrap()
    }

    fn fields(invitation: &Invitation) -> HashMap<String, String> {
        invitation.url().query_pairs().into_owned().collect()
    }

    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
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
        assert_eq!(fields["code_challenge"].len(), 43);
        assert_eq!(fields["state"].len(), 43);
        assert!(!made.url().as_str().contains(made.verifier.expose()));
        let other = invitation(None);
        assert_ne!(other.state.expose(), made.state.expose());
        assert_ne!(other.verifier.expose(), made.verifier.expose());
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
