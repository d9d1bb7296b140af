//! Where secrets rest, and tokens beside them.

use std::os::unix::fs::PermissionsExt;

use crate::application;
use crate::place::Place;
use crate::server::Server;

/// A place where the application has logged in.
fn logged_in(server: &Server) -> Place {
    let (place, sandbox) = (Place::new(), server.running());
    place.run(&application(&sandbox.url(), sandbox.client_id()), sandbox.client_secret()).succeeded();
    place
}

#[test]
fn a_token_is_kept_for_the_next_command_until_a_fresh_one_is_wanted() {
    let server = Server::start();
    let place = logged_in(&server);
    let token = |arguments: &[&str]| place.run(&[&["token"], arguments].concat(), "").succeeded().stdout;
    let first = token(&[]);
    assert_eq!((token(&[]), server.requests("/connect/token")), (first.clone(), 1));
    let fresh = token(&["--fresh"]);
    assert_ne!(fresh, first);
    assert_eq!((token(&[]), server.requests("/connect/token")), (fresh, 2));
    assert_ne!(token(&["--scope", "OR.Queues"]), first, "other scopes are another token");
}

#[test]
fn a_kept_token_that_was_revoked_is_replaced() {
    let server = Server::start();
    let place = logged_in(&server);
    server.running().revoke_tokens();
    place.run(&["status"], "").succeeded();
    assert_eq!(server.requests("/connect/token"), 2);
}

#[test]
fn the_file_is_for_its_owner_alone_and_refused_when_it_is_not() {
    let server = Server::start();
    let place = logged_in(&server);
    let path = place.path("config/secrets.json");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    place.run(&["token"], "").failed(4, "others can read or change it (mode 0644)");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    place.run(&["logout"], "").succeeded();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}");
    assert!(!std::fs::read_to_string(place.path("config/config.toml")).unwrap().contains("profile"));
}

#[test]
fn a_command_prints_the_secret_each_time_and_nothing_is_kept() {
    let (place, server) = (Place::new(), Server::start());
    let sandbox = server.running();
    let secret = place.file("secret", sandbox.client_secret());
    let command = format!("cat '{secret}'");
    let login =
        ["login", "--url", &sandbox.url(), "--client-id", sandbox.client_id(), "--credential-command", &command];
    place.run(&login, "").succeeded();
    place.run(&["token"], "").succeeded();
    assert!(!place.path("config/secrets.json").exists());
    let status = place.run(&["status"], "").succeeded();
    assert!(status.stdout.contains("credential command (profile default)"), "{}", status.stdout);
    std::fs::remove_file(secret).unwrap();
    place.run(&["token"], "").failed(4, "the credential command gives no secret");
}

#[test]
fn two_logins_at_the_same_moment_keep_both() {
    let (place, server) = (Place::new(), Server::start());
    let sandbox = server.running();
    let url = sandbox.url();
    let login = |name| [&application(&url, sandbox.client_id())[..], &["-p", name]].concat();
    std::thread::scope(|scope| {
        for name in ["a", "b", "c", "d"] {
            scope.spawn({
                let (place, login) = (&place, &login);
                move || place.run(&login(name), sandbox.client_secret()).succeeded()
            });
        }
    });
    for name in ["a", "b", "c", "d"] {
        place.run(&["status", "-p", name], "").succeeded();
    }
}

#[test]
fn a_folder_that_looks_like_a_number_stays_a_path() {
    let server = Server::start();
    let sandbox = server.running();
    let place = Place::new().with("UIPATH_FOLDER_PATH", "4242");
    let url = sandbox.url();
    let login = ["login", "--url", &url, "--client-id", sandbox.client_id(), "--client-secret-stdin"];
    // 4242 is the number of a folder here, and no path.
    place.run(&login, sandbox.client_secret()).failed(4, "the folder does not exist");
}
