//! Words short enough for a line of progress: an address with nothing between its host and the call, and no trace id.
//!
//! The whole of it stands in the error at the end, in the journal and in the log.

use crate::orchestrator::without_trace;

/// Shortens the addresses in `words` and leaves out what only a support case needs.
pub(super) fn brief(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for word in without_trace(words).split_inclusive(' ') {
        match word.find("http://").or_else(|| word.find("https://")) {
            Some(start) => {
                let (before, address) = word.split_at(start);
                let end = address.find([' ', ',', ';', ')']).unwrap_or(address.len());
                let (address, after) = address.split_at(end);
                text.extend([before, &shortened(address), after]);
            }
            None => text.push_str(word),
        }
    }
    text
}

/// `https://cloud.uipath.com/…/BulkAddQueueItems`, without the scheme.
fn shortened(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, bare)| bare);
    let (Some((host, path)), Some((_, call))) = (bare.split_once('/'), bare.rsplit_once('/')) else {
        return bare.to_owned();
    };
    // OData calls its functions by a namespace that says nothing.
    let name = call.strip_prefix("UiPathODataSvc.").unwrap_or(call);
    if path == call { format!("{host}/{name}") } else { format!("{host}/.../{name}") }
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn an_address_keeps_its_host_and_its_call() {
        assert_eq!(
            brief(
                "the connection ended before the answer of https://cloud.uipath.com/acme/Prod/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems"
            ),
            "the connection ended before the answer of cloud.uipath.com/.../BulkAddQueueItems"
        );
        assert_eq!(
            brief("cannot connect to http://127.0.0.1:80/identity_/connect/token"),
            "cannot connect to 127.0.0.1:80/.../token"
        );
        assert_eq!(brief("(https://a.b/c; http://d)"), "(a.b/c; d)");
    }

    #[test]
    fn a_trace_is_left_out_with_its_brackets_or_its_comma() {
        assert_eq!(
            brief("http://h/x answered HTTP 503: Unavailable (trace 00-0a-1b-00)"),
            "h/x answered HTTP 503: Unavailable"
        );
        assert_eq!(brief("HTTP 404: no (errorCode 1002, trace 00-0a-1b-00)"), "HTTP 404: no (errorCode 1002)");
        assert_eq!(brief("nothing to shorten"), "nothing to shorten");
    }
}
