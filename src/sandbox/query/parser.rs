//! Reads a filter: `or` binds least, then `and`, then `not`, then comparisons.

use std::borrow::Cow;
use std::iter::Peekable;
use std::marker::PhantomData;
use std::vec::IntoIter;

use super::filter::{Comparison, Match};
use super::lexer::{Token, tokens};
use super::{Entity, Filter, Kind, QueryError, Value};
use crate::sandbox::moment::Moment;

/// Expressions in a filter, by the published definition.
///
/// Assumption: every comparison, function and member of a list is one. The real server may count the nodes of the syntax tree
/// instead, which would be three for a comparison.
const MAX_EXPRESSIONS: usize = 100;

/// Brackets within brackets; deeper ones are an attack on the stack, not a question.
const MAX_DEPTH: usize = 100;

/// Reads a filter over `E`.
pub(super) fn parse<E: Entity>(text: &str) -> Result<Filter<E::Property>, QueryError> {
    let mut parser =
        Parser::<E> { tokens: tokens(text)?.into_iter().peekable(), expressions: 0, depth: 0, of: PhantomData };
    let filter = parser.any()?;
    match parser.tokens.next() {
        None => Ok(filter),
        Some(token) => Err(QueryError::new(format!("syntax error at {}", shown(Some(&token))))),
    }
}

struct Parser<E> {
    tokens: Peekable<IntoIter<Token>>,
    expressions: usize,
    depth: usize,
    of: PhantomData<E>,
}

impl<E: Entity> Parser<E> {
    fn any(&mut self) -> Result<Filter<E::Property>, QueryError> {
        let first = self.all()?;
        let mut parts = vec![first];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Ok(single_or(parts, Filter::Any))
    }

    fn all(&mut self) -> Result<Filter<E::Property>, QueryError> {
        let first = self.unary()?;
        let mut parts = vec![first];
        while self.take_word("and") {
            parts.push(self.unary()?);
        }
        Ok(single_or(parts, Filter::All))
    }

    fn unary(&mut self) -> Result<Filter<E::Property>, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(QueryError::new("the filter is nested too deeply"));
        }
        let filter = if self.take_word("not") {
            Filter::Not(Box::new(self.unary()?))
        } else if self.take(&Token::Open) {
            let inner = self.any()?;
            self.expect(&Token::Close)?;
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn comparison(&mut self) -> Result<Filter<E::Property>, QueryError> {
        let name = self.word()?;
        if let Some(function) = function(&name) {
            return self.function(function);
        }
        let (property, kind) = property::<E>(&name)?;
        let operator = self.word()?;
        if operator == "in" {
            return self.list(property, kind);
        }
        let comparison = match operator.as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            other => return Err(QueryError::new(format!("there is no operator '{other}'"))),
        };
        let value = self.literal(&name, kind)?;
        Ok(Filter::Compare(property, comparison, value))
    }

    fn list(&mut self, property: E::Property, kind: Kind) -> Result<Filter<E::Property>, QueryError> {
        self.expect(&Token::Open)?;
        let mut values = vec![self.literal("in", kind)?];
        while self.take(&Token::Comma) {
            values.push(self.literal("in", kind)?);
        }
        self.expect(&Token::Close)?;
        Ok(Filter::OneOf(property, values))
    }

    fn function(&mut self, function: Match) -> Result<Filter<E::Property>, QueryError> {
        self.expect(&Token::Open)?;
        let name = self.word()?;
        let (property, kind) = property::<E>(&name)?;
        if !matches!(kind, Kind::Text | Kind::Name) {
            return Err(QueryError::new(format!("'{name}' is no text")));
        }
        self.expect(&Token::Comma)?;
        let Value::Text(text) = self.literal(&name, kind)? else {
            return Err(QueryError::new("the function needs a text"));
        };
        self.expect(&Token::Close)?;
        Ok(Filter::Matches(property, function, text.into_owned()))
    }

    /// Reads what `name` is compared with.
    fn literal(&mut self, name: &str, kind: Kind) -> Result<Value<'static>, QueryError> {
        self.expressions += 1;
        if self.expressions > MAX_EXPRESSIONS {
            return Err(QueryError::new(format!("more than {MAX_EXPRESSIONS} expressions")));
        }
        let token = self.tokens.next();
        let value = match (&token, kind) {
            (Some(Token::Word(word)), _) if word == "null" => Some(Value::Null),
            (Some(Token::Text(text)), Kind::Text) => Some(Value::Text(Cow::Owned(text.clone()))),
            // Entities give names in small letters.
            (Some(Token::Text(text)), Kind::Name) => Some(Value::Text(Cow::Owned(text.to_lowercase()))),
            (Some(Token::Text(text)), Kind::Enumeration(names)) => enumeration(text, names).map(Value::Number),
            (Some(Token::Word(word)), Kind::Number) => word.parse().ok().map(Value::Number),
            (Some(Token::Word(word)), Kind::Flag) => word.parse().ok().map(Value::Flag),
            (Some(Token::Word(word)), Kind::Date) => Moment::parse(word).map(Value::Date),
            (Some(Token::Word(word)), Kind::Guid) if word.len() == 36 => {
                Some(Value::Text(Cow::Owned(word.to_lowercase())))
            }
            _ => None,
        };
        value.ok_or_else(|| QueryError::new(format!("'{name}' cannot be compared with {}", shown(token.as_ref()))))
    }

    fn word(&mut self) -> Result<String, QueryError> {
        match self.tokens.next() {
            Some(Token::Word(word)) => Ok(word),
            other => Err(QueryError::new(format!("syntax error at {}", shown(other.as_ref())))),
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.tokens.next_if(|token| matches!(token, Token::Word(found) if found == word)).is_some()
    }

    fn take(&mut self, token: &Token) -> bool {
        self.tokens.next_if_eq(token).is_some()
    }

    fn expect(&mut self, token: &Token) -> Result<(), QueryError> {
        if self.take(token) {
            return Ok(());
        }
        Err(QueryError::new(format!("syntax error at {}", shown(self.tokens.peek()))))
    }
}

