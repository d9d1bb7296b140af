//! The memory of requests, used again: to ask the system for half a megabyte for each would cost more than to copy the bytes.

use std::mem;
use std::sync::mpsc::{Receiver, Sender, channel};

use bytes::Bytes;

/// Where the memory of a body goes when nobody holds it any more.
#[derive(Debug)]
pub(super) struct Memory {
    home: Sender<Vec<u8>>,
    used: Receiver<Vec<u8>>,
}

impl Memory {
    pub(super) fn new() -> Self {
        let (home, used) = channel();
        Self { home, used }
    }

    /// Memory with room for so many bytes: some that came back, or new.
    pub(super) fn take(&self, room: usize) -> Vec<u8> {
        // Of all that came back, one is kept: there may have been many requests under way, and now there are few.
        let mut memory = self.used.try_iter().last().unwrap_or_default();
        memory.clear();
        memory.reserve(room);
        memory
    }

    /// What `bytes` hold, to be shared; their memory comes back when the last one lets go of it.
    pub(super) fn lend(&self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Lent { bytes, home: self.home.clone() })
    }
}

struct Lent {
    bytes: Vec<u8>,
    home: Sender<Vec<u8>>,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Nobody takes it where no more requests are made.
        let _ = self.home.send(mem::take(&mut self.bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again_when_nobody_holds_it() {
        let memory = Memory::new();
        let mut bytes = memory.take(100);
        bytes.extend_from_slice(b"abc");
        let place = bytes.as_ptr();
        let lent = memory.lend(bytes);
        let other = lent.clone();
        drop(lent);
        let meanwhile = memory.take(100);
        assert_ne!(meanwhile.as_ptr(), place, "somebody holds it");
        assert_eq!(&other[..], b"abc");
        drop(other);
        let again = memory.take(10);
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
        drop(memory);
    }
}
