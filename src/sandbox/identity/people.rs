//! The people of the tenant: one, who can do what the application can, and has three ways in.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::sandbox::random::{hex, unguessable};

/// The non-confidential application through which people log in with the browser; no secret, and the same every time.
pub(super) const PUBLIC_CLIENT: &str = "5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c0002";

/// The user's name.
pub(super) const USERNAME: &str = "ann";

/// How long a code is good for. Assumption: IdentityServer's default for a code is five minutes, its advice one.
const CODE_LIFE: Duration = Duration::from_secs(60);

/// The person, and what was given out in their name.
#[derive(Debug)]
pub(in crate::sandbox) struct People {
    pub(in crate::sandbox) password: String,
    pub(in crate::sandbox) personal_access_token: String,
    codes: Mutex<HashMap<String, Pending>>,
    refreshes: Mutex<HashMap<String, Vec<String>>>,
}

/// A code that was given out and not exchanged.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) challenge: String,
    pub(super) redirect_uri: String,
    pub(super) scopes: Vec<String>,
    pub(super) expires: Instant,
}

impl People {
    pub(in crate::sandbox) fn new(password: Option<String>, personal_access_token: Option<String>) -> Self {
        let random = |prefix: &str| format!("{prefix}{}", hex(&unguessable()[..16]));
        Self {
            password: password.unwrap_or_else(|| random("")),
            personal_access_token: personal_access_token.unwrap_or_else(|| random("rt_")),
            codes: Mutex::default(),
            refreshes: Mutex::default(),
        }
    }

    /// Gives out a code for scopes, bound to a challenge and a redirect URL.
    pub(super) fn invite(&self, challenge: &str, redirect_uri: &str, scopes: Vec<String>) -> String {
        let code = hex(&unguessable());
        let pending = Pending {
            challenge: challenge.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scopes,
            expires: Instant::now() + CODE_LIFE,
        };
        held(&self.codes).insert(code.clone(), pending);
        code
    }

    /// Takes a code back, which is good for one try.
    pub(super) fn redeem(&self, code: &str, redirect_uri: &str, verifier: &str) -> Option<Vec<String>> {
        let pending = held(&self.codes).remove(code)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let fits =
            pending.expires > Instant::now() && pending.redirect_uri == redirect_uri && pending.challenge == challenge;
        fits.then_some(pending.scopes)
    }

    /// Gives out a refresh token.
    pub(super) fn give_refresh(&self, scopes: &[String]) -> String {
        let token = hex(&unguessable()).to_uppercase();
        held(&self.refreshes).insert(token.clone(), scopes.to_vec());
        token
    }

    /// Takes a refresh token back, which is good for one use.
    pub(super) fn take_refresh(&self, token: &str) -> Option<Vec<String>> {
        held(&self.refreshes).remove(token)
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
