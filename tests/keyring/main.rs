//! Logging in with a real keyring: gnome-keyring on a private D-Bus, with a home of its own. The user's real keyring is never touched.
//!
//! Needs `gnome-keyring-daemon` and `dbus-daemon`. Where they are missing, the tests say so and pass, unless `UIQ_REQUIRE_KEYRING=1`.
#![cfg(all(unix, not(target_os = "macos")))]
#![allow(clippy::print_stderr)]

mod desktop;
mod identity;

use std::time::{Duration, Instant};

use desktop::{Desktop, Outcome, Service};
use identity::{Identity, SECRET};

/// What a cron job may wait for a keyring that does not work. The one absolute time in the tests: it is a promise.
const PROMISED: Duration = Duration::from_secs(5);

fn log_in(desktop: &Desktop, identity: &Identity) -> Outcome {
    let url = identity.url();
    desktop.uiq(&["login", "--url", &url, "--client-id", "app", "--client-secret-stdin", "-vv"], Some(SECRET))
}

/// A desktop on which somebody has logged in, and the server.
fn logged_in(service: Service) -> Option<(Desktop, Identity)> {
    let mut desktop = Desktop::start(Service::Unlocked)?;
    let identity = Identity::start();
    let login = log_in(&desktop, &identity);
    assert_eq!(login.code, 0, "{}", login.stderr);
    if service != Service::Unlocked {
        desktop.restart(service);
    }
    Some((desktop, identity))
}

fn assert_names_the_choices(outcome: &Outcome) {
    assert_eq!(outcome.code, 4, "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "");
    for choice in ["UIPATH_CLIENT_SECRET`", "UIPATH_CLIENT_SECRET_FILE", "LoadCredential=uiq-NAME"] {
        assert!(outcome.stderr.contains(choice), "{choice} is not in\n{}", outcome.stderr);
    }
}

fn assert_fails_in_time(desktop: &Desktop, begins: &str) {
    let started = Instant::now();
    let outcome = desktop.uiq(&["token", "-vv"], None);
    assert!(started.elapsed() < PROMISED, "took {:?}", started.elapsed());
    assert_names_the_choices(&outcome);
    assert!(outcome.stderr.contains(begins), "{begins} is not in\n{}", outcome.stderr);
}

#[test]
fn log_in_get_a_token_from_a_new_process_log_out() {
    let Some((desktop, _identity)) = logged_in(Service::Unlocked) else { return };
    let token = desktop.uiq(&["token"], None);
    assert_eq!((token.code, token.stdout.as_str()), (0, "token-for-app\n"), "{}", token.stderr);

    let status = desktop.uiq(&["status", "-o", "json"], None);
    assert_eq!(status.code, 0, "{}", status.stderr);
    assert!(status.stdout.contains(r#""secret":{"origin":"keyring","value":"not shown"}"#), "{}", status.stdout);

    assert_eq!(desktop.uiq(&["logout"], None).code, 0);
    let after = desktop.uiq(&["token"], None);
    assert_eq!((after.code, after.stdout.as_str()), (4, ""), "{}", after.stderr);
}

#[test]
fn the_secret_is_nowhere_but_in_the_keyring() {
    let Some((desktop, identity)) = logged_in(Service::Unlocked) else { return };
    let said =
        [log_in(&desktop, &identity), desktop.uiq(&["token", "-vv"], None), desktop.uiq(&["status", "-vv"], None)];
    for outcome in said {
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("DEBUG"), "the log is on: {}", outcome.stderr);
        assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET), "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("token-for-app"), "{}", outcome.stderr);
    }
    let holders = desktop.files_with(SECRET);
    assert_eq!(holders, Vec::<std::path::PathBuf>::new());
    assert!(!desktop.files_with("client_id = \"app\"").is_empty(), "the search finds what is there");
}

#[test]
fn wrong_credentials_leave_nothing_behind() {
    let Some(desktop) = Desktop::start(Service::Unlocked) else { return };
    let identity = Identity::start();
    let login =
        desktop.uiq(&["login", "--url", &identity.url(), "--client-id", "app", "--client-secret-stdin"], Some("wrong"));
    assert_eq!((login.code, login.stdout.as_str()), (4, ""));
    assert!(login.stderr.starts_with("error: the application id `app` or its secret is wrong"), "{}", login.stderr);
    assert!(desktop.files_with("client_id").is_empty());
}

#[test]
fn a_locked_keyring_is_said_at_once() {
    let Some((desktop, _identity)) = logged_in(Service::Locked) else { return };
    assert_fails_in_time(&desktop, "the keyring is locked, or was never set up");
}

#[test]
fn a_session_without_a_bus_is_said_at_once() {
    let Some((mut desktop, _identity)) = logged_in(Service::NoBus) else { return };
    assert_fails_in_time(&desktop, "there is no keyring service");
    desktop.restart(Service::BogusBus);
    assert_fails_in_time(&desktop, "there is no keyring service");
}

#[test]
fn a_bus_without_a_keyring_is_said_at_once() {
    let Some((desktop, _identity)) = logged_in(Service::None) else { return };
    assert_fails_in_time(&desktop, "there is no keyring service");
}

#[test]
fn a_keyring_that_never_answers_does_not_hold_the_program() {
    let Some((mut desktop, _identity)) = logged_in(Service::Mute) else { return };
    assert_fails_in_time(&desktop, "the keyring did not answer");
    desktop.restart(Service::MuteBus);
    assert_fails_in_time(&desktop, "the keyring did not answer");
}

#[test]
fn a_login_without_a_keyring_stores_no_plain_file_instead() {
    let Some(desktop) = Desktop::start(Service::NoBus) else { return };
    let login = log_in(&desktop, &Identity::start());
    assert_names_the_choices(&login);
    assert!(desktop.files_with("client_id").is_empty());
}

#[test]
fn the_environment_alone_needs_neither_keyring_nor_home() {
    let Some((desktop, identity)) = logged_in(Service::NoBus) else { return };
    let token = desktop.bare(
        &["token"],
        &[("UIPATH_URL", &identity.url()), ("UIPATH_CLIENT_ID", "app"), ("UIPATH_CLIENT_SECRET", SECRET)],
    );
    assert_eq!((token.code, token.stdout.as_str()), (0, "token-for-app\n"), "{}", token.stderr);
}
