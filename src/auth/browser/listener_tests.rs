use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::atomic::{AtomicU8, Ordering};

use super::*;
use crate::auth::PublicClient;

/// What a login waits at most (the command's own limit is the same).
const LIMIT: Duration = Duration::from_secs(300);

/// What a test waits at most for something that happens by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// An address that nobody else has. On Linux, where all of 127.0.0.0/8 is this machine, no other test and no other process; elsewhere a
/// port that was free a moment ago.
fn address() -> SocketAddrV4 {
    static USED: AtomicU8 = AtomicU8::new(1);
    if cfg!(target_os = "linux") {
        let [_, _, high, low] = std::process::id().to_be_bytes();
        SocketAddrV4::new(Ipv4Addr::new(127, high, low, USED.fetch_add(1, Ordering::Relaxed) + 1), 12700)
    } else {
        let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)
    }
}

fn invitation() -> Invitation {
    let redirect = RedirectUri::parse(&format!("http://{}/back", address())).unwrap();
    let client = PublicClient { id: String::from("app"), scope: None };
    Invitation::new(&"http://127.0.0.1/identity_/".parse().unwrap(), &client, redirect).unwrap()
}

async fn send(invitation: &Invitation, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(invitation.redirect().addresses()[0]).await?;
    stream.write_all(request.replace('\n', "\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

fn coming_back(invitation: &Invitation, query: &str) -> String {
    format!("GET /back?{query} HTTP/1.1\nHost: {}\n\n", invitation.redirect().authority())
}

fn right(invitation: &Invitation) -> String {
    coming_back(invitation, &format!("code=c1&state={}", invitation.state().expose()))
}

#[tokio::test]
async fn only_the_right_answer_ends_the_wait_and_after_it_nobody_listens() {
    let invitation = invitation();
    let login = Authorization::listen(&invitation).await.unwrap();
    let abuse = async {
        let idle = TcpStream::connect(invitation.redirect().addresses()[0]).await.unwrap();
        let wrong_state = coming_back(&invitation, "code=evil&state=guessed");
        let from_a_page = right(&invitation).replace("\n\n", "\nOrigin: https://evil.example\n\n");
        let wrong_path = right(&invitation).replace("/back", "/");
        for (request, status) in [(wrong_state, "400"), (from_a_page, "403"), (wrong_path, "404")] {
            let answer = send(&invitation, &request).await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
            assert!(!answer.contains(invitation.state().expose()), "{answer}");
        }
        let answer = send(&invitation, &right(&invitation)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("close this page"), "{answer}");
        drop(idle);
    };
    let (code, ()) = tokio::join!(login.code(LIMIT), abuse);
    assert_eq!(code.unwrap().expose(), "c1");
    timeout(PATIENCE, nobody_listens(&invitation)).await.unwrap();
}

/// A process that another test is just starting has a copy of the listener until it runs a program of its own; such a connection is reset.
async fn nobody_listens(invitation: &Invitation) {
    loop {
        match send(invitation, &right(invitation)).await.unwrap_err().kind() {
            io::ErrorKind::ConnectionRefused => return,
            kind => assert_eq!(kind, io::ErrorKind::ConnectionReset),
        }
    }
}

#[tokio::test]
async fn a_refusal_of_the_identity_server_ends_the_wait() {
    let invitation = invitation();
    let login = Authorization::listen(&invitation).await.unwrap();
    let query = format!("error=access_denied&error_description=not+you&state={}", invitation.state().expose());
    let request = coming_back(&invitation, &query);
    let (code, page) = tokio::join!(login.code(LIMIT), send(&invitation, &request));
    insta::assert_snapshot!(code.unwrap_err(), @"the identity server refuses the login: access_denied (not you)");
    assert!(!page.unwrap().contains("not you"), "nothing of the request is shown");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_waited_for_longer_than_the_limit() {
    let invitation = invitation();
    let login = Authorization::listen(&invitation).await.unwrap();
    insta::assert_snapshot!(login.code(LIMIT).await.unwrap_err(), @"the browser did not come back within 5 minutes");
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_before_the_browser_is_sent_away() {
    let invitation = invitation();
    let _other = std::net::TcpListener::bind(invitation.redirect().addresses()[0]).unwrap();
    let error = Authorization::listen(&invitation).await.unwrap_err();
    assert!(matches!(error, CallbackError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse));
}

#[tokio::test]
async fn an_endless_head_is_cut_off() {
    let invitation = invitation();
    let login = Authorization::listen(&invitation).await.unwrap();
    let endless = async {
        let mut stream = TcpStream::connect(invitation.redirect().addresses()[0]).await.unwrap();
        let _ = stream.write_all(&vec![b'a'; 2 * LARGEST_HEAD]).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await; // ends, or is reset
        assert!(answer.is_empty());
        send(&invitation, &right(&invitation)).await.unwrap();
    };
    let (code, ()) = tokio::join!(login.code(LIMIT), endless);
    assert_eq!(code.unwrap().expose(), "c1");
}
