//! The words of a filter.

use super::QueryError;

/// A word of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    Comma,
    /// A quoted text, its doubled quotes made one.
    Text(String),
    /// Anything else: names, operators, numbers, dates, GUIDs. What it is depends on what it is compared with.
    Word(String),
}

/// Splits a filter into words.
pub(super) fn tokens(filter: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut rest = filter.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '\'' => quoted(rest)?,
            _ => {
                let end =
                    rest.find(|letter: char| letter.is_whitespace() || "(),'".contains(letter)).unwrap_or(rest.len());
                (Token::Word(rest[..end].to_owned()), end)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// Reads a quoted text at the beginning of `text`; returns it and its length with quotes.
fn quoted(text: &str) -> Result<(Token, usize), QueryError> {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((position, letter)) = letters.next() {
        if letter != '\'' {
            value.push(letter);
        } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
            value.push('\'');
        } else {
            return Ok((Token::Text(value), position + 1));
        }
    }
    Err(QueryError::new("a text has no closing quote"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_texts_and_brackets_are_told_apart() {
        let word = |text: &str| Token::Word(text.into());
        assert_eq!(
            tokens("(Name eq 'it''s, (x)') or Id in(1,2)").unwrap(),
            [
                Token::Open,
                word("Name"),
                word("eq"),
                Token::Text("it's, (x)".into()),
                Token::Close,
                word("or"),
                word("Id"),
                word("in"),
                Token::Open,
                word("1"),
                Token::Comma,
                word("2"),
                Token::Close,
            ]
        );
        assert!(tokens("Name eq 'open").is_err());
    }
}
