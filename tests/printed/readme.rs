//! The README: what it prints can be pasted.

use crate::lines::{calls, text};
use crate::support::uiq;

#[test]
fn every_command_of_the_readme_is_one() {
    let readme = text("README.md");
    let lines = readme.lines().filter_map(|line| line.strip_prefix("    "));
    let inline = readme.split('`').skip(1).step_by(2).filter(|code| code.starts_with("uiq "));
    let mut seen = 0;
    for line in lines.chain(inline) {
        // A value that is left to the reader.
        for call in calls(&line.replace('…', "x")) {
            assert_is_one(line, &call);
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} commands were found");
}

/// Holds that the program understands a command line, without doing what it says: help goes before.
#[track_caller]
pub(crate) fn assert_is_one(line: &str, call: &[String]) {
    let words: Vec<&str> = call.iter().map(String::as_str).chain(["--help"]).collect();
    let output = uiq(&words).run();
    assert_eq!(output.code, Some(0), "{line}\n{output}");
}

#[cfg(unix)]
mod guide {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Child, Command, Stdio};

    use crate::lines::{block_lines, project, text};
    use crate::support::Place;

    /// Ends a shell with all that it has started.
    struct Group(Child);

    impl Drop for Group {
        fn drop(&mut self) {
            let kill = format!("kill -9 -- -{}", self.0.id());
            // Those that have ended are gone, and that is well.
            let _ = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status();
            let _ = self.0.wait();
        }
    }

    /// A place that looks like a clone as far as the guide knows it, with `uiq` on the path.
    fn clone() -> Place {
        let place = Place::new();
        fs::create_dir(place.work().join("samples")).unwrap();
        for file in fs::read_dir(project().join("samples")).unwrap().map(|file| file.unwrap().path()) {
            fs::copy(&file, place.work().join("samples").join(file.file_name().unwrap())).unwrap();
        }
        // The one thing that is not as printed: the guide's sandbox takes the usual port, where another test's may be.
        let program = env!("CARGO_BIN_EXE_uiq");
        let script = format!(
            "#!/bin/sh\ncase $1 in sandbox) shift; exec {program} sandbox --port 0 \"$@\";; esac\nexec {program} \"$@\"\n"
        );
        let path = place.root().join("home/uiq");
        fs::write(&path, script).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        place
    }

    /// Runs lines in one shell, as if they were typed one after the other, and gives what each ended with and said.
    #[track_caller]
    fn typed(lines: &[String], place: &Place) -> Vec<(i32, String)> {
        const MARK: &str = "@@ line";
        let marked = |script: String, line: &String| script + line + "\necho \"" + MARK + " $?\"\n";
        let script = lines.iter().fold(String::new(), marked);
        let path = format!("{}:{}", place.root().join("home").display(), std::env::var("PATH").unwrap());
        let log = place.root().join("log");
        let file = fs::File::create(&log).unwrap();
        let mut command = Command::new("bash");
        command.arg("-c").arg(script).env_clear().envs(place.variables()).env("PATH", path).env("LC_ALL", "C.UTF-8");
        command.current_dir(place.work()).stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let mut shell = Group(command.process_group(0).spawn().unwrap());
        shell.0.wait().unwrap();
        drop(shell);
        let log = fs::read_to_string(log).unwrap();
        let mut said = Vec::new();
        let mut words = String::new();
        for line in log.lines() {
            match line.strip_prefix(MARK) {
                Some(code) => said.push((code.trim().parse().unwrap(), std::mem::take(&mut words))),
                None => words = words + line + "\n",
            }
        }
        assert_eq!(said.len(), lines.len(), "the shell ended before its last line:\n{log}");
        said
    }

    /// The code that the comment of a line announces.
    fn announced(line: &str) -> i32 {
        let code = line.split("# exit code ").nth(1).and_then(|rest| rest.split(':').next());
        code.map_or(0, |code| code.parse().unwrap())
    }

    #[test]
    fn the_five_tasks_work_from_start_to_end_as_printed() {
        if Command::new("bash").arg("--version").output().is_err() {
            eprintln!("!!! NOT CHECKED: the guide, for there is no bash");
            return;
        }
        let place = clone();
        let lines = block_lines(&text("README.md"), "Five tasks, from start to end");
        let before = files(&place.work());
        let said = typed(&lines, &place);
        for (line, (code, words)) in lines.iter().zip(&said) {
            let killed = line.contains("kill -9");
            assert!(*code == announced(line) || killed, "{line}\nexit code {code}\n{words}");
        }
        let saying = |start: &str| {
            let found = lines.iter().zip(&said).filter(|(line, _)| line.starts_with(start));
            found.map(|(_, (_, words))| words.as_str()).collect::<Vec<_>>()
        };
        assert!(saying("uiq status")[0].contains("works       yes"), "{said:?}");
        assert!(saying("uiq token")[0].starts_with("eyJ"), "{said:?}");
        assert!(saying("uiq load Invoices 'inbox")[1].contains("no file matches"), "{said:?}");
        assert!(saying("cat two.rejects.csv")[0].contains("INV-7,Contoso,2,DuplicateReference"), "{said:?}");
        assert!(
            saying("uiq load Orders")[1].contains("2604 rows of samples/invoices.csv accepted into Orders"),
            "{said:?}"
        );
        assert_eq!(files(&place.work()), before, "it leaves nothing behind");
    }

    #[test]
    fn one_line_installs_the_program_with_its_manual_and_completions() {
        let place = clone();
        // Building the program once more is left out; it is on the path.
        let cargo = place.root().join("home/cargo");
        fs::write(&cargo, "#!/bin/sh\ntest \"$1 $2 $3 $4\" = 'install --locked --path .'\n").unwrap();
        fs::set_permissions(cargo, fs::Permissions::from_mode(0o755)).unwrap();
        let readme = text("README.md");
        let line = readme.lines().map(str::trim).find(|line| line.starts_with("cargo install")).unwrap();
        let said = typed(&[line.to_owned()], &place);
        assert_eq!(said[0].0, 0, "{said:?}");
        for file in [".cargo/share/man/man1/uiq-load.1", ".local/share/bash-completion/completions/uiq"] {
            assert!(place.root().join("home").join(file).exists(), "{file}");
        }
    }

    fn files(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}
