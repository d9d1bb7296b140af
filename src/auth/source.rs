//! One token for all workers: asked for when first needed, renewed before it ends, and renewed once when it is rejected.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use tokio::sync::Mutex;

use super::person::Person;
use super::{
    AccessToken, AuthError, ClientCredentials, Endpoint, KeptToken, PasswordCredentials, PasswordLogin, Reuse,
    TokenOrigin,
};
use crate::secret::Secret;

/// A token on its way.
pub type Issued<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, AuthError>> + Send + 'a>>;

/// Whoever makes tokens.
pub trait Issuer: fmt::Debug + Send + Sync {
    /// Makes a token; `instead_of` is one that was rejected or has ended.
    fn issue<'a>(&'a self, instead_of: Option<&'a AccessToken>) -> Issued<'a>;
}

/// The token of this process. Workers that need one at the same time wait for one request and share its answer; a failure is not
/// shared, each then asks for itself.
#[derive(Debug)]
pub struct TokenSource {
    origin: Origin,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
enum Origin {
    Issuer { issuer: Box<dyn Issuer>, place: Option<KeptToken> },
    Ready { token: AccessToken, origin: TokenOrigin },
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<AccessToken>,
    issued: u64,
    /// Whether the token that an earlier process kept was asked for.
    looked: bool,
}

impl TokenSource {
    /// Tokens of an external application.
    pub fn application(client: ClientCredentials, endpoint: Endpoint) -> Self {
        Self::from_issuer(Application { client, endpoint })
    }

    /// Tokens of a user with a password.
    pub fn password(user: PasswordCredentials, login: PasswordLogin) -> Self {
        Self::from_issuer(User { user, login })
    }

    /// Tokens of a person who logged in with the browser.
    pub(super) fn person(person: Person) -> Self {
        Self::from_issuer(person)
    }

    /// No tokens, for the login has gone.
    pub(super) fn logged_out() -> Self {
        Self::from_issuer(Nobody)
    }

    /// A token that somebody else made.
    pub fn ready(token: Secret, origin: TokenOrigin) -> Self {
        Self { origin: Origin::Ready { token: AccessToken::new(token, None, None), origin }, kept: Mutex::default() }
    }

    /// A source that gets its tokens from `issuer`.
    pub fn from_issuer(issuer: impl Issuer + 'static) -> Self {
        Self { origin: Origin::Issuer { issuer: Box::new(issuer), place: None }, kept: Mutex::default() }
    }

    /// The same, with tokens kept for the next process.
    #[must_use]
    pub fn keeping(mut self, place: Option<KeptToken>, reuse: Reuse) -> Self {
        if let Origin::Issuer { place: kept_at, .. } = &mut self.origin {
            *kept_at = place;
        }
        self.kept.get_mut().looked = reuse == Reuse::Fresh;
        self
    }

    /// Tells whether the token was made by somebody else, so that no server is asked for one.
    pub fn is_ready(&self) -> bool {
        matches!(self.origin, Origin::Ready { .. })
    }

    /// A token that can be sent now.
    pub async fn token(&self) -> Result<AccessToken, AuthError> {
        match &self.origin {
            Origin::Ready { token, .. } if AccessToken::is_sendable(token.secret()) => Ok(token.clone()),
            Origin::Ready { .. } => Err(AuthError::TokenNotSendable),
            Origin::Issuer { issuer, place } => {
                let mut kept = self.kept.lock().await;
                if !std::mem::replace(&mut kept.looked, true)
                    && let Some(token) = place.as_ref().and_then(KeptToken::load)
                {
                    return Ok(kept.put(token));
                }
                match &kept.token {
                    Some(token) if token.is_fresh() => Ok(token.clone()),
                    _ => kept.replace(issuer.as_ref(), place.as_ref()).await,
                }
            }
        }
    }

    /// A token instead of one that Orchestrator rejected with 401. If another worker has replaced it meanwhile, that one.
    ///
    /// A second rejection in a row is no matter of an ended token, and the caller's error.
    pub async fn renew(&self, rejected: &AccessToken) -> Result<AccessToken, AuthError> {
        match &self.origin {
            Origin::Ready { origin, .. } => Err(AuthError::ReadyTokenRejected { origin: origin.clone() }),
            Origin::Issuer { issuer, place } => {
                let mut kept = self.kept.lock().await;
                match &kept.token {
                    Some(token) if token.generation > rejected.generation && token.is_fresh() => Ok(token.clone()),
                    _ => kept.replace(issuer.as_ref(), place.as_ref()).await,
                }
            }
        }
    }
}

impl Kept {
    async fn replace(&mut self, issuer: &dyn Issuer, place: Option<&KeptToken>) -> Result<AccessToken, AuthError> {
        let old = self.token.take(); // whatever becomes of the request, the old one is of no more use
        let token = issuer.issue(old.as_ref()).await?;
        if let Some(place) = place {
            place.save(&token);
        }
        Ok(self.put(token))
    }

