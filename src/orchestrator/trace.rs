//! The trace id in what an error says: support asks for it, and it makes every message another one.

/// The words without the trace id, and without the brackets or the comma that belong to it.
pub fn without_trace(words: &str) -> String {
    let Some(start) = words.find("trace 00-") else { return words.to_owned() };
    let (before, rest) = words.split_at(start);
    let rest = rest.find(')').and_then(|end| rest.get(end..)).unwrap_or_default();
    match before.strip_suffix(", ") {
        Some(before) => format!("{before}{rest}"),
        // It stood alone between its brackets.
        None => format!("{}{}", before.trim_end_matches([' ', '(']), rest.strip_prefix(')').unwrap_or(rest)),
    }
}
