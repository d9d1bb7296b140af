//! Writing JSON into a buffer: every letter is looked at while it is copied.

use std::io;

/// Room that is made at a time, in bytes: an item of a few hundred seldom asks twice.
const AHEAD: usize = 512;

/// Writes behind what `out` holds. Until it is dropped, there is room behind what it has written, filled with zeros: a word of eight bytes
/// is stored where it belongs at once, which to add to a vector would take a call.
pub(super) struct Pen<'a> {
    out: &'a mut Vec<u8>,
    at: usize,
}

impl<'a> Pen<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { at: out.len(), out }
    }

    /// Writes what is JSON already, of a length that the compiler knows: that saves the call that copies it.
    #[inline]
    pub(super) fn raw<const N: usize>(&mut self, json: &[u8; N]) {
        self.room(N).copy_from_slice(json);
    }

    /// Writes what is JSON already.
    pub(super) fn written(&mut self, json: &[u8]) {
        self.room(json.len()).copy_from_slice(json);
    }

    /// Writes a text as a JSON string.
    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        let start = self.at;
        if let [first, letters @ .., last] = self.room(text.len() + 2) {
            (*first, *last) = (b'"', b'"');
            if copy_plain(text.as_bytes(), letters) {
                return;
            }
        }
        self.at = start;
        // To write into memory cannot fail.
        let _ = serde_json::to_writer(self, text);
    }

    /// Writes a member of an object with a text as its value, behind another one.
    pub(super) fn member(&mut self, key: &str, text: &str) {
        let start = self.at;
        if let [comma, quote, place @ .., last] = self.room(key.len() + text.len() + 6)
            && let Some((key_place, place)) = place.split_at_mut_checked(key.len())
            && let Some((between, text_place)) = place.split_first_chunk_mut::<3>()
        {
            (*comma, *quote, *between, *last) = (b',', b'"', *b"\":\"", b'"');
            // Both are copied, whatever the first says.
            if copy_plain(key.as_bytes(), key_place) & copy_plain(text.as_bytes(), text_place) {
                return;
            }
        }
        self.at = start;
        self.raw(b",");
        self.text(key);
        self.raw(b":");
        self.text(text);
    }

    #[inline]
    fn room(&mut self, bytes: usize) -> &mut [u8] {
        let (start, end) = (self.at, self.at + bytes);
        if self.out.len() < end {
            self.out.resize(end + AHEAD, 0);
        }
        self.at = end;
        &mut self.out[start..end]
    }
}

impl Drop for Pen<'_> {
    fn drop(&mut self) {
        self.out.truncate(self.at);
    }
}

impl io::Write for Pen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Copies `text` to a `place` of its length; false where JSON writes any of its bytes otherwise than as itself.
#[inline]
fn copy_plain(text: &[u8], place: &mut [u8]) -> bool {
    // Most keys and cells have four to sixteen bytes. Their halves may overlap, which is quicker than to copy single bytes.
    let escaped = match text.len() {
        0..4 => text.iter().zip(place).fold(0, |escaped, (byte, place)| {
            *place = *byte;
            escaped | u64::from(matches!(byte, 0..0x20 | b'"' | b'\\'))
        }),
        4..8 => copy_ends::<4>(text, place, |half| u64::from(u32::from_le_bytes(half)) | SPACES << 32),
        8..=16 => copy_ends::<8>(text, place, u64::from_le_bytes),
        _ => {
            let (words, places) = (text.as_chunks::<8>().0, place.as_chunks_mut::<8>().0);
            let escaped = words.iter().zip(places).fold(0, |escaped, (word, place)| {
                *place = *word;
                escaped | escapes(u64::from_le_bytes(*word))
            });
            escaped | copy_ends::<8>(text, place, u64::from_le_bytes)
        }
    };
    escaped == 0
}

/// Copies the first and the last bytes.
#[inline]
fn copy_ends<const N: usize>(text: &[u8], place: &mut [u8], word: impl Fn([u8; N]) -> u64) -> u64 {
    let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) else { return 1 };
    place.first_chunk_mut::<N>().into_iter().for_each(|place| *place = *first);
    place.last_chunk_mut::<N>().into_iter().for_each(|place| *place = *last);
    escapes(word(*first)) | escapes(word(*last))
}

/// Four spaces, which are written as they are.
const SPACES: u64 = 0x2020_2020;

/// Not zero where one of eight bytes is below 0x20, a quote or a backslash. The arithmetic is that of Sean Anderson's "Bit Twiddling
/// Hacks" (a word that has a byte less than n).
fn escapes(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let has_less = |word: u64, than: u8| word.wrapping_sub(ONES * u64::from(than)) & !word & (ONES * 0x80);
    let control = has_less(word, 0x20);
    let quote = has_less(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = has_less(word ^ (ONES * u64::from(b'\\')), 1);
    control | quote | backslash
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn a_text_is_written_as_a_json_writer_writes_it(
            before in "[a-z]{0,9}",
            texts in proptest::collection::vec(prop_oneof!["[a\"\\\\\u{1}\u{1f} !~\u{7f}\u{80}ü]{0,20}", any::<String>(), "[a-z]{500,530}"], 1..4),
        ) {
            let (mut written, mut expected) = (before.clone().into_bytes(), before.clone().into_bytes());
            let mut pen = Pen::new(&mut written);
            for text in &texts {
                pen.text(text);
                pen.member(text, &before);
                pen.member(&before, text);
                let [text, before] = [text, &before].map(|text| serde_json::to_string(text).unwrap());
                expected.extend(format!("{text},{text}:{before},{before}:{text}").into_bytes());
            }
            drop(pen);
            prop_assert_eq!(written, expected);
        }

        #[test]
        fn only_what_has_to_be_is_escaped(text in "[ -!#-\\[\\]-~\u{7f}-\u{ffff}]{0,40}") {
            prop_assert!(copy_plain(text.as_bytes(), &mut vec![0; text.len()]), "{:?}", text);
        }
    }
}
