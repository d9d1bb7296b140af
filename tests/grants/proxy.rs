//! A proxy on loopback: tunnels (CONNECT) and plain requests, with or without a password. Wherever a request wants to go, it takes it to
//! the one server behind it, so that names need no owner.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;

use crate::server::Server;

/// Who may use it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Users {
    Anybody,
    /// Whoever shows this, the base64 of `user:password`.
    Known(&'static str),
    /// Nobody gets through, whatever they show.
    Nobody,
}

/// What it was asked for: the first line of each connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Starts a proxy in front of the port `behind`; gives its own, and what it sees.
pub(crate) fn proxy(server: &Server, behind: u16, users: Users) -> (u16, Seen) {
    let seen = Seen::default();
    let seeing = seen.clone();
    let port = server.serve(move |stream| serve(stream, behind, users, seeing.clone()));
    (port, seen)
}

async fn serve(mut client: TcpStream, behind: u16, users: Users, seen: Seen) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match client.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return, // a client that went away
        }
    }
    let head = String::from_utf8(head).unwrap();
    seen.0.lock().unwrap().push(head.lines().next().unwrap().to_owned());
    let refusal = match users {
        Users::Anybody => None,
        Users::Known(word) if head.contains(&format!("roxy-authorization: Basic {word}\r\n")) => None,
        Users::Known(_) => Some("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"acme\""),
        Users::Nobody => Some("403 Forbidden"),
    };
    if let Some(refusal) = refusal {
        let answer = format!("HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let _ = client.write_all(answer.as_bytes()).await;
        // Read to the end, so that closing takes nothing of the answer along.
        let _ = tokio::io::copy(&mut client, &mut tokio::io::sink()).await;
        return;
    }
    let mut inside = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
    if head.starts_with("CONNECT ") {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
    } else {
        inside.write_all(head.as_bytes()).await.unwrap();
    }
    let _ = copy_bidirectional(&mut client, &mut inside).await;
}
