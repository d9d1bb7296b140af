//! Queries in OData's form.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// Left as they are in a query: what RFC 3986 calls unreserved. Spaces become `%20`, for some builds refuse `+`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A string literal: quoted, its apostrophes doubled.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The address with these options; a `$` before a name stays a `$`, as some builds do not decode it.
pub(super) fn with_query(mut address: Url, options: &[(&str, &str)]) -> Url {
    let pairs: Vec<_> = options.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    address.set_query(Some(&pairs.join("&")));
    address
}

/// The length of `text` in a query.
pub(super) fn escaped_len(text: &str) -> usize {
    escape(text).len()
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_cannot_leave_its_literal() {
        let address = Url::parse("http://127.0.0.1/odata/QueueItems").unwrap();
        let filter = format!("Reference eq {}", literal("O'Hara & #1+%"));
        let address = with_query(address, &[("$filter", &filter)]);
        assert_eq!(address.query(), Some("$filter=Reference%20eq%20%27O%27%27Hara%20%26%20%231%2B%25%27"));
    }
}
