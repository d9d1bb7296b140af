//! One request to the redirect URL: is it the browser that comes back from the identity server?
//!
//! Anything on this machine, and any page in the browser, can send requests here. Only a plain navigation to the registered path is
//! looked at; what a page's script sends names its `Origin`, and a name that was made to point here (DNS rebinding) shows in `Host`.

use super::{Callback, CallbackError, RedirectUri};
use crate::secret::Secret;

/// What becomes of a request.
#[derive(Debug)]
pub(super) enum Judgement {
    /// It is the answer; the login goes on, whatever it says.
    Answer(Callback),
    /// It is none of ours: the status and why. The login waits for another one.
    NotOurs(&'static str, &'static str),
}

/// Judges the head of a request.
pub(super) fn judge(head: &str, redirect: &RedirectUri, state: &Secret) -> Judgement {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let Some(target) = target.filter(|_| version.is_some_and(|version| version.starts_with("HTTP/1."))) else {
        return Judgement::NotOurs("400 Bad Request", "this is no request of a browser");
    };
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let header = |wanted: &str| {
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !header("host").is_some_and(|host| host.eq_ignore_ascii_case(&redirect.authority())) {
        Judgement::NotOurs("421 Misdirected Request", "this request is for another host")
    } else if header("origin").is_some() {
        Judgement::NotOurs("403 Forbidden", "pages have no business here")
    } else if path != redirect.path() {
        Judgement::NotOurs("404 Not Found", "there is nothing here")
    } else if method != Some("GET") {
        Judgement::NotOurs("405 Method Not Allowed", "only a browser that comes back is expected here")
    } else {
        match Callback::read(query, state) {
            Ok(answer) => Judgement::Answer(answer),
            Err(CallbackError::OtherState) => {
                Judgement::NotOurs("400 Bad Request", "this answer belongs to another login")
            }
            Err(_) => Judgement::NotOurs("400 Bad Request", "there is no code in this answer"),
        }
    }
}

/// The page that the browser shows. It holds nothing of the request, runs nothing and passes nothing on.
pub(super) fn response(judgement: &Judgement) -> String {
    let (status, title, text) = match judgement {
        Judgement::Answer(Callback::Code(_)) => {
            ("200 OK", "Back to the terminal", "uiq has what it needs from the browser. You can close this page.")
        }
        Judgement::Answer(Callback::Denied { .. }) => {
            ("200 OK", "Not logged in", "The identity server refused the login. The terminal says more.")
        }
        Judgement::NotOurs(status, why) => (*status, "Not for uiq", *why),
    };
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><h1>{title}</h1><p>{text}</p></body></html>\n"
    );
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'\r\n\
         X-Content-Type-Options: nosniff\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(head: &str) -> String {
        let redirect = RedirectUri::parse("http://localhost:8085/back").unwrap();
        let head = head.replace('\n', "\r\n");
        let judgement = judge(&head, &redirect, &Secret::new("s1"));
        let page = response(&judgement);
        assert!(!page.contains("c1") && !page.contains("s1"), "{page}");
        match judgement {
            Judgement::Answer(Callback::Code(code)) => format!("code {}", code.expose()),
            Judgement::Answer(Callback::Denied { error, .. }) => format!("denied {error}"),
            Judgement::NotOurs(status, _) => status.to_owned(),
        }
    }

    #[test]
    fn the_browser_that_comes_back_is_the_answer() {
        assert_eq!(judged("GET /back?code=c1&state=s1 HTTP/1.1\nHost: localhost:8085\nAccept: */*\n\n"), "code c1");
        assert_eq!(judged("GET /back?error=no&state=s1 HTTP/1.1\nhost: LOCALHOST:8085\n\n"), "denied no");
    }

    #[test]
    fn everything_else_is_turned_away() {
        for (head, status) in [
            ("GET /back?code=c1&state=s2 HTTP/1.1\nHost: localhost:8085\n\n", "400 Bad Request"),
            ("GET /back?code=c1 HTTP/1.1\nHost: localhost:8085\n\n", "400 Bad Request"),
            ("GET /back?state=s1 HTTP/1.1\nHost: localhost:8085\n\n", "400 Bad Request"),
            ("GET /favicon.ico HTTP/1.1\nHost: localhost:8085\n\n", "404 Not Found"),
            ("GET /back/?code=c1&state=s1 HTTP/1.1\nHost: localhost:8085\n\n", "404 Not Found"),
            ("POST /back?code=c1&state=s1 HTTP/1.1\nHost: localhost:8085\n\n", "405 Method Not Allowed"),
            (
                "GET /back?code=c1&state=s1 HTTP/1.1\nHost: localhost:8085\nOrigin: https://evil.example\n\n",
                "403 Forbidden",
            ),
            ("GET /back?code=c1&state=s1 HTTP/1.1\nHost: localhost:8085\nOrigin: null\n\n", "403 Forbidden"),
            ("GET /back?code=c1&state=s1 HTTP/1.1\nHost: evil.example:8085\n\n", "421 Misdirected Request"),
            ("GET /back?code=c1&state=s1 HTTP/1.1\n\n", "421 Misdirected Request"),
            ("GET /back?code=c1&state=s1\n\n", "400 Bad Request"),
            ("\u{16}\u{3}\u{1}", "400 Bad Request"),
        ] {
            assert_eq!(judged(head), status, "{head}");
        }
    }
}
