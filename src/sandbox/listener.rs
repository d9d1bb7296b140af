//! Connections that can be cut: what a broken network or a dying server does to a client. With TLS, what is cut is what it carries.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;

use super::greeter::Greeter;

/// The handle with which a request decides the fate of its connection.
#[derive(Clone, Debug)]
pub(super) struct Wire(Arc<AtomicUsize>);

const WHOLE: usize = usize::MAX;
const CUT: usize = usize::MAX - 1;

impl Wire {
    fn whole() -> Self {
        Self(Arc::new(AtomicUsize::new(WHOLE)))
    }

    /// Lets nothing of the answer out: the connection closes.
    pub(super) fn cut(&self) {
        self.0.store(CUT, Ordering::SeqCst);
    }

    /// Lets the head and so many bytes of the body out, then closes.
    pub(super) fn cut_in_body(&self, bytes: usize) {
        self.0.store(bytes.min(CUT - 1), Ordering::SeqCst);
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Wire {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().wire.clone()
    }
}

/// A listener whose connections can be cut.
#[derive(Debug)]
pub(super) struct CuttableListener {
    tcp: TcpListener,
    greeter: Option<Greeter>,
}

impl CuttableListener {
    /// Speaks plain HTTP, or TLS as the greeter does.
    pub(super) fn new(tcp: TcpListener, greeter: Option<Greeter>) -> Self {
        Self { tcp, greeter }
    }
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        loop {
            let (stream, peer) = match &mut self.greeter {
                None => Listener::accept(&mut self.tcp).await,
                Some(greeter) => tokio::select! {
                    accepted = Listener::accept(&mut self.tcp) => accepted,
                    (stream, peer) = greeter.greeted() => return (CuttableStream::new(stream), peer),
                },
            };
            // An answer is one write; waiting to fill a packet would only delay it. A failure costs speed, nothing else.
            let _ = stream.set_nodelay(true);
            match &mut self.greeter {
                None => return (CuttableStream::new(stream), peer),
                Some(greeter) => greeter.greet(stream, peer),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// What bytes go through both ways, plain or within TLS.
trait Duplex: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin> Duplex for T {}

/// A connection that can be cut.
#[derive(Debug)]
pub(super) struct CuttableStream {
    stream: Box<dyn Duplex>,
    wire: Wire,
    /// How many bytes may still go out, once it is known that there is an end to them.
    left: Option<usize>,
}

impl CuttableStream {
    fn new(stream: impl Duplex + 'static) -> Self {
        Self { stream: Box::new(stream), wire: Wire::whole(), left: None }
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let in_body = match self.wire.0.load(Ordering::SeqCst) {
            WHOLE => return Pin::new(&mut self.stream).poll_write(cx, bytes),
            CUT => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            in_body => in_body,
        };
        let left = self.left.unwrap_or_else(|| {
            // Without vectored writes hyper hands over head and body as one buffer, so the head ends in this one.
            let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |start| start + 4);
            head.saturating_add(in_body)
        });
        let allowed = bytes.get(..left).unwrap_or(bytes);
        let written = Pin::new(&mut self.stream).poll_write(cx, allowed);
        if let Poll::Ready(Ok(count)) = written {
            // A connection takes no more at once than it has room for.
            let left = left.saturating_sub(count);
            self.left = Some(left);
            if left == 0 {
                self.wire.cut();
            }
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_body_ends_where_it_is_cut_however_little_the_connection_takes_at_once() {
        for room in [1, 7, 64, 10_000] {
            let (server, mut client) = tokio::io::duplex(room);
            let mut stream = CuttableStream::new(server);
            stream.wire.cut_in_body(500);
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}", "x".repeat(1000));
            let sender = async {
                let error = stream.write_all(answer.as_bytes()).await.unwrap_err();
                drop(stream);
                error.kind()
            };
            let mut got = String::new();
            let (kind, read) = tokio::join!(sender, client.read_to_string(&mut got));
            read.unwrap();
            assert_eq!((kind, got.as_str()), (io::ErrorKind::ConnectionReset, &answer[..answer.len() - 500]), "{room}");
        }
    }
}
