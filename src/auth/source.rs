//! One token for all workers: asked for when first needed, renewed before it ends, and renewed once when it is rejected.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use tokio::sync::Mutex;

use super::{AccessToken, AuthError, ClientCredentials, Credentials, Endpoint};

/// Whoever makes tokens.
pub trait Issuer: fmt::Debug + Send + Sync {
    /// Makes a token.
    fn issue(&self) -> Pin<Box<dyn Future<Output = Result<AccessToken, AuthError>> + Send + '_>>;
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
    Issuer(Box<dyn Issuer>),
    Ready { token: AccessToken, variable: &'static str },
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<AccessToken>,
    issued: u64,
}

impl TokenSource {
    /// A source for `credentials`, which asks `endpoint` where it has to.
    pub fn new(credentials: Credentials, endpoint: Endpoint) -> Self {
        match credentials {
            Credentials::Application(client) => Self::from_issuer(Application { client, endpoint }),
            Credentials::Ready { token, origin } => Self {
                origin: Origin::Ready { token: AccessToken::new(token, None, None), variable: origin },
                kept: Mutex::default(),
            },
        }
    }

    /// A source that gets its tokens from `issuer`.
    pub fn from_issuer(issuer: impl Issuer + 'static) -> Self {
        Self { origin: Origin::Issuer(Box::new(issuer)), kept: Mutex::default() }
    }

    /// A token that can be sent now.
    pub async fn token(&self) -> Result<AccessToken, AuthError> {
        match &self.origin {
            Origin::Ready { token, .. } if AccessToken::is_sendable(token.secret()) => Ok(token.clone()),
            Origin::Ready { .. } => Err(AuthError::TokenNotSendable),
            Origin::Issuer(issuer) => {
                let mut kept = self.kept.lock().await;
                match &kept.token {
                    Some(token) if token.is_fresh() => Ok(token.clone()),
                    _ => kept.replace(issuer.as_ref()).await,
                }
            }
        }
    }

    /// A token instead of one that Orchestrator rejected with 401. If another worker has replaced it meanwhile, that one.
    ///
    /// A second rejection in a row is no matter of an ended token, and the caller's error.
    pub async fn renew(&self, rejected: &AccessToken) -> Result<AccessToken, AuthError> {
        match &self.origin {
            Origin::Ready { variable, .. } => Err(AuthError::ReadyTokenRejected { origin: variable }),
            Origin::Issuer(issuer) => {
                let mut kept = self.kept.lock().await;
                match &kept.token {
                    Some(token) if token.generation > rejected.generation && token.is_fresh() => Ok(token.clone()),
                    _ => kept.replace(issuer.as_ref()).await,
                }
            }
        }
    }
}

impl Kept {
    async fn replace(&mut self, issuer: &dyn Issuer) -> Result<AccessToken, AuthError> {
        self.token = None; // whatever becomes of the request, the old one is of no more use
        let mut token = issuer.issue().await?;
        self.issued += 1;
        token.generation = self.issued;
        self.token = Some(token.clone());
        Ok(token)
    }
}

/// An external application, whose tokens the identity server makes.
#[derive(Debug)]
struct Application {
    client: ClientCredentials,
    endpoint: Endpoint,
}

impl Issuer for Application {
    fn issue(&self) -> Pin<Box<dyn Future<Output = Result<AccessToken, AuthError>> + Send + '_>> {
        Box::pin(self.endpoint.client_credentials(&self.client))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::secret::Secret;

    /// Makes `t1`, `t2`, … that live a minute, and takes a second for each.
    #[derive(Clone, Debug, Default)]
    struct Counting(Arc<AtomicU32>);

    impl Issuer for Counting {
        fn issue(&self) -> Pin<Box<dyn Future<Output = Result<AccessToken, AuthError>> + Send + '_>> {
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

    fn ready(token: &str) -> TokenSource {
        let endpoint = Endpoint::new(reqwest::Client::new(), "http://127.0.0.1:1/".parse().unwrap());
        let origin = "UIPATH_ACCESS_TOKEN";
        TokenSource::new(Credentials::Ready { token: Secret::new(token), origin }, endpoint)
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
