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

    /// Puts a text behind the others; its key must be a new one.
    ///
    /// Where the compiler knows that there is room, it stores the member where it belongs. Otherwise it builds it elsewhere and copies it by
    /// words wider than those that were just stored, for which the processor waits: half of the time that it takes to map a row.
    #[inline]
    pub(crate) fn push_text(&mut self, key: &'a str, text: &'a str) {
        if self.content.len() < self.content.capacity() {
            self.content.push((Cow::Borrowed(key), Value::Text(Cow::Borrowed(text))));
        } else {
            self.push_growing(key, text);
        }
    }

    #[cold]
    #[inline(never)]
    fn push_growing(&mut self, key: &'a str, text: &'a str) {
        self.content.push((Cow::Borrowed(key), Value::Text(Cow::Borrowed(text))));
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

    /// All rules that the item breaks. A row of a file is checked while it is mapped instead, where its columns are known.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut check = |text: &str, verdict: Result<(), Rule>| {
            found.extend(verdict.err().map(|rule| Violation::value(text, rule)));
        };
        if let Some(reference) = self.reference.as_deref() {
            check(reference, limits::reference(reference));
        }
        if let Some(progress) = self.progress.as_deref() {
            check(progress, limits::progress(progress));
        }
        for (key, _) in &self.content {
            check(key, key::check(key));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn item(content: &[(&'static str, Value<'static>)]) -> QueueItem<'static> {
        let mut item = QueueItem::default();
        for (key, value) in content {
            item.put(*key, value.clone());
        }
        item
    }

    fn moment(second: i64) -> Moment {
        jiff::Timestamp::from_second(second).unwrap().into()
    }

    #[test]
    fn the_size_is_that_of_the_content_as_json() {
        assert_eq!(item(&[]).content_size(), "{}".len());
        let some = item(&[
            ("a", Value::Text("x\"\n\u{1}ü".into())),
            ("b", Value::Number("1.50".into())),
            ("c", Value::Bool(false)),
            ("d", Value::Bool(true)),
            ("e", Value::Null),
        ]);
        let json = r#"{"a":"x\"\n\u0001ü","b":1.50,"c":false,"d":true,"e":null}"#;
        assert_eq!(some.content_size(), json.len());
    }

    #[test]
    fn the_size_limit_is_exact_though_it_is_rarely_counted() {
        let frame = r#"{"k":""}"#.len();
        for (text, length) in [("x", 1), ("\"", 2), ("\u{1}", 6)] {
            let of = |count: usize| item(&[("k", Value::Text(text.repeat(count).into()))]);
            let most = (limits::CONTENT - frame) / length;
            assert_eq!(of(most).check_size(), Ok(()));
            let bytes = frame + (most + 1) * length;
            assert_eq!(of(most + 1).check_size(), Err(Rule::ContentTooLarge { bytes }));
        }
    }

    #[test]
    fn a_key_is_put_once() {
        let twice = item(&[("a", Value::Null), ("b", Value::Null), ("a", Value::Bool(true))]);
        assert_eq!(twice, item(&[("a", Value::Bool(true)), ("b", Value::Null)]));
    }

    #[test]
    fn every_violation_is_found_and_says_what_is_allowed() {
        let mut wrong = item(&[("Total: net", Value::Null), ("Scan", Value::Text("x".repeat(512_000).into()))]);
        wrong.reference = Some("R".repeat(129).into());
        wrong.progress = Some("\u{1b}[31m".repeat(30_000).into());
        wrong.due = Some(moment(0));
        wrong.defer = Some(moment(1));
        let words: Vec<String> = wrong.violations().iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(words.join("\n"), @r#"
        `RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR...`: a reference has at most 128 characters, this one has 129
        `\u{1b}[31m\u{1b}[31m\u{1b}[31m\u{1b}[31m\u{1b}[31m\u{1b}[31m\u{1b}[31m\u{1b}[31m...`: a progress text has at most 104857 characters, this one has 150000
        `Total: net`: the name holds `:`; Orchestrator takes no key of SpecificContent with one of : . , @ " #
        the deadline comes before the time until which the item is postponed
        SpecificContent takes 512029 bytes as JSON, Orchestrator takes at most 512000 (500 KB) an item
        "#);
    }

    #[test]
    fn an_item_within_the_rules_breaks_none() {
        let mut fine = item(&[("Betrag", Value::Number("1".into()))]);
        fine.reference = Some("R".repeat(128).into());
        fine.due = Some(moment(1));
        fine.defer = Some(moment(1));
        assert_eq!(fine.violations(), []);
        assert_eq!(fine.clone().into_owned(), fine);
    }
}
