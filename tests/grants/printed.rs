//! What `uiq sandbox --tls` prints, pasted somewhere else.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Child;

use crate::place::Place;

/// A sandbox as a person starts it; it ends with the test.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a sandbox in the place, and gives the login lines that it prints.
fn started(place: &Place, arguments: &[&str]) -> (Started, Vec<String>) {
    let mut child = place.command(&[&["sandbox", "--port", "0"], arguments].concat()).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let sandbox = Started(child);
    let mut logins = Vec::new();
    for line in stdout.lines().map(Result::unwrap).filter(|line| line.contains("uiq login")) {
        let is_last = line.ends_with("--password-stdin");
        logins.push(line);
        if is_last {
            break;
        }
    }
    (sandbox, logins)
}

#[test]
fn each_login_line_works_wherever_it_is_pasted() {
    let (here, there) = (Place::new(), Place::new());
    let (_sandbox, logins) = started(&here, &["--queue", "Invoices", "--tls", "it's ca.pem"]);
    let binaries = Path::new(env!("CARGO_BIN_EXE_uiq")).parent().unwrap().to_str().unwrap();
    let without_browser: Vec<&String> = logins.iter().filter(|line| line.starts_with("printf")).collect();
    assert_eq!((logins.len(), without_browser.len()), (4, 3), "{logins:?}");
    for line in without_browser {
        let line = format!("PATH={binaries}:$PATH; {line}");
        let pasted = there.program("sh", &["-c", &line]).output().unwrap();
        assert!(pasted.status.success(), "{line}: {pasted:?}");
        there.run(&["-p", "sandbox", "add", "Invoices", "A=1"], "").succeeded();
    }
}

#[test]
fn the_authority_of_an_earlier_sandbox_gives_way_and_no_other_file() {
    let place = Place::new();
    let (first, _) = started(&place, &["--tls", "ca.pem"]);
    drop(first);
    let former = std::fs::read_to_string(place.path("ca.pem")).unwrap();
    let _second = started(&place, &["--tls", "ca.pem"]);
    let present = std::fs::read_to_string(place.path("ca.pem")).unwrap();
    assert!(present != former && present.contains("-----BEGIN CERTIFICATE-----"), "{present}");
    assert!(!present.contains("PRIVATE"), "{present}");

    let company = place.file("company.pem", "-----BEGIN CERTIFICATE-----");
    let refused = place.run(&["sandbox", "--port", "0", "--tls", &company], "");
    refused.failed(2, "a file is there that is no sandbox's authority");
    assert_eq!(std::fs::read_to_string(company).unwrap(), "-----BEGIN CERTIFICATE-----");
}
