//! `uiq man`: a page for every command, which the tools that read pages have nothing against.

use std::path::Path;
use std::process::Command;

use crate::support::{Place, uiq};

#[test]
fn every_command_has_a_page_that_other_programs_can_read() {
    let place = Place::new();
    let said = uiq(&["man", "--dir", "pages"]).at(&place).run().succeeded();
    let pages: Vec<_> =
        std::fs::read_dir(place.work().join("pages")).unwrap().map(|page| page.unwrap().path()).collect();
    assert_eq!(said.stderr, format!("{} pages written to pages\n", pages.len()));
    for name in ["uiq.1", "uiq-load.1", "uiq-runs-show.1", "uiq-sandbox.1"] {
        assert!(pages.iter().any(|page| page.ends_with(name)), "{name}: {pages:?}");
    }
    // groff warns of everything, and formats the page; mandoc is another's opinion.
    each(&pages, "groff", &["-man", "-ww", "-Tutf8", "-Kutf8", "-z"]);
    each(&pages, "mandoc", &["-Tlint", "-Werror"]);
}

#[track_caller]
fn each(pages: &[impl AsRef<Path>], program: &str, options: &[&str]) {
    for page in pages.iter().map(AsRef::as_ref) {
        let Ok(output) = Command::new(program).args(options).arg(page).output() else {
            eprintln!("!!! NOT CHECKED: pages of the manual by {program}, which is not here");
            return;
        };
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success() && said.is_empty(), "{program}: {}", String::from_utf8_lossy(&said));
    }
}

#[test]
fn a_page_is_printed_as_a_manual_reads_it() {
    let page = uiq(&["man", "runs", "show"]).run().succeeded().stdout;
    let beginning: Vec<&str> = page.lines().take(12).collect();
    insta::assert_snapshot!(beginning.join("\n"), @r#"
    .TH "UIQ\-RUNS\-SHOW" 1 "" "uiq 0.1.0" "User Commands"
    .ie \n(.g .ds Aq \(aq
    .el .ds Aq '
    .SH NAME
    uiq\-runs\-show \- Everything about one run
    .ie \n(.g .ds Aq \(aq
    .el .ds Aq '
    .SH SYNOPSIS
    .nf
    uiq runs show [OPTIONS] <RUN>
    .fi
    .ie \n(.g .ds Aq \(aq
    "#);
    insta::assert_snapshot!(uiq(&["man", "lode"]).run().failed_with(2), @"
    exit: 2
    --- stderr
    error: there is no command `lode`

    hint: `uiq --help` lists them
    ");
}
