//! A thread that reads ahead.

use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use super::feed::{PIECE, Pieces};
use super::fingerprint::Fingerprinting;
use crate::threads::Thread;

/// Pieces that wait: few enough to stay in the processor's cache.
const WAITING: usize = 2;

/// A piece, and how far it is filled.
type Filled = (Vec<u8>, usize);

/// The pieces of an input, read and fingerprinted by a thread of its own. Dropped early, it lets the thread end by itself.
pub(super) struct Ahead {
    pieces: Receiver<io::Result<Filled>>,
    /// Pieces that were used, and can be filled again.
    used: Sender<Vec<u8>>,
    thread: Thread<Fingerprinting>,
}

impl Ahead {
    /// Starts the thread; where there can be none, the input is given back.
    pub(super) fn new(input: Box<Pieces>) -> Result<Self, Box<Pieces>> {
        let (outlet, pieces) = sync_channel(WAITING);
        let (used, free) = channel();
        let thread = Thread::start("reading", input, move |input| read(*input, &outlet, &free))?;
        Ok(Self { pieces, used, thread })
    }

    /// Puts the next piece in place of `piece`, and tells how far it is filled: not to its end only where the input ends.
    pub(super) fn next(&mut self, piece: &mut Vec<u8>) -> io::Result<usize> {
        // Silence comes behind an error only, which was heard.
        let (next, length) = self.pieces.recv().map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))??;
        // Behind the last piece, nobody listens any more.
        let _ = self.used.send(std::mem::replace(piece, next));
        Ok(length)
    }

    /// What the bytes were, behind the last piece.
    pub(super) fn into_fingerprinting(self) -> Fingerprinting {
        // The thread does not panic; if it did, nothing would be known of the bytes.
        self.thread.end().unwrap_or_else(|| Fingerprinting::new(None))
    }
}

fn read(mut input: Pieces, outlet: &SyncSender<io::Result<Filled>>, free: &Receiver<Vec<u8>>) -> Fingerprinting {
    loop {
        let mut piece = free.try_recv().unwrap_or_default();
        piece.resize(PIECE, 0);
        let read = input.read(&mut piece);
        let is_last = !read.as_ref().is_ok_and(|&length| length == piece.len());
        if outlet.send(read.map(|length| (piece, length))).is_err() || is_last {
            return input.into_fingerprinting();
        }
    }
}
