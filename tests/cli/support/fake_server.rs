//! A server that knows one answer: a login page in front of the network, a gateway that is down, a certificate nobody vouches for.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

/// The first byte of a TLS handshake, which no HTTP request begins with.
const TLS_HANDSHAKE: u8 = 0x16;

/// A certificate for 127.0.0.1 that is its own issuer, valid for a hundred years, and its key, which protects nothing.
const SELF_SIGNED: &[u8] = include_bytes!("self_signed.pem");

/// A server on loopback that treats every connection the same way.
pub(crate) struct FakeServer {
    address: SocketAddr,
    host: String,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl FakeServer {
    /// Answers whatever it is asked with `status` ("200 OK") and a body of that type.
    pub(crate) fn answering(status: &str, content_type: &str, body: &str) -> Self {
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        Self::start(move |stream| exchange(stream, &answer))
    }

    /// Hears every POST to its end and hangs up; whoever wants to read is refused.
    pub(crate) fn hanging_up() -> Self {
        let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        Self::start(move |stream| {
            let mut method = [0; 4];
            stream.peek(&mut method)?;
            exchange(stream, if &method == b"POST" { "" } else { refusal })
        })
    }

    /// Takes a connection, hears whatever comes, and says nothing.
    pub(crate) fn mute() -> Self {
        Self::start(|mut stream| io::copy(&mut stream, &mut io::sink()).map(drop))
    }

    /// Shows a certificate that nobody has signed but its owner.
    pub(crate) fn self_signed() -> Self {
        let certificate = CertificateDer::from_pem_slice(SELF_SIGNED).expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(SELF_SIGNED).expect("its key");
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
        let config = Arc::new(config.expect("a certificate with its key"));
        Self::start(move |mut stream| {
            let mut tls = ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
            while tls.is_handshaking() {
                tls.complete_io(&mut stream)?;
            }
            Ok(())
        })
    }

    fn start(serve: impl Fn(TcpStream) -> io::Result<()> + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("its number");
        let ending = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ending);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if seen.load(Ordering::SeqCst) {
                    break;
                }
                // A client that goes away early is the client's own test.
                let _ = serve(stream);
            }
        });
        Self { address, host: address.to_string(), ending, thread: Some(thread) }
    }

    /// `127.0.0.1:PORT`, as it stands in a URL.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }
}

/// Reads one request to its end, so that closing the connection does not take the answer along, and answers it.
fn exchange(mut stream: TcpStream, answer: &str) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    if reader.fill_buf()?.first() != Some(&TLS_HANDSHAKE) {
        let mut length = 0;
        let mut line = String::new();
        while reader.read_line(&mut line)? > 0 && line != "\r\n" {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
            line.clear();
        }
        io::copy(&mut reader.take(length), &mut io::sink())?;
    }
    stream.write_all(answer.as_bytes())
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address); // wakes the thread that waits for a client
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
