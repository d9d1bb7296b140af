//! The table and the other walls, each with the sentence that says what is wrong.

use regex_lite::Regex;

use super::paths::{Named, paths};
use super::visible::visible;

/// Every room and its rank. A room imports lower ranks only.
pub(crate) const RANKS: &[(&str, u8)] = &[
    ("secret", 0),
    ("rows", 0),
    ("fs", 0),
    ("threads", 0),
    ("items", 1),
    ("http", 1),
    ("profile", 1),
    ("source", 2),
    ("journal", 2),
    ("auth", 2),
    ("orchestrator", 3),
    ("load", 4),
    ("ui", 5),
    ("failure", 6),
    ("commands", COMMANDS),
    ("cli", 8),
    ("lib", 9),  // calls what cli declares
    ("main", 9), // calls lib, by the name of the crate
];

/// From here on, code may read the environment and end the process.
const COMMANDS: u8 = 7;

/// The room that stands apart: it imports none, and only commands know it.
const ISLAND: &str = "sandbox";

/// Crates that only some places may name, so that each can be replaced without a search.
const CRATES: &[(&str, &[&str])] = &[
    // lib.rs calls the parser; what there is to parse is declared in the other two.
    ("clap", &["cli.rs", "lib.rs", "commands/"]),
    ("indicatif", &["ui/"]),
    ("terminal_size", &["ui/"]),
    ("rpassword", &["ui/"]),
    ("tracing_subscriber", &["ui/"]),
    ("keyring_core", &["auth/keyring.rs"]),
    ("dbus_secret_service_keyring_store", &["auth/keyring.rs"]),
    ("apple_native_keyring_store", &["auth/keyring.rs"]),
    ("windows_native_keyring_store", &["auth/keyring.rs"]),
    ("oauth2", &["auth/browser/", "auth/identity/"]),
    ("rusqlite", &["journal/"]),
    ("reqwest", &["http/", "auth/", "orchestrator/"]),
    ("axum", &["sandbox/"]),
    ("rcgen", &["sandbox/"]),
    ("tokio_rustls", &["sandbox/"]),
    ("toml_edit", &["profile/"]),
];

/// The rank of a room; `None` of the island, and of what is no room.
pub(crate) fn rank(room: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == room).map(|(_, rank)| *rank)
}

/// What is wrong in a file, named by its path below `src`: a sentence each, with file and line.
pub(crate) fn violations(file: &str, source: &str) -> Vec<String> {
    if is_for_tests(file) {
        return Vec::new();
    }
    let room = room_of(file);
    if room != ISLAND && rank(room).is_none() {
        return vec![format!(
            "src/{file}:1: the room `{room}` has no rank; give it one in tests/layers and src/lib.rs"
        )];
    }
    let visible = visible(source);
    let mut found = Vec::new();
    for Named { line, path } in paths(file, &visible) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let sentence = import(room, &path).or_else(|| foreign(file, &path)).or_else(|| process(room, &path));
        found.extend(sentence.map(|sentence| (line, sentence)));
    }
    found.extend(prints(room, &visible));
    found.sort();
    found.into_iter().map(|(line, sentence)| format!("src/{file}:{line}: {sentence}")).collect()
}

/// Files that only a test build has: `#[cfg(test)] mod tests;` and the like name them so.
fn is_for_tests(file: &str) -> bool {
    file.split('/').any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"))
}

