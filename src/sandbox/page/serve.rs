//! Answers to a browser, and to no other name than this machine's own.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::state::State;
use crate::sandbox::orchestrator::Orchestrator;
use crate::sandbox::reply::Reply;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub(in crate::sandbox) fn overview(headers: &HeaderMap) -> Reply {
    if !is_local(headers) {
        return misdirected();
    }
    let body = PAGE.replace("/*style*/", STYLE).replace("/*script*/", SCRIPT);
    let mut reply = Reply { status: StatusCode::OK, headers: Vec::new(), body };
    reply.headers.push((header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")));
    guarded(reply, &policy())
}

/// What there is, for the script of the page.
pub(in crate::sandbox) fn state(orchestrator: &Orchestrator, headers: &HeaderMap) -> Reply {
    if !is_local(headers) {
        return misdirected();
    }
    guarded(Reply::json(StatusCode::OK, &State::of(orchestrator)), "default-src 'none'")
}

/// Whether the browser went to this machine by its own name.
///
/// A page from elsewhere can have its own name resolve to 127.0.0.1 (DNS rebinding), and then reads what it likes; but the name that
/// the browser sends is still the other one.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

fn misdirected() -> Reply {
    let mut reply = Reply::empty(StatusCode::MISDIRECTED_REQUEST);
    reply.headers.push((header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")));
    "The page of the sandbox is shown at localhost and 127.0.0.1 only.\n".clone_into(&mut reply.body);
    reply
}

/// Only our own style and script run, known by their digests; only our own state is asked for.
fn policy() -> String {
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

fn guarded(mut reply: Reply, policy: &str) -> Reply {
    // Made of our own words and base64, which are valid in a header.
    if let Ok(policy) = HeaderValue::from_str(policy) {
        reply.headers.push((header::CONTENT_SECURITY_POLICY, policy));
    }
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    reply.headers.extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_this_machine_are_its_own() {
        let local =
            |host: &'static str| is_local(&HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]));
        for own in ["localhost", "LOCALHOST:8787", "127.0.0.1:1", "[::1]:8787", "[::1]"] {
            assert!(local(own), "{own}");
        }
        for other in
            ["evil.example", "evil.example:8787", "localhost.evil.example", "127.0.0.1.evil.example:80", "", ":80"]
        {
            assert!(!local(other), "{other}");
        }
        assert!(!is_local(&HeaderMap::new()));
    }

    #[test]
    fn the_page_holds_its_style_and_its_script_once_and_nothing_from_elsewhere() {
        let host = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("localhost:1"))]);
        let page = overview(&host).body;
        assert!(page.contains(STYLE) && page.contains(SCRIPT) && !page.contains("/*s"));
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("src="));
        assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("insertAdjacentHTML"), "text is never markup");
    }
}
