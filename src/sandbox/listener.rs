//! Connections that can be cut: what a broken network or a dying server does to a client.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

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
pub(super) struct CuttableListener(pub(super) TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // An answer is one write; waiting to fill a packet would only delay it. A failure costs speed, nothing else.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, wire: Wire::whole() }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that can be cut.
#[derive(Debug)]
pub(super) struct CuttableStream {
    stream: TcpStream,
    wire: Wire,
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let allowed = match self.wire.0.load(Ordering::SeqCst) {
            WHOLE => bytes,
            CUT => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            in_body => {
                // Without vectored writes hyper hands over head and body as one buffer, so the head ends in this one.
                let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |start| start + 4);
                bytes.get(..head.saturating_add(in_body)).unwrap_or(bytes)
            }
        };
        let written = Pin::new(&mut self.stream).poll_write(cx, allowed);
        if let Poll::Ready(Ok(count)) = written
            && count == allowed.len()
            && self.wire.0.load(Ordering::SeqCst) != WHOLE
        {
            self.wire.cut();
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
