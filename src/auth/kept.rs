//! Access tokens kept beside the secret they were got with, so that a one-off command is one request and not two.
//!
//! Kept only where the secret itself rests in a store; a job that has its secret from the environment leaves nothing behind. Where the
//! store takes no secret of a token's size (Windows Credential Manager: 1,280 characters), each process gets its own, as before.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tracing::debug;

use super::{AccessToken, Entry, SecretStore};
use crate::secret::Secret;

/// Whether a token that another process has left may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// It may, until shortly before it ends.
    #[default]
    Kept,
    /// A new one is wanted (`--fresh`): after changed scopes, say. It is kept all the same.
    Fresh,
}

/// The place of one kept token.
#[derive(Clone, Debug)]
pub struct KeptToken {
    store: Arc<dyn SecretStore>,
    entry: Entry,
    asked: Option<String>,
}

/// As it lies in the store.
#[derive(Serialize, Deserialize)]
struct Note<'a> {
    access_token: &'a str,
    expires_at: Timestamp,
    life_s: u64,
    scope: Option<&'a str>,
    /// What was asked for: a token for other scopes is of no use.
    asked: Option<&'a str>,
}

impl KeptToken {
    /// The token got with the secret of `entry`, when `asked` were the scopes asked for.
    pub fn new(store: Arc<dyn SecretStore>, entry: &Entry, asked: Option<String>) -> Self {
        Self { store, entry: entry.token(), asked }
    }

    /// The token, where one is kept that can still be sent. Whatever is wrong with it, the way out is a new one.
    pub fn load(&self) -> Option<AccessToken> {
        let kept = match self.store.get(&self.entry) {
            Ok(kept) => kept?,
            Err(error) => {
                debug!(%error, "token.not_read");
                return None;
            }
        };
        let note: Note<'_> = serde_json::from_str(kept.expose()).ok()?;
        let left = Duration::try_from(note.expires_at.duration_since(Timestamp::now())).ok()?;
        let life = Duration::from_secs(note.life_s);
        // More left than it ever had: one of the clocks was changed.
        if left > life || note.asked != self.asked.as_deref() {
            return None;
        }
        let token = AccessToken::partly_used(Secret::new(note.access_token), left, life, note.scope.map(str::to_owned));
        token.is_fresh().then_some(token)
    }

    /// Keeps `token`. A store that does not take it costs a request later, nothing else.
    pub fn save(&self, token: &AccessToken) {
        let (Some(expires_at), Some(life)) = (token.expires_at(), token.life()) else { return };
        let note = Note {
            access_token: token.secret().expose(),
            expires_at,
            life_s: life.as_secs(),
            scope: token.scope(),
            asked: self.asked.as_deref(),
        };
        let Ok(text) = serde_json::to_string(&note).map(Secret::new) else { return };
        // A token that a moment ends is not worth keeping.
        if expires_at.duration_since(Timestamp::now()) < SignedDuration::from_secs(1) {
            return;
        }
        if let Err(error) = self.store.set(&self.entry, &text) {
            debug!(%error, "token.not_kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::testing::{Shelf, entry};

    fn kept(shelf: &Arc<Shelf>, asked: Option<&str>) -> KeptToken {
        KeptToken::new(shelf.clone(), &entry("app"), asked.map(str::to_owned))
    }

    fn token(life: u64) -> AccessToken {
        AccessToken::new(Secret::new("t1"), Some(Duration::from_secs(life)), Some(String::from("OR.Queues")))
    }

    #[test]
    fn a_token_is_found_again_with_its_scope_and_end() {
        let shelf = Arc::new(Shelf::default());
        assert!(kept(&shelf, None).load().is_none());
        kept(&shelf, None).save(&token(3600));
        let found = kept(&shelf, None).load().unwrap();
        assert_eq!((found.secret().expose(), found.scope()), ("t1", Some("OR.Queues")));
        assert!(found.expires_at().is_some());
        assert!(kept(&shelf, Some("OR.Jobs")).load().is_none(), "it was asked for with other scopes");
    }

    #[test]
    fn a_token_is_left_alone_shortly_before_its_end() {
        let shelf = Arc::new(Shelf::default());
        let write = |ends_in: i64| {
            let at = Timestamp::now() + SignedDuration::from_secs(ends_in);
            let note = format!(r#"{{"access_token":"t1","expires_at":"{at}","life_s":3600}}"#);
            shelf.set(&entry("app").token(), &Secret::new(note)).unwrap();
        };
        for (ends_in, usable) in [(3000, true), (90, true), (50, false), (-5, false), (4000, false)] {
            write(ends_in);
            assert_eq!(kept(&shelf, None).load().is_some(), usable, "{ends_in}");
        }
    }

    #[test]
    fn a_store_that_takes_no_token_is_no_error_and_neither_is_nonsense_in_it() {
        let full = Arc::new(Shelf { longest: 10, ..Shelf::default() });
        kept(&full, None).save(&token(3600));
        assert!(kept(&full, None).load().is_none());
        full.set(&entry("app").token(), &Secret::new("{")).unwrap();
        assert!(kept(&full, None).load().is_none());
    }

    #[test]
    fn a_token_without_a_known_end_is_not_kept() {
        let shelf = Arc::new(Shelf::default());
        kept(&shelf, None).save(&AccessToken::new(Secret::new("t1"), None, None));
        assert!(kept(&shelf, None).load().is_none());
    }
}
