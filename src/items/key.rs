//! Which names SpecificContent takes.

use super::Rule;

/// Characters that no key may hold.
///
/// Source: the documentation of Add Queue Item names `: . , @ "`, the activity's own check `. # @ :`; `@` and `.` are the
/// syntax of OData annotations, so a server would misread them. The union is refused, as either side would fail later.
pub const FORBIDDEN: [char; 6] = [':', '.', ',', '@', '"', '#'];

/// Checks a name for SpecificContent.
pub fn check(key: &str) -> Result<(), Rule> {
    if key.is_empty() {
        return Err(Rule::KeyEmpty);
    }
    match key.chars().find(|character| FORBIDDEN.contains(character)) {
        Some(character) => Err(Rule::KeyCharacter { character }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forbidden_character_is_named() {
        for character in FORBIDDEN {
            assert_eq!(check(&format!("Am{character}ount")), Err(Rule::KeyCharacter { character }));
        }
    }

    #[test]
    fn other_characters_are_free() {
        for key in ["Amount", "Rechnungs-Nr (brutto)", "金額", "a b", "a/b", "a$b%", "[x]"] {
            assert_eq!(check(key), Ok(()), "{key}");
        }
        assert_eq!(check(""), Err(Rule::KeyEmpty));
    }
}
