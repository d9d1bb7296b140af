//! The one way to make an HTTP client: system roots where HTTPS is spoken, and the user's own; no redirects, every time limit set.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Certificate, Identity, tls};

use super::resolver::Resolver;

/// What a client needs to know of the network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Whether proxies from the environment or the system are used. The sandbox in our own process is never behind one.
    pub proxies: bool,
    /// How long a connection with its TLS handshake may take.
    pub connect_within: Duration,
    /// How long the server may say nothing: from the request to the answer, and within it.
    pub answer_within: Duration,
    /// How long a request may take as a whole, however slowly its answer trickles.
    pub whole_within: Duration,
    /// Whose certificates are trusted.
    pub roots: Roots,
    /// A PEM file with certificates of authorities to trust besides these.
    pub ca: Option<PathBuf>,
    /// A PEM file with the certificate and the key that we show to servers that ask for one.
    pub client_cert: Option<PathBuf>,
}

/// The authorities that are trusted without being named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roots {
    /// Those of the system.
    System,
    /// None, where all addresses are `http://`. To read those of the system takes longer than all else before the first request.
    None,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            proxies: true,
            connect_within: Duration::from_secs(15),
            // The activities of UiPath Studio wait 30 s for an answer; a gateway in front of the cloud cuts earlier than 100 s.
            answer_within: Duration::from_secs(100),
            whole_within: Duration::from_secs(300),
            roots: Roots::System,
            ca: None,
            client_cert: None,
        }
    }
}

/// No client could be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The TLS library found no usable root certificates, or the system's proxy settings make no sense.
    #[error("cannot prepare HTTPS on this machine")]
    Setup(#[source] reqwest::Error),
    /// The environment names a proxy that is no URL; ignoring it would send the request somewhere unexpected.
    #[error("the proxy in `{variable}` is not a URL")]
    Proxy {
        /// The environment variable.
        variable: String,
    },
    /// The environment lists something else than hosts to be reached without a proxy.
    #[error("`{variable}` lists URLs, where only names of hosts have an effect")]
    NoProxy {
        /// The environment variable.
        variable: String,
    },
    /// A file with certificates cannot be read.
    #[error("cannot read the certificates in {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There are no usable certificates in it, or no usable key.
    #[error("{} cannot be used: {what}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// Makes a client.
///
/// Redirects are not followed: an API call is answered with 3xx only where an address is wrong, and following it would take the
/// bearer token along. HTTP/2 is left out: for bodies of some hundred kilobytes it was two to three times slower.
pub fn client(network: &Network) -> Result<reqwest::Client, ClientError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("uiq/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .http1_only()
        .tcp_nodelay(true)
        .dns_resolver(Resolver)
        .tls_version_min(tls::Version::TLS_1_2)
        .connect_timeout(network.connect_within)
        .read_timeout(network.answer_within)
        .timeout(network.whole_within)
        .pool_idle_timeout(Duration::from_secs(55)); // cloud load balancers close idle connections after 60 s
    if !network.proxies {
        builder = builder.no_proxy();
    }
    if network.roots == Roots::None {
        builder = builder.tls_certs_only([]);
    }
    if let Some(path) = &network.ca {
        builder = builder.tls_certs_merge(authorities(path)?);
    }
    if let Some(path) = &network.client_cert {
        builder = builder.identity(identity(path)?);
    }
    builder.build().map_err(ClientError::Setup)
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, ClientError> {
    let unusable = |what| ClientError::Pem { path: path.to_owned(), what };
    let found = Certificate::from_pem_bundle(&read(path)?)
        .map_err(|_| unusable("a certificate in it is damaged; it has to be PEM, with `BEGIN CERTIFICATE`"))?;
    if found.is_empty() {
        return Err(unusable("there is no certificate in it; it has to be PEM, with `BEGIN CERTIFICATE`"));
    }
    Ok(found)
}

fn identity(path: &Path) -> Result<Identity, ClientError> {
    let text = read(path)?;
    let unusable = |what| ClientError::Pem { path: path.to_owned(), what };
    if text.windows(9).any(|word| word == b"ENCRYPTED") {
        return Err(unusable("its key is encrypted; `openssl pkey -in FILE -out PLAIN` decrypts it"));
    }
    Identity::from_pem(&text).map_err(|_| unusable("it has to hold both a certificate and its private key, as PEM"))
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    std::fs::read(path).map_err(|source| ClientError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str, network: impl Fn(PathBuf) -> Network) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.pem");
        std::fs::write(&path, text).unwrap();
        client(&network(path)).unwrap_err().to_string().replace(&folder.path().display().to_string(), "DIR")
    }

    #[test]
    fn a_file_without_certificates_is_not_taken_for_one() {
        let ca = |path| Network { ca: Some(path), ..Network::default() };
        insta::assert_snapshot!(problem("hello", ca), @"DIR/file.pem cannot be used: there is no certificate in it; it has to be PEM, with `BEGIN CERTIFICATE`");
        let broken = "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n";
        insta::assert_snapshot!(problem(broken, ca), @"DIR/file.pem cannot be used: a certificate in it is damaged; it has to be PEM, with `BEGIN CERTIFICATE`");
    }

    #[test]
    fn a_client_certificate_needs_its_key_in_plain() {
        let cert = |path| Network { client_cert: Some(path), ..Network::default() };
        insta::assert_snapshot!(problem("", cert), @"DIR/file.pem cannot be used: it has to hold both a certificate and its private key, as PEM");
        insta::assert_snapshot!(problem("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", cert), @"DIR/file.pem cannot be used: its key is encrypted; `openssl pkey -in FILE -out PLAIN` decrypts it");
    }
}
