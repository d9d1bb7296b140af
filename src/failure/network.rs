//! Words for the way to the servers: proxies, certificates, connections.

use std::error::Error;
use std::fmt::Write;

use super::{Exit, Failure};
use crate::http::{ClientError, Reason, TransportError};

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match &error {
            ClientError::Setup(_) => Self::from_error(Exit::Failed, &error)
                .hint("does this machine have root certificates (Debian and Ubuntu: the package ca-certificates)?")
                .hint("`--ca FILE` names others"),
            ClientError::Proxy { .. } => Self::from_error(Exit::Usage, &error)
                .hint("a proxy looks like `http://proxy.acme.local:3128`, with `USER:PASSWORD@` before the host where it wants one")
                .hint("what is no letter or digit in the password is written as `%` and two digits"),
            ClientError::NoProxy { .. } => {
                Self::from_error(Exit::Usage, &error).hint("it lists hosts and domains: `localhost,.acme.local,10.0.0.0/8`")
            }
            ClientError::Read { path, source } => {
                Self::from_error(Exit::Usage, &error).hint_if_missing(source, path)
            }
            ClientError::Pem { .. } => Self::from_error(Exit::Usage, &error),
        }
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        let failure = Self::from_error(Exit::Failed, &error);
        match error.reason() {
            Reason::Name => failure.hint("is the host in `--url` spelt right, and is this machine on the network that knows it?"),
            Reason::Proxy => {
                let variable = if error.endpoint().starts_with("https") { "HTTPS_PROXY" } else { "HTTP_PROXY" };
                failure.hint(format!("it is given with the proxy: `{variable}=http://USER:PASSWORD@HOST:PORT`"))
                    .hint("what is no letter or digit in the password is written as `%` and two digits")
            }
            Reason::Connect => connect_hint(failure, &words(&error)),
            Reason::Tls => tls_hint(failure, &words(&error)),
            Reason::Timeout => failure.hint("`--connect-timeout`, `--answer-timeout` and `--timeout` allow more time; a proxy may have to be named in `HTTPS_PROXY`"),
            Reason::Broken => failure,
        }
    }
}

fn connect_hint(failure: Failure, words: &str) -> Failure {
    if words.contains("tunnel") || words.contains("proxy") {
        failure.hint("the proxy in `HTTPS_PROXY` lets no connection to that host through; `NO_PROXY` names hosts to be reached without it")
    } else {
        failure.hint("is the port right, and does a proxy have to be named in `HTTPS_PROXY`?")
    }
}

/// What to do about a certificate, by the names that the TLS library gives to what is wrong with it.
fn tls_hint(failure: Failure, words: &str) -> Failure {
    let any = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    if any(&["CaUsedAsEndEntity"]) {
        failure
            .hint("the server shows the certificate of an authority (`CA:TRUE`) as its own, as self-made ones often are; trusting it changes nothing")
            .hint("the server needs a certificate of its own, issued by that authority, with `CA:FALSE` and its name as subjectAltName")
    } else if any(&["UnsupportedCertVersion"]) {
        failure.hint("the server's certificate is of X.509 version 1; it needs one of version 3, with its name as subjectAltName")
    } else if any(&["NotValidForName", "not valid for name"]) {
        failure
            .hint("the certificate is for another name than the one in `--url`: use the name it was issued for")
            .hint("a name that stands only in its CN does not count, only one in subjectAltName does")
    } else if any(&["NotValidYet", "not valid yet"]) {
        failure.hint("is the clock of this machine right? `date -u` shows it; the certificate is not valid before the time the message names")
    } else if any(&["Expired", "expired"]) {
        failure.hint("the server's certificate has ended, or the clock of this machine is wrong (`date -u` shows it)")
    } else if any(&["CertificateRequired", "BadCertificate", "HandshakeFailure"]) {
        failure.hint("the server may ask for a certificate of ours: `--client-cert FILE` names one, with its key")
    } else if any(&["UnknownIssuer", "unknown issuer", "UnknownCA"]) {
        failure
            .hint("a company's own certificate authority, or a proxy that opens TLS connections, must be trusted: `--ca FILE` names its certificate (PEM),")
            .hint("or it is installed on this machine for all programs (on Linux also by `SSL_CERT_FILE`)")
    } else if any(&["handshake eof"]) {
        failure.hint("the server hung up in the middle of the handshake: does it speak TLS at that port (or is it `http://`?), or does it want a certificate of ours (`--client-cert FILE`)?")
    } else if any(&["InvalidContentType", "corrupt message"]) {
        failure.hint("the server speaks no TLS at that port; is it `http://`, or another port?")
    } else {
        failure.hint("a company's own certificate authority must be trusted: `--ca FILE` names its certificate (PEM)")
    }
}

