//! The text of an input as UTF-8, a buffer at a time.
//!
//! UTF-8 passes through as it is. Other encodings are decoded here; bytes that stand for no letter become [`WRONG`], which no UTF-8
//! has, so that the cell they are in is found and named like any other that is not UTF-8.

use std::io;

use super::encoding::{Encoding, Evidence};
use super::feed::Feed;
use super::fingerprint::Fingerprint;

/// Stands for bytes that the encoding has no letter for.
pub(super) const WRONG: u8 = 0xff;

/// Decoded at a time; the decoder takes up to three bytes for one.
const BUFFER: usize = 128 * 1024;

/// An input's text.
#[derive(Debug)]
pub(super) struct Text {
    feed: Feed,
    decoding: Option<Decoding>,
    pub(super) encoding: Encoding,
    pub(super) evidence: Evidence,
    /// Whether the input begins with a byte order mark. A file written from it keeps it: Excel reads umlauts only with it.
    pub(super) mark: Mark,
}

/// Whether an input begins with a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Present,
    Absent,
}

struct Decoding {
    decoder: encoding_rs::Decoder,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    finished: bool,
}

impl std::fmt::Debug for Decoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoding").field("encoding", &self.decoder.encoding().name()).finish_non_exhaustive()
    }
}

impl Text {
    /// Finds out the encoding, unless it is given, and takes off the byte order mark.
    pub(super) fn new(mut feed: Feed, given: Option<Encoding>) -> io::Result<Self> {
        let (encoding, evidence, mark) = Encoding::find(feed.fill()?, given);
        feed.consume(mark);
        let mark = if mark > 0 { Mark::Present } else { Mark::Absent };
        let decoding = (encoding != Encoding::UTF_8).then(|| Decoding {
            decoder: encoding.decoder(),
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            finished: false,
        });
        Ok(Self { feed, decoding, encoding, evidence, mark })
    }

    /// The bytes not yet consumed; none only at the end of the input.
    pub(super) fn fill(&mut self) -> io::Result<&[u8]> {
        let Some(decoding) = &mut self.decoding else { return self.feed.fill() };
        if decoding.start == decoding.end {
            decoding.refill(&mut self.feed)?;
        }
        Ok(&decoding.buffer[decoding.start..decoding.end])
    }

    pub(super) fn consume(&mut self, count: usize) {
        match &mut self.decoding {
            None => self.feed.consume(count),
            Some(decoding) => decoding.start = (decoding.start + count).min(decoding.end),
        }
    }

    /// How many bytes of the input were taken.
    pub(super) fn position(&self) -> u64 {
        self.feed.position()
    }

    /// Reads what is left, for nothing but its fingerprint; none where the bytes are not those that were expected.
    pub(super) fn drain(&mut self) -> io::Result<Option<Fingerprint>> {
        self.feed.drain()
    }
}

impl Decoding {
    fn refill(&mut self, feed: &mut Feed) -> io::Result<()> {
        (self.start, self.end) = (0, 0);
        while self.end == 0 && !self.finished {
            let input = feed.fill()?;
            let last = input.is_empty();
            // One byte is kept free for the mark of a wrong one.
            let room = self.buffer.len() - 1;
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(input, &mut self.buffer[..room], last);
            feed.consume(read);
            self.end = written;
            match result {
                encoding_rs::DecoderResult::Malformed(..) => {
                    self.buffer[self.end] = WRONG;
                    self.end += 1;
                }
                encoding_rs::DecoderResult::InputEmpty => self.finished = last,
                encoding_rs::DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], given: Option<&str>) -> Vec<u8> {
        let given = given.map(|name| name.parse().unwrap());
        let mut text = Text::new(Feed::new(Box::new(Cursor::new(bytes.to_vec())), None), given).unwrap();
        let mut read = Vec::new();
        loop {
            let piece = text.fill().unwrap();
            if piece.is_empty() {
                return read;
            }
            read.extend_from_slice(piece);
            let count = piece.len();
            text.consume(count);
        }
    }

    #[test]
    fn what_stands_for_no_letter_is_marked() {
        assert_eq!(read(b"a\0\x00\xd8b\0", Some("utf-16le")), b"a\xffb", "half of a pair");
        assert_eq!(read(b"a\0b", Some("utf-16le")), b"a\xff", "half of a unit");
        assert_eq!(read(b"M\xfcller", Some("windows-1252")), "Müller".as_bytes());
        assert_eq!(read(b"M\xfcller", Some("utf-8")), b"M\xfcller", "UTF-8 passes as it is");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_text_in_utf_16_arrives(text in any::<String>(), times in 1_usize..2000) {
            let text = format!("x{text}").repeat(times);
            for (mark, bytes) in [(b"\xff\xfe", u16::to_le_bytes as fn(u16) -> [u8; 2]), (b"\xfe\xff", u16::to_be_bytes)] {
                let encoded: Vec<u8> = mark.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect();
                prop_assert!(read(&encoded, None) == text.as_bytes());
            }
        }
    }
}
