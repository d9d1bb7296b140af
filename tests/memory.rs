//! Memory does not grow with the file: the real program checks a file that is larger than all the memory it is given.
#![cfg(target_os = "linux")] // elsewhere the shell's `ulimit -v` says nothing
#![allow(clippy::unwrap_used)] // clippy grants these to test functions only

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;

/// Bytes of the file.
const FILE: usize = 50_000_000;

/// What the program may use of address space, in KiB: its own code takes about half of it in a debug build.
const MEMORY: &str = "60000";

fn checks_in_little_memory(name: &str, [header, footer]: [&str; 2], row: impl Fn(usize) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(header.as_bytes()).unwrap();
    let (mut written, mut number, mut text) = (0, 0, String::new());
    while written < FILE {
        text.clear();
        number += 1;
        write!(text, "{}", row(number)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        written += text.len();
    }
    file.write_all(footer.as_bytes()).unwrap();
    file.into_inner().unwrap();
    let script = format!("ulimit -v {MEMORY} && exec \"$0\" load Q \"$1\" --dry-run -q");
    let output = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_uiq")])
        .arg(&path)
        .env_clear()
        .env("UIQ_CONFIG_DIR", folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 3);
}

#[test]
fn a_csv_file_larger_than_the_memory_is_checked() {
    // Long cells, so that a debug build is quick with it.
    let filler = "x".repeat(2_000);
    checks_in_little_memory("a.csv", ["Reference,a,b\n", ""], |number| format!("R-{number},{filler},\"{filler}\"\n"));
}

#[test]
fn a_json_array_larger_than_the_memory_is_checked() {
    let filler = "x".repeat(4_000);
    checks_in_little_memory("a.json", ["[{}", "]\n"], |number| {
        format!(",\n{{\"Reference\": \"R-{number}\", \"a\": \"{filler}\"}}")
    });
}
