//! The sandbox within TLS, with clients that trust its authority, that do not, and that speak no TLS.

use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

use super::client::{Bench, OK};
use crate::sandbox::{Options, Running, Transport, start};

fn https() -> Options {
    Options { transport: Transport::Https, ..Options::default() }
}

async fn connect(sandbox: &Running) -> TcpStream {
    TcpStream::connect(sandbox.standalone_url().trim_start_matches("https://")).await.unwrap()
}

/// Shakes hands as a client that trusts `authority`, a certificate in PEM.
async fn greet(sandbox: &Running, authority: &str, name: &str, version: &'static SupportedProtocolVersion) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(client)).connect(name, connect(sandbox).await).await.is_ok()
}

#[tokio::test]
async fn it_is_an_orchestrator_as_without() {
    let bench = Bench::with(https()).await;
    assert!(bench.sandbox.url().starts_with("https://127.0.0.1:"), "{}", bench.sandbox.url());
    assert_eq!(bench.bulk("Invoices", "ProcessAllIndependently", &["A", "B"]).await.status, OK);
    assert_eq!(bench.references("Invoices"), ["A", "B"]);
    let page = Bench::send(bench.http.get(bench.sandbox.standalone_url())).await.unwrap();
    assert!(page.status == OK && page.text.contains("<html"), "{page:?}");
    let state = format!("{}/_uiq/state", bench.sandbox.standalone_url());
    let state = Bench::send(bench.http.get(state)).await.unwrap().json();
    assert_eq!(state["address"], bench.sandbox.standalone_url());
}

#[tokio::test]
async fn it_is_known_by_each_name_of_this_machine_in_both_versions() {
    let sandbox = start(https()).await.unwrap();
    let authority = sandbox.authority().unwrap();
    for version in [&TLS12, &TLS13] {
        for name in ["localhost", "127.0.0.1", "::1"] {
            assert!(greet(&sandbox, authority, name, version).await, "{name} {version:?}");
        }
        assert!(!greet(&sandbox, authority, "orchestrator.acme.local", version).await, "{version:?}");
    }
}

#[tokio::test]
async fn each_start_has_an_authority_of_its_own_and_whoever_trusts_another_leaves_alone() {
    let (sandbox, other) = (start(https()).await.unwrap(), start(https()).await.unwrap());
    assert!(!greet(&sandbox, other.authority().unwrap(), "localhost", &TLS13).await);
    assert!(greet(&sandbox, sandbox.authority().unwrap(), "localhost", &TLS13).await);
    assert_eq!(start(Options::default()).await.unwrap().authority(), None);
}

#[tokio::test]
async fn nobody_waits_for_one_who_says_nothing_or_no_tls() {
    let sandbox = start(https()).await.unwrap();
    let mut silent = Vec::new();
    for beginning in [&b""[..], b"\x16", b"\x16\x03\x01\x02\x00\x01"] {
        let mut stream = connect(&sandbox).await;
        stream.write_all(beginning).await.unwrap();
        silent.push(stream);
    }
    let mut confused = connect(&sandbox).await;
    confused.write_all(b"\x16nothing of the kind").await.unwrap();
    // An end with or without a word about it: what was sent and not read may take the word away.
    let _ = confused.read_to_end(&mut Vec::new()).await;
    assert!(greet(&sandbox, sandbox.authority().unwrap(), "localhost", &TLS13).await);
    sandbox.stop().await;
    for mut stream in silent {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
}

#[tokio::test]
async fn plain_http_is_told_so() {
    let sandbox = start(https()).await.unwrap();
    let url = sandbox.standalone_url().replace("https", "http");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let got = Bench::send(http.post(url).body("x".repeat(100_000))).await.unwrap();
    assert_eq!((got.status, got.header("connection")), (400, "close"));
    assert_eq!(got.text, "A plain HTTP request came to an HTTPS port: write `https://`.\r\n");
    assert_eq!(sandbox.requests(), []);
}

#[tokio::test]
async fn an_answer_is_cut_where_it_is_to_be_cut() {
    for transport in [Transport::Http, Transport::Https] {
        let faults = vec!["truncated:on=reads:@2".parse().unwrap()];
        let bench = Bench::with(Options { transport, faults, ..Options::default() }).await;
        let long = "x".repeat(10_000);
        for _ in 0..10 {
            bench.add("Invoices", json!({ "SpecificContent": { "A": long } })).await;
        }
        let whole = bench.get("/odata/QueueItems", &[]).await.text.len();
        assert!(whole > 100_000, "more than TLS takes at once: {whole}");
        let mut cut = bench.request(reqwest::Method::GET, "/odata/QueueItems").send().await.unwrap();
        let mut got = 0;
        while let Ok(Some(chunk)) = cut.chunk().await {
            got += chunk.len();
        }
        assert_eq!(got, whole / 2, "{transport:?}");
    }
}
