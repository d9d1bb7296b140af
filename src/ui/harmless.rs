//! What comes from outside, so that a terminal shows it and does nothing else: names of files and queues and a server's words may hold the
//! codes by which a terminal is moved, coloured, renamed or made to answer.

use std::borrow::Cow;

use super::terminal::Terminal;

/// The text with a mark in the place of every control character but the ends of lines and tabs. Nothing of our own is lost: the program's
/// words have no codes, and bars and the coloured log do not come this way.
pub(super) fn harmless(text: &str, terminal: Terminal) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mark = match terminal {
        Terminal::Unicode => "\u{fffd}",
        // A dumb terminal says nothing of its letters.
        Terminal::Ascii | Terminal::Dumb => "?",
    };
    // The lines of a server on Windows end in two characters, of which the second does for both.
    Cow::Owned(text.replace("\r\n", "\n").replace(acts, mark))
}

/// C0, DEL and C1: a terminal may take U+009B for the beginning of a code as it does ESC and `[`.
fn acts(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_would_obey_is_left() {
        let text = "a\u{1b}]0;title\u{7}b\u{9b}2Jc\u{7f}\rd";
        assert_eq!(harmless(text, Terminal::Unicode), "a\u{fffd}]0;title\u{fffd}b\u{fffd}2Jc\u{fffd}\u{fffd}d");
        assert_eq!(harmless(text, Terminal::Ascii), "a?]0;title?b?2Jc??d");
    }

    #[test]
    fn lines_tabs_and_letters_stay() {
        assert!(matches!(harmless("März\t1\n\u{202f}2", Terminal::Ascii), Cow::Borrowed(_)));
        assert_eq!(harmless("one\r\ntwo", Terminal::Unicode), "one\ntwo");
    }
}
