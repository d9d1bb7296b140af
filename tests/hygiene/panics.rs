//! What a panic says. Its message is written before anything of ours could look at it, and it may hold the `Debug` of whatever was in
//! scope; a back trace holds names of functions, never what was in their variables.

use std::fmt::Debug;
use std::process::Command;

use uiq::auth::{
    AccessToken, AuthError, Callback, ClientCredentials, Credentials, Endpoint, Found, Invitation, PasswordCredentials,
    PersonTokens, PublicClient, RedirectUri, SecretOrigin, TokenOrigin, TokenSource,
};
use uiq::secret::Secret;

use crate::MARKER;
use crate::place::Place;

/// Tells the test below that it is the child that panics.
const PANICS: &str = "UIQ_HYGIENE_PANICS";

/// Everything that holds a secret, as a careless `unwrap` or `assert_eq` would show it.
fn holders() -> Vec<Box<dyn Debug>> {
    let secret = || Secret::new(format!("{MARKER}-held"));
    let token = || AccessToken::new(secret(), None, None);
    let client = || PublicClient { id: String::from("app"), scope: None };
    let ready = || Credentials::Ready { token: secret(), origin: TokenOrigin::Variable("UIPATH_PAT") };
    let application = || ClientCredentials { id: String::from("app"), secret: secret(), scope: None };
    let http = uiq::http::client(&uiq::http::Network::default()).unwrap();
    let endpoint = Endpoint::new(http, "http://127.0.0.1:9/identity_/connect/token".parse().unwrap());
    let user = PasswordCredentials { tenant: None, username: String::from("ann"), password: secret() };
    vec![
        Box::new(secret()),
        Box::new(token()),
        Box::new(PersonTokens { token: token(), refresh: Some(secret()) }),
        Box::new(Credentials::Application(application())),
        Box::new(Credentials::Password(user)),
        Box::new(Credentials::Person(client())),
        Box::new(Found { credentials: ready(), origin: SecretOrigin::Environment("UIPATH_PAT"), rests_in: None }),
        Box::new(Callback::Code(secret())),
        Box::new(TokenSource::application(application(), endpoint)),
        Box::new(TokenSource::ready(secret(), TokenOrigin::Variable("UIPATH_PAT"))),
        Box::new(Err::<AccessToken, _>(AuthError::TokenNotSendable)),
    ]
}

/// Runs itself once more: what a panic prints goes past the harness, to the standard error of the process.
#[test]
fn no_type_that_holds_a_secret_shows_it_in_a_panic() {
    if std::env::var_os(PANICS).is_some() {
        let held = Secret::new(format!("{MARKER}-held"));
        let thread = std::thread::spawn(move || panic!("{held:?}"));
        assert!(thread.join().is_err());
        panic!("{:#?}", holders());
    }
    let this = "panics::no_type_that_holds_a_secret_shows_it_in_a_panic";
    let mut child = Command::new(std::env::current_exe().unwrap());
    let child = child.args([this, "--exact", "--nocapture"]).env(PANICS, "1").env("RUST_BACKTRACE", "full");
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    for word in ["panicked at", "PersonTokens {", "PasswordCredentials {", "TokenSource {", "Code("] {
        assert!(said.contains(word), "{word} is not in {said}");
    }
    let all = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    assert!(!all.contains(MARKER), "{all}");
}

/// The verifier and the state are made at random, so there is no marker to look for. The state is in the address, where the browser
/// has to find it; the verifier must be nowhere.
#[test]
fn an_invitation_shows_no_more_than_its_address() {
    let client = PublicClient { id: String::from("app"), scope: None };
    let identity = "https://cloud.uipath.com/identity_/".parse().unwrap();
    let invitation = Invitation::new(&identity, &client, RedirectUri::standard()).unwrap();
    let shown = format!("{invitation:?}").replace(&invitation.url().query().unwrap().to_owned(), "");
    let random = |word: &str| word.len() == 43;
    let letters = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_');
    assert_eq!(shown.split(letters).find(|word| random(word)), None, "{shown}");
}

