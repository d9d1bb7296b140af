//! Which letters the bytes of a text stand for.

use std::fmt;
use std::str::FromStr;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

/// Not the name of an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no encoding that is known; there are utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15, shift_jis and all others of the web"
)]
pub struct UnknownEncoding;

/// How something about a text is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The user said so.
    Given,
    /// The file says so, by a byte order mark.
    Marked,
    /// All bytes looked at are UTF-8.
    Valid,
    /// It looks like it.
    Guessed,
}

impl Encoding {
    /// What everything is that says nothing else.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);

    /// Its usual name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub(super) fn decoder(self) -> encoding_rs::Decoder {
        self.0.new_decoder_without_bom_handling()
    }

    /// The encoder; none for UTF-16, which the standard of the web reads and never writes.
    pub(super) fn encoder(self) -> Option<encoding_rs::Encoder> {
        (self.utf_16().is_none()).then(|| self.0.new_encoder())
    }

    /// How UTF-16 puts a unit into bytes; none for other encodings.
    pub(super) fn utf_16(self) -> Option<fn(u16) -> [u8; 2]> {
        match () {
            () if self.0 == encoding_rs::UTF_16LE => Some(u16::to_le_bytes),
            () if self.0 == encoding_rs::UTF_16BE => Some(u16::to_be_bytes),
            () => None,
        }
    }

    /// Finds the encoding of a text from its beginning, and how long its byte order mark is: some exports write it twice.
    pub(super) fn find(beginning: &[u8], given: Option<Self>) -> (Self, Evidence, usize) {
        let marked = encoding_rs::Encoding::for_bom(beginning)
            .map(|(found, length)| (found, length * beginnings(beginning, length)));
        match (given, marked) {
            // People say "UTF-16" and leave to the mark which way round.
            (Some(given), Some((found, length)))
                if given.0 == found || (given.utf_16().is_some() && Self(found).utf_16().is_some()) =>
            {
                (Self(found), Evidence::Given, length)
            }
            (Some(given), _) => (given, Evidence::Given, 0),
            (None, Some((found, length))) => (Self(found), Evidence::Marked, length),
            (None, None) => {
                let (encoding, evidence) = Self::guess(beginning);
                (encoding, evidence, 0)
            }
        }
    }

    /// Where a file shows that it is no text: its first zero byte. Text of any encoding but UTF-16 has none, and every program, picture or
    /// archive has one soon.
    pub(super) fn binary_at(beginning: &[u8]) -> Option<usize> {
        let zero = beginning.iter().position(|byte| *byte == 0)?;
        Self::find(beginning, None).0.utf_16().is_none().then_some(zero)
    }

    fn guess(beginning: &[u8]) -> (Self, Evidence) {
        if let Some(utf_16) = unmarked_utf_16(beginning) {
            return (Self(utf_16), Evidence::Guessed);
        }
        match std::str::from_utf8(beginning) {
            Ok(_) => return (Self::UTF_8, Evidence::Valid),
            // The look may end within a letter.
            Err(error) if error.error_len().is_none() => return (Self::UTF_8, Evidence::Valid),
            Err(error) if error.valid_up_to() > 0 && is_mostly_utf_8(beginning) => {
                return (Self::UTF_8, Evidence::Valid);
            }
            Err(_) => {}
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(beginning, false);
        let found = detector.guess(None, Utf8Detection::Deny);
        (Self(found), Evidence::Guessed)
    }
}

/// How often the first `length` bytes come, one after the other.
fn beginnings(text: &[u8], length: usize) -> usize {
    let first = text.get(..length).unwrap_or_default();
    text.chunks_exact(length).take_while(|chunk| *chunk == first).count()
}

