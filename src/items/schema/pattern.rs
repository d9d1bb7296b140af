//! A text that matches a pattern, so that an example can be given for `^INV-[0-9]{4}$`.

use regex_syntax::Parser;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};

/// An example for a person to read is no longer than this.
const LONGEST: usize = 200;

/// A short text that matches, where the pattern is regular. Whoever uses it holds it against the schema: ECMAScript's patterns differ
/// from those understood here in details.
pub(super) fn matching(pattern: &str) -> Option<String> {
    let hir = Parser::new().parse(pattern).ok()?;
    let mut text = String::new();
    write(&hir, &mut text)?;
    Some(text)
}

fn write(hir: &Hir, text: &mut String) -> Option<()> {
    if text.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(member(class)?),
        HirKind::Repetition(repetition) => {
            // One where any number will do: an empty example shows nothing.
            let times = if repetition.max.is_none() { repetition.min.max(1) } else { repetition.min };
            for _ in 0..times {
                write(&repetition.sub, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, text))?,
        HirKind::Alternation(parts) => write(parts.first()?, text)?,
    }
    Some(())
}

/// A digit, a capital or a small letter where the class has one; otherwise its first member.
fn member(class: &Class) -> Option<char> {
    match class {
        Class::Unicode(class) => {
            let has = |wanted: char| class.iter().any(|range| range.start() <= wanted && wanted <= range.end());
            let first = || class.iter().next().map(ClassUnicodeRange::start);
            ['1', 'A', 'a'].into_iter().find(|&wanted| has(wanted)).or_else(first)
        }
        Class::Bytes(class) => class.iter().next().map(|range| char::from(range.start())),
    }
}

#[cfg(test)]
mod tests {
    use super::matching;

    #[test]
    fn patterns_have_an_example() {
        for (pattern, example) in [
            ("^INV-[0-9]{4}$", "INV-1111"),
            (r"^\d{2}\.\d{2}\.\d{4}$", "11.11.1111"),
            ("^(EUR|USD)$", "EUR"),
            ("^[A-Z]{2}[0-9]{2}( ?[0-9]{4}){3,}$", "AA11111111111111"),
            ("x", "x"),
            (".*", "1"),
            ("^[äöü]+$", "ä"),
            ("", ""),
        ] {
            assert_eq!(matching(pattern).as_deref(), Some(example), "{pattern}");
        }
        assert_eq!(matching("(?=a)b"), None, "no pattern of ours");
        assert_eq!(matching("a{1000}"), None, "no example to look at");
    }
}
