//! How is a request made and judged?
//!
//! The client (proxies, time limits, no redirects), the exchange of one request for one whole answer, and what became of a request
//! that got none. What an answer *means* to the caller is the business of `auth` and `orchestrator`.

mod client;
mod climb;
mod exchange;
mod gate;
mod proxy;
mod resolver;
mod retry_after;
mod transport;
mod verdict;

pub use client::{ClientError, Network, Roots, client};
pub use climb::MOST_TRIED;
pub use exchange::{Answer, exchange};
pub use gate::{Gate, Jobs, Pass, Rate};
pub use proxy::{check_proxies, https_proxy};
pub use retry_after::retry_after;
pub use transport::{Arrival, Reason, TransportError};
pub use verdict::{Obstacle, Verdict, judge, judge_failure};
