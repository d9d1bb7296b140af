//! Command lines as they stand in texts: in the README's blocks, in comments, in the keys of units and manifests.

use std::path::{Path, PathBuf};

/// The folder of the project.
pub(crate) fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A text of the project.
#[track_caller]
pub(crate) fn text(name: impl AsRef<Path>) -> String {
    let path = project().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace("\r\n", "\n")
}

/// The indented lines of a chapter of the README, without their indent.
#[cfg(unix)] // they are written for a shell
#[track_caller]
pub(crate) fn block_lines(readme: &str, chapter: &str) -> Vec<String> {
    let heading = format!("## {chapter}");
    let lines = readme.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with("## "));
    let found: Vec<String> = lines.filter_map(|line| line.strip_prefix("    ")).map(str::to_owned).collect();
    assert!(!found.is_empty(), "no commands in `{chapter}`");
    found
}

/// The arguments of every `uiq` in a shell's command line: what stands between the word and the end of its command.
pub(crate) fn calls(line: &str) -> Vec<Vec<String>> {
    let words = shlex::split(line).unwrap_or_default();
    let mut calls: Vec<Vec<String>> = Vec::new();
    let mut inside = false;
    for word in words {
        if word == "uiq" || word.ends_with("/uiq") {
            calls.push(Vec::new());
            inside = true;
        } else if matches!(word.as_str(), "|" | "&" | "&&" | "||" | ";" | "then")
            || word.starts_with(['>', '<', '#'])
            || word.starts_with("2>")
        {
            inside = false;
        } else if inside && let Some(call) = calls.last_mut() {
            let end = word.ends_with(';');
            call.push(word.trim_end_matches(';').to_owned());
            inside = !end;
        }
    }
    calls
}

#[test]
fn the_calls_of_a_line_are_found() {
    let line = "printf x | uiq login --url 'https://a b' >log && /usr/local/bin/uiq load Q a.csv || uiq runs; uiq man # a page";
    let calls = calls(line);
    assert_eq!(calls, [&["login", "--url", "https://a b"][..], &["load", "Q", "a.csv"], &["runs"], &["man"]]);
}
