//! The quick way through a CSV record: eight bytes at a time, searched and copied in one go.
//!
//! It takes records that stand in the buffer from beginning to end and are written as everybody writes them. All others (one in a
//! thousand lies across the end of the buffer; a quote may stand where it has no business) are left to `csv-core`, which knows what
//! becomes of them. What both would take, both take alike.

/// A record that was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The bytes of the input that belong to it, its line end included; of two bytes that end a line, only the first.
    pub(super) read: usize,
    /// The bytes of its cells.
    pub(super) filled: usize,
    /// How many cells it has.
    pub(super) count: usize,
    /// The line feeds in it, that of its end included.
    pub(super) line_feeds: u64,
}

/// Copies the cells of the record that begins `input` into `cells`, and where each ends into `ends`. None where there is no room, the
/// record has no end here or one close to the end of the input, or something in it is unusual; then what was copied means nothing.
pub(super) fn cut(input: &[u8], delimiter: u8, cells: &mut [u8], ends: &mut [usize]) -> Option<Cut> {
    let mut cut = Cut { read: 0, filled: 0, count: 0, line_feeds: 0 };
    let closers = [delimiter, b'\n', b'\r'].map(repeated);
    loop {
        let end = match input.get(cut.read)? {
            b'"' => cut.take_quoted(input, cells)?,
            _ => cut.take_until(input, cells, |word| closers.iter().fold(0, |found, one| found | equal(word, *one)))?,
        };
        *ends.get_mut(cut.count)? = cut.filled;
        cut.count += 1;
        cut.read += 1;
        match end {
            _ if end == delimiter => {}
            b'\n' => {
                cut.line_feeds += 1;
                return Some(cut);
            }
            b'\r' => return Some(cut),
            // Something behind a closing quote.
            _ => return None,
        }
    }
}

impl Cut {
    /// Takes bytes up to the first that `find` marks in a word, and says which one that is.
    #[inline]
    fn take_until(&mut self, input: &[u8], cells: &mut [u8], mut find: impl FnMut(u64) -> u64) -> Option<u8> {
        let (words, _) = input.get(self.read..)?.as_chunks::<8>();
        let (room, _) = cells.get_mut(self.filled..)?.as_chunks_mut::<8>();
        for (word, place) in words.iter().zip(room) {
            // What is copied too much is overwritten by the next.
            *place = *word;
            let found = find(u64::from_le_bytes(*word));
            let taken = (found.trailing_zeros() / 8) as usize;
            self.read += taken;
            self.filled += taken;
            if let Some(byte) = word.get(taken) {
                return Some(*byte);
            }
        }
        None
    }

    /// Takes a cell in quotes, of which two stand for one; says what stands behind it.
    fn take_quoted(&mut self, input: &[u8], cells: &mut [u8]) -> Option<u8> {
        let [quote, line_feed] = [b'"', b'\n'].map(repeated);
        loop {
            self.read += 1;
            let (from, mut breaks) = (self.filled, 0);
            self.take_until(input, cells, |word| {
                breaks |= equal(word, line_feed);
                equal(word, quote)
            })?;
            if breaks != 0 {
                self.line_feeds += line_feeds(cells.get(from..self.filled)?);
            }
            self.read += 1;
            let behind = *input.get(self.read)?;
            if behind != b'"' {
                return Some(behind);
            }
            // The first quote of two belongs to the cell.
            *cells.get_mut(self.filled)? = b'"';
            self.filled += 1;
        }
    }
}

#[allow(clippy::naive_bytecount)] // seldom asked, and about little
fn line_feeds(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte == b'\n').count() as u64
}

const ONES: u64 = u64::MAX / 255;

/// A word of nothing but `byte`.
fn repeated(byte: u8) -> u64 {
    ONES * u64::from(byte)
}

/// A word in which the lowest bit that is set belongs to the first byte that equals that of `repeated`; none is set where there is no
/// such byte. (Sean Anderson, "Bit Twiddling Hacks": determine if a word has a zero byte.)
fn equal(word: u64, repeated: u64) -> u64 {
    let zeroed = word ^ repeated;
    zeroed.wrapping_sub(ONES) & !zeroed & (ONES * 0x80)
}

#[cfg(test)]
mod tests {
    use csv_core::ReadRecordResult;
    use proptest::prelude::*;

    use super::*;

    type Told = (Vec<Vec<u8>>, usize, u64);

    fn quickly(input: &[u8]) -> Option<Told> {
        let (mut cells, mut ends) = (vec![0; 256], vec![0; 64]);
        let cut = cut(input, b',', &mut cells, &mut ends)?;
        Some((split(&cells, &ends[..cut.count]), cut.read, cut.line_feeds))
    }

    /// The same by csv-core.
    fn slowly(input: &[u8]) -> Option<Told> {
        let (mut cells, mut ends) = (vec![0; 256], vec![0; 64]);
        let mut core = csv_core::ReaderBuilder::new().delimiter(b',').build();
        core.read_record(b"\n", &mut [0], &mut [0]);
        let before = core.line();
        let (result, read, _, count) = core.read_record(input, &mut cells, &mut ends);
        let told = (split(&cells, &ends[..count]), read, core.line() - before);
        (result == ReadRecordResult::Record).then_some(told)
    }

    fn split(cells: &[u8], ends: &[usize]) -> Vec<Vec<u8>> {
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, &end)| cells[start..end].to_vec()).collect()
    }

    #[test]
    fn what_is_usual_is_cut() {
        let told = quickly(b"a,\"b\"\"\nc\",,\"\"\nthe next row").unwrap();
        assert_eq!(told.0, [b"a".as_slice(), b"b\"\nc", b"", b""]);
        assert_eq!((told.1, told.2), (14, 2));
        assert_eq!(quickly(b"a\r\nthe next row").unwrap().1, 2, "the line feed is left");
        assert!(quickly(b"a\"b\nthe next row").is_some(), "a quote within a cell stands for itself");
    }

    #[test]
    fn what_is_not_is_left() {
        for input in ["", "a,b", "a,\"b\n", "a,\"b\"c\n the next row", "a,\"b\" \n the next row", "\"a\"", "a,b\n"] {
            assert_eq!(quickly(input.as_bytes()), None, "{input:?}");
        }
        let input = b"a,b,c\nthe next row";
        assert_eq!(cut(input, b',', &mut [0; 9], &mut [0; 3]), None, "no room for the bytes");
        assert_eq!(cut(input, b',', &mut [0; 99], &mut [0; 2]), None, "no room for the cells");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        // Blank lines are skipped before, so no record begins with the end of a line.
        fn what_is_cut_quickly_is_cut_as_csv_core_does(input in "[a,\"ü][a,\"\n\rü]{0,24}") {
            let input = format!("{input}the next row");
            if let Some(told) = quickly(input.as_bytes()) {
                prop_assert_eq!(Some(told), slowly(input.as_bytes()));
            }
        }
    }
}
