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
    source: reqwest::Error,
}

impl TransportError {
    pub(super) fn new(endpoint: String, source: reqwest::Error) -> Self {
        // The URL is in our own message; in the library's it would carry the query.
        let source = source.without_url();
        let chain = chain(&source);
        let arrival = if source.is_connect() || source.is_builder() { Arrival::NotSent } else { Arrival::Unknown };
        let reason = if chain
            .iter()
            .any(|cause| cause.contains("certificate") || cause.contains("tls") || cause.contains("TLS"))
        {
            Reason::Tls
        } else if source.is_timeout() {
            Reason::Timeout
        } else if chain.iter().any(|cause| cause.contains("dns error") || cause.contains("lookup address")) {
            Reason::Name
        } else if source.is_connect() {
            Reason::Connect
        } else {
            Reason::Broken
        };
        Self { endpoint, reason, arrival, source }
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
        let mut cause: &(dyn std::error::Error + 'static) = &self.source;
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
