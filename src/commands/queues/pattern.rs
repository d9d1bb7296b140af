//! A part of a name, or a pattern for all of it.

/// Tells whether a name is meant, in any case of letters: by a part of it, or, where `*` stands for anything, as a whole.
pub(super) fn meant(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let Some((start, rest)) = pattern.split_once('*') else { return name.contains(&pattern) };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let (between, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in between.split('*') {
        match name.find(part) {
            Some(at) => name = &name[at + part.len()..],
            None => return false,
        }
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_name_is_meant_by_a_part_or_by_a_pattern_of_the_whole() {
        for pattern in ["", "voi", "INVOICES 2026", "inv*", "*2026", "*voices*", "I*c*20*6", "*", "**"] {
            assert!(meant(pattern, "Invoices 2026"), "{pattern}");
        }
        for pattern in ["invoices2026", "voices*", "*Invoices", "I*6*2026", "Inv*26*26", "x"] {
            assert!(!meant(pattern, "Invoices 2026"), "{pattern}");
        }
        assert!(meant("ÜBER*", "Überweisungen") && !meant("*ä*", "Überweisungen"));
    }
}