/// UTF-8 with a few broken bytes is UTF-8 all the same: two files put one behind the other. Read as anything else, every umlaut that is
/// right would become two wrong letters, without a word; read as UTF-8, the wrong cells are named.
fn is_mostly_utf_8(text: &[u8]) -> bool {
    let (mut letters, mut broken) = (0_usize, 0_usize);
    for chunk in text.utf8_chunks() {
        letters += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    letters > broken
}

/// UTF-16 without a mark: text of the West has a zero in every second byte.
fn unmarked_utf_16(beginning: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let look = beginning.get(..beginning.len().min(512) & !1).filter(|look| !look.is_empty())?;
    let zeros = |offset: usize| look.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, units) = (zeros(0), zeros(1), look.len() / 2);
    if odd * 2 > units && even == 0 {
        Some(encoding_rs::UTF_16LE)
    } else if even * 2 > units && odd == 0 {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    /// Reads a name of the WHATWG's standard, in any case: `latin1` is windows-1252 there, as it is in practice.
    fn from_str(text: &str) -> Result<Self, UnknownEncoding> {
        let label = if text.eq_ignore_ascii_case("utf-16") { "utf-16le" } else { text };
        let found = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
        found.map(Self).ok_or(UnknownEncoding)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(beginning: &[u8]) -> (&'static str, Evidence, usize) {
        let (encoding, evidence, mark) = Encoding::find(beginning, None);
        (encoding.name(), evidence, mark)
    }

    #[test]
    fn a_mark_tells_the_encoding() {
        assert_eq!(found(b"\xef\xbb\xbfa"), ("UTF-8", Evidence::Marked, 3));
        assert_eq!(found(b"\xff\xfea\0"), ("UTF-16LE", Evidence::Marked, 2));
        assert_eq!(found(b"\xfe\xff\0a"), ("UTF-16BE", Evidence::Marked, 2));
    }

    #[test]
    fn a_mark_that_is_there_twice_is_taken_off_twice() {
        assert_eq!(found(b"\xef\xbb\xbf\xef\xbb\xbfa"), ("UTF-8", Evidence::Marked, 6));
        assert_eq!(found(b"\xff\xfe\xff\xfea\0"), ("UTF-16LE", Evidence::Marked, 4));
        assert_eq!(found(b"\xfe\xff\xfe\xff"), ("UTF-16BE", Evidence::Marked, 4));
        assert_eq!(found(b"\xfe\xff\xff\xfe"), ("UTF-16BE", Evidence::Marked, 2), "another mark is text");
        assert_eq!(found(b"\xef\xbb\xbf\xef\xbb"), ("UTF-8", Evidence::Marked, 3), "half a mark is none");
    }

    #[test]
    fn without_a_mark_the_bytes_tell() {
        assert_eq!(found(b""), ("UTF-8", Evidence::Valid, 0));
        assert_eq!(found("Müller".as_bytes()), ("UTF-8", Evidence::Valid, 0));
        assert_eq!(found(b"M\xc3"), ("UTF-8", Evidence::Valid, 0), "cut within a letter");
        assert_eq!(found(b"Lieferant;Betrag\nM\xfcller & S\xf6hne;1\n"), ("windows-1252", Evidence::Guessed, 0));
        assert_eq!(found(b"N\0a\0m\0e\0"), ("UTF-16LE", Evidence::Guessed, 0));
        assert_eq!(found(b"\0N\0a\0m\0e"), ("UTF-16BE", Evidence::Guessed, 0));
    }

    #[test]
    fn a_broken_byte_does_not_turn_utf_8_into_something_else() {
        let mut text = "Größe;Menge\nÄpfel;ß\n".as_bytes().to_vec();
        text.extend(b"M\xfcller;1\n");
        assert_eq!(found(&text), ("UTF-8", Evidence::Valid, 0));
    }

    #[test]
    fn a_zero_byte_shows_that_it_is_no_text_but_in_utf_16() {
        assert_eq!(Encoding::binary_at(b"\x7fELF\x02\x01\x01\0\0"), Some(7));
        assert_eq!(Encoding::binary_at(b"Name,Amount\nM\0ller,1\n"), Some(13));
        for text in [&b""[..], b"a,b\n", b"\xff\xfea\0", b"N\0a\0m\0e\0", b"\0N\0a\0m\0e"] {
            assert_eq!(Encoding::binary_at(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_given_is_taken_with_or_without_its_mark() {
        let given = "UTF-16".parse().ok();
        assert_eq!(Encoding::find(b"\xff\xfea\0", given).2, 2);
        assert_eq!(Encoding::find(b"\xfe\xff\0a", given).0.name(), "UTF-16BE");
        assert_eq!(Encoding::find(b"a\0", given), (given.unwrap(), Evidence::Given, 0));
        assert_eq!("Latin1".parse::<Encoding>().unwrap().name(), "windows-1252");
        assert!("klingon".parse::<Encoding>().is_err());
    }
}
