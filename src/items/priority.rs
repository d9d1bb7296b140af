//! The three priorities, by the names and numbers that Orchestrator's own upload takes.

use std::fmt;

/// How urgent an item is.
///
/// Always sent: without one the API and the upload page take High, where UiPath's SDK and activities send Normal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Priority {
    /// `Low`, or 1 in a file.
    Low,
    /// `Normal`, or 2 in a file.
    #[default]
    Normal,
    /// `High`, or 3 in a file.
    High,
}

impl Priority {
    /// Reads a name in any case, or the number that the upload's guide gives it. Spaces around it are ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text {
            "1" => Some(Self::Low),
            "2" => Some(Self::Normal),
            "3" => Some(Self::High),
            _ => [Self::Low, Self::Normal, Self::High].into_iter().find(|one| text.eq_ignore_ascii_case(one.name())),
        }
    }

    /// The name as the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Normal => "Normal",
            Self::High => "High",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Priority;

    #[test]
    fn names_in_any_case_and_the_numbers_of_the_upload() {
        for text in ["low", "LOW", " Low ", "1"] {
            assert_eq!(Priority::parse(text), Some(Priority::Low), "{text}");
        }
        assert_eq!(Priority::parse("nORMAL"), Some(Priority::Normal));
        assert_eq!(Priority::parse("2"), Some(Priority::Normal));
        assert_eq!(Priority::parse("high"), Some(Priority::High));
        assert_eq!(Priority::parse("3"), Some(Priority::High));
    }

    #[test]
    fn nothing_else_is_a_priority() {
        for text in ["", "0", "4", "01", "Urgent", "Hi", "1.0"] {
            assert_eq!(Priority::parse(text), None, "{text}");
        }
    }
}
