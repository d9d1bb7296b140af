//! The bytes of an input, a piece at a time, fingerprinted as they pass.

use std::fmt;
use std::io::{self, Read};

use super::ahead::Ahead;
use super::fingerprint::{Fingerprint, Fingerprinting};

/// Large enough that neither system calls nor what one thread has to tell another matters, small enough to stay in the processor's cache.
pub(super) const PIECE: usize = 256 * 1024;

/// The first piece is looked at several times, and often nothing else is: the format, the encoding and the header are found in it.
const FIRST_PIECE: usize = 128 * 1024;

/// An input's bytes: filled from the input, consumed from the front.
pub(super) struct Feed {
    source: Source,
    piece: Vec<u8>,
    start: usize,
    end: usize,
    /// The bytes that came, up to the end of the piece.
    length: u64,
}

/// Where pieces come from.
enum Source {
    /// From the input, when they are asked for. So come the first ones.
    Input(Box<Pieces>),
    /// From a thread that reads ahead.
    Ahead(Ahead),
    /// There are no more.
    Ended(Fingerprinting),
}

/// Reads an input piece by piece.
pub(super) struct Pieces {
    input: Box<dyn Read + Send>,
    fingerprinting: Fingerprinting,
}

impl Pieces {
    /// Fills `piece`, except at the end of the input: the fingerprint depends on where pieces begin.
    pub(super) fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        while let Some(room) = piece.get_mut(length..).filter(|room| !room.is_empty()) {
            match self.input.read(room) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if let Some(read @ [_, ..]) = piece.get(..length) {
            self.fingerprinting.update(read);
        }
        Ok(length)
    }

    /// Tells whether a digest is taken, which lasts as long as a quarter of everything else that is done with the bytes.
    fn take_long(&self) -> bool {
        self.fingerprinting.takes_digest()
    }

    /// What the bytes were.
    pub(super) fn into_fingerprinting(self) -> Fingerprinting {
        self.fingerprinting
    }
}

impl Feed {
    /// The bytes of `input`; with `expected`, those that were seen before, and should be the same.
    pub(super) fn new(input: Box<dyn Read + Send>, expected: Option<&Fingerprint>) -> Self {
        let source = Source::Input(Box::new(Pieces { input, fingerprinting: Fingerprinting::new(expected) }));
        Self { source, piece: vec![0; FIRST_PIECE], start: 0, end: 0, length: 0 }
    }

    /// The bytes not yet consumed; none only at the end of the input.
    pub(super) fn fill(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.next_piece()?;
        }
        Ok(&self.piece[self.start..self.end])
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// How many bytes were consumed.
    pub(super) fn position(&self) -> u64 {
        self.length - (self.end - self.start) as u64
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

    /// Reads what is left, for nothing but its fingerprint; none where the bytes are not those that were expected.
    pub(super) fn drain(&mut self) -> io::Result<Option<Fingerprint>> {
        loop {
            if let Source::Ended(fingerprinting) = &self.source {
                return Ok(fingerprinting.finish());
            }
            self.next_piece()?;
        }
    }

    fn next_piece(&mut self) -> io::Result<()> {
        (self.start, self.end) = (0, 0);
        let is_first = self.length == 0;
        if !is_first {
            self.read_ahead();
        }
        self.end = match &mut self.source {
            Source::Input(pieces) => {
                if !is_first {
                    self.piece.resize(PIECE, 0);
                }
                pieces.read(&mut self.piece)?
            }
            Source::Ahead(ahead) => ahead.next(&mut self.piece)?,
            Source::Ended(_) => 0,
        };
        self.length += self.end as u64;
        if self.end < self.piece.len() {
            self.close();
        }
        Ok(())
    }

    /// Lets a thread read the other pieces, where that takes long, there is more than one, and a thread can be had.
    fn read_ahead(&mut self) {
        if matches!(&self.source, Source::Input(pieces) if pieces.take_long())
            && let Source::Input(pieces) = self.take_source()
        {
            self.source = Ahead::new(pieces).map_or_else(Source::Input, Source::Ahead);
        }
    }

    /// A piece that is not full is the last one. What is appended now is not read: it comes too late to be checked.
    fn close(&mut self) {
        let fingerprinting = match self.take_source() {
            Source::Input(pieces) => pieces.into_fingerprinting(),
            Source::Ahead(ahead) => ahead.into_fingerprinting(),
            Source::Ended(fingerprinting) => fingerprinting,
        };
        self.source = Source::Ended(fingerprinting);
    }

    fn take_source(&mut self) -> Source {
        std::mem::replace(&mut self.source, Source::Ended(Fingerprinting::new(None)))
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("position", &self.position()).finish_non_exhaustive()
    }
}
