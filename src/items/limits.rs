//! How long the parts of an item may be.

use super::Rule;

/// Longest reference, in UTF-16 units as the .NET server counts. Source: `maxLength` of Reference in Orchestrator's published definition.
pub const REFERENCE: usize = 128;

/// Longest progress text, in UTF-16 units. Source: the table of large fields in UiPath's page on rate limits.
pub const PROGRESS: usize = 104_857;

/// Largest SpecificContent, in bytes of JSON. Source: "500 KB" in the same table, for the cloud since June 2024.
///
/// Doubt: whether the server counts UTF-8 bytes or, as a third party reads it, UTF-16 (which would halve it). The larger reading
/// is taken: what is refused here surely fails there, and what only the server refuses comes back as a rejected row.
pub const CONTENT: usize = 500 * 1024;

/// Checks the length of a reference.
pub fn reference(text: &str) -> Result<(), Rule> {
    within(text, REFERENCE).map_err(|length| Rule::ReferenceTooLong { length })
}

/// Checks the length of a progress text.
pub fn progress(text: &str) -> Result<(), Rule> {
    within(text, PROGRESS).map_err(|length| Rule::ProgressTooLong { length })
}

/// Checks the size of SpecificContent.
pub fn content(bytes: usize) -> Result<(), Rule> {
    if bytes <= CONTENT { Ok(()) } else { Err(Rule::ContentTooLarge { bytes }) }
}

fn within(text: &str, limit: usize) -> Result<(), usize> {
    // UTF-16 never takes more units than UTF-8 takes bytes, so short texts need no counting.
    if text.len() <= limit {
        return Ok(());
    }
    let length = text.encode_utf16().count();
    if length <= limit { Ok(()) } else { Err(length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_counted_as_the_server_counts() {
        assert_eq!(reference(&"ü".repeat(128)), Ok(()));
        assert_eq!(reference(&"ü".repeat(129)), Err(Rule::ReferenceTooLong { length: 129 }));
        assert_eq!(reference(&"🧾".repeat(64)), Ok(()));
        assert_eq!(reference(&"🧾".repeat(65)), Err(Rule::ReferenceTooLong { length: 130 }));
    }

    #[test]
    fn the_last_byte_that_fits_fits() {
        assert_eq!(content(512_000), Ok(()));
        assert_eq!(content(512_001), Err(Rule::ContentTooLarge { bytes: 512_001 }));
        assert_eq!(progress(&"x".repeat(104_857)), Ok(()));
        assert_eq!(progress(&"x".repeat(104_858)), Err(Rule::ProgressTooLong { length: 104_858 }));
    }
}
