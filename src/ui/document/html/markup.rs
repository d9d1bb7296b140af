//! Markup in which what is not ours is always escaped.

use std::fmt::{self, Display, Write};

/// A piece of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Markup(String);

/// What can stand for a `{}` in a template.
pub(super) trait Part {
    /// Writes it as markup.
    fn write(&self, page: &mut String);
}

impl Markup {
    /// A piece made of a template, as [`Markup::add`] takes it.
    pub(super) fn of(template: &'static str, parts: &[&dyn Part]) -> Self {
        let mut markup = Self::default();
        markup.add(template, parts);
        markup
    }

    /// Adds a template, with each `{}` replaced by a part. Only literals can be templates, and every part that is no markup itself is
    /// escaped, so no text can become a tag. Attributes are always quoted.
    pub(super) fn add(&mut self, template: &'static str, parts: &[&dyn Part]) {
        debug_assert_eq!(template.matches("{}").count(), parts.len(), "{template}");
        let mut parts = parts.iter();
        for (index, literal) in template.split("{}").enumerate() {
            if index > 0
                && let Some(part) = parts.next()
            {
                part.write(&mut self.0);
            }
            self.0.push_str(literal);
        }
    }

    /// Adds another piece.
    pub(super) fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl Part for Markup {
    fn write(&self, page: &mut String) {
        page.push_str(&self.0);
    }
}

impl<T: Display> Part for T {
    fn write(&self, page: &mut String) {
        // Writing to a string does not fail; a `Display` that does has at most lost its own words.
        let _ = write!(Escaping(page), "{self}");
    }
}

/// Escapes what is written through it.
struct Escaping<'a>(&'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                character if is_misleading(character) => self.0.push('\u{fffd}'),
                character => self.0.push(character),
            }
        }
        Ok(())
    }
}

/// Characters that are none for the eye, and those that turn the direction of what follows, with which a name can look like another.
fn is_misleading(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_escaped_and_markup_is_not_escaped_again() {
        let name = Markup::of("<b>{}</b>", &[&"a<b"]);
        let page = Markup::of("<p title='{}'>{} has {} rows", &[&"it's \"so\" & <so>", &name, &3]);
        assert_eq!(page.into_string(), "<p title='it&#39;s &quot;so&quot; &amp; &lt;so&gt;'><b>a&lt;b</b> has 3 rows");
    }

    #[test]
    fn what_would_turn_a_name_around_is_shown() {
        let page = Markup::of("{}", &[&"invoice\u{202e}vsc.exe\u{0}"]);
        assert_eq!(page.into_string(), "invoice\u{fffd}vsc.exe\u{fffd}");
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_tag_or_ends_an_attribute(text in ".*") {
            let page = Markup::of("{}", &[&text]).into_string();
            prop_assert!(!page.contains(['<', '>', '"', '\'']));
            prop_assert!(page.split('&').skip(1).all(|rest| ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|end| rest.starts_with(end))));
        }
    }
}
