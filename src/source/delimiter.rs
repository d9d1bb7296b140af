//! What stands between two cells.

use std::fmt;
use std::str::FromStr;

/// The character between two cells: one ASCII character that is neither a quote nor a line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiter(u8);

/// A text is no delimiter.
#[derive(Debug, thiserror::Error)]
#[error("a delimiter is one ASCII character such as , ; or | (or the word `tab`), and no quote or line break")]
pub struct DelimiterError;

impl Delimiter {
    /// The comma.
    pub const COMMA: Self = Self(b',');

    /// The tab.
    pub const TAB: Self = Self(b'\t');

    /// Those that are looked for, the commonest first.
    const COMMON: [Self; 4] = [Self::COMMA, Self(b';'), Self::TAB, Self(b'|')];

    pub(super) fn byte(self) -> u8 {
        self.0
    }

    /// Finds the delimiter of a file from its beginning: the one that comes most often in the first row with anything in it,
    /// outside quotes; the comma where none does.
    pub(super) fn detect(start: &[u8]) -> Self {
        let mut counts = [0_usize; Self::COMMON.len()];
        let mut quoted = false;
        let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
        for byte in start.iter().skip_while(|byte| is_break(byte)) {
            if *byte == b'"' {
                quoted = !quoted;
            } else if !quoted && is_break(byte) {
                break;
            } else if !quoted && let Some(at) = Self::COMMON.iter().position(|one| one.0 == *byte) {
                counts[at] += 1;
            }
        }
        // Of equal counts the commonest delimiter wins: `max_by_key` takes the last, hence the reversal.
        let most = Self::COMMON.into_iter().zip(counts).rev().max_by_key(|(_, count)| *count);
        most.map_or(Self::COMMA, |(delimiter, _)| delimiter)
    }
}

impl TryFrom<char> for Delimiter {
    type Error = DelimiterError;

    fn try_from(character: char) -> Result<Self, DelimiterError> {
        match u8::try_from(character) {
            Ok(b'"' | b'\n' | b'\r') | Err(_) => Err(DelimiterError),
            Ok(byte) if byte.is_ascii() => Ok(Self(byte)),
            Ok(_) => Err(DelimiterError),
        }
    }
}

impl FromStr for Delimiter {
    type Err = DelimiterError;

    /// Reads one character; `tab` and `\t` are there because shells make a tab hard to type.
    fn from_str(text: &str) -> Result<Self, DelimiterError> {
        if matches!(text, "tab" | "\\t") {
            return Ok(Self(b'\t'));
        }
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Self::try_from(character),
            _ => Err(DelimiterError),
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == b'\t' { f.write_str("tab") } else { write!(f, "{}", char::from(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(start: &str) -> String {
        Delimiter::detect(start.as_bytes()).to_string()
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        assert_eq!(detected("a,b,c\n1;2;3;4;5;6"), ",");
        assert_eq!(detected("a;b;c\r\n1,5;2;3"), ";");
        assert_eq!(detected("a\tb\n"), "tab");
        assert_eq!(detected("a|b"), "|");
    }

    #[test]
    fn delimiters_within_quotes_do_not_count() {
        assert_eq!(detected("\"a,b,c\"\";\n,\";b\n"), ";");
    }

    #[test]
    fn without_any_or_between_equals_it_is_the_comma() {
        assert_eq!(detected(""), ",");
        assert_eq!(detected("Name\nx;y"), ",");
        assert_eq!(detected("a;b,c"), ",");
    }

    #[test]
    fn what_is_typed_is_one_ascii_character_or_tab() {
        for (typed, shown) in [(",", ","), (";", ";"), ("\t", "tab"), ("tab", "tab"), ("\\t", "tab"), ("^", "^")] {
            assert_eq!(typed.parse::<Delimiter>().unwrap().to_string(), shown);
        }
        for typed in ["", ",,", "\"", "\n", "§", "、"] {
            assert!(typed.parse::<Delimiter>().is_err(), "{typed}");
        }
    }
}
