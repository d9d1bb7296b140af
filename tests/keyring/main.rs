//! Logging in with a real keyring: gnome-keyring on a private D-Bus, with a home of its own. The user's real keyring is never touched.
//!
//! Needs `gnome-keyring-daemon` and `dbus-daemon`. Where they are missing, the tests say so and pass, unless `UIQ_REQUIRE_KEYRING=1`.
#![cfg(all(unix, not(target_os = "macos")))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)] // all of it is test code, helpers too

mod desktop;
mod server;

use std::time::{Duration, Instant};

use desktop::{Desktop, Outcome, Service};
use server::{SECRET, Server};

/// What a cron job may wait for a keyring that does not work. The one absolute time in the tests: it is a promise.
const PROMISED: Duration = Duration::from_secs(5);

fn log_in(desktop: &Desktop, server: &Server, secret: &str) -> Outcome {
    let (url, id) = (server.url(), server.client_id());
    let arguments = ["login", "--url", &url, "--client-id", id, "--folder", "Shared", "--client-secret-stdin", "-vv"];
    desktop.uiq(&arguments, Some(secret))
}

/// A desktop on which somebody has logged in, and the server.
fn logged_in(service: Service) -> Option<(Desktop, Server)> {
    let mut desktop = Desktop::start(Service::Unlocked)?;
    let server = Server::start();
    let login = log_in(&desktop, &server, SECRET);
    assert_eq!(login.code, 0, "{}", login.stderr);
    if service != Service::Unlocked {
        desktop.restart(service);
    }
    Some((desktop, server))
}

fn assert_is_a_token(outcome: &Outcome) {
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(outcome.stdout.lines().count(), 1, "{}", outcome.stdout);
    assert!(outcome.stdout.starts_with("ey"), "{}", outcome.stdout);
}

