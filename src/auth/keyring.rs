//! The operating system's keyring: Secret Service, macOS Keychain, Windows Credential Manager. The only place that names their crates.
//!
//! Every call runs on a thread of its own with a deadline, because a service that owns the name but never answers would hold the
//! program for ever, and an unlock dialog for as long as nobody sees it. The thread is not joined, and it is no `spawn_blocking`, whose
//! threads the runtime waits for at its end. Nothing is ever written to find out whether the keyring works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use keyring_core::{CredentialStore, Error};

use super::{Entry, SecretStore, StoreError};
use crate::secret::Secret;

const SERVICE: &str = "uiq";

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Nobody is there to answer a dialog. A keyring that works answers in 20 ms; 3 s leave room for a busy machine, and for a cron
    /// job to end within 5 s.
    Unattended,
    /// Somebody at the terminal may be typing the keyring's password into a dialog.
    Attended,
}

impl Patience {
    fn limit(self) -> Duration {
        match self {
            Self::Unattended => Duration::from_secs(3),
            Self::Attended => Duration::from_secs(60),
        }
    }
}

/// The keyring of the user who runs the program.
#[derive(Debug)]
pub struct Keyring {
    patience: Patience,
    silent: AtomicBool,
}

impl Keyring {
    /// The keyring, not yet asked anything.
    pub fn new(patience: Patience) -> Self {
        Self { patience, silent: AtomicBool::new(false) }
    }

    fn ask<T: Send + 'static>(
        &self,
        entry: &Entry,
        question: impl FnOnce(&keyring_core::Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let account = entry.account().to_owned();
        self.within_limit(move || {
            let entry = system_store()?.build(SERVICE, &account, None)?;
            question(&entry)
        })
    }

    /// Runs `call` on a detached thread; once it was not answered in time, it asks no more.
    fn within_limit<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let limit = self.patience.limit();
        if self.silent.load(Ordering::Relaxed) {
            return Err(StoreError::Silent(limit));
        }
        let (answer, answered) = mpsc::channel();
        std::thread::Builder::new()
            .name(String::from("keyring"))
            .spawn(move || {
                // Nobody listens any more when the deadline has passed.
                let _ = answer.send(call());
            })
            .map_err(|error| StoreError::Other(error.to_string()))?;
        match answered.recv_timeout(limit) {
            Ok(result) => result.map_err(|error| classify(&error, limit)),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                self.silent.store(true, Ordering::Relaxed);
                Err(StoreError::Silent(limit))
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(StoreError::Other(String::from("its library gave up"))),
        }
    }
}

impl SecretStore for Keyring {
    fn get(&self, entry: &Entry) -> Result<Option<Secret>, StoreError> {
        self.ask(entry, |entry| match entry.get_password() {
            Ok(secret) => Ok(Some(Secret::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn set(&self, entry: &Entry, secret: &Secret) -> Result<(), StoreError> {
        let secret = secret.clone();
        self.ask(entry, move |entry| entry.set_password(secret.expose()))
    }

    fn remove(&self, entry: &Entry) -> Result<(), StoreError> {
        self.ask(entry, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }

    fn place(&self) -> String {
        String::from("keyring")
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(dbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// What D-Bus says when there is no bus, or nobody on it who keeps secrets.
const ABSENT: [&str; 10] = [
    "No DBus session",
    "autolaunch",
    "Error.ServiceUnknown",
    "Error.NameHasNoOwner",
    "Error.NoServer",
    "Error.FileNotFound",
    "Error.NotSupported",
    "Error.Spawn",
    "Error.Disconnected",
    "Error.BadAddress",
];

/// Sorts errors by what the user can do. The stores report some conditions under several of their kinds (a locked collection is
/// "no access" when read and a "platform failure" when written to), so the name of the underlying error decides first.
fn classify(error: &Error, limit: Duration) -> StoreError {
    let words = innermost(error);
    // The name of a D-Bus error is in its `Debug` only. It is searched and never shown: other errors hold bytes of the secret there.
    let with_names = format!("{words} {error:?}");
    let any = |signs: &[&str]| signs.iter().any(|sign| with_names.contains(sign));
    // Names of D-Bus errors, and the Secret Service library's own words.
    if any(&["Error.NoReply", "Error.Timeout", "Error.TimedOut"]) {
        StoreError::Silent(limit)
    } else if any(&["prompt was dismissed", "object locked", "IsLocked"]) || matches!(error, Error::NoStorageAccess(_))
    {
        StoreError::Locked(words)
    } else if any(&ABSENT) || matches!(error, Error::NoDefaultStore | Error::NotSupportedByStore(_)) {
        StoreError::Absent(words)
    } else if let Error::TooLong(_, limit) = error {
        StoreError::TooLong(*limit)
    } else {
        StoreError::Other(words)
    }
}

/// The innermost words of an error: the outer ones only say that something failed. What a store kept for us is never among them.
fn innermost(error: &Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match error {
        Error::BadDataFormat(..) | Error::BadEncoding(_) => String::from("what it keeps for us is damaged"),
        Error::Ambiguous(_) => String::from("it holds several entries of the same name"),
        _ => innermost.to_string().replace('\n', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_that_was_silent_once_is_not_asked_again() {
        let keyring = Keyring::new(Patience::Unattended);
        keyring.silent.store(true, Ordering::Relaxed);
        let answer = keyring.within_limit::<()>(|| panic!("asked again"));
        assert!(matches!(answer, Err(StoreError::Silent(_))));
    }

    #[test]
    fn a_library_that_panics_is_an_error_of_the_keyring() {
        let keyring = Keyring::new(Patience::Unattended);
        assert!(matches!(keyring.within_limit::<()>(|| panic!("inside the library")), Err(StoreError::Other(_))));
    }

    #[test]
    fn each_condition_has_its_name() {
        let platform = |words: &str| Error::PlatformFailure(words.into());
        let limit = Duration::from_secs(3);
        let kind = |error: Error| match classify(&error, limit) {
            StoreError::Absent(_) => "absent",
            StoreError::Locked(_) => "locked",
            StoreError::Silent(_) => "silent",
            StoreError::TooLong(_) => "too long",
            StoreError::Other(_) | StoreError::Exposed { .. } | StoreError::File { .. } => "other",
        };
        assert_eq!(kind(Error::BadEncoding(b"NoReply".to_vec())), "other", "what was kept decides nothing");
        assert_eq!(kind(Error::NoDefaultStore), "absent");
        assert_eq!(kind(platform("No DBus session or Secret Service provider found")), "absent");
        assert_eq!(kind(platform("not provided (org.freedesktop.DBus.Error.ServiceUnknown)")), "absent");
        assert_eq!(kind(platform("Using X11 for dbus-daemon autolaunch was disabled at compile time")), "absent");
        assert_eq!(kind(platform("no reply (org.freedesktop.DBus.Error.NoReply)")), "silent");
        assert_eq!(kind(platform("Secret Service: unlock prompt was dismissed")), "locked");
        assert_eq!(kind(Error::NoStorageAccess("-25308".into())), "locked");
        assert_eq!(kind(Error::TooLong("password".into(), 2560)), "too long");
        assert_eq!(kind(platform("disk on fire")), "other");
    }
}