    fn put(&mut self, mut token: AccessToken) -> AccessToken {
        self.issued += 1;
        token.generation = self.issued;
        self.token = Some(token.clone());
        token
    }
}

/// An external application, whose tokens the identity server makes.
#[derive(Debug)]
struct Application {
    client: ClientCredentials,
    endpoint: Endpoint,
}

impl Issuer for Application {
    fn issue<'a>(&'a self, _: Option<&'a AccessToken>) -> Issued<'a> {
        Box::pin(self.endpoint.client_credentials(&self.client))
    }
}

/// Nobody.
#[derive(Debug)]
struct Nobody;

impl Issuer for Nobody {
    fn issue<'a>(&'a self, _: Option<&'a AccessToken>) -> Issued<'a> {
        Box::pin(async { Err(AuthError::LoggedOut) })
    }
}

/// A user with a password, whose tokens the server itself makes.
#[derive(Debug)]
struct User {
    user: PasswordCredentials,
    login: PasswordLogin,
}

impl Issuer for User {
    fn issue<'a>(&'a self, _: Option<&'a AccessToken>) -> Issued<'a> {
        Box::pin(self.login.token(&self.user))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::auth::testing::{Shelf, entry};

    /// Makes `t1`, `t2`, … that live a minute, and takes a second for each.
    #[derive(Clone, Debug, Default)]
    struct Counting(Arc<AtomicU32>);

    impl Issuer for Counting {
        fn issue<'a>(&'a self, _: Option<&'a AccessToken>) -> Issued<'a> {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
                Ok(AccessToken::new(Secret::new(format!("t{number}")), Some(Duration::from_secs(60)), None))
            })
        }
    }

    async fn shown(source: &TokenSource) -> String {
        source.token().await.unwrap().secret().expose().to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_kept_and_replaced_shortly_before_it_ends() {
        let source = TokenSource::from_issuer(Counting::default());
        assert_eq!(shown(&source).await, "t1");
        tokio::time::advance(Duration::from_secs(50)).await;
        assert_eq!(shown(&source).await, "t1");
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(shown(&source).await, "t2", "six seconds, a tenth of its life, before the end");
    }

    #[tokio::test(start_paused = true)]
    async fn many_workers_with_a_rejected_token_cause_one_request() {
        let made = Counting::default();
        let source = Arc::new(TokenSource::from_issuer(made.clone()));
        let rejected = source.token().await.unwrap();
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let (source, rejected) = (Arc::clone(&source), rejected.clone());
                tokio::spawn(async move { source.renew(&rejected).await.unwrap().secret().expose().to_owned() })
            })
            .collect();
        for worker in workers {
            assert_eq!(worker.await.unwrap(), "t2");
        }
        assert_eq!(made.0.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_gives_up_waiting_leaves_the_source_usable() {
        let source = TokenSource::from_issuer(Counting::default());
        assert!(tokio::time::timeout(Duration::from_millis(10), source.token()).await.is_err());
        assert_eq!(shown(&source).await, "t1");
    }

    #[tokio::test]
    async fn the_next_process_takes_the_token_that_was_kept_unless_a_fresh_one_is_wanted() {
        let (made, shelf) = (Counting::default(), Arc::new(Shelf::default()));
        let process = |reuse| {
            let place = KeptToken::new(shelf.clone(), &entry("app"), None);
            TokenSource::from_issuer(made.clone()).keeping(Some(place), reuse)
        };
        assert_eq!(shown(&process(Reuse::Kept)).await, "t1");
        assert_eq!(shown(&process(Reuse::Kept)).await, "t1");
        assert_eq!(shown(&process(Reuse::Fresh)).await, "t2");
        let third = process(Reuse::Kept);
        let kept = third.token().await.unwrap();
        assert_eq!(kept.secret().expose(), "t2");
        assert_eq!(
            third.renew(&kept).await.unwrap().secret().expose(),
            "t3",
            "a kept one that is rejected is replaced"
        );
        assert_eq!(shown(&process(Reuse::Kept)).await, "t3");
    }

    fn ready(token: &str) -> TokenSource {
        TokenSource::ready(Secret::new(token), TokenOrigin::Variable("UIPATH_ACCESS_TOKEN"))
    }

    #[tokio::test]
    async fn a_ready_token_that_no_header_can_hold_is_refused_before_it_is_sent() {
        for token in ["Bearer abc", "abc\n", ""] {
            assert!(matches!(ready(token).token().await, Err(AuthError::TokenNotSendable)), "{token:?}");
        }
    }

    #[tokio::test]
    async fn a_ready_token_is_sent_as_it_is_and_cannot_be_renewed() {
        let source = ready("given");
        let token = source.token().await.unwrap();
        assert_eq!(token.secret().expose(), "given");
        insta::assert_snapshot!(source.renew(&token).await.unwrap_err(), @"Orchestrator does not accept the token in `UIPATH_ACCESS_TOKEN`: it has ended, or it is of another tenant");
    }
}
