//! Bash gives a line as it was typed and takes words as they have to be typed: quotes are ours to read and to write.

use std::ffi::OsString;

/// A command line up to the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    words: Vec<String>,
    quote: Quote,
}

/// What the last word is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// Characters that mean nothing to a shell, wherever in a word. Everything beyond ASCII is as harmless.
const HARMLESS: &str = "%+,-./_";

impl Line {
    /// Reads a line; `None` where its quotes cannot be made out.
    pub(super) fn read(line: &str) -> Option<Self> {
        // Whatever stands behind the end makes a last word even of nothing, and is taken off again.
        const END: char = '.';
        let ends = [(Quote::None, ""), (Quote::Double, "\""), (Quote::Single, "'")];
        // A backslash that has nothing behind it yet would take the end away.
        let line = if line.chars().rev().take_while(|&character| character == '\\').count() % 2 == 1 {
            line.strip_suffix('\\')?
        } else {
            line
        };
        ends.into_iter().find_map(|(quote, close)| {
            let mut words = shlex::split(&format!("{line}{END}{close}"))?;
            words.last_mut()?.pop();
            // `VARIABLE=value uiq …`
            let command = words.iter().position(|word| !word.contains('=')).unwrap_or(0);
            Some(Self { words: words.split_off(command), quote })
        })
    }

    /// The words as the program would be given them.
    pub(super) fn words(&self) -> Vec<OsString> {
        self.words.iter().map(OsString::from).collect()
    }

    /// What bash has to put in the place of the last word to make `value` of it. For bash a word outside of quotes begins anew at each
    /// of `breaks` (`COMP_WORDBREAKS`), and only what is behind the last of them is replaced.
    pub(super) fn completed(&self, value: &str, breaks: &str) -> String {
        match self.quote {
            Quote::Double => escaped(value, |character| matches!(character, '"' | '\\' | '$' | '`')),
            Quote::Single => value.replace('\'', r"'\''"),
            Quote::None => {
                let typed = self.words.last().map_or("", String::as_str);
                let start = typed.rfind(|character| breaks.contains(character) && "=:@".contains(character));
                let kept = start.map_or(0, |at| at + 1);
                let rest = value.get(kept..).filter(|_| value.is_char_boundary(kept)).unwrap_or(value);
                escaped(rest, |character| {
                    character.is_ascii() && !character.is_ascii_alphanumeric() && !HARMLESS.contains(character)
                })
            }
        }
    }
}

fn escaped(value: &str, special: impl Fn(char) -> bool) -> String {
    let mut written = String::with_capacity(value.len());
    for character in value.chars() {
        if special(character) {
            written.push('\\');
        }
        written.push(character);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = " \t\n\"'@><=;|&(:";

    fn line(text: &str) -> Line {
        Line::read(text).unwrap()
    }

    fn completed(text: &str, value: &str) -> String {
        line(text).completed(value, BREAKS)
    }

    #[test]
    fn words_are_read_as_bash_reads_them() {
        for (text, words) in [
            ("uiq load ", vec!["uiq", "load", ""]),
            ("uiq load In", vec!["uiq", "load", "In"]),
            ("uiq load \"Rechnungen f", vec!["uiq", "load", "Rechnungen f"]),
            ("uiq load 'Rechnungen f", vec!["uiq", "load", "Rechnungen f"]),
            (r"uiq load Rechnungen\ f", vec!["uiq", "load", "Rechnungen f"]),
            (r"uiq load Rechnungen\", vec!["uiq", "load", "Rechnungen"]),
            ("uiq --folder=Fin", vec!["uiq", "--folder=Fin"]),
            ("UIQ_PROFILE=test uiq load ", vec!["uiq", "load", ""]),
            ("uiq load 'It'\\''s", vec!["uiq", "load", "It's"]),
        ] {
            assert_eq!(line(text).words(), words, "{text}");
        }
    }

    #[test]
    fn a_name_is_written_as_it_has_to_be_typed() {
        assert_eq!(completed("uiq load Re", "Rechnungen für März"), r"Rechnungen\ für\ März");
        assert_eq!(completed("uiq load \"Re", "Rechnungen für März"), "Rechnungen für März");
        assert_eq!(completed("uiq load ", r#"Bob's "best" $5"#), r#"Bob\'s\ \"best\"\ \$5"#);
        assert_eq!(completed("uiq load \"", r#"Bob's "best" $5"#), r#"Bob's \"best\" \$5"#);
        assert_eq!(completed("uiq load '", r#"Bob's "best" $5"#), r#"Bob'\''s "best" $5"#);
    }

    #[test]
    fn only_what_bash_replaces_is_given() {
        assert_eq!(completed("uiq load --folder=Fin", "--folder=Finance/AP"), "Finance/AP");
        assert_eq!(completed("uiq -p jane@ac", "jane@acme"), "acme");
        assert_eq!(completed("uiq load \"--folder=Fin", "--folder=Finance/AP"), "--folder=Finance/AP");
    }
}
