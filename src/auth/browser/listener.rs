//! Listening for the browser that comes back.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::request::{Judgement, judge, response};
use super::{Callback, CallbackError, Invitation, RedirectUri};
use crate::secret::Secret;

/// How long a connection may take to send its request: browsers open some in advance and send nothing over them.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
/// Bytes of a request's head. A code and a state are some hundred.
const LARGEST_HEAD: usize = 16 * 1024;
/// Connections at a time; a browser opens a handful.
const MOST_CONNECTIONS: usize = 32;

/// A login that waits for the browser.
#[derive(Debug)]
pub struct Authorization<'a> {
    invitation: &'a Invitation,
    listeners: Vec<TcpListener>,
}

impl<'a> Authorization<'a> {
    /// Begins to listen; before the browser is sent away, so that it finds somebody when it comes back.
    pub async fn listen(invitation: &'a Invitation) -> Result<Self, CallbackError> {
        let mut listeners = Vec::new();
        let mut refused = None;
        for address in invitation.redirect().addresses() {
            match TcpListener::bind(address).await {
                Ok(listener) => listeners.push(listener),
                // Where another program has one of the two addresses, the browser might go there with the code.
                Err(source) if source.kind() == io::ErrorKind::AddrInUse => {
                    return Err(CallbackError::Listen { at: address.to_string(), source });
                }
                // A machine without IPv6 has only the other one.
                Err(source) => refused = Some(CallbackError::Listen { at: address.to_string(), source }),
            }
        }
        match refused {
            Some(error) if listeners.is_empty() => Err(error),
            _ => Ok(Self { invitation, listeners }),
        }
    }

    /// The code that the browser brings back within `limit`. Whatever else arrives is answered and forgotten; after the first answer
    /// nobody listens any more.
    pub async fn code(self, limit: Duration) -> Result<Secret, CallbackError> {
        match timeout(limit, self.answer()).await {
            Ok(callback) => callback.into_code(),
            Err(_) => Err(CallbackError::TimedOut(limit)),
        }
    }

    async fn answer(&self) -> Callback {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = accept(&self.listeners), if connections.len() < MOST_CONNECTIONS => {
                    if let Ok(stream) = accepted {
                        let (redirect, state) = (self.invitation.redirect().clone(), self.invitation.state().clone());
                        connections.spawn(timeout(REQUEST_LIMIT, converse(stream, redirect, state)));
                    } else {
                        // As a rule too many open files: not a reason to spin.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
                Some(ended) = connections.join_next() => {
                    if let Ok(Ok(Ok(Some(callback)))) = ended {
                        return callback;
                    }
                }
            }
        }
    }
}

async fn accept(listeners: &[TcpListener]) -> io::Result<TcpStream> {
    let stream = match listeners {
        [one] => one.accept().await?.0,
        [one, two, ..] => tokio::select! {
            accepted = one.accept() => accepted?.0,
            accepted = two.accept() => accepted?.0,
        },
        [] => std::future::pending().await,
    };
    Ok(stream)
}

/// Reads one request and answers it; gives what it brought, if it was the one.
async fn converse(mut stream: TcpStream, redirect: RedirectUri, state: Secret) -> io::Result<Option<Callback>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        if head.len() >= LARGEST_HEAD || stream.read_buf(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    let judgement = judge(&String::from_utf8_lossy(&head), &redirect, &state);
    let sent = stream.write_all(response(&judgement).as_bytes()).await;
    match judgement {
        // A browser that is gone before it reads the page has brought its answer all the same.
        Judgement::Answer(callback) => {
            let _ = stream.shutdown().await;
            Ok(Some(callback))
        }
        Judgement::NotOurs(..) => {
            sent?;
            stream.shutdown().await?;
            Ok(None)
        }
    }
}

#[cfg(test)]
#[path = "listener_tests.rs"]
mod tests;
