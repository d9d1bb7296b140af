//! Who may know whom: reads the source and holds it to the layer table of `src/lib.rs`.
//!
//! The compiler checks no such thing: inside one crate, every room sees every other. Code that only tests see is left out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // clippy grants these to test functions only

mod paths;
mod rules;
mod visible;

use std::fs;
use std::path::Path;

use rules::violations;

/// Every file below `src`, by its path from there with `/`, and what is in it.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_room_keeps_to_its_layer() {
    let sources = sources();
    assert!(sources.len() > 100, "only {} files were found: is this still where the source is?", sources.len());
    let found: Vec<String> = sources.iter().flat_map(|(file, source)| violations(file, source)).collect();
    assert!(found.is_empty(), "{} in all:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_table_that_people_read_is_the_one_that_is_checked() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut written = Vec::new();
    for line in lib.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let mut cells = line.split('|').map(str::trim);
        let (Some(Ok(rank)), Some(rooms)) = (cells.next().map(str::parse::<u8>), cells.next()) else { continue };
        written.extend(rooms.split('`').skip(1).step_by(2).map(|room| (room.to_owned(), rank)));
    }
    let checked: Vec<_> = rules::RANKS
        .iter()
        .filter(|(room, _)| !matches!(*room, "lib" | "main")) // not rooms: the table calls them "this file"
        .map(|(room, rank)| ((*room).to_owned(), *rank))
        .collect();
    assert_eq!(written, checked);
}
