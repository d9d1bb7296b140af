//! A row, lent by the reader.

use crate::rows::RowNumber;

/// A row of the input, valid until the next one is read.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The row as a spreadsheet shows it: the header is row 1, a line break within quotes adds nothing, a blank line is a row.
    pub number: RowNumber,
    /// The line of the file in which it begins, as an editor shows it; the first is 1.
    pub line: u64,
    bytes: &'a [u8],
    ends: &'a [usize],
    text: Option<&'a str>,
}

impl<'a> Row<'a> {
    /// A row of cells that lie behind each other in `bytes`, each up to its end.
    pub(super) fn new(number: RowNumber, line: u64, bytes: &'a [u8], ends: &'a [usize]) -> Self {
        // One look at the whole row is far quicker than one at each cell.
        Self { number, line, bytes, ends, text: std::str::from_utf8(bytes).ok() }
    }

    /// How many cells there are.
    #[allow(clippy::len_without_is_empty)] // a row without anything in it is not lent
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cells as text; `None` for one that is not UTF-8.
    pub fn cells(&self) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let (text, bytes) = (self.text, self.bytes);
        self.spans().map(move |(start, end)| match text {
            // Two cells that are not UTF-8 can be so together; then the cut between them is no boundary.
            Some(text) => text.get(start..end),
            None => bytes.get(start..end).and_then(|cell| std::str::from_utf8(cell).ok()),
        })
    }

    /// The cells as they are.
    pub fn raw_cells(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let bytes = self.bytes;
        self.spans().map(move |(start, end)| bytes.get(start..end).unwrap_or_default())
    }

    fn spans(&self) -> impl Iterator<Item = (usize, usize)> + use<'a> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied())
    }
}
