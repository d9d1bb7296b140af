//! The one way to make an HTTP client: system roots, no redirects, every time limit set.

use std::time::Duration;

/// What a client needs to know of the network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Whether proxies from the environment or the system are used. The sandbox in our own process is never behind one.
    pub proxies: bool,
    /// How long a connection with its TLS handshake may take.
    pub connect_within: Duration,
    /// How long a request may take, from the first byte out to the last byte in.
    pub answer_within: Duration,
}

impl Default for Network {
    fn default() -> Self {
        // The activities of UiPath Studio wait 30 s for an answer; a gateway in front of the cloud cuts earlier than 100 s.
        Self { proxies: true, connect_within: Duration::from_secs(15), answer_within: Duration::from_secs(100) }
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
        .connect_timeout(network.connect_within)
        .timeout(network.answer_within)
        .pool_idle_timeout(Duration::from_secs(55)); // cloud load balancers close idle connections after 60 s
    if !network.proxies {
        builder = builder.no_proxy();
    }
    builder.build().map_err(ClientError::Setup)
}
