//! The item: what a row, an argument list or a JSON object becomes.

use std::borrow::Cow;

use super::value::json_string_len;
use super::{Moment, Priority, Rule, Value, Violation, key, limits};

/// An item for a queue. Borrowed from the row it was read from where it can be, because a load makes millions of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueItem<'a> {
    /// The user's own name for the item; unique where the queue says so.
    pub reference: Option<Cow<'a, str>>,
    /// How urgent it is.
    pub priority: Priority,
    /// The deadline (`DueDate`).
    pub due: Option<Moment>,
    /// The time before which no robot gets it (`DeferDate`).
    pub defer: Option<Moment>,
    /// The time from which it counts as at risk (`RiskSlaDate`).
    pub risk_sla: Option<Moment>,
    /// A text that a business user sees beside the item.
    pub progress: Option<Cow<'a, str>>,
    /// SpecificContent in its order; no key twice.
    pub content: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> QueueItem<'a> {
    /// Puts a value into SpecificContent, in place of one with the same key.
    pub fn put(&mut self, key: impl Into<Cow<'a, str>>, value: Value<'a>) {
        let key = key.into();
        match self.content.iter_mut().find(|(present, _)| *present == key) {
            Some((_, present)) => *present = value,
            None => self.content.push((key, value)),
        }
    }

    /// The bytes that SpecificContent takes as JSON, without spaces.
    pub fn content_size(&self) -> usize {
        let members: usize = self.content.iter().map(|(key, value)| json_string_len(key) + value.json_len() + 1).sum();
        2 + members + self.content.len().saturating_sub(1)
    }

    /// Checks SpecificContent against the size limit; most items are so small that nothing needs to be counted.
    pub fn check_size(&self) -> Result<(), Rule> {
        // No byte takes more than six as JSON (`\u001f`); quotes, colon and comma add six to a member.
        let members: usize = self.content.iter().map(|(key, value)| 6 * (key.len() + value.raw_len()) + 6).sum();
        let at_most = members + 2;
        if at_most <= limits::CONTENT { Ok(()) } else { limits::content(self.content_size()) }
    }

    /// Checks that the item can be worked on before its deadline.
    pub fn check_dates(&self) -> Result<(), Rule> {
        match (self.due, self.defer) {
            (Some(due), Some(defer)) if due < defer => Err(Rule::DeadlineBeforePostpone),
            _ => Ok(()),
        }
    }

    /// All rules that the item breaks, by the API's names of its parts. A row of a file is checked while it is mapped instead.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        if let Some(Err(rule)) = self.reference.as_deref().map(limits::reference) {
            found.push(Violation::value("Reference", self.reference.as_deref().unwrap_or_default(), rule));
        }
        if let Some(Err(rule)) = self.progress.as_deref().map(limits::progress) {
            found.push(Violation::value("Progress", self.progress.as_deref().unwrap_or_default(), rule));
        }
        found.extend(self.content.iter().filter_map(|(key, _)| Some(Violation::column(key, key::check(key).err()?))));
        found.extend(self.check_dates().err().map(Violation::whole));
        found.extend(self.check_size().err().map(Violation::whole));
        found
    }

    /// Makes the item independent of the row it was borrowed from.
    pub fn into_owned(self) -> QueueItem<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        QueueItem {
            reference: self.reference.map(owned),
            priority: self.priority,
            due: self.due,
            defer: self.defer,
            risk_sla: self.risk_sla,
            progress: self.progress.map(owned),
            content: self.content.into_iter().map(|(key, value)| (owned(key), value.into_owned())).collect(),
        }
    }
}
