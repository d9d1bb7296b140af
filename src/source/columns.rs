//! The header.

use super::Encoding;

/// The columns by their names, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    names: Vec<String>,
    extent: Extent,
    encoding: Encoding,
}

/// Whether all columns are known before the first row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// They are: there is a header.
    Fixed,
    /// Every row names its own, as JSON objects do.
    Open,
}

impl Columns {
    pub(super) fn new(names: Vec<String>, encoding: Encoding) -> Self {
        Self { names, extent: Extent::Fixed, encoding }
    }

    pub(super) fn open(encoding: Encoding) -> Self {
        Self { names: Vec::new(), extent: Extent::Open, encoding }
    }

    pub(super) fn extent(&self) -> Extent {
        self.extent
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The names as they stand in the header; none where every row names its own.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Names a column for a message: by its name, or by its letter where it has none.
    pub(super) fn describe(&self, index: usize) -> String {
        match self.names.get(index) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => letter(index),
        }
    }
}

/// Marks the columns that are ours: what a rejects file says about its rows.
pub(super) const OWN_PREFIX: &str = "_uiq_";

/// The letters by which spreadsheets call a column: A to Z, AA, AB …
pub(super) fn letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index;
    loop {
        letters.push(b'A'.saturating_add(u8::try_from(rest % 26).unwrap_or_default()));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.iter().rev().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        let letters = [0, 25, 26, 27, 51, 52, 701, 702, 16_383].map(letter);
        assert_eq!(letters, ["A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }
}
