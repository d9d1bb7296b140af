//! The tokens of a person who logged in with the browser.
//!
//! A refresh token is good for one use: whoever uses it gets the next one. Two processes that used the same one would lose the login,
//! so they take turns: one holds a lock while it reads the token from the store, uses it and puts the next one there. Whoever waited
//! finds the access token that the other one got, and needs none of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;

use super::source::{Issued, Issuer};
use super::{AccessToken, AuthError, Endpoint, Entry, KeptToken, PublicClient, Reuse, SecretStore};
use crate::fs::{Holder, Lock, LockError};

/// How long another process may take to refresh: its request may meet a slow network, and ours could not be faster.
const LONGEST_TURN: Duration = Duration::from_secs(120);
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Where the turns are taken.
#[derive(Clone, Debug)]
pub struct Turns {
    /// The folder of the lock.
    pub folder: PathBuf,
    /// The lock's name, one for a profile.
    pub name: String,
    /// Who we are, for those who wait.
    pub holder: Holder,
}

/// A person's refresh token, and how to use it.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) client: PublicClient,
    pub(super) endpoint: Endpoint,
    pub(super) store: Arc<dyn SecretStore>,
    pub(super) entry: Entry,
    pub(super) kept: KeptToken,
    pub(super) turns: Turns,
    pub(super) reuse: Reuse,
}

impl Issuer for Person {
    fn issue<'a>(&'a self, instead_of: Option<&'a AccessToken>) -> Issued<'a> {
        Box::pin(async move {
            let _turn = self.turn().await?;
            let other =
                |token: &AccessToken| instead_of.is_none_or(|old| old.secret().expose() != token.secret().expose());
            if (instead_of.is_some() || self.reuse == Reuse::Kept)
                && let Some(token) = self.kept.load().filter(other)
            {
                return Ok(token);
            }
            let refresh = self.store.get(&self.entry).map_err(AuthError::Store)?;
            let refresh = refresh.ok_or(AuthError::LoggedOut)?;
            let granted = self.endpoint.refresh(&self.client, &refresh).await?;
            // Before anything else can fail: the old one is used up.
            if let Some(next) = &granted.refresh
                && let Err(error) = self.store.set(&self.entry, next)
            {
                warn!(%error, "the next refresh token could not be kept: `uiq login` will be needed again");
            }
            self.kept.save(&granted.token);
            Ok(granted.token)
        })
    }
}

impl Person {
    async fn turn(&self) -> Result<Lock, AuthError> {
        let Turns { folder, name, holder } = &self.turns;
        let began = Instant::now();
        loop {
            match Lock::acquire(folder, name, holder) {
                Err(LockError::Held(_)) if began.elapsed() < LONGEST_TURN => tokio::time::sleep(BETWEEN_LOOKS).await,
                turn => return turn.map_err(|error| AuthError::NoTurn(error.to_string())),
            }
        }
    }
}
