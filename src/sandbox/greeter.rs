//! The greeting of TLS: each client has its own, so that nobody waits for one who says nothing, or the wrong thing.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

/// How long a greeting may take. A person who types it (`openssl s_client`) or debugs a client gets through; a client that says nothing
/// does not hold a connection for weeks.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first byte of a TLS handshake (RFC 8446, 5.1), with which no HTTP request begins.
const HANDSHAKE: u8 = 0x16;

/// What a client reads that speaks plain HTTP to this port, as from nginx.
const SPEAK_TLS: &str = "HTTP/1.1 400 Bad Request\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 63\r\n\
    Connection: close\r\n\
    \r\n\
    A plain HTTP request came to an HTTPS port: write `https://`.\r\n";

/// Greets clients, apart from the accepting of them.
pub(super) struct Greeter {
    acceptor: TlsAcceptor,
    /// Those that have not come to an end end with the greeter.
    greetings: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
}

impl Greeter {
    pub(super) fn new(server: Arc<ServerConfig>) -> Self {
        Self { acceptor: TlsAcceptor::from(server), greetings: JoinSet::new() }
    }

    /// Begins to greet a client.
    pub(super) fn greet(&mut self, stream: TcpStream, peer: SocketAddr) {
        let acceptor = self.acceptor.clone();
        self.greetings.spawn(async move {
            let greeted = timeout(PATIENCE, greeting(&acceptor, stream)).await;
            Some((greeted.ok()?.ok()?, peer))
        });
    }

    /// The next client whose greeting is done; those with whom it failed have gone. While there is none, there is no end.
    pub(super) async fn greeted(&mut self) -> (TlsStream<TcpStream>, SocketAddr) {
        loop {
            match self.greetings.join_next().await {
                Some(Ok(Some(client))) => return client,
                Some(_) => {}
                None => std::future::pending().await,
            }
        }
    }
}

impl fmt::Debug for Greeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Greeter").field("greetings", &self.greetings.len()).finish_non_exhaustive()
    }
}

async fn greeting(acceptor: &TlsAcceptor, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    if first == [HANDSHAKE] { acceptor.accept(stream).await } else { turn_away(stream).await }
}

/// Says what is wrong, and hears the client out: what is left unread when a connection closes takes the answer with it.
async fn turn_away<T>(mut stream: TcpStream) -> io::Result<T> {
    stream.write_all(SPEAK_TLS.as_bytes()).await?;
    stream.shutdown().await?;
    let mut unread = [0; 4096];
    while stream.read(&mut unread).await? > 0 {}
    Err(io::ErrorKind::InvalidData.into())
}
