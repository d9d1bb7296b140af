//! Killed at every system call that changes a file, one after the other: creations, writes, syncs, renames, removals.
//!
//! `strace` does the killing, since nothing else can from outside. Long, so only on request: see `tests/README.md`.

use std::process::Command;

use super::ordeal::difference;
use super::rows::Kind;
use super::scene::{Scene, Setting, load};

/// System calls that change what a crash leaves behind.
const CALLS: &[&str] = &["pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "openat"];

/// More calls than a small load makes.
const MOST: u32 = 500;

#[test]
fn killed_at_every_system_call_that_changes_a_file() {
    if std::env::var_os("UIQ_CRASH_SYSTEM_CALLS").is_none() {
        return;
    }
    assert!(Command::new("strace").arg("-V").output().is_ok(), "`strace` is missing");
    let mut kills = 0;
    for call in CALLS {
        let mut number = 1;
        while number <= MOST && killed_at(call, number) {
            kills += 1;
            // Opening is mostly reading libraries and libc's files; one in five will do.
            number += if *call == "openat" { 5 } else { 1 };
        }
        eprintln!("{call}: {number}");
    }
    eprintln!("{kills} kills");
}

/// Kills a load at this call, and goes on with it. Returns false if the load ended before the call.
fn killed_at(call: &str, number: u32) -> bool {
    let kind = Kind::ALL[number as usize % 4];
    let scene = Scene::set(Setting::of(kind, 20));
    let command = load(&["--jobs", if number.is_multiple_of(2) { "1" } else { "3" }]);
    let trace = scene.path("trace").display().to_string();
    let injection = format!("inject={call}:signal=SIGKILL:when={number}");
    let under = ["/usr/bin/env", "strace", "-f", "-qq", "-o", &trace, "-e", &injection, "-e", "signal=none"];
    let under: Vec<_> = under.into_iter().map(String::from).collect();
    let first = scene.start_with(&command, None, &under).wait();
    let wanted = if scene.rows.refused().is_empty() { 0 } else { 3 };
    let killed = first.code.is_none() || first.code == Some(137);
    if killed {
        let ended = scene.run(&command);
        assert!(ended.code == Some(wanted) || ended.code == Some(6), "{call} {number}: {}", ended.stderr);
    } else {
        assert_eq!(first.code, Some(wanted), "{call} {number}: {}", first.stderr);
    }
    scene.quiet();
    let (expected, arrived) = (scene.rows.arrivals(), scene.arrived());
    assert_eq!(difference(&expected, &arrived), (vec![], vec![]), "{call} {number}");
    assert_eq!(scene.rejected(), scene.rows.refused(), "{call} {number}");
    killed
}
