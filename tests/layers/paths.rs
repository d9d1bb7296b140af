//! The paths that a file names: in its imports, and in its code.

use regex_lite::Regex;

/// A path and the line it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// All paths that `visible` names, those that begin with `super` or `self` from the root of the crate: `["crate", room, …]`.
pub(crate) fn paths(file: &str, visible: &str) -> Vec<Named> {
    let home = module(file);
    let import = Regex::new(r"\buse\s+([^;]+);").unwrap();
    let in_code = Regex::new(r"\b[A-Za-z_]\w*(?:\s*::\s*[A-Za-z_]\w*)+").unwrap();
    let mut found = Vec::new();
    let mut code = visible.to_owned();
    for statement in import.captures_iter(visible) {
        let (whole, tree) = (statement.get(0).unwrap(), statement.get(1).unwrap());
        expand(tree.as_str(), &[], &mut |path, offset| {
            found.push(Named { line: line(visible, tree.start() + offset), path: absolute(path, &home) });
        });
        // Its paths are known now, and only whole when the tree around them is.
        let blank: String = whole.as_str().chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        if blank.len() == whole.len() {
            code.replace_range(whole.range(), &blank);
        }
    }
    for path in in_code.find_iter(&code) {
        let segments = path.as_str().split("::").map(|segment| segment.trim().to_owned()).collect();
        found.push(Named { line: line(&code, path.start()), path: absolute(segments, &home) });
    }
    found
}

/// The module that a file is: `auth/store.rs` is `auth::store`, `auth/mod.rs` is `auth`, `lib.rs` is the root.
fn module(file: &str) -> Vec<String> {
    let mut path: Vec<String> = file.trim_end_matches(".rs").split('/').map(String::from).collect();
    if matches!(path.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        path.pop();
    }
    path
}

/// Takes apart `a::{b, c::{self, d as e}, *}`: every path of the tree, and where in the text it ends.
fn expand(tree: &str, before: &[String], found: &mut dyn FnMut(Vec<String>, usize)) {
    let indent = tree.len() - tree.trim_start().len();
    let Some(open) = tree.find('{') else {
        let path = tree.trim().split(" as ").next().unwrap_or_default();
        let segments = path.split("::").map(str::trim).filter(|segment| !segment.is_empty() && *segment != "*");
        let mut all: Vec<String> = before.iter().cloned().chain(segments.map(String::from)).collect();
        if before.len() < all.len() && !before.is_empty() && all.last().is_some_and(|last| last == "self") {
            all.pop(); // `{self}` is what stands before the brace
        }
        if !all.is_empty() && !path.is_empty() {
            found(all, indent);
        }
        return;
    };
    let close = tree.rfind('}').unwrap_or(tree.len());
    let prefix = tree[..open].split("::").map(str::trim).filter(|segment| !segment.is_empty()).map(String::from);
    let before: Vec<String> = before.iter().cloned().chain(prefix).collect();
    let mut from = open + 1;
    let mut depth = 0;
    for (at, c) in tree[..close].char_indices().skip_while(|(at, _)| *at <= open).chain([(close, ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&tree[from..at], &before, &mut |path, offset| found(path, from + offset));
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// The path from the root where it begins in a module that is known; else as it is, which then begins with another crate or a name.
fn absolute(path: Vec<String>, home: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|segment| *segment == "super").count();
    let own = usize::from(path.first().is_some_and(|first| first == "self"));
    // In the root, a room needs no `crate` in front of it.
    let bare_room = home.is_empty() && super::rules::rank(&path[0]).is_some();
    if bare_room {
        return [String::from("crate")].into_iter().chain(path).collect();
    }
    if ups + own == 0 || ups > home.len() {
        return path;
    }
    let base = home[..home.len() - ups].iter().cloned();
    [String::from("crate")].into_iter().chain(base).chain(path.into_iter().skip(ups + own)).collect()
}

fn line(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::paths;

    fn shown(file: &str, source: &str) -> Vec<String> {
        paths(file, source).into_iter().map(|named| format!("{}: {}", named.line, named.path.join("::"))).collect()
    }

    #[test]
    fn a_tree_is_taken_apart() {
        let source = "use std::{env, fs::{self, File}};\npub use crate::{\n    rows::*,\n    items::Item as It,\n};\n";
        let found = shown("load/plan.rs", source);
        assert_eq!(found, ["1: std::env", "1: std::fs", "1: std::fs::File", "3: crate::rows", "4: crate::items::Item"]);
    }

    #[test]
    fn super_is_seen_through() {
        assert_eq!(shown("auth/store.rs", "use super::super::ui::Ui;"), ["1: crate::ui::Ui"]);
        assert_eq!(shown("auth/mod.rs", "use super::{ui, rows::Row};"), ["1: crate::ui", "1: crate::rows::Row"]);
        assert_eq!(shown("auth/store.rs", "use super::Keyring;"), ["1: crate::auth::Keyring"]);
        assert_eq!(shown("auth/mod.rs", "pub use self::store::Store;"), ["1: crate::auth::store::Store"]);
    }

    #[test]
    fn a_path_in_the_code_counts_as_well() {
        let found = shown("auth/store.rs", "fn f() {\n    let x: super::super::ui::Ui = std::env::var(A::B);\n}");
        assert_eq!(found, ["2: crate::ui::Ui", "2: std::env::var", "2: A::B"]);
    }

    #[test]
    fn the_root_names_rooms_without_crate() {
        assert_eq!(shown("lib.rs", "use commands::Context;"), ["1: crate::commands::Context"]);
    }
}
