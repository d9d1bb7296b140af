//! A filter that was understood, and whether a thing passes it.

use std::cmp::Ordering;

use super::{Entity, Value};

/// A filter over things with properties `P`.
#[derive(Clone, Debug)]
pub(in crate::sandbox) enum Filter<P> {
    All(Vec<Filter<P>>),
    Any(Vec<Filter<P>>),
    Not(Box<Filter<P>>),
    Compare(P, Comparison, Value<'static>),
    OneOf(P, Vec<Value<'static>>),
    Matches(P, Match, String),
}

/// The comparisons of OData.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// The functions on texts that are known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Match {
    Contains,
    StartsWith,
    EndsWith,
}

impl<P: Copy> Filter<P> {
    /// Tells whether `thing` passes.
    pub(in crate::sandbox) fn passes<E: Entity<Property = P>>(&self, thing: &E) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.passes(thing)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(thing)),
            Self::Not(part) => !part.passes(thing),
            Self::Compare(property, comparison, value) => comparison.holds(&thing.value(*property), value),
            Self::OneOf(property, values) => values.contains(&thing.value(*property)),
            Self::Matches(property, how, text) => match thing.value(*property) {
                Value::Text(value) => match how {
                    Match::Contains => value.contains(text.as_str()),
                    Match::StartsWith => value.starts_with(text.as_str()),
                    Match::EndsWith => value.ends_with(text.as_str()),
                },
                _ => false,
            },
        }
    }
}

impl Comparison {
    /// Nothing is greater or less than null.
    fn holds(self, left: &Value<'_>, right: &Value<'_>) -> bool {
        match self {
            Self::Equal => return left == right,
            Self::NotEqual => return left != right,
            _ => {}
        }
        if *left == Value::Null || *right == Value::Null {
            return false;
        }
        let order = left.partial_cmp(right);
        match self {
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Self::Less => order == Some(Ordering::Less),
            _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        }
    }
}
