//! UTF-8 in, another encoding out: rejected rows come back in the encoding of the input.

use std::io::{self, Write};

use encoding_rs::{Encoder, EncoderResult};

use super::Encoding;

/// A writer that takes UTF-8 and passes on another encoding.
#[derive(Debug)]
pub(super) struct Transcode<W> {
    inner: W,
    form: Form,
    /// The beginning of a letter whose end is still to come.
    rest: Vec<u8>,
}

enum Form {
    /// UTF-8 stays as it is, also where it is broken: rows come back as they were.
    Same,
    Utf16(fn(u16) -> [u8; 2]),
    Other(Encoder),
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Same => "Same",
            Self::Utf16(_) => "Utf16",
            Self::Other(_) => "Other",
        })
    }
}

impl<W: Write> Transcode<W> {
    pub(super) fn new(inner: W, encoding: Encoding) -> Self {
        let form = match (encoding.utf_16(), encoding.encoder()) {
            _ if encoding == Encoding::UTF_8 => Form::Same,
            (Some(bytes), _) => Form::Utf16(bytes),
            (None, Some(encoder)) => Form::Other(encoder),
            (None, None) => Form::Same,
        };
        Self { inner, form, rest: Vec::new() }
    }

    /// Gives the inner writer back. A letter that was begun and never ended is lost.
    pub(super) fn into_inner(self) -> W {
        self.inner
    }

    fn encode(&mut self, text: &str) -> io::Result<()> {
        match &mut self.form {
            Form::Same => self.inner.write_all(text.as_bytes()),
            Form::Utf16(bytes) => {
                let encoded: Vec<u8> = text.encode_utf16().flat_map(*bytes).collect();
                self.inner.write_all(&encoded)
            }
            Form::Other(encoder) => {
                let (mut rest, mut buffer) = (text, [0; 4096]);
                loop {
                    let (result, read, written) =
                        encoder.encode_from_utf8_without_replacement(rest, &mut buffer, false);
                    self.inner.write_all(buffer.get(..written).unwrap_or_default())?;
                    rest = rest.get(read..).unwrap_or_default();
                    match result {
                        EncoderResult::InputEmpty => return Ok(()),
                        EncoderResult::OutputFull => {}
                        // A letter of the reason, in the server's words, that the input's encoding does not have.
                        EncoderResult::Unmappable(_) => self.inner.write_all(b"?")?,
                    }
                }
            }
        }
    }
}

impl<W: Write> Write for Transcode<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if matches!(self.form, Form::Same) {
            self.inner.write_all(bytes)?;
            return Ok(bytes.len());
        }
        self.rest.extend_from_slice(bytes);
        let all = std::mem::take(&mut self.rest);
        let mut chunks = all.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.encode(chunk.valid())?;
            let cut =
                chunks.peek().is_none() && std::str::from_utf8(chunk.invalid()).is_err_and(|e| e.error_len().is_none());
            if cut {
                self.rest = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                // What was no letter in the input is none here.
                self.encode("?")?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(pieces: &[&[u8]], encoding: &str) -> Vec<u8> {
        let mut writer = Transcode::new(Vec::new(), encoding.parse().unwrap());
        for piece in pieces {
            writer.write_all(piece).unwrap();
        }
        writer.into_inner()
    }

    #[test]
    fn letters_come_whole_however_they_are_cut() {
        assert_eq!(written(&[b"M\xc3", b"\xbcller"], "windows-1252"), b"M\xfcller");
        assert_eq!(written(&["aü".as_bytes()], "utf-16be"), b"\0a\0\xfc");
        assert_eq!(written(&["清\u{fc}".as_bytes(), b"\xff."], "windows-1252"), b"?\xfc?.");
        assert_eq!(written(&[b"\xff\xc3"], "utf-8"), b"\xff\xc3");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_written_in_utf_16_reads_the_same(text in any::<String>(), cut in any::<prop::sample::Index>()) {
            let (first, second) = text.as_bytes().split_at(cut.index(text.len() + 1));
            let units: Vec<u16> = written(&[first, second], "utf-16le").chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            prop_assert_eq!(String::from_utf16(&units).unwrap(), text);
        }
    }
}
