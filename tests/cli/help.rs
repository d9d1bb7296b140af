//! The whole help as one golden file, so that a changed flag is a visible difference.
//!
//! `UIQ_BLESS=1 cargo test --test cli help` writes it anew.

use std::path::Path;

use crate::support::uiq;

#[test]
fn the_whole_help_is_as_written_down() {
    let mut shown = String::new();
    collect(&[], &mut shown);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/help.txt");
    if std::env::var_os("UIQ_BLESS").is_some() {
        std::fs::write(&golden, &shown).unwrap();
    }
    let written = std::fs::read_to_string(&golden).unwrap_or_default().replace("\r\n", "\n");
    if let Some((line, (now, then))) =
        (1..).zip(shown.lines().zip(written.lines())).find(|(_, (now, then))| now != then)
    {
        panic!("tests/cli/help.txt:{line} has\n  {then}\nand the program says\n  {now}\n{BLESS}");
    }
    assert_eq!(shown.lines().count(), written.lines().count(), "tests/cli/help.txt is too short or too long. {BLESS}");
}

const BLESS: &str = "If that is meant, `UIQ_BLESS=1 cargo test --test cli help` writes the file anew.";

/// Adds the help of a command, then that of the commands below it.
fn collect(command: &[String], all: &mut String) {
    let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
    arguments.push("--help");
    let output = uiq(&arguments).run().succeeded();
    assert_eq!(output.stderr, "", "help is data: `uiq --help | less` has to show it");
    let name = command.iter().fold(String::from("uiq"), |name, word| name + " " + word);
    let rule = "=".repeat(name.len());
    // Trailing blanks are of clap's making and would be lost in an editor.
    let text: Vec<_> = output.stdout.lines().map(str::trim_end).collect();
    all.extend([&name, "\n", &rule, "\n", &text.join("\n"), "\n\n"]);
    for below in commands_in(&output.stdout) {
        collect(&[command, &[below]].concat(), all);
    }
}

/// The names under `Commands:`; `help` only repeats the others.
fn commands_in(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // A name is indented by two; what is further in goes on with a description.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(String::from)
        .collect()
}

#[test]
fn the_commands_are_found_in_the_help() {
    let help = "Usage: uiq\n\nCommands:\n  login   Log in\n          and more\n  help    Print\n\nOptions:\n  -h\n";
    assert_eq!(commands_in(help), ["login"]);
}
