//! What of a source file the program is made of: without comments, literals and what only tests see.

/// Blanks out everything else. Lines keep their numbers, for only line ends and what is visible stay as they are.
pub(crate) fn visible(source: &str) -> String {
    without_tests(without_literals(&source.chars().collect::<Vec<_>>())).into_iter().collect()
}

fn without_literals(source: &[char]) -> Vec<char> {
    let mut shown = Vec::with_capacity(source.len());
    while let Some(&c) = source.get(shown.len()) {
        let rest = &source[shown.len()..];
        let length = match c {
            '/' if rest.starts_with(&['/', '/']) => rest.iter().take_while(|c| **c != '\n').count(),
            '/' if rest.starts_with(&['/', '*']) => block_comment(rest),
            '"' => string(rest),
            '\'' => character(rest),
            'r' | 'b' | 'c' if !shown.last().copied().is_some_and(is_word) => prefixed(rest),
            _ => 0,
        };
        if length == 0 {
            shown.push(c);
        } else {
            shown.extend(rest[..length].iter().map(|c| blank(*c)));
        }
    }
    shown
}

/// The length of a comment that may hold others.
fn block_comment(text: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(&['/', '*']) {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with(&['*', '/']) {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// The length of a string that begins with its quote.
fn string(text: &[char]) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

/// The length of a character; nothing where the quote begins a lifetime.
fn character(text: &[char]) -> usize {
    match text.get(1) {
        // The quote that ends it is not the one that may be escaped.
        Some('\\') => text.iter().skip(3).position(|c| *c == '\'').map_or(0, |end| end + 4),
        Some(_) if text.get(2) == Some(&'\'') => 3,
        _ => 0,
    }
}

/// The length of a literal that begins with letters: `b"…"`, `r#"…"#`, `br"…"`, `b'…'`; nothing of a word.
fn prefixed(text: &[char]) -> usize {
    let letters = text.iter().take_while(|c| matches!(c, 'r' | 'b' | 'c')).count();
    let raw = text[..letters].contains(&'r');
    let hashes = if raw { text[letters..].iter().take_while(|c| **c == '#').count() } else { 0 };
    let literal = &text[letters + hashes..];
    match literal.first() {
        Some('"') if raw => {
            let mut end = vec!['"'];
            end.extend(std::iter::repeat_n('#', hashes));
            let length = literal[1..].windows(end.len()).position(|window| *window == end[..]);
            length.map_or(text.len(), |length| letters + hashes + 1 + length + end.len())
        }
        Some('"') => letters + string(literal),
        Some('\'') if text[..letters] == ['b'] => letters + character(literal),
        _ => 0,
    }
}

/// Blanks each item behind a `#[cfg(test)]`, up to its semicolon or closing brace.
fn without_tests(mut shown: Vec<char>) -> Vec<char> {
    let mut at = 0;
    while at < shown.len() {
        if shown[at..].starts_with(&['#', '[', 'c', 'f', 'g', '(']) {
            let attribute = at + balanced(&shown[at + 1..]) + 1;
            let condition: String = shown[at..attribute].iter().collect();
            let mut words = condition.split(|c| !is_word(c));
            if words.any(|word| word == "test") && !condition.contains("not(test") {
                let end = attribute + item(&shown[attribute..]);
                for c in &mut shown[at..end] {
                    *c = blank(*c);
                }
            }
            at = attribute;
        } else {
            at += 1;
        }
    }
    shown
}

/// The length of the item at the beginning of `text`.
fn item(text: &[char]) -> usize {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            ';' => return at + 1,
            '{' => return at + balanced(&text[at..]),
            '(' | '[' => at += balanced(&text[at..]),
            _ => at += 1,
        }
    }
    at
}

/// The length from an opening bracket to the one that closes it.
fn balanced(text: &[char]) -> usize {
    let mut depth = 0;
    for (at, c) in text.iter().enumerate() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

fn blank(c: char) -> char {
    if c == '\n' { '\n' } else { ' ' }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[track_caller]
    fn hides(source: &str) {
        let shown = visible(source);
        assert!(!shown.contains("hidden"), "{shown}");
        assert!(shown.contains("seen"), "{shown}");
        assert_eq!(shown.lines().count(), source.lines().count());
    }

    #[test]
    fn comments_and_literals_are_not_seen() {
        hides("// hidden\nseen();");
        hides("/* hidden /* hidden */ hidden */ seen()");
        hides(r#"let a = "hidden \" hidden"; seen()"#);
        hides("let a = r#\"hidden \" hidden\"#; seen()");
        hides("let a = br\"hidden\\\"; seen()");
        hides("let a = b\"hidden\"; seen()");
    }

    #[test]
    fn a_quote_as_a_character_begins_no_string() {
        hides("let a = ('\"', '\\'', b'\"'); seen(); let b = \"hidden\";");
        hides("fn seen<'a>(a: &'a str) -> &'a str { \"hidden\" }");
    }

    #[test]
    fn what_only_tests_see_is_not_seen() {
        hides("#[cfg(test)]\nmod tests {\n fn hidden() { if a { b } }\n}\nfn seen() {}");
        hides("#[cfg(test)]\nuse hidden::x;\nuse seen::y;");
        hides("#[cfg(all(test, unix))]\n#[path = \"x\"]\nmod hidden;\nuse seen::y;");
        hides("fn hiddem() {}\n#[cfg(not(test))]\nfn seen() {}");
    }
}
