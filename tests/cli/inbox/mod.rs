//! `uiq load` of several files: which ones, in which order, where they go, and how it ends.

mod again;
mod folders;
mod named;
mod outcome;

use std::path::Path;

use crate::support::{Place, Sandboxed, Uiq, uiq};

/// A place with these files in `inbox`.
fn place(files: &[(&str, &str)]) -> Place {
    let place = Place::new();
    std::fs::create_dir(place.work().join("inbox")).unwrap();
    for (name, content) in files {
        place.file(&format!("inbox/{name}"), content);
    }
    place
}

const GOOD: &str = "Reference,No\nA,1\nB,2\n";

const OTHER: &str = "Reference,No\nC,3\n";

const BROKEN: &str = "Reference,No\nD,4,5\n";

const MOVED: &[&str] = &["--done-dir", "done", "--failed-dir", "failed"];

/// `uiq load Invoices 'inbox/*.csv' --done-dir done --failed-dir failed` and more.
fn load<'a>(more: &[&str], place: &'a Place, sandbox: &Sandboxed) -> Uiq<'a> {
    uiq(&[&["load", "Invoices", "inbox/*.csv"], MOVED, more].concat()).against(sandbox).at(place)
}

/// Every file below the working folder.
fn files(place: &Place) -> String {
    fn walk(folder: &Path, name: &str, all: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
            let path = format!("{name}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() { walk(&entry.path(), &(path + "/"), all) } else { all.push(path) }
        }
    }
    let mut all = Vec::new();
    walk(&place.work(), "", &mut all);
    all.sort();
    all.join(" ")
}

fn references(sandbox: &Sandboxed) -> String {
    let items = sandbox.items("Invoices").into_iter().filter_map(|item| item.reference);
    items.collect::<Vec<_>>().join(" ")
}
