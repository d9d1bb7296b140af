//! A row, lent by the reader.

use crate::rows::RowNumber;

/// A row of the input, valid until the next one is read.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The row as its owner sees it. In CSV and spreadsheets as a spreadsheet shows it: the header is row 1, a line break within
    /// quotes adds nothing, a blank line is a row. In JSON Lines the line, in a JSON array the element, from 1.
    pub number: RowNumber,
    /// The line of the file in which it begins, as an editor shows it; the first is 1. In a spreadsheet the row.
    pub line: u64,
    pub(super) content: Content<'a>,
}

/// What a row holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    /// A cell for each column.
    Cells(Cells<'a>),
    /// What should be a JSON object in UTF-8.
    Object(&'a [u8]),
}

/// The cells of a row: behind each other in `bytes`, each up to its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
    text: Option<&'a str>,
    sorts: Option<&'a [Sort]>,
}

/// What a spreadsheet says about a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Text,
    Number,
    Truth,
    Error,
}

impl<'a> Cells<'a> {
    pub(super) fn new(bytes: &'a [u8], ends: &'a [usize]) -> Self {
        // One look at the whole row is far quicker than one at each cell.
        Self { bytes, ends, text: simdutf8::basic::from_utf8(bytes).ok(), sorts: None }
    }

    pub(super) fn sorted(self, sorts: &'a [Sort]) -> Self {
        Self { sorts: Some(sorts), ..self }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether the cells are those of a spreadsheet, which have sorts and no end.
    pub(super) fn is_sheet(&self) -> bool {
        self.sorts.is_some()
    }

    /// What the spreadsheet says about a cell; none where there is no spreadsheet.
    pub(super) fn sort(&self, index: usize) -> Option<Sort> {
        self.sorts.map(|sorts| sorts.get(index).copied().unwrap_or(Sort::Text))
    }

    /// The cells as text; `None` for one that is not UTF-8.
    pub(super) fn texts(&self) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let (text, bytes) = (self.text, self.bytes);
        self.spans().map(move |(start, end)| match text {
            // Two cells that are not UTF-8 can be so together; then the cut between them is no boundary.
            Some(text) => text.get(start..end),
            None => bytes.get(start..end).and_then(|cell| std::str::from_utf8(cell).ok()),
        })
    }

    /// One cell as text.
    pub(super) fn text(&self, index: usize) -> Option<&'a str> {
        std::str::from_utf8(self.raw(index)).ok()
    }

    /// One cell as it is.
    pub(super) fn raw(&self, index: usize) -> &'a [u8] {
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let span = start.and_then(|start| Some(start..*self.ends.get(index)?));
        span.and_then(|span| self.bytes.get(span)).unwrap_or_default()
    }

    /// The cells as they are.
    pub(super) fn raws(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let bytes = self.bytes;
        self.spans().map(move |(start, end)| bytes.get(start..end).unwrap_or_default())
    }

    fn spans(&self) -> impl Iterator<Item = (usize, usize)> + use<'a> {
        let mut start = 0;
        self.ends.iter().map(move |&end| (std::mem::replace(&mut start, end), end))
    }
}

#[cfg(test)]
impl<'a> Row<'a> {
    /// The cells as they are; none of an object.
    pub(super) fn raw_cells(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.cells_for_test().raws()
    }

    /// The cells as text.
    pub(super) fn cells(&self) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        self.cells_for_test().texts()
    }

    fn cells_for_test(&self) -> Cells<'a> {
        match self.content {
            Content::Cells(cells) => cells,
            Content::Object(_) => Cells::new(&[], &[]),
        }
    }
}
