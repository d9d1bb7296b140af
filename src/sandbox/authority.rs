//! An authority of the sandbox's own, and the certificate that it gives to the sandbox.
//!
//! Both are made at every start and nothing is kept: the authority's key is dropped as soon as it has signed, the server's key ends
//! with the server.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree,
    IsCa, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::random::{hex, unguessable};

/// A server that can prove its name, to whoever trusts its authority.
pub(super) struct Certified {
    /// The authority's certificate, as PEM.
    pub(super) authority: String,
    pub(super) server: Arc<ServerConfig>,
}

/// Makes an authority, and a server with a certificate of it for the names of this machine.
pub(super) fn certify() -> io::Result<Certified> {
    let authority = CertifiedIssuer::self_signed(authority().map_err(io::Error::other)?, new_key()?);
    let authority = authority.map_err(io::Error::other)?;
    let key = new_key()?;
    let certificate = server().and_then(|server| server.signed_by(&key, &authority)).map_err(io::Error::other)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
    // By name: what the process takes for its default is whatever the crates in it agree on.
    let mut server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key)
        .map_err(io::Error::other)?;
    // Browsers offer HTTP/2 as well.
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Certified { authority: authority.pem(), server: Arc::new(server) })
}

/// P-256, which everything can verify.
fn new_key() -> io::Result<KeyPair> {
    KeyPair::generate().map_err(io::Error::other)
}

/// An authority for this machine and no other: whoever has the system trust it has not opened the rest of the world.
fn authority() -> Result<CertificateParams, rcgen::Error> {
    // By its name a client tells it from that of another start; else it would only find a signature that does not fit.
    let mut authority = named(&format!("uiq sandbox authority {}", hex(&unguessable()[..4])), &[])?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName(String::from("localhost")),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(Ipv4Addr::LOCALHOST.octets(), 32)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(Ipv6Addr::LOCALHOST.octets(), 128)),
        ],
        excluded_subtrees: Vec::new(),
    });
    Ok(authority)
}

fn server() -> Result<CertificateParams, rcgen::Error> {
    let mut server = named("uiq sandbox", &["localhost", "127.0.0.1", "::1"])?;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    Ok(server)
}

/// A certificate for `hosts`. It is valid from yesterday, for those whose clock is behind, and for a year: Apple's systems take none
/// that is valid for more than 825 days (<https://support.apple.com/103769>).
fn named(name: &str, hosts: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut certificate = CertificateParams::new(hosts)?;
    certificate.distinguished_name.push(DnType::CommonName, name);
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    let midnight = |day: Date| date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs());
    certificate.not_before = midnight(today.saturating_sub(1.day()));
    certificate.not_after = midnight(today.saturating_add(1.year()));
    Ok(certificate)
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::RootCertStore;
    use tokio_rustls::rustls::client::WebPkiServerVerifier;
    use tokio_rustls::rustls::client::danger::ServerCertVerifier;
    use tokio_rustls::rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    /// Whether whoever trusts the authority takes its word for the host.
    fn vouches_for(host: &str) -> bool {
        let authority = CertifiedIssuer::self_signed(authority().unwrap(), new_key().unwrap()).unwrap();
        let certificate = named("server", &[host]).unwrap().signed_by(&new_key().unwrap(), &authority).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let name = ServerName::try_from(host).unwrap();
        verifier.verify_server_cert(certificate.der(), &[], &name, &[], UnixTime::now()).is_ok()
    }

    #[test]
    fn an_authority_vouches_for_this_machine_alone() {
        for own in ["localhost", "127.0.0.1", "::1"] {
            assert!(vouches_for(own), "{own}");
        }
        for other in ["cloud.uipath.com", "localhost.evil.example", "10.0.0.1", "127.0.0.2", "::2"] {
            assert!(!vouches_for(other), "{other}");
        }
    }
}
