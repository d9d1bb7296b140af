//! The sandbox over real HTTP, with a client that knows nothing of it.

mod client;
mod faults;
mod identity;
mod page;
mod processing;
mod reading;
mod rules;
mod tls;
mod writing;
