//! What references are made of: `INV-{Number}-{Line}`.

use std::str::FromStr;

use crate::items::{Rule, Violation};

/// Text with the names of columns in braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String),
}

/// A text is no template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace without its other half.
    #[error(
        "a brace has no other half; columns stand in braces, as in INV-{{Number}}, and a brace itself is written twice"
    )]
    Brace,
    /// Not one column: every row would have the same reference.
    #[error("no column is named; columns stand in braces, as in INV-{{Number}}")]
    Constant,
}

impl Template {
    /// The columns that are named.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Column(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// Puts in the columns of a row. One that is empty or missing is a problem: `INV--3` is nobody's reference.
    pub(super) fn fill<'t>(&self, of: impl Fn(&str) -> Option<&'t str>) -> Result<String, Violation> {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Column(name) => match of(name).map(str::trim).filter(|text| !text.is_empty()) {
                    Some(text) => filled.push_str(text),
                    None => return Err(Violation::column(name, Rule::ReferencePart)),
                },
            }
        }
        Ok(filled)
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '{' | '}' if letters.peek() == Some(&letter) => plain.extend(letters.next()),
                '{' => {
                    let name: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                    // `take_while` has taken the brace too, if there was one: without it nothing is left and the text ends otherwise.
                    let closed = letters.peek().is_some() || text.ends_with('}');
                    if !closed || name.is_empty() || name.contains('{') {
                        return Err(TemplateError::Brace);
                    }
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(Part::Column(name));
                }
                '}' => return Err(TemplateError::Brace),
                other => plain.push(other),
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        let template = Self(parts);
        if template.columns().next().is_none() { Err(TemplateError::Constant) } else { Ok(template) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> String {
        let columns = |name: &str| {
            [("Number", " 7 "), ("Line", "3"), ("Empty", "")]
                .into_iter()
                .find(|(column, _)| *column == name)
                .map(|(_, text)| text)
        };
        match template.parse::<Template>() {
            Ok(template) => template.fill(columns).unwrap_or_else(|problem| problem.to_string()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn columns_stand_in_braces() {
        assert_eq!(filled("INV-{Number}-{Line}"), "INV-7-3");
        assert_eq!(filled("{Number}"), "7");
        assert_eq!(filled("{{{Number}}}"), "{7}");
    }

    #[test]
    fn what_cannot_be_a_reference_is_said() {
        insta::assert_snapshot!(filled("A-{Empty}"), @"column `Empty`: `--reference-from` names this column, and it is empty in this row");
        insta::assert_snapshot!(filled("A-{None}"), @"column `None`: `--reference-from` names this column, and it is empty in this row");
        insta::assert_snapshot!(filled("A-{Number"), @"a brace has no other half; columns stand in braces, as in INV-{Number}, and a brace itself is written twice");
        insta::assert_snapshot!(filled("A}"), @"a brace has no other half; columns stand in braces, as in INV-{Number}, and a brace itself is written twice");
        insta::assert_snapshot!(filled("A"), @"no column is named; columns stand in braces, as in INV-{Number}");
        assert_eq!(filled("{}"), TemplateError::Brace.to_string());
    }
}