fn single_or<P>(mut parts: Vec<Filter<P>>, join: fn(Vec<Filter<P>>) -> Filter<P>) -> Filter<P> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn property<E: Entity>(name: &str) -> Result<(E::Property, Kind), QueryError> {
    E::property(name).ok_or_else(|| QueryError::new(format!("there is no property '{name}'")))
}

fn function(name: &str) -> Option<Match> {
    match name {
        "contains" => Some(Match::Contains),
        "startswith" => Some(Match::StartsWith),
        "endswith" => Some(Match::EndsWith),
        _ => None,
    }
}

/// A name of the enumeration, or its number as text: `'New'` and `'0'` are the same.
fn enumeration(text: &str, names: &[&str]) -> Option<i64> {
    let position = names.iter().position(|name| *name == text).or_else(|| text.parse().ok())?;
    names.get(position)?;
    i64::try_from(position).ok()
}

fn shown(token: Option<&Token>) -> String {
    match token {
        None => String::from("the end"),
        Some(Token::Open) => String::from("'('"),
        Some(Token::Close) => String::from("')'"),
        Some(Token::Comma) => String::from("','"),
        Some(Token::Text(text)) => format!("the text '{text}'"),
        Some(Token::Word(word)) => format!("'{word}'"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::sandbox::entities::ItemEntity;
    use crate::sandbox::query::{Filter, Value};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_text_is_a_filter_or_an_error(text in ".{0,60}") {
            let _ = parse::<ItemEntity<'_>>(&text);
        }

        #[test]
        fn any_words_of_a_filter_are_a_filter_or_an_error(
            words in prop::collection::vec(
                prop::sample::select(vec!["(", ")", ",", "not", "and", "or", "in", "eq", "Id", "Reference", "'x'", "1", "null"]),
                0..12,
            )
        ) {
            let _ = parse::<ItemEntity<'_>>(&words.join(" "));
        }

        #[test]
        fn any_reference_can_be_asked_for(reference in any::<String>()) {
            let filter = format!("Reference eq '{}'", reference.replace('\'', "''"));
            let Ok(Filter::Compare(_, _, Value::Text(text))) = parse::<ItemEntity<'_>>(&filter) else {
                return Err(TestCaseError::fail(filter));
            };
            prop_assert_eq!(text, reference);
        }
    }
}
