//! The options behind the question mark, and the page that they ask for.

use std::cmp::Ordering;

use url::form_urlencoded;

use super::lexer::{Token, tokens};
use super::parser::parse;
use super::{Entity, Filter, QueryError, Selection};

/// Expressions in `$orderby`, by the published definition.
const MAX_ORDER: usize = 5;

/// What is asked of a collection.
#[derive(Debug)]
pub(in crate::sandbox) struct Query<P> {
    pub(in crate::sandbox) filter: Option<Filter<P>>,
    pub(in crate::sandbox) selection: Selection,
    order: Vec<(P, Direction)>,
    skip: usize,
    top: usize,
    count: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

impl<P: Copy> Query<P> {
    /// Reads the options of a collection of which a page has at most `max_top` things.
    ///
    /// Assumption: without `$top` a page is as long as it may be.
    pub(in crate::sandbox) fn parse<E: Entity<Property = P>>(query: &str, max_top: usize) -> Result<Self, QueryError> {
        let mut read = Self {
            filter: None,
            selection: Selection::default(),
            order: Vec::new(),
            skip: 0,
            top: max_top,
            count: false,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "$filter" => read.filter = Some(parse::<E>(&value)?),
                "$select" => read.selection = Selection::parse::<E>(&value)?,
                "$orderby" => read.order = order::<E>(&value)?,
                "$skip" => read.skip = number("$skip", &value)?,
                "$top" => read.top = number("$top", &value)?,
                "$count" => {
                    read.count = value.parse().map_err(|_| QueryError::new("'$count' is true or false"))?;
                }
                other => return Err(QueryError::new(format!("the option '{other}' is not known"))),
            }
        }
        if read.top > max_top {
            return Err(QueryError::new(format!("the limit of '{max_top}' for '$top' has been exceeded")));
        }
        Ok(read)
    }

    /// The page of `things` that was asked for, as the body of an answer. Without `$orderby` the order is that of `things`.
    pub(in crate::sandbox) fn page<E: Entity<Property = P>>(
        &self,
        context: &str,
        things: impl Iterator<Item = E>,
    ) -> String {
        let passing = things.filter(|thing| self.filter.as_ref().is_none_or(|filter| filter.passes(thing)));
        let mut count = 0;
        let page: Vec<E> = if self.order.is_empty() {
            let mut page = Vec::new();
            for thing in passing {
                if count >= self.skip && page.len() < self.top {
                    page.push(thing);
                } else if !self.count && page.len() >= self.top {
                    break;
                }
                count += 1;
            }
            page
        } else {
            let mut sorted: Vec<E> = passing.collect();
            count = sorted.len();
            sorted.sort_by(|left, right| self.compare(left, right));
            sorted.into_iter().skip(self.skip).take(self.top).collect()
        };
        let things: Vec<String> = page.iter().map(|thing| self.selection.part(thing)).collect();
        let count = if self.count { format!("\"@odata.count\":{count},") } else { String::new() };
        format!("{{\"@odata.context\":\"{context}\",{count}\"value\":[{}]}}", things.join(","))
    }

    fn compare<E: Entity<Property = P>>(&self, left: &E, right: &E) -> Ordering {
        self.order.iter().fold(Ordering::Equal, |order, (property, direction)| {
            order.then_with(|| {
                let order = left.value(*property).partial_cmp(&right.value(*property)).unwrap_or(Ordering::Equal);
                if *direction == Direction::Descending { order.reverse() } else { order }
            })
        })
    }
}

/// Reads the options of a single entity, which can only be narrowed.
pub(in crate::sandbox) fn selection_only<E: Entity>(query: &str) -> Result<Selection, QueryError> {
    let mut selection = Selection::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "$select" => selection = Selection::parse::<E>(&value)?,
            other => return Err(QueryError::new(format!("the option '{other}' is not known"))),
        }
    }
    Ok(selection)
}

/// The text in a filter that is exactly `Name eq '…'`, spelled as it was asked for.
pub(in crate::sandbox) fn only_name(query: &str) -> Option<String> {
    let (_, filter) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "$filter")?;
    match tokens(&filter).ok()?.as_slice() {
        [Token::Word(name), Token::Word(operator), Token::Text(text)] if name == "Name" && operator == "eq" => {
            Some(text.clone())
        }
        _ => None,
    }
}

fn number(option: &str, value: &str) -> Result<usize, QueryError> {
    value.parse().map_err(|_| QueryError::new(format!("'{option}' needs a number, not '{value}'")))
}

fn order<E: Entity>(text: &str) -> Result<Vec<(E::Property, Direction)>, QueryError> {
    let parts: Vec<&str> = text.split(',').collect();
    if parts.len() > MAX_ORDER {
        return Err(QueryError::new(format!("more than {MAX_ORDER} expressions in '$orderby'")));
    }
    parts
        .into_iter()
        .map(|part| {
            let mut words = part.split_whitespace();
            let name = words.next().unwrap_or_default();
            let (property, _) =
                E::property(name).ok_or_else(|| QueryError::new(format!("there is no property '{name}'")))?;
            match (words.next(), words.next()) {
                (None | Some("asc"), None) => Ok((property, Direction::Ascending)),
                (Some("desc"), None) => Ok((property, Direction::Descending)),
                _ => Err(QueryError::new(format!("'{}' is no order", part.trim()))),
            }
        })
        .collect()
}