/// Where the system gives the program no memory for one more thread, that is an error with words, and never a panic: one of the
/// libraries below it would panic in the middle of the request that holds the secret.
#[cfg(target_os = "linux")]
mod without_threads {
    use super::{MARKER, Place};

    /// Kilobytes between two looks: fine against the stack of a thread, 2,048.
    const STEP: u32 = 256;
    /// Kilobytes of addresses that are certainly enough.
    const MOST: u32 = 4 * 1024 * 1024;

    fn place() -> Place {
        Place::new()
            .with("UIPATH_URL", "http://localhost:9/acme/Prod") // a name, for which a thread is needed
            .with("UIPATH_CLIENT_ID", "app")
            .with("UIPATH_CLIENT_SECRET", crate::SECRET)
            .with("RUST_BACKTRACE", "full")
    }

    /// Runs a command in so much memory; gives its exit code and what it said.
    fn run(place: &Place, command: &str, steps: u32) -> (Option<i32>, String) {
        // One that hangs is killed, and has no exit code.
        let script = format!("ulimit -v {}; exec timeout -s KILL 20 \"$0\" {command}", steps * STEP);
        let output = place.program("sh", &["-c", &script, env!("CARGO_BIN_EXE_uiq")]).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(!said.contains(MARKER), "{said}");
        (output.status.code(), said)
    }

    /// Finds the least memory in which the command says `usual`, and holds what it says in less to be one of `wanted` at least once, and
    /// no panic ever.
    fn starve(place: &Place, command: &str, usual: &str, wanted: &[&str]) {
        let (mut too_little, mut enough) = (0, MOST / STEP);
        let whole = run(place, command, enough);
        assert!(whole.1.contains(usual), "{whole:?}");
        while enough - too_little > 1 {
            let between = u32::midpoint(too_little, enough);
            if run(place, command, between).1.contains(usual) { enough = between } else { too_little = between }
        }
        let told = |(code, said): &(Option<i32>, String)| {
            *code == Some(1) && wanted.iter().any(|&wanted| said.contains(wanted))
        };
        let mut outcomes: Vec<_> = (too_little - 7..=too_little).map(|steps| run(place, command, steps)).collect();
        // Close to the border chance decides, and may have led the search astray: then further down.
        let mut further = (0..too_little - 7).rev().step_by(4);
        while !outcomes.iter().any(told)
            && let Some(steps) = further.next()
        {
            outcomes.push(run(place, command, steps));
        }
        // A thread that is there, and for whose own small stack against overflow there is nothing left, is ended by the standard
        // library before a line of ours runs on it.
        let panics =
            |said: &String| said.contains("panicked") && !said.contains("failed to allocate an alternative stack");
        assert!(!outcomes.iter().any(|(_, said)| panics(said)), "{outcomes:?}");
        assert!(outcomes.iter().any(told), "{outcomes:?}");
    }

    #[test]
    fn a_token_is_not_had_for_want_of_a_thread() {
        starve(&place(), "token -vv", "cannot connect to", &["the system gives no thread to look up a host on"]);
    }

    #[test]
    fn a_load_does_not_begin_for_want_of_a_thread() {
        let place = place();
        let file = place.file("a.csv", "Reference\nA\n");
        let command = format!("load --sandbox Q {file}");
        let wanted =
            ["the thread that reads the input could not start", "there is no memory left to work on the journal"];
        starve(&place, &command, "accepted into", &wanted);
    }

    #[test]
    fn a_sandbox_does_not_start_for_want_of_threads() {
        // At a port that is taken, so that it ends by itself.
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let command = format!("sandbox --port {}", taken.local_addr().unwrap().port());
        starve(&place(), &command, "is in use", &["the system gives no threads to serve on"]);
    }
}
