//! The first bytes of an input: what they say about the rest.

/// Whether an input begins with a byte order mark. A file written from it keeps it: Excel reads umlauts only with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bom {
    Present,
    Absent,
}

impl Bom {
    /// Takes the mark off. Fails with the name of the format where the bytes are not UTF-8 text at all, but one of the things
    /// that people give by mistake.
    pub(super) fn split(beginning: &[u8]) -> Result<(Self, &[u8]), &'static str> {
        const FORMATS: [(&[u8], &str); 4] = [
            (b"PK\x03\x04", "a spreadsheet (XLSX) or another archive"),
            (b"\xd0\xcf\x11\xe0", "a spreadsheet of old (XLS)"),
            (b"\xff\xfe", "text in UTF-16"),
            (b"\xfe\xff", "text in UTF-16"),
        ];
        if let Some((_, format)) = FORMATS.iter().find(|(start, _)| beginning.starts_with(start)) {
            return Err(format);
        }
        match beginning.strip_prefix(b"\xef\xbb\xbf") {
            Some(text) => Ok((Self::Present, text)),
            None => Ok((Self::Absent, beginning)),
        }
    }
}
