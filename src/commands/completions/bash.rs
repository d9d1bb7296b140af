//! Bash gives a line as it was typed and takes words as they have to be typed: quotes are ours to read and to write.

use std::ffi::OsString;

/// A command line up to the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    typed: String,
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
/// Those of [`BREAKS`] are among them: escaped, they would be no breaks at the next TAB.
const HARMLESS: &str = "%+,-./_=:@";

/// The characters of `COMP_WORDBREAKS` at which a word begins anew for bash, although for the program it goes on.
const BREAKS: &str = "=:@";

impl Line {
    /// Reads a line; `None` where its quotes cannot be made out.
    pub(super) fn read(line: &str) -> Option<Self> {
        // Whatever stands behind the end makes a last word even of nothing, and is taken off again.
        const END: char = '.';
        let ends = [(Quote::None, ""), (Quote::Double, "\""), (Quote::Single, "'")];
        // A backslash that has nothing behind it yet would take the end away.
        let typed = if line.chars().rev().take_while(|&character| character == '\\').count() % 2 == 1 {
            line.strip_suffix('\\')?
        } else {
            line
        };
        ends.into_iter().find_map(|(quote, close)| {
            let mut words = shlex::split(&format!("{typed}{END}{close}"))?;
            words.last_mut()?.pop();
            // `VARIABLE=value uiq …`
            let command = words.iter().position(|word| !word.contains('=')).unwrap_or(0);
            Some(Self { typed: typed.to_owned(), words: words.split_off(command), quote })
        })
    }

    /// The words as the program would be given them.
    pub(super) fn words(&self) -> Vec<OsString> {
        self.words.iter().map(OsString::from).collect()
    }

    /// What bash has to put in the place of the last word to make `value` of it. For bash a word begins anew at each of `breaks`
    /// (`COMP_WORDBREAKS`) outside of quotes, and where a quote is opened; only what is behind is replaced.
    pub(super) fn completed(&self, value: &str, breaks: &str) -> String {
        let kept = kept(&self.typed, breaks);
        let rest = value.get(kept..).unwrap_or(value);
        match self.quote {
            Quote::Double => escaped(rest, |character| matches!(character, '"' | '\\' | '$' | '`')),
            Quote::Single => rest.replace('\'', r"'\''"),
            Quote::None => escaped(rest, |character| {
                character.is_ascii() && !character.is_ascii_alphanumeric() && !HARMLESS.contains(character)
            }),
        }
    }
}

/// How many bytes of the last word, as the program would be given it, stand before the place from which bash replaces it.
fn kept(line: &str, breaks: &str) -> usize {
    let (mut length, mut kept, mut quote) = (0, 0, Quote::None);
    // Where the last quote was opened; while it is open, no break before it counts.
    let mut opened = 0;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Quote::None, '\'') => (quote, opened) = (Quote::Single, length),
            (Quote::None, '"') => (quote, opened) = (Quote::Double, length),
            (Quote::Single, '\'') | (Quote::Double, '"') => quote = Quote::None,
            (Quote::None, blank) if blank.is_ascii_whitespace() => (length, kept) = (0, 0),
            (Quote::None, '\\') => length += characters.next().map_or(0, char::len_utf8),
            (Quote::Double, '\\') => {
                let next = characters.next_if(|next| matches!(next, '"' | '\\' | '$' | '`'));
                length += next.map_or(1, char::len_utf8);
            }
            (Quote::None, broken) if breaks.contains(broken) && BREAKS.contains(broken) => {
                // The word that begins at an `@` has it: readline's `rl_special_prefixes`, by which bash tells names of hosts.
                kept = if broken == '@' { length } else { length + 1 };
                length += 1;
            }
            (_, other) => length += other.len_utf8(),
        }
    }
    if quote == Quote::None { kept } else { opened }
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

    const WORD_BREAKS: &str = " \t\n\"'@><=;|&(:";

    fn line(text: &str) -> Line {
        Line::read(text).unwrap()
    }

    fn completed(text: &str, value: &str) -> String {
        line(text).completed(value, WORD_BREAKS)
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
        assert_eq!(completed("uiq -p jane@ac", "jane@acme"), "@acme");
        assert_eq!(completed("uiq load \"--folder=Fin", "--folder=Finance/AP"), "--folder=Finance/AP");
    }

    #[test]
    fn a_break_that_was_typed_behind_a_backslash_or_in_quotes_is_none_for_bash() {
        assert_eq!(completed("uiq load jane", "jane@acme 2"), r"jane@acme\ 2", "or it would be none at the next TAB");
        assert_eq!(completed(r"uiq load jane@acme\ ", "jane@acme 2"), r"@acme\ 2");
        assert_eq!(completed(r"uiq load jane\@acme\ ", "jane@acme 2"), r"jane@acme\ 2");
        assert_eq!(completed("uiq load jane'@'ac", "jane@acme 2"), r"jane@acme\ 2");
        assert_eq!(completed("uiq load a=b jane", "jane@acme 2"), r"jane@acme\ 2");
        assert_eq!(completed("uiq load --folder=\"Fin", "--folder=Finance/A P"), "Finance/A P");
        assert_eq!(completed("uiq load --folder='Fin", "--folder=Finance/A P"), "Finance/A P");
    }
}
