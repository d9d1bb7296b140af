//! How is a request made and judged?
//!
//! The client (proxies, time limits, no redirects), the exchange of one request for one whole answer, and what became of a request
//! that got none. What an answer *means* to the caller is the business of `auth` and `orchestrator`.

mod client;
mod exchange;
mod transport;

pub use client::{ClientError, Network, client};
pub use exchange::{Answer, exchange};
pub use transport::{Arrival, Reason, TransportError};
