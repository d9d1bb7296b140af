//! What became of a request that got no whole answer.

use std::error::Error as _;
use std::fmt;

/// Whether the server may have seen the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It surely did not leave: there was no connection to send it over.
    NotSent,
    /// It left, at least in part; the server may have carried it out.
    Unknown,
}

/// Why there is no answer, in the words of the person at the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The host's name has no address.
    Name,
    /// Nobody accepts connections there, or the network does not reach it.
    Connect,
    /// The proxy on the way wants to know who we are (407).
    Proxy,
    /// The TLS handshake failed.
    Tls,
    /// A time limit passed.
    Timeout,
    /// The connection ended before the answer did.
    Broken,
}

/// A request without a whole answer.
#[derive(Debug)]
pub struct TransportError {
    endpoint: String,
    reason: Reason,
    arrival: Arrival,
    /// None where a proxy answered in place of the server.
    source: Option<reqwest::Error>,
}

impl TransportError {
    pub(super) fn new(endpoint: String, source: reqwest::Error) -> Self {
        // The URL is in our own message; in the library's it would carry the query.
        let source = source.without_url();
        let chain = chain(&source);
        let arrival = if source.is_connect() || source.is_builder() { Arrival::NotSent } else { Arrival::Unknown };
        let says = |words: &[&str]| chain.iter().any(|cause| words.iter().any(|word| cause.contains(word)));
        // In answer to a greeting in TLS, "corrupt" is the TLS library's word for one in another language.
        let reason = if says(&["certificate", "tls", "TLS"]) || source.is_connect() && says(&["corrupt message"]) {
            Reason::Tls
        } else if says(&["proxy authorization required"]) {
            Reason::Proxy
        } else if source.is_timeout() {
            Reason::Timeout
        } else if says(&["dns error", "lookup address"]) {
            Reason::Name
        } else if source.is_connect() {
            Reason::Connect
        } else {
            Reason::Broken
        };
        Self { endpoint, reason, arrival, source: Some(source) }
    }

    /// A proxy kept the request to itself: it answered 407, which no server does (RFC 9110, 15.5.8).
    pub(super) fn kept_by_proxy(endpoint: String) -> Self {
        Self { endpoint, reason: Reason::Proxy, arrival: Arrival::NotSent, source: None }
    }

    /// Where the request was going: scheme, host and path.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Why there is no answer.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// Whether the server may have seen the request.
    pub fn arrival(&self) -> Arrival {
        self.arrival
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.reason {
            Reason::Name => "cannot find the host of",
            Reason::Connect => "cannot connect to",
            Reason::Proxy => "the proxy wants a password before it lets anything through to",
            Reason::Tls => "cannot make a secure connection to",
            Reason::Timeout => "no answer in time from",
            Reason::Broken => "the connection ended before the answer of",
        };
        write!(f, "{what} {}", self.endpoint)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The libraries' own wrappers ("error sending request", "client error (Connect)") say nothing that our words do not.
        let mut cause: &(dyn std::error::Error + 'static) = self.source.as_ref()?;
        while let Some(inner) = cause.source().filter(|_| is_wrapper(&cause.to_string())) {
            cause = inner;
        }
        Some(cause)
    }
}

fn is_wrapper(words: &str) -> bool {
    words.starts_with("error sending request") || words.starts_with("client error (")
}

/// The causes behind an error, outermost first; reqwest's own `Display` hides all but the first.
fn chain(error: &reqwest::Error) -> Vec<String> {
    let mut causes = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}
