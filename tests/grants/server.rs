//! The sandbox, plain or within TLS; and in front of it TLS that is wrong, or asks for more than the sandbox's own.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use uiq::sandbox::{Options, Running, Transport, start};

use crate::place::Place;

pub(crate) struct Server {
    running: Option<Running>,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(Options::default())
    }

    /// With TLS of its own.
    pub(crate) fn secure() -> Self {
        Self::with(Options { transport: Transport::Https, ..Options::default() })
    }

    pub(crate) fn with(options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let running = runtime.block_on(start(options)).unwrap();
        Self { running: Some(running), runtime }
    }

    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// Writes the certificate of its authority into the place, and gives the arguments that name it; none where it speaks plain HTTP.
    pub(crate) fn trusted_in(&self, place: &Place) -> Vec<String> {
        let authority = self.running().authority();
        authority.map(|pem| vec![String::from("--ca"), place.file("ca.pem", pem)]).unwrap_or_default()
    }

    /// How many requests went to a path that ends so.
    pub(crate) fn requests(&self, path: &str) -> usize {
        self.running().requests().iter().filter(|request| request.path.ends_with(path)).count()
    }

    /// Goes to the page as a browser would, presses a button, and gives where that leads.
    pub(crate) fn press(&self, url: &str, button: &str) -> String {
        self.runtime.block_on(async {
            let authority =
                self.running().authority().map(|pem| reqwest::Certificate::from_pem(pem.as_bytes()).unwrap());
            let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
            let http = http.tls_certs_merge(authority).build().unwrap();
            let page = http.get(url).send().await.unwrap();
            assert_eq!(page.status(), 200, "{}", page.text().await.unwrap());
            let answer = http.post(url).form(&[("answer", button)]).send().await.unwrap();
            answer.headers()["location"].to_str().unwrap().to_owned()
        })
    }

    /// Gets a page, as a browser that follows a redirect does.
    pub(crate) fn get(&self, url: &str) -> String {
        self.runtime.block_on(async {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            http.get(url).send().await.unwrap().text().await.unwrap()
        })
    }

    /// Puts TLS in front of it, with the certificate of that name; gives the port. `clients` must show one of the authority's.
    pub(crate) fn tls(&self, certificate: &str, clients: Clients) -> u16 {
        let path =
            |extension: &str| format!("{}/tests/grants/tls/{certificate}.{extension}", env!("CARGO_MANIFEST_DIR"));
        let chain = CertificateDer::pem_file_iter(path("crt")).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(path("key")).unwrap();
        let config = match clients {
            Clients::Anybody => ServerConfig::builder().with_no_client_auth(),
            Clients::WithCertificate => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_file(authority()).unwrap()).unwrap();
                let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
                ServerConfig::builder().with_client_cert_verifier(verifier)
            }
        };
        let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).unwrap()));
        let behind = self.running().standalone_url().trim_start_matches("http://").to_owned();
        self.serve(move |stream| {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            async move {
                // A client that does not like the certificate leaves.
                let Ok(mut outside) = acceptor.accept(stream).await else { return };
                let mut inside = TcpStream::connect(behind).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            }
        })
    }

    /// Serves connections to another port of our own; gives the port.
    pub(crate) fn serve<F>(&self, serve: impl Fn(TcpStream) -> F + Send + 'static) -> u16
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream));
                }
            });
            port
        })
    }

    /// The sandbox's own port.
    pub(crate) fn port(&self) -> u16 {
        self.running().standalone_url().rsplit(':').next().unwrap().parse().unwrap()
    }
}

/// Whom TLS lets in.
#[derive(Clone, Copy)]
pub(crate) enum Clients {
    Anybody,
    WithCertificate,
}

/// The authority's certificate.
pub(crate) fn authority() -> String {
    format!("{}/tests/grants/tls/ca.pem", env!("CARGO_MANIFEST_DIR"))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        self.running = None;
    }
}
