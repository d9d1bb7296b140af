//! The address at which the browser comes back.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// The port where the user names none. Any would do; the same one each time can be registered. It is the one of the examples of
/// UiPath's own command line, so whoever used that has it registered.
const DEFAULT: &str = "http://localhost:12700";

/// A redirect URL on this machine, as it was registered with the application. The identity server compares it letter by letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    host: Host<String>,
    port: u16,
    path: String,
}

/// Why a program cannot listen at a redirect URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// It is no URL.
    #[error("`{0}` is not a web address")]
    NotAUrl(String),
    /// `https://localhost`, which UiPath's page proposes.
    #[error("nothing can answer at `{0}`: no program has a certificate for this machine itself")]
    Https(String),
    /// Not this machine.
    #[error("`{0}` is not on this machine, so the browser would take the login elsewhere")]
    Elsewhere(String),
    /// No port, or a port that may be anybody's.
    #[error("`{0}` names no port that could be listened at")]
    NoPort(String),
    /// A query or a fragment would be lost.
    #[error("`{0}` has more than a path")]
    Extra(String),
}

impl RedirectUri {
    /// Takes a redirect URL as it was registered.
    pub fn parse(text: &str) -> Result<Self, RedirectError> {
        let shown = text.trim().to_owned();
        let url = Url::parse(&shown).map_err(|_| RedirectError::NotAUrl(shown.clone()))?;
        let host = match url.host() {
            Some(Host::Domain(name)) if name.eq_ignore_ascii_case("localhost") => Host::Domain(name.to_owned()),
            Some(Host::Ipv4(ip)) if ip.is_loopback() => Host::Ipv4(ip),
            Some(Host::Ipv6(ip)) if ip.is_loopback() => Host::Ipv6(ip),
            _ => return Err(RedirectError::Elsewhere(shown)),
        };
        if url.scheme() == "https" {
            return Err(RedirectError::Https(shown));
        }
        if url.scheme() != "http" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(RedirectError::Extra(shown));
        }
        // Without a port it is 80, which only an administrator can listen at.
        let port = url.port().filter(|port| *port > 0).ok_or_else(|| RedirectError::NoPort(shown.clone()))?;
        Ok(Self { text: shown, host, port, path: url.path().to_owned() })
    }

    /// The one used where none is named.
    pub fn standard() -> Self {
        let host = Host::Domain(String::from("localhost"));
        Self { text: DEFAULT.to_owned(), host, port: 12700, path: String::from("/") }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path that the browser asks for.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// What the browser names as the host that it talks to.
    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Where to listen. A browser may look for `localhost` at either of its addresses.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        let ips: Vec<IpAddr> = match &self.host {
            Host::Domain(_) => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            Host::Ipv4(ip) => vec![(*ip).into()],
            Host::Ipv6(ip) => vec![(*ip).into()],
        };
        ips.into_iter().map(|ip| SocketAddr::new(ip, self.port)).collect()
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_on_this_machine_with_a_port_can_be_listened_at() {
        let plain = RedirectUri::parse("http://localhost:8085").unwrap();
        assert_eq!((plain.port(), plain.path(), plain.authority().as_str()), (8085, "/", "localhost:8085"));
        assert_eq!(plain.to_string(), "http://localhost:8085", "sent as it was registered, without a slash");
        assert_eq!(plain.addresses().len(), 2);
        let path = RedirectUri::parse("http://127.0.0.1:9/Temporary_Listen_Addresses").unwrap();
        assert_eq!((path.path(), path.addresses().len()), ("/Temporary_Listen_Addresses", 1));
        assert_eq!(RedirectUri::parse("http://[::1]:9/").unwrap().authority(), "[::1]:9");
        assert_eq!(RedirectUri::parse(DEFAULT), Ok(RedirectUri::standard()));
    }

    #[test]
    fn every_other_is_refused_for_its_reason() {
        let refused = |text: &str| RedirectUri::parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(refused("https://localhost"), @"nothing can answer at `https://localhost`: no program has a certificate for this machine itself");
        insta::assert_snapshot!(refused("http://localhost"), @"`http://localhost` names no port that could be listened at");
        insta::assert_snapshot!(refused("http://localhost:80/"), @"`http://localhost:80/` names no port that could be listened at");
        insta::assert_snapshot!(refused("http://evil.example:8085"), @"`http://evil.example:8085` is not on this machine, so the browser would take the login elsewhere");
        insta::assert_snapshot!(refused("http://localhost:8085/?a=b"), @"`http://localhost:8085/?a=b` has more than a path");
        insta::assert_snapshot!(refused("localhost"), @"`localhost` is not a web address");
    }
}
