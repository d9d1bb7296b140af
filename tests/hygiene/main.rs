//! Secrets are seen nowhere: markers go through every command, where it succeeds and where it fails, with the whole log on.
#![cfg(unix)]
#![allow(dead_code)] // place and server are those of tests/grants, of which this needs a part
#![allow(clippy::unwrap_used, clippy::panic)] // all of it is test code, helpers too

mod panics;
#[path = "../grants/place.rs"]
mod place;
#[path = "../grants/server.rs"]
mod server;

use std::path::{Path, PathBuf};

use place::{Outcome, Place, free_port};
use server::Server;
use uiq::sandbox::{Fault, Options};

/// Begins every marker: what holds it, holds a secret.
const MARKER: &str = "uiq-marker";
const SECRET: &str = "uiq-marker-client-secret";
const PASSWORD: &str = "uiq-marker-password";
const PAT: &str = "uiq-marker-personal-access-token";
/// Begins every access token of the sandbox: base64 of `{"`.
const TOKEN: &str = "eyJ";

fn server(faults: &[&str]) -> Server {
    let faults: Vec<Fault> = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    Server::with(Options {
        client_secret: Some(SECRET.to_owned()),
        password: Some(PASSWORD.to_owned()),
        personal_access_token: Some(PAT.to_owned()),
        unknown_queues: uiq::sandbox::UnknownQueues::Created,
        faults,
        ..Options::default()
    })
}

/// Three logins: an application, a personal access token, a user with a password.
fn log_in(place: &Place, server: &Server) -> Vec<Outcome> {
    let sandbox = server.running();
    let (url, standalone) = (sandbox.url(), sandbox.standalone_url());
    let login = |more: &[&str], secret| {
        place.run(&[&["login", "-vv", "--folder", "Shared", "--store", "file"], more].concat(), secret)
    };
    vec![
        login(&["-p", "pat", "--url", &url, "--pat-stdin"], PAT),
        login(
            &["-p", "user", "--url", standalone, "--tenant", "Default", "--username", "ann", "--password-stdin"],
            PASSWORD,
        ),
        login(&["-p", "app", "--url", &url, "--client-id", sandbox.client_id(), "--client-secret-stdin"], SECRET),
    ]
}

#[track_caller]
fn assert_clean(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains(MARKER) && !text.contains(TOKEN), "{outcome:?}");
    }
}

/// The files below `folder` that hold a secret.
fn files_with_secrets(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with_secrets(&path));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        if [MARKER, TOKEN].iter().any(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes())) {
            found.push(path);
        }
    }
    found
}

#[test]
fn no_command_shows_a_secret_or_leaves_one_in_a_file_that_was_not_asked_for() {
    let (place, server) = (Place::new(), server(&[]));
    for outcome in log_in(&place, &server) {
        assert!(outcome.stderr.contains("DEBUG"), "the log is on: {outcome:?}");
        assert_clean(&outcome.succeeded());
    }
    place.file("rows.csv", "Reference,Name\nR1,a\nR2,b\n");
    let commands: [&[&str]; 10] = [
        &["status"],
        &["status", "-o", "json"],
        &["queues"],
        &["add", "Invoices", "Name=x"],
        &["load", "Invoices", "rows.csv", "--if-loaded", "again"],
        &["load", "Invoices", "rows.csv", "--if-loaded", "again", "--log-format", "json"],
        &["load", "Invoices", "rows.csv", "--if-loaded", "again", "--report", "report.html"],
        &["load", "Invoices", "rows.csv", "--report", "report.json"],
        &["runs"],
        &["status", "--folder", "Nowhere"],
    ];
    for profile in ["app", "pat", "user"] {
        for command in commands {
            assert_clean(&place.run(&[command, &["-vv", "-p", profile]].concat(), ""));
        }
        // The one command that prints a token; what it says beside it does not.
        let token = place.run(&["token", "-vv", "-p", profile], "").succeeded();
        assert!(!token.stderr.contains(TOKEN) && !token.stderr.contains(MARKER), "{token:?}");
    }
    assert!(place.path("report.html").exists() && place.path("report.json").exists());
    assert_eq!(files_with_secrets(&place.path("")), [place.path("config/secrets.json")], "the one that was asked for");
    assert_clean(&place.run(&["logout", "--all", "-vv"], "").succeeded());
    assert_eq!(files_with_secrets(&place.path("")), Vec::<PathBuf>::new());
}

