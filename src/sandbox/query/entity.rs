//! What can be asked about: things with members that are shown and properties that are compared.

use std::borrow::Cow;
use std::fmt::Debug;

use serde::Serialize;

use super::QueryError;
use crate::sandbox::moment::Moment;

/// A thing that can be filtered, sorted and shown.
pub(in crate::sandbox) trait Entity {
    /// A property, resolved once and then looked up for every thing.
    type Property: Copy + Debug;

    /// All members, in the order in which they are shown.
    const MEMBERS: &'static [&'static str];

    /// The property of this name, and what it can be compared with.
    fn property(name: &str) -> Option<(Self::Property, Kind)>;

    fn value(&self, property: Self::Property) -> Value<'_>;

    /// Writes all members; the object keeps those that were selected.
    fn show(&self, object: &mut Object<'_>);
}

/// What a property can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Kind {
    Number,
    Flag,
    Text,
    /// Text in which upper and lower case are the same.
    Name,
    Guid,
    Date,
    /// Names that stand for the numbers 0, 1, …
    Enumeration(&'static [&'static str]),
}

/// The value of a property. Those of one property are always of one kind, or null, which comes first.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(in crate::sandbox) enum Value<'a> {
    Null,
    Flag(bool),
    Number(i64),
    Date(Moment),
    Text(Cow<'a, str>),
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(Cow::Borrowed(text)))
    }
}

impl From<Option<Moment>> for Value<'_> {
    fn from(moment: Option<Moment>) -> Self {
        moment.map_or(Self::Null, Self::Date)
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }
}

/// The members that `$select` names, or all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Selection(Option<Vec<String>>);

impl Selection {
    pub(super) fn parse<E: Entity>(text: &str) -> Result<Self, QueryError> {
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        if names.iter().any(|name| name == "*") {
            return Ok(Self(None));
        }
        match names.iter().find(|name| !E::MEMBERS.contains(&name.as_str())) {
            Some(unknown) => Err(QueryError::new(format!("there is no member '{unknown}' to select"))),
            None => Ok(Self(Some(names))),
        }
    }

    /// An entity as the whole answer.
    pub(in crate::sandbox) fn whole(&self, context: &str, entity: &impl Entity) -> String {
        let mut object = Object::new(self);
        object.always("@odata.context", &context);
        entity.show(&mut object);
        object.finish()
    }

    /// An entity within a page.
    pub(super) fn part(&self, entity: &impl Entity) -> String {
        let mut object = Object::new(self);
        entity.show(&mut object);
        object.finish()
    }
}

/// A JSON object that is being written, with the selected members only.
#[derive(Debug)]
pub(in crate::sandbox) struct Object<'a> {
    selection: &'a Selection,
    text: String,
}

impl<'a> Object<'a> {
    fn new(selection: &'a Selection) -> Self {
        Self { selection, text: String::from("{") }
    }

    /// Adds a member.
    pub(in crate::sandbox) fn member(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        if self.wants(name) {
            self.always(name, value);
        }
    }

    /// Adds a member whose value is JSON already.
    pub(in crate::sandbox) fn json(&mut self, name: &str, json: &str) {
        if self.wants(name) {
            self.name(name);
            self.text.push_str(json);
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.selection.0.as_ref().is_none_or(|names| names.iter().any(|selected| selected == name))
    }

    fn always(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        self.name(name);
        self.text.push_str(&serde_json::to_string(value).unwrap_or_default());
    }

    fn name(&mut self, name: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        // Names of members are ours and need no escapes.
        self.text.extend(["\"", name, "\":"]);
    }

    fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }
}
