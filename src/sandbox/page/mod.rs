//! The page at `/`, with which a rehearsal is watched: queues, counts, the latest items and requests, as they come.
//!
//! The page itself never changes; its script asks `/_uiq/state` once a second for what there is, for as long as it is seen. Both are
//! for browsers of this machine only. They are no part of the API: no fault hits them, no latency holds them up, and they are not in
//! the log of requests.

mod serve;
mod state;

pub(super) use serve::{overview, state};
