//! Proxies that the environment names. The HTTP library reads them itself, and passes over what it does not understand: a misspelt
//! proxy would send the request, and the secret in it, another way than the user thinks. So they are looked at first.

use url::Url;

use super::ClientError;

/// The variables that name a proxy, by the library's own list; each is read in both spellings.
const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
/// The variables that name hosts to be reached without one.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// The schemes that the library speaks.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Refuses proxies that make no sense. A message never shows the value: it may hold a password.
pub fn check_proxies<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Result<(), ClientError> {
    for name in PROXIES {
        if variable(name).is_some_and(|value| !is_proxy(value.trim())) {
            return Err(ClientError::Proxy { variable: name.to_owned() });
        }
    }
    for name in EXCEPTIONS {
        if variable(name).is_some_and(|value| value.contains("://")) {
            return Err(ClientError::NoProxy { variable: name.to_owned() });
        }
    }
    Ok(())
}

/// Tells whether the environment names a proxy for HTTPS, and in which variable.
pub fn https_proxy<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Option<&'static str> {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().find(|name| variable(name).is_some())
}

fn is_proxy(value: &str) -> bool {
    let url = if value.contains("://") { Url::parse(value) } else { Url::parse(&format!("http://{value}")) };
    let plain = |url: &Url| matches!(url.path(), "" | "/") && url.query().is_none();
    url.is_ok_and(|url| {
        SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty()) && plain(&url)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: &'static str) -> Result<(), String> {
        check_proxies(|asked| (asked == name).then_some(value)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_proxy_with_or_without_scheme_port_and_password_is_one() {
        for good in
            ["http://proxy.acme.local:3128", "proxy:3128", "socks5h://u:p@10.0.0.1:1080", "proxy", "https://proxy/"]
        {
            assert_eq!(check("HTTPS_PROXY", good), Ok(()), "{good}");
        }
        assert_eq!(check("NO_PROXY", "localhost,.acme.local,10.0.0.0/8,*"), Ok(()));
    }

    #[test]
    fn a_malformed_one_is_an_error_that_shows_no_password() {
        for bad in ["http://", "ftp://proxy:21", "http://user:secret@:3128", "http:/proxy:port", "proxy:99999", ":3128"]
        {
            assert_eq!(check("https_proxy", bad), Err("the proxy in `https_proxy` is not a URL".into()), "{bad}");
        }
        let listed = check("NO_PROXY", "https://orchestrator.acme.local");
        assert_eq!(listed, Err("`NO_PROXY` lists URLs, where only names of hosts have an effect".into()));
    }
}
