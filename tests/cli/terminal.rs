//! What a person at a terminal sees, on narrow ones and plain ones too.
#![cfg(unix)]

use std::time::Duration;

use regex_lite::Regex;
use uiq::sandbox::QueueSpec;

use crate::support::{Place, Sandboxed, Terminal, uiq};

/// Requests that a bar has something to show between.
const BATCHES: usize = 8;

fn slow() -> Sandboxed {
    // Longer than the bar takes to be drawn again, which it is twenty times a second.
    Sandboxed::with(|options| options.latency = Duration::from_millis(60))
}

fn file(place: &Place) {
    let rows = (0..BATCHES).fold(String::from("Reference\n"), |text, row| format!("{text}INV-{row}\n"));
    place.file("a.csv", rows);
}

/// A load at its end, seen on a terminal of so many columns with these variables.
#[track_caller]
fn loaded(columns: u16, variables: &[(&str, &str)], more: &[&str]) -> Terminal {
    let (sandbox, place) = (slow(), Place::new());
    file(&place);
    let arguments = [&["load", "Invoices", "a.csv", "--batch-size", "1"], more].concat();
    let mut load = uiq(&arguments).at(&place).against(&sandbox).variable("TERM", "xterm");
    for (name, value) in variables {
        load = load.variable(name, *value);
    }
    let mut terminal = load.on_a_terminal(columns);
    assert_eq!(terminal.ends(), Some(0), "{}", terminal.screen());
    terminal
}

/// Every state of the bar, in order.
fn bars(terminal: &Terminal) -> Vec<String> {
    let raw = terminal.raw();
    raw.split(['\r', '\n']).filter(|line| line.contains("ETA")).map(|line| line.replace("\u{1b}[2K", "")).collect()
}

#[test]
fn the_bar_has_what_there_is_room_for_and_is_never_wrapped() {
    for (columns, pattern) in [
        (40, r"^\d+%  ETA \d+s  (\d accepted, 0 rejected)? *$"),
        (60, r"^\d+%  ETA \d+s  (\d accepted, 0 rejected)? *$"),
        (80, r"^[█░]{10,} \d+%  \d+/s  ETA \d+s  (\d accepted, 0 rejected)?$"),
        (120, r"^[█░]{10,} \d/8  \d+/s  ETA \d+s  (\d accepted, 0 rejected)?$"),
    ] {
        let terminal = loaded(columns, &[("LANG", "de_DE.UTF-8")], &[]);
        let (bars, pattern) = (bars(&terminal), Regex::new(pattern).unwrap());
        assert!(bars.len() > 2, "{columns}: {bars:?}");
        for bar in &bars {
            assert!(pattern.is_match(bar), "{columns}: {bar:?}");
            assert!(bar.chars().count() <= usize::from(columns), "{columns}: {bar:?}");
        }
    }
}

#[test]
fn without_utf_8_nothing_but_ascii_is_written() {
    for locale in ["C", "de_DE.ISO-8859-1", "ja_JP.SJIS"] {
        let terminal = loaded(80, &[("LC_ALL", locale)], &[]);
        assert!(bars(&terminal).iter().any(|bar| bar.starts_with('#')), "{:?}", bars(&terminal));
        assert!(terminal.raw().is_ascii(), "{}", terminal.raw());
    }
}

#[test]
fn plain_lines_are_written_one_below_the_other() {
    // For a screen reader, and for a terminal that cannot go back.
    for (variables, more) in [(&[][..], &["--no-progress"][..]), (&[("TERM", "dumb")], &[])] {
        let raw = loaded(60, variables, more).raw();
        assert!(!raw.contains('\u{1b}') && !raw.replace("\r\n", "\n").contains('\r'), "{raw:?}");
        assert_eq!(raw.lines().count(), 3, "{raw}");
    }
}

#[test]
fn nothing_is_coloured_where_that_is_not_wanted() {
    for (variables, arguments, coloured) in [
        (&[][..], &["status", "-vv"][..], true),
        (&[("NO_COLOR", "1")], &["status", "-vv"], false),
        (&[("TERM", "dumb")], &["status", "-vv"], false),
        (&[], &["status", "-vv", "--color", "never"], false),
        (&[("NO_COLOR", "1")], &["--help"], false),
        (&[("NO_COLOR", "1")], &["no-such-command"], false),
    ] {
        let (sandbox, place) = (Sandboxed::new(), Place::new());
        let mut program = uiq(arguments).at(&place).against(&sandbox).variable("TERM", "xterm");
        for (name, value) in variables {
            program = program.variable(name, *value);
        }
        let mut terminal = program.on_a_terminal(80);
        terminal.ends();
        assert_eq!(terminal.raw().contains("\u{1b}["), coloured, "{variables:?} {arguments:?}\n{:?}", terminal.raw());
    }
}