#[test]
fn no_failure_shows_a_secret() {
    let place = Place::new();
    let refusing = server(&["status-401:on=all"]);
    let broken = server(&["status-500:html:on=tokens", "cut-json:on=reads"]);
    for server in [&refusing, &broken] {
        for outcome in log_in(&place, server) {
            assert_clean(&outcome);
        }
    }
    for (name, server) in [("refused.html", &refusing), ("broken.json", &broken)] {
        let place = Place::new().with("UIPATH_CLIENT_SECRET", SECRET).with("UIPATH_FOLDER_PATH", "Shared");
        place.file("rows.csv", "Reference,Name\nR1,a\n");
        let sandbox = server.running();
        let (url, id) = (sandbox.url(), sandbox.client_id());
        let load = ["load", "-vv", "Invoices", "rows.csv", "--give-up-after", "1s", "--report", name];
        let load = [&load[..], &["--url", &url, "--client-id", id]].concat();
        let outcome = place.run(&load, "");
        assert_clean(&outcome);
        assert!(outcome.code != 0 && place.path(name).exists(), "{outcome:?}");
        assert_eq!(files_with_secrets(&place.path("")), Vec::<PathBuf>::new());
    }
    let right = server(&[]);
    let sandbox = right.running();
    let (url, id) = (sandbox.url(), sandbox.client_id());
    let wrong = ["login", "-vv", "--url", &url, "--client-id", id, "--client-secret-stdin", "--store", "file"];
    assert_clean(&place.run(&wrong, "uiq-marker-wrong").failed(4, "or its secret is wrong"));
    // A secret where another thing is wanted.
    for arguments in [
        &["token", "-vv", "--url", "https://user:uiq-marker@host/acme/Prod"][..],
        &["login", "-vv", "--url", &url, "--pat-stdin"],
    ] {
        assert_clean(&place.run(arguments, "uiq-marker with blanks"));
    }
    assert_eq!(files_with_secrets(&place.path("")), Vec::<PathBuf>::new());
}

#[test]
fn a_browser_login_shows_neither_code_nor_tokens() {
    let (place, server) = (Place::new(), server(&[]));
    let sandbox = server.running();
    let (url, redirect) = (sandbox.url(), format!("http://localhost:{}", free_port()));
    let login = ["login", "-vv", "--url", &url, "--client-id", sandbox.public_client_id(), "--store", "file"];
    let login = place.begin_login(&[&login[..], &["--browser", "--no-browser", "--redirect-uri", &redirect]].concat());
    let back = server.press(&login.url, "allow");
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
    server.get(&back);
    let outcome = login.finish().succeeded();
    assert_clean(&outcome);
    assert!(!outcome.stderr.contains(code), "{outcome:?}");
}

/// What another user of the machine could see, and a program that we start.
#[test]
#[cfg(target_os = "linux")]
fn no_list_of_processes_and_no_child_has_a_secret() {
    let mut place = Place::new();
    for (variable, secret) in uiq::auth::SECRET_VARIABLES.iter().zip([SECRET, PAT, PAT, PASSWORD]) {
        place = place.with(variable, secret);
    }
    let server = server(&[]);
    let sandbox = server.running();
    // What the system shows of the shell while it runs, and of a child of its own.
    let look = "cat /proc/$$/environ /proc/$$/cmdline; cat /proc/self/environ";
    let script = place.file("helper.sh", &format!("{{ {look}; }} > '{}'; echo {SECRET}", place.path("seen").display()));
    let (url, redirect) = (sandbox.url(), format!("http://localhost:{}", free_port()));
    let command = format!("sh {script}");
    let who = ["--url", &url, "--client-id", sandbox.client_id(), "--credential-command", &command];
    for what in [&["login"][..], &["token", "--fresh"]] {
        place.run(&[what, &who].concat(), "").succeeded();
        let seen = std::fs::read(place.path("seen")).unwrap();
        let seen = String::from_utf8_lossy(&seen);
        assert_eq!(seen.matches("\0PATH=").count() + usize::from(seen.starts_with("PATH=")), 2, "{seen:?}");
        assert!(seen.contains("helper.sh") && !seen.contains(MARKER), "{seen:?}");
        std::fs::remove_file(place.path("seen")).unwrap();
    }

    // While it waits for the browser, it can be looked at.
    let login = ["login", "-p", "me", "--url", &url, "--client-id", sandbox.public_client_id(), "--store", "file"];
    let login = place.begin_login(&[&login[..], &["--browser", "--no-browser", "--redirect-uri", &redirect]].concat());
    let arguments = std::fs::read(format!("/proc/{}/cmdline", login.pid())).unwrap();
    assert!(!String::from_utf8_lossy(&arguments).contains(MARKER));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", login.pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "no core dumps: {core}");
    server.get(&server.press(&login.url, "allow"));
    login.finish().succeeded();
}