fn assert_names_the_choices(outcome: &Outcome) {
    assert_eq!(outcome.code, 4, "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "");
    for choice in ["UIPATH_CLIENT_SECRET`", "UIPATH_CLIENT_SECRET_FILE", "LoadCredential=uiq-NAME"] {
        assert!(outcome.stderr.contains(choice), "{choice} is not in\n{}", outcome.stderr);
    }
}

fn assert_fails_in_time(desktop: &Desktop, reason: &str) {
    let started = Instant::now();
    let outcome = desktop.uiq(&["token", "-vv"], None);
    assert!(started.elapsed() < PROMISED, "took {:?}", started.elapsed());
    assert_names_the_choices(&outcome);
    assert!(outcome.stderr.contains(reason), "{reason} is not in\n{}", outcome.stderr);
}

#[test]
fn log_in_get_a_token_from_a_new_process_log_out() {
    let Some((desktop, _server)) = logged_in(Service::Unlocked) else { return };
    assert_is_a_token(&desktop.uiq(&["token"], None));

    let status = desktop.uiq(&["status", "-o", "json"], None);
    assert_eq!(status.code, 0, "{}", status.stderr);
    assert!(status.stdout.contains(r#""secret":{"origin":"keyring","value":"not shown"}"#), "{}", status.stdout);

    let kept = desktop.uiq(&["token"], None);
    assert_eq!(desktop.uiq(&["token"], None).stdout, kept.stdout, "the token is kept beside the secret");

    assert_eq!(desktop.uiq(&["logout"], None).code, 0);
    let after = desktop.uiq(&["token"], None);
    assert_eq!((after.code, after.stdout.as_str()), (4, ""), "{}", after.stderr);
}

#[test]
fn the_secret_is_nowhere_but_in_the_keyring() {
    let Some((desktop, server)) = logged_in(Service::Unlocked) else { return };
    let token = desktop.uiq(&["token", "--fresh", "-vv"], None);
    let said = [log_in(&desktop, &server, SECRET), desktop.uiq(&["status", "-vv"], None)];
    for outcome in &said {
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(!outcome.stdout.contains(SECRET) && !outcome.stdout.contains("eyJ"), "{}", outcome.stdout);
    }
    for outcome in said.iter().chain([&token]) {
        assert!(outcome.stderr.contains("DEBUG"), "the log is on: {}", outcome.stderr);
        assert!(!outcome.stderr.contains(SECRET) && !outcome.stderr.contains("eyJ"), "{}", outcome.stderr);
    }
    assert_eq!(desktop.files_with(SECRET), Vec::<std::path::PathBuf>::new());
    assert!(!desktop.files_with(server.client_id()).is_empty(), "the search finds what is there");
}

#[test]
fn a_second_login_of_a_profile_replaces_the_first() {
    let Some((desktop, _gone)) = logged_in(Service::Unlocked) else { return };
    let other = Server::start();
    let refused = log_in(&desktop, &other, SECRET);
    assert_eq!(refused.code, 2, "without a name it would replace another tenant's login: {}", refused.stderr);
    let (url, id) = (other.url(), other.client_id());
    let named = ["login", "-p", "other", "--url", &url, "--client-id", id, "--client-secret-stdin"];
    assert_eq!(desktop.uiq(&named, Some(SECRET)).code, 0);
    assert_is_a_token(&desktop.uiq(&["token"], None));
    assert_eq!(desktop.uiq(&["login", "--use", "default"], None).code, 0);
    let status = desktop.uiq(&["status", "-p", "other"], None);
    assert!(status.stdout.contains(&url), "{}", status.stdout);
    assert_eq!(desktop.uiq(&["logout", "--all"], None).code, 0);
    assert!(desktop.files_with(id).is_empty());
}

#[test]
fn wrong_credentials_or_a_wrong_folder_leave_nothing_behind() {
    let Some(desktop) = Desktop::start(Service::Unlocked) else { return };
    let server = Server::start();
    let login = log_in(&desktop, &server, "wrong");
    assert_eq!((login.code, login.stdout.as_str()), (4, ""));
    assert!(login.stderr.contains("or its secret is wrong"), "{}", login.stderr);
    let (url, id) = (server.url(), server.client_id());
    let folder = ["login", "--url", &url, "--client-id", id, "--folder", "Payroll", "--client-secret-stdin"];
    let login = desktop.uiq(&folder, Some(SECRET));
    assert_eq!((login.code, login.stdout.as_str()), (4, ""));
    assert!(login.stderr.starts_with("error: the folder does not exist"), "{}", login.stderr);
    assert!(desktop.files_with("client_id").is_empty());
}

#[test]
fn a_locked_keyring_is_said_at_once() {
    let Some((desktop, _server)) = logged_in(Service::Locked) else { return };
    assert_fails_in_time(&desktop, "the keyring is locked, or was never set up");
}

#[test]
fn a_session_without_a_bus_is_said_at_once() {
    let Some((mut desktop, _server)) = logged_in(Service::NoBus) else { return };
    assert_fails_in_time(&desktop, "there is no keyring service");
    desktop.restart(Service::BogusBus);
    assert_fails_in_time(&desktop, "there is no keyring service");
}

#[test]
fn a_bus_without_a_keyring_is_said_at_once() {
    let Some((desktop, _server)) = logged_in(Service::None) else { return };
    assert_fails_in_time(&desktop, "there is no keyring service");
}

#[test]
fn a_keyring_that_never_answers_does_not_hold_the_program() {
    let Some((mut desktop, _server)) = logged_in(Service::Mute) else { return };
    assert_fails_in_time(&desktop, "the keyring did not answer");
    desktop.restart(Service::MuteBus);
    assert_fails_in_time(&desktop, "the keyring did not answer");
}

#[test]
fn a_login_without_a_keyring_stores_no_plain_file_instead() {
    let Some(desktop) = Desktop::start(Service::NoBus) else { return };
    assert_names_the_choices(&log_in(&desktop, &Server::start(), SECRET));
    assert!(desktop.files_with("client_id").is_empty());
}

#[test]
fn the_environment_alone_needs_neither_keyring_nor_home() {
    let Some((desktop, server)) = logged_in(Service::NoBus) else { return };
    let variables =
        [("UIPATH_URL", &*server.url()), ("UIPATH_CLIENT_ID", server.client_id()), ("UIPATH_CLIENT_SECRET", SECRET)];
    assert_is_a_token(&desktop.bare(&["token"], &variables));
}