/// `auth/keyring.rs` and `auth.rs` are in the room `auth`.
fn room_of(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

fn import(room: &str, path: &[&str]) -> Option<String> {
    let ["crate", other, rest @ ..] = path else { return None };
    if *other == room {
        return None;
    }
    if room == ISLAND {
        return Some(format!("{ISLAND} names `{}`; it imports nothing of the crate", path.join("::")));
    }
    let own = rank(room)?;
    if *other == ISLAND {
        return match rest {
            _ if own < COMMANDS => Some(format!("{room} names {ISLAND}; only commands do")),
            [inside, _, ..] if inside.starts_with(char::is_lowercase) => {
                Some(format!("`{}` is inside {ISLAND}; commands use only its public face", path.join("::")))
            }
            _ => None,
        };
    }
    let other_rank = rank(other)?;
    (other_rank >= own)
        .then(|| format!("{room} (rank {own}) imports {other} (rank {other_rank}); a room imports lower ranks only"))
}

fn foreign(file: &str, path: &[&str]) -> Option<String> {
    let (name, places) = CRATES.iter().find(|(name, _)| path.first() == Some(name))?;
    let allowed = places.iter().any(|place| file == *place || place.ends_with('/') && file.starts_with(place));
    (!allowed).then(|| format!("the crate {name} is named; its place is {}", places.join(", ")))
}

fn process(room: &str, path: &[&str]) -> Option<String> {
    if rank(room).is_some_and(|rank| rank >= COMMANDS) {
        return None;
    }
    match path {
        ["std", "env", ..] => {
            Some(format!("{room} names `std::env`; below commands nothing knows the process's environment"))
        }
        [.., "process", "exit" | "abort"] => Some(format!("{room} ends the process; below commands nothing does")),
        _ => None,
    }
}

fn prints(room: &str, visible: &str) -> Vec<(usize, String)> {
    if room == "ui" || rank(room).is_some_and(|rank| rank >= COMMANDS) {
        return Vec::new();
    }
    let print = Regex::new(r"\b(e?print(ln)?|dbg)!").unwrap();
    let lines = (1..).zip(visible.lines());
    lines
        .filter_map(|(line, text)| Some((line, print.find(text)?)))
        .map(|(line, found)| (line, format!("{room} has `{}`; below commands only ui speaks", found.as_str())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::violations;

    #[track_caller]
    fn one(file: &str, source: &str) -> String {
        let found = violations(file, source);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn a_higher_rank_is_found_by_file_line_and_rule() {
        let found = one("items/value.rs", "use std::fmt;\n\nuse crate::journal::Run;\n");
        insta::assert_snapshot!(found, @"src/items/value.rs:3: items (rank 1) imports journal (rank 2); a room imports lower ranks only");
    }

    #[test]
    fn so_is_the_same_rank_however_it_is_spelt() {
        for import in [
            "use crate::http::Gate;",
            "use crate::{http, rows};",
            "use super::super::http::Gate;",
            "type G = crate::http::Gate;",
        ] {
            let found = one("items/value.rs", import);
            assert!(found.contains("imports http (rank 1)"), "{found}");
        }
    }

    #[test]
    fn lower_ranks_and_ones_own_are_welcome() {
        assert_eq!(
            violations("load/plan.rs", "use crate::{rows::Row, load::Batch};\nuse super::batch::Batch;\n"),
            [""; 0]
        );
        assert_eq!(
            violations("items/value.rs", "// use crate::load::Plan;\n#[cfg(test)]\nuse crate::load::Plan;"),
            [""; 0]
        );
    }

    #[test]
    fn the_island_imports_nothing_and_is_entered_by_its_face() {
        insta::assert_snapshot!(one("sandbox/reply.rs", "use crate::secret::Secret;"), @"src/sandbox/reply.rs:1: sandbox names `crate::secret::Secret`; it imports nothing of the crate");
        insta::assert_snapshot!(one("load/plan.rs", "use crate::sandbox::start;"), @"src/load/plan.rs:1: load names sandbox; only commands do");
        insta::assert_snapshot!(one("commands/sandbox.rs", "use crate::sandbox::state::Store;"), @"src/commands/sandbox.rs:1: `crate::sandbox::state::Store` is inside sandbox; commands use only its public face");
        assert_eq!(violations("commands/sandbox.rs", "use crate::sandbox::{Options, start};"), [""; 0]);
    }

    #[test]
    fn a_crate_keeps_to_its_place() {
        insta::assert_snapshot!(one("load/plan.rs", "use clap::Args;"), @"src/load/plan.rs:1: the crate clap is named; its place is cli.rs, lib.rs, commands/");
        insta::assert_snapshot!(one("auth/store.rs", "fn f() { keyring_core::Entry::new() }"), @"src/auth/store.rs:1: the crate keyring_core is named; its place is auth/keyring.rs");
        assert_eq!(violations("commands/load/args.rs", "use clap::Args;"), [""; 0]);
    }

    #[test]
    fn below_commands_nothing_knows_the_process() {
        insta::assert_snapshot!(one("profile/file.rs", "let home = std::env::var_os(x);"), @"src/profile/file.rs:1: profile names `std::env`; below commands nothing knows the process's environment");
        insta::assert_snapshot!(one("fs/lock.rs", "use std::process;\nfn f() { process::exit(1) }"), @"src/fs/lock.rs:2: fs ends the process; below commands nothing does");
        insta::assert_snapshot!(one("load/plan.rs", "\n  eprintln!();"), @"src/load/plan.rs:2: load has `eprintln!`; below commands only ui speaks");
        assert_eq!(violations("ui/channels.rs", "println!(); write!(out);"), [""; 0]);
    }

    #[test]
    fn a_room_without_a_rank_is_asked_for_one() {
        insta::assert_snapshot!(one("util/mod.rs", ""), @"src/util/mod.rs:1: the room `util` has no rank; give it one in tests/layers and src/lib.rs");
    }
}