#[test]
fn the_help_fits_sixty_columns() {
    let commands =
        ["", "login", "status", "token", "queues", "add", "load", "runs", "resume", "sandbox", "completions"];
    for command in commands {
        for help in ["-h", "--help"] {
            let place = Place::new();
            let mut terminal =
                uiq(&[command, help].map(str::trim).into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>())
                    .at(&place)
                    .variable("NO_COLOR", "1")
                    .on_a_terminal(60);
            assert_eq!(terminal.ends(), Some(0));
            for line in terminal.raw().lines() {
                // An address that is too long is one that nobody would want broken.
                let fits = line.chars().count() <= 60 || line.split(' ').any(|word| word.len() > 60);
                assert!(fits, "{command} {help}: {line}");
            }
        }
    }
}

#[test]
fn a_table_that_is_too_wide_is_none() {
    let (sandbox, place) = (Sandboxed::new(), Place::new());
    place.file("invoices-of-november-2026.csv", "Reference\nA\n");
    uiq(&["load", "Invoices", "invoices-of-november-2026.csv"]).at(&place).against(&sandbox).run().succeeded();
    for (command, columns, lines) in
        [("runs", 60, 4), ("runs", 80, 3), ("runs", 120, 2), ("queues", 60, 3), ("queues", 80, 3)]
    {
        let program = uiq(&[command, "-o", "text"]).at(&place).against(&sandbox).variable("TERM", "xterm");
        let mut terminal = program.on_a_terminal(columns);
        assert_eq!(terminal.ends(), Some(0), "{}", terminal.screen());
        assert!(!terminal.was_too_narrow(), "{}", terminal.screen());
        assert_eq!(terminal.screen().lines().count(), lines, "{command} {columns}\n{}", terminal.screen());
        let has_names = terminal.screen().contains("REJECTED") || terminal.screen().contains("UNIQUE");
        assert_eq!(has_names, command == "runs" && columns == 120 || command == "queues" && columns == 80);
    }
}

#[test]
fn long_lines_go_on_below_their_beginning_and_a_pipe_has_them_whole() {
    let place = Place::new();
    let schema = place.file("schema.json", r#"{"properties": {"Number": {"type": "string"}}}"#);
    let spec = QueueSpec { name: "Invoices".into(), schema: Some(schema), ..QueueSpec::default() };
    let sandbox = Sandboxed::with(|options| options.queues = vec![spec]);
    uiq(&["add", "Invoices", "Number=1"]).against(&sandbox).run().succeeded();
    for arguments in [&["status"][..], &["queues", "show", "Invoices"]] {
        for columns in [60, 80, 200] {
            let mut terminal = uiq(arguments).at(&place).against(&sandbox).on_a_terminal(columns);
            assert_eq!(terminal.ends(), Some(0), "{}", terminal.screen());
            assert!(!terminal.was_too_narrow(), "{columns}\n{}", terminal.screen());
        }
        let piped = uiq(&[arguments, &["-o", "text"]].concat()).at(&place).against(&sandbox).run().succeeded();
        assert!(piped.stdout.lines().any(|line| line.chars().count() > 80), "{piped}");
    }
}

#[test]
fn a_locale_changes_nothing_that_programs_read() {
    let (sandbox, place) = (Sandboxed::new(), Place::new());
    place.file("a.csv", "Reference,Amount:number,DueDate\nA,1250.40,2026-12-01 17:00\n");
    let given = |locale: &str, arguments: &[&str]| {
        let program = uiq(arguments).at(&place).against(&sandbox).variable("LC_ALL", locale).variable("LANG", locale);
        program.run().to_string()
    };
    for arguments in [
        &["load", "Invoices", "a.csv", "--dry-run", "-o", "json"][..],
        &["queues", "-o", "json"],
        &["runs", "-o", "json"],
        &["status", "-o", "json"],
        &["load", "Invoices", "missing.csv"],
    ] {
        let plain = given("C", arguments);
        assert_eq!(given("de_DE.UTF-8", arguments), plain);
        assert_eq!(given("ja_JP.UTF-8", arguments), plain);
    }
}

#[test]
fn what_comes_from_outside_does_nothing_to_a_terminal() {
    const FILE: &str = "a\u{1b}]0;owned\u{7}\u{9b}2J.csv";
    let (sandbox, place) = (Sandboxed::new(), Place::new());
    place.file(FILE, "Reference\nA\n");
    // What is said on stderr, and what stdout holds.
    for arguments in [&["load", "Invoices", FILE, "--no-progress"][..], &["runs"]] {
        let run = uiq(arguments).at(&place).against(&sandbox).variable("LANG", "C.UTF-8");
        let mut terminal = run.on_a_terminal(200);
        assert_eq!(terminal.ends(), Some(0), "{}", terminal.screen());
        let raw = terminal.raw();
        assert!(raw.contains("\u{fffd}]0;owned\u{fffd}\u{fffd}2J.csv"), "{raw:?}");
        assert!(!raw.chars().any(|character| character.is_control() && !"\r\n\t".contains(character)), "{raw:?}");
    }
    let piped = uiq(&["runs", "-o", "text"]).at(&place).run().succeeded();
    assert!(piped.stdout.contains(FILE), "a pipe holds the bytes as they are: {piped}");
}
