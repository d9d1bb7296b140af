//! From credentials that were found to a source of tokens.

use url::Url;

use super::person::Person;
use super::{Credentials, Endpoint, Found, KeptToken, PasswordLogin, Reuse, TokenSource, Turns};

/// What a source of tokens works with.
#[derive(Debug)]
pub struct Surroundings {
    /// The way to the servers.
    pub http: reqwest::Client,
    /// Where the identity server gives tokens.
    pub token_endpoint: Url,
    /// Where the API lies, which takes user names and passwords.
    pub api_root: Url,
    /// How processes take turns at refreshing a person's login.
    pub turns: Turns,
    /// Whether a kept token may be used.
    pub reuse: Reuse,
}

/// A source of tokens for the credentials that were found.
pub fn token_source(found: Found, around: Surroundings) -> TokenSource {
    let Surroundings { http, token_endpoint, api_root, turns, reuse } = around;
    let kept = |scope: &Option<String>| {
        let (store, entry) = found.rests_in.clone()?;
        Some(KeptToken::new(store, &entry, scope.clone()))
    };
    match found.credentials {
        Credentials::Application(client) => {
            let place = kept(&client.scope);
            TokenSource::application(client, Endpoint::new(http, token_endpoint)).keeping(place, reuse)
        }
        Credentials::Password(user) => {
            let place = kept(&None);
            TokenSource::password(user, PasswordLogin::new(http, &api_root)).keeping(place, reuse)
        }
        Credentials::Person(client) => match (kept(&client.scope), found.rests_in) {
            (Some(kept), Some((store, entry))) => {
                let endpoint = Endpoint::new(http, token_endpoint);
                let person = Person { client, endpoint, store, entry, kept: kept.clone(), turns, reuse };
                TokenSource::person(person).keeping(Some(kept), reuse)
            }
            // A person's login rests in a store by its nature; without one there is nothing to log in with.
            _ => TokenSource::logged_out(),
        },
        Credentials::Ready { token, origin } => TokenSource::ready(token, origin),
    }
}
