//! `uiq completions`: what the shells themselves make of it, with the key pressed on a terminal.

use crate::support::{Place, uiq};

/// A place with two profiles and what was seen of the queues of the first.
fn known() -> Place {
    let place = Place::new();
    let profile = |name: &str| format!("[profile.{name}]\nurl = \"https://cloud.uipath.com/acme/Prod\"\n");
    let profiles = format!("default = \"prod\"\n{}{}", profile("prod"), profile("prod-test"));
    std::fs::write(place.config().join("config.toml"), profiles).unwrap();
    let known = serde_json::json!({ "version": 1, "api_root": "https://cloud.uipath.com/acme/Prod/orchestrator_", "folders": [
        { "folder": "Finance/AP", "queues": ["Invoices", "Rechnungen für März", "Bob's \"best\" $5"] },
        { "folder": "Shared", "queues": ["Claims*", "jane@acme 1", "jane@acme 2"] },
    ]});
    std::fs::create_dir(place.state().join("known")).unwrap();
    std::fs::write(place.state().join("known/prod.json"), known.to_string()).unwrap();
    place
}

/// What is offered in the place of the last of these words.
#[track_caller]
fn offered(place: &Place, words: &[&str]) -> Vec<String> {
    let (last, before) = words.split_last().unwrap();
    let last = format!(".{last}");
    let asked = [&["completions", "fish", "--", "uiq"], before, &[&last]].concat();
    let output = uiq(&asked).at(place).run();
    assert_eq!(output.stderr, "");
    output.stdout.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn names_are_those_of_the_profile_and_folder_that_were_typed() {
    let place = known();
    let all = ["Invoices", "Rechnungen für März", "Bob's \"best\" $5", "Claims*", "jane@acme 1", "jane@acme 2"];
    assert_eq!(offered(&place, &["load", ""]), all);
    assert_eq!(offered(&place, &["load", "in"]), ["Invoices"], "Orchestrator's names have no case");
    assert_eq!(offered(&place, &["add", "--folder", "Shared", "C"]), ["Claims*"]);
    assert_eq!(offered(&place, &["load", "-p", "prod-test", ""]), [""; 0]);
    assert_eq!(offered(&place, &["-p", ""]), ["prod", "prod-test"]);
    assert_eq!(offered(&place, &["login", "--use", "prod-"]), ["prod-test"]);
    assert_eq!(offered(&place, &["--folder=F"]), ["--folder=Finance/AP"]);
    assert_eq!(offered(&place, &["run"]), ["runs"]);
    assert_eq!(offered(&place, &["load", "Invoices", "--if-loaded", ""]), ["fail", "skip", "again"]);
}

#[test]
fn where_a_file_is_wanted_the_shell_is_told_so() {
    let place = Place::new();
    for (words, code) in [
        (["load", "Q", "."], 1),
        (["load", "--rejects", "."], 1),
        (["load", "--report", "."], 1),
        (["load", "-p", "."], 0),
    ] {
        let asked = [&["completions", "zsh", "--", "uiq"], &words[..]].concat();
        assert_eq!(uiq(&asked).at(&place).run().code, Some(code), "{words:?}");
    }
}

#[test]
fn a_home_that_cannot_be_read_disturbs_nobody() {
    let place = Place::new();
    std::fs::write(place.config().join("config.toml"), "this is = no [config").unwrap();
    assert_eq!(offered(&place, &["load", ""]), [""; 0]);
    assert_eq!(offered(&place, &["-p", ""]), [""; 0]);
}

// `setsid` is Linux's.
#[cfg(target_os = "linux")]
mod on_a_terminal {
    use std::path::Path;
    use std::process::Command;

    use super::known;
    use crate::support::{Place, Terminal};

    /// What is typed up to the key, and the words that the program would be given.
    const TYPED: &[(&str, &str)] = &[
        ("load In", "<load><Invoices>"),
        ("load Re", "<load><Rechnungen für März>"),
        ("load \"Re", "<load><Rechnungen für März>"),
        ("load 'Re", "<load><Rechnungen für März>"),
        (r"load Rechnungen\ f", "<load><Rechnungen für März>"),
        ("load Bo", "<load><Bob's \"best\" $5>"),
        ("load \"Bo", "<load><Bob's \"best\" $5>"),
        ("load Cl", "<load><Claims*>"),
        ("load jane\t2", "<load><jane@acme 2>"),
        (r"load jane\@acme\ 2", "<load><jane@acme 2>"),
        ("-p prod-", "<-p><prod-test>"),
        ("queues --folder=Fi", "<queues><--folder=Finance/AP>"),
        ("queues --folder=\"Fi", "<queues><--folder=Finance/AP>"),
        ("load Invoices jan", "<load><Invoices><january 2026.csv>"),
        ("load Invoices --rejects jan", "<load><Invoices><--rejects><january 2026.csv>"),
    ];

    #[test]
    fn bash_completes_names_and_quotes_them() {
        completes("bash", &["--norc", "--noprofile", "-i"], "source <(uiq completions bash)");
    }

    #[test]
    fn so_does_zsh() {
        completes("zsh", &["-f", "-i"], "autoload -U compinit; compinit -u -D; source <(uiq completions zsh)");
    }

    #[test]
    fn and_fish() {
        completes("fish", &["--no-config", "-i"], "uiq completions fish | source");
    }

    fn completes(shell: &str, options: &[&str], begin: &str) {
        if Command::new(shell).arg("--version").output().is_err() {
            eprintln!("!!! NOT CHECKED: completions of {shell}, which is not here");
            assert!(std::env::var_os("UIQ_REQUIRE_SHELLS").is_none_or(|value| value != "1"), "{shell} is required");
            return;
        }
        let place = known();
        place.file("january 2026.csv", "Reference\nA\n");
        let mut terminal = start(shell, options, &place);
        // The prompt is told from its own command line by not being there as it is written here.
        terminal.types(&format!("{begin}; printf '%s\\n' beg''un\n"));
        terminal.shows("\nbegun");
        for (case, (typed, words)) in TYPED.iter().enumerate() {
            terminal.types(&format!("uiq {typed}\t"));
            // The command is put before what was completed: Ctrl-A, to the beginning of the line.
            terminal.types(&format!("\u{1}printf '<%s>' {case} \n"));
            terminal.shows(&format!("\n<{case}><uiq>{words}"));
        }
    }

    /// A shell on a terminal of its own; `setsid`, so that it does not take the one on which the tests were started.
    fn start(shell: &str, options: &[&str], place: &Place) -> Terminal {
        let program = Path::new(env!("CARGO_BIN_EXE_uiq")).parent().unwrap();
        let path = std::env::join_paths(
            [program.to_owned()]
                .into_iter()
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        )
        .unwrap();
        let mut command = Command::new("setsid");
        command.arg("--ctty").arg(shell).args(options).env_clear().envs(place.variables()).current_dir(place.work());
        command.env("PATH", path).env("LC_ALL", "C.UTF-8").env("TERM", "dumb").env("PS1", "> ");
        Terminal::of(200, command)
    }
}
