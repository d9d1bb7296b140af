//! The bytes of an input, a buffer at a time, fingerprinted as they pass.

use std::fmt;
use std::io::{self, Read};

use super::fingerprint::{Fingerprint, Fingerprinting};

/// Large enough that neither system calls nor digest blocks matter, small enough to stay in the processor's cache.
const BUFFER: usize = 128 * 1024;

/// A reader's buffer: filled from the input, consumed from the front.
pub(super) struct Feed {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    fingerprinting: Fingerprinting,
}

impl Feed {
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        Self { input, buffer: vec![0; BUFFER], start: 0, end: 0, fingerprinting: Fingerprinting::default() }
    }

    /// The bytes not yet consumed; none only at the end of the input.
    pub(super) fn fill(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
            self.read_more()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// The beginning of the input, as much of it as the buffer holds. Only for the first look.
    pub(super) fn beginning(&mut self) -> io::Result<&[u8]> {
        while self.end < self.buffer.len() && self.read_more()? > 0 {}
        Ok(&self.buffer[self.start..self.end])
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// How many bytes were consumed.
    pub(super) fn position(&self) -> u64 {
        self.fingerprinting.length() - (self.end - self.start) as u64
    }

    /// Reads all that is left, if it is not more than `most`.
    pub(super) fn take_all(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        let mut all = Vec::new();
        loop {
            let piece = self.fill()?;
            if piece.is_empty() {
                return Ok(Some(all));
            }
            if all.len() + piece.len() > most {
                return Ok(None);
            }
            all.extend_from_slice(piece);
            let count = piece.len();
            self.consume(count);
        }
    }

    /// Reads what is left, for nothing but its fingerprint.
    pub(super) fn drain(&mut self) -> io::Result<Fingerprint> {
        loop {
            self.start = 0;
            self.end = 0;
            if self.read_more()? == 0 {
                return Ok(self.fingerprinting.finish());
            }
        }
    }

    fn read_more(&mut self) -> io::Result<usize> {
        let count = loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        let read = self.buffer.get(self.end..self.end + count).unwrap_or_default();
        self.fingerprinting.update(read);
        self.end += read.len();
        Ok(read.len())
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("position", &self.position()).finish_non_exhaustive()
    }
}
