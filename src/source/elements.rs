//! A JSON array, an element at a time; also a single object, or several behind each other.
//!
//! Only the extent of an element is found here, by its brackets and quotes; whether it is an object is the problem of one row. Where
//! brackets do not close, nobody can say where the next element begins, and the whole file is refused.

use memchr::{memchr_iter, memchr2};

use super::columns::Columns;
use super::fingerprint::Fingerprint;
use super::records::MOST_BYTES;
use super::row::{Content, Row};
use super::text::Text;
use super::{Encoding, SourceError};
use crate::rows::RowNumber;

/// The elements of an input, one at a time in a buffer that is used again.
#[derive(Debug)]
pub(super) struct Elements {
    name: String,
    pub(super) text: Text,
    columns: Columns,
    element: Vec<u8>,
    number: u64,
    line: u64,
    begins: u64,
    place: Place,
}

/// Where in the input the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Beginning,
    /// Behind the opening bracket.
    First,
    /// Behind an element of the array.
    Behind,
    /// Behind a comma.
    Next,
    /// Between values that no array holds together.
    Loose,
    /// Behind the closing bracket.
    Closed,
}

/// How far into an element the last byte was.
#[derive(Default)]
struct Depth {
    brackets: u32,
    quoted: bool,
    escaped: bool,
}

impl Elements {
    pub(super) fn new(name: &str, text: Text) -> Self {
        let columns = Columns::open(text.encoding);
        let place = Place::Beginning;
        Self { name: name.to_owned(), text, columns, element: Vec::new(), number: 0, line: 1, begins: 1, place }
    }

    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.text.encoding
    }

    /// Puts the next element into the buffer; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, SourceError> {
        loop {
            let Some(byte) = self.peek_solid()? else { return self.ended() };
            let next = match (self.place, byte) {
                (Place::Beginning, b'[') => Some(Place::First),
                (Place::First | Place::Behind, b']') => Some(Place::Closed),
                (Place::Behind, b',') => Some(Place::Next),
                (Place::Closed, _) => {
                    return Err(self.broken("there is something behind the bracket that closes the array"));
                }
                (Place::Behind, _) => return Err(self.broken("a comma or the closing bracket is missing here")),
                (_, b',' | b']' | b'}') => return Err(self.broken("an element is missing here")),
                (Place::Beginning | Place::Loose | Place::First | Place::Next, _) => None,
            };
            let Some(next) = next else { break };
            self.text.consume(1);
            self.place = next;
        }
        self.number += 1;
        self.begins = self.line;
        self.element.clear();
        self.read_element()?;
        self.place = if matches!(self.place, Place::First | Place::Next) { Place::Behind } else { Place::Loose };
        Ok(true)
    }

    fn ended(&self) -> Result<bool, SourceError> {
        match self.place {
            Place::Beginning | Place::Loose | Place::Closed => Ok(false),
            Place::First | Place::Behind | Place::Next => Err(self.broken("the file ends before the array does")),
        }
    }

    /// The next byte that is no white space, not yet consumed.
    fn peek_solid(&mut self) -> Result<Option<u8>, SourceError> {
        loop {
            let input = self.text.fill().map_err(|source| read_error(&self.name, self.line, source))?;
            if input.is_empty() {
                return Ok(None);
            }
            let space = input.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
            self.line += breaks(&input[..space]);
            let found = input.get(space).copied();
            self.text.consume(space);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn read_element(&mut self) -> Result<(), SourceError> {
        let mut depth = Depth::default();
        loop {
            let input = self.text.fill().map_err(|source| read_error(&self.name, self.line, source))?;
            if input.is_empty() {
                // A bare word or number ends with the file; what is open does not.
                let open = depth.brackets > 0 || depth.quoted;
                return if open { Err(self.unclosed()) } else { Ok(()) };
            }
            let (taken, end) = depth.walk(input, self.element.is_empty());
            self.line += breaks(&input[..taken]);
            self.element.extend_from_slice(&input[..taken]);
            self.text.consume(taken);
            if end {
                return Ok(());
            }
            if self.element.len() > MOST_BYTES {
                let (name, line) = (self.name.clone(), self.begins);
                return Err(SourceError::RowTooLarge { name, line, limit: "32 MB" });
            }
        }
    }

    /// The element in the buffer.
    pub(super) fn row(&self) -> Row<'_> {
        Row { number: RowNumber(self.number), line: self.begins, content: Content::Object(&self.element) }
    }

    pub(super) fn fingerprint(&mut self) -> Result<Option<Fingerprint>, SourceError> {
        self.text.drain().map_err(|source| read_error(&self.name, self.line, source))
    }

    fn unclosed(&self) -> SourceError {
        let (name, line) = (self.name.clone(), self.begins);
        SourceError::Broken { name, line, what: "a bracket or quote of the element that begins here is never closed" }
    }

    fn broken(&self, what: &'static str) -> SourceError {
        SourceError::Broken { name: self.name.clone(), line: self.line, what }
    }
}

impl Depth {
    /// Walks to the end of the element or of the input: how many bytes belong to it, and whether it is over.
    fn walk(&mut self, input: &[u8], first: bool) -> (usize, bool) {
        let mut index = 0;
        while let Some(byte) = input.get(index) {
            if self.quoted {
                let Some(end) = self.end_of_text(input, index) else { break };
                index = end;
                if self.brackets == 0 {
                    return (index, true);
                }
                continue;
            }
            let begins = first && index == 0;
            match byte {
                // Outside of brackets, the element ends where something else begins.
                b'"' | b'{' | b'[' if self.brackets == 0 && !begins => return (index, true),
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if self.brackets == 0 => return (index, true),
                b'"' => self.quoted = true,
                b'{' | b'[' => self.brackets += 1,
                b'}' | b']' => {
                    self.brackets -= 1;
                    if self.brackets == 0 {
                        return (index + 1, true);
                    }
                }
                _ => {}
            }
            index += 1;
        }
        (input.len(), false)
    }

    /// Where a text that began before `from` is over; none where the input ends within it.
    fn end_of_text(&mut self, input: &[u8], mut from: usize) -> Option<usize> {
        if self.escaped {
            from += 1;
            self.escaped = false;
        }
        loop {
            let at = from + memchr2(b'"', b'\\', input.get(from..)?)?;
            if input.get(at) == Some(&b'"') {
                self.quoted = false;
                return Some(at + 1);
            }
            // What follows a backslash is no end, whatever it is; it may come with the next input.
            self.escaped = at + 1 == input.len();
            from = at + 2;
        }
    }
}

fn breaks(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

fn read_error(name: &str, line: u64, source: std::io::Error) -> SourceError {
    SourceError::Read { name: name.to_owned(), line, source }
}