/// The whole chain of causes, for looking at.
fn words(error: &dyn Error) -> String {
    let mut words = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        // Writing to a String cannot fail.
        let _ = write!(words, "{cause} {cause:?} ");
        next = cause.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(words: &str) -> String {
        let shown = tls_hint(Failure::new(Exit::Failed, "x"), words).to_string();
        shown.lines().skip(2).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_fault_of_a_certificate_has_its_own_way_out() {
        insta::assert_snapshot!(tls("invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))"), @"
        hint: the server shows the certificate of an authority (`CA:TRUE`) as its own, as self-made ones often are; trusting it changes nothing
        hint: the server needs a certificate of its own, issued by that authority, with `CA:FALSE` and its name as subjectAltName
        ");
        insta::assert_snapshot!(tls("invalid peer certificate: UnknownIssuer"), @"
        hint: a company's own certificate authority, or a proxy that opens TLS connections, must be trusted: `--ca FILE` names its certificate (PEM),
        hint: or it is installed on this machine for all programs (on Linux also by `SSL_CERT_FILE`)
        ");
        insta::assert_snapshot!(tls("NotValidForNameContext"), @"
        hint: the certificate is for another name than the one in `--url`: use the name it was issued for
        hint: a name that stands only in its CN does not count, only one in subjectAltName does
        ");
        insta::assert_snapshot!(tls("NotValidYetContext"), @"hint: is the clock of this machine right? `date -u` shows it; the certificate is not valid before the time the message names");
        insta::assert_snapshot!(tls("Other(OtherError(UnsupportedCertVersion))"), @"hint: the server's certificate is of X.509 version 1; it needs one of version 3, with its name as subjectAltName");
        insta::assert_snapshot!(tls("received fatal alert: CertificateRequired"), @"hint: the server may ask for a certificate of ours: `--client-cert FILE` names one, with its key");
        insta::assert_snapshot!(tls("tls handshake eof"), @"hint: the server hung up in the middle of the handshake: does it speak TLS at that port (or is it `http://`?), or does it want a certificate of ours (`--client-cert FILE`)?");
        insta::assert_snapshot!(tls("received corrupt message of type InvalidContentType"), @"hint: the server speaks no TLS at that port; is it `http://`, or another port?");
    }

    #[test]
    fn a_proxy_that_refuses_is_told_from_a_server_that_does() {
        let hint = |words| connect_hint(Failure::new(Exit::Failed, "x"), words).to_string();
        assert!(hint("tunnel error: unsuccessful").contains("`NO_PROXY` names"));
        assert!(hint("Connection refused").contains("is the port right"));
    }

    #[test]
    fn a_malformed_proxy_is_wrong_usage() {
        let failure = Failure::from(ClientError::Proxy { variable: String::from("HTTPS_PROXY") });
        assert_eq!(failure.exit(), Exit::Usage);
        insta::assert_snapshot!(failure, @"
        error: the proxy in `HTTPS_PROXY` is not a URL

        hint: a proxy looks like `http://proxy.acme.local:3128`, with `USER:PASSWORD@` before the host where it wants one
        hint: what is no letter or digit in the password is written as `%` and two digits
        ");
    }
}
