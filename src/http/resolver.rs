//! Addresses of hosts, looked up by the system on a thread of its own.
//!
//! The library's own way asks tokio for a thread, and tokio panics where the system gives none: in the middle of a request, with the
//! secret in it. Here it is an error like any other.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

/// The system gives no thread.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no thread to look up a host on")]
struct NoThread(#[source] io::Error);

/// The system's resolver.
#[derive(Debug)]
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let (told, found) = oneshot::channel();
            let host = name.as_str().to_owned();
            // Whoever asked may have gone. The thread ends when the system has answered, at the latest with the process.
            let look = move || drop(told.send((host.as_str(), 0).to_socket_addrs()));
            thread::Builder::new().name(String::from("lookup")).spawn(look).map_err(NoThread)?;
            let addresses: Vec<SocketAddr> = found.await??.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn our_own_machine_is_found_and_nonsense_is_not() {
        let mut found = Resolver.resolve("localhost".parse().unwrap()).await.unwrap();
        assert!(found.all(|address| address.ip().is_loopback()));
        assert!(Resolver.resolve("no..host".parse().unwrap()).await.is_err());
    }
}
