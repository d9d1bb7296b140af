//! The samples: every command in them is one, and what they start loads files from an inbox into a sandbox.

use std::fs;

use crate::lines::{calls, project, text};
use crate::readme::assert_is_one;

/// The arguments that a Kubernetes manifest gives: the items of the list below `args:`.
fn arguments(manifest: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| line.trim() != "args:").skip(1).map(str::trim);
    lines.map_while(|line| line.strip_prefix("- ")).map(str::to_owned).collect()
}

/// What stands between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(inside, _)| inside).unwrap()
}

#[test]
fn every_command_of_the_samples_is_one() {
    let mut seen = 0;
    for name in
        ["nightly.cron", "uiq-load.service", "github-actions.yml", "kubernetes-indexed-job.yaml", "mapping.toml"]
    {
        for line in text(project().join("samples").join(name)).lines() {
            let line = line
                .trim_start_matches("# ")
                .replace("ExecStart=", "")
                .replace("run: ", "")
                .replace("exec uiq", "; uiq")
                .replace("$((JOB_COMPLETION_INDEX + 1))", "1");
            for call in calls(&line).into_iter().filter(|call| call.first().is_some_and(|word| word == "load")) {
                assert_is_one(&line, &call);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 5, "each of them has one");
    assert_is_one("kubernetes-cronjob.yaml", &arguments(&text("samples/kubernetes-cronjob.yaml")));
    let task = text("samples/windows-task.xml");
    let windows = between(&task, "<Arguments>", "</Arguments>").replace('\\', "/").replace("&gt;", ">");
    let windows = between(&windows, "uiq.exe\" ", " >>");
    assert_is_one("windows-task.xml", &shlex::split(windows).unwrap());
    for command in task.lines().filter(|line| line.contains("uiq login")) {
        assert_is_one(command, &["login", "-p", "prod"].map(String::from));
    }
}

#[test]
fn no_sample_has_a_secret_in_it() {
    for file in fs::read_dir(project().join("samples")).unwrap().map(|file| file.unwrap().path()) {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        for line in text.lines().filter(|line| line.contains("CLIENT_SECRET") && !line.trim_start().starts_with('#')) {
            let is_elsewhere = line.contains("CLIENT_SECRET_FILE") || line.contains("${{ secrets.");
            assert!(is_elsewhere, "{}: {line}", file.display());
        }
    }
}

#[cfg(unix)]
mod executed {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::{Command, Output};

    use super::{arguments, text};
    use crate::support::{Place, Sandboxed};

    /// A machine as a sample expects it: inbox, program, secret. Its paths are the sample's, below a folder of ours.
    struct Machine {
        place: Place,
        sandbox: Sandboxed,
    }

    impl Machine {
        fn new() -> Self {
            let machine = Self { place: Place::new(), sandbox: Sandboxed::new() };
            for folder in ["erp/inbox", "erp/done", "erp/failed", "home", "credentials", "state", "bin"] {
                fs::create_dir_all(machine.place.root().join(folder)).unwrap();
            }
            machine.write("credentials/uiq-prod", machine.sandbox.client_secret());
            machine.write("erp/inbox/a.csv", "Reference\nA\nB\n");
            machine.write("erp/inbox/b.csv", "Reference\nC\n");
            machine.write(
                "erp/invoices.csv",
                &(0..40).fold("Reference\n".to_owned(), |text, row| format!("{text}R{row}\n")),
            );
            let program = machine.place.root().join("bin/uiq");
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_uiq"), program).unwrap();
            machine
        }

        fn write(&self, name: &str, content: &str) {
            fs::write(self.place.root().join(name), content).unwrap();
        }

        /// A sample's words with its folders, its address and its application put in the place of ours.
        fn ours(&self, sample: &str) -> String {
            let root = self.place.root().to_str().unwrap();
            let folders = [
                ("/usr/local/bin/", "/bin/"),
                ("/srv/erp", "/erp"),
                ("/home/etl/.secrets/uiq", "/credentials/uiq-prod"),
                ("/run/secrets/uiq/client-secret", "/credentials/uiq-prod"),
                ("/home/etl", "/home"),
                ("%S", "/state"),
                ("/state", "/state"),
                ("/erp", "/erp"),
            ];
            let mut text = sample.to_owned();
            for (number, (theirs, _)) in folders.iter().enumerate() {
                text = text.replace(theirs, &format!("@{number}@"));
            }
            for (number, (_, here)) in folders.iter().enumerate() {
                text = text.replace(&format!("@{number}@"), &format!("{root}{here}"));
            }
            text.replace("https://cloud.uipath.com/acme/Prod", &self.sandbox.url())
                .replace("Finance/AP", self.sandbox.folder_path())
                .replace("11111111-2222-3333-4444-555555555555", self.sandbox.client_id())
        }

        fn run(&self, mut command: Command, variables: &BTreeMap<String, String>) -> Output {
            let path = format!("{}:{}", self.place.root().join("bin").display(), std::env::var("PATH").unwrap());
            // No home, as in a container and under systemd; cron has one, and it is not needed.
            command.env_clear().env("PATH", path).envs(variables).current_dir(self.place.work());
            command.output().unwrap()
        }

        #[track_caller]
        fn has_loaded_the_inbox(&self) {
            assert_eq!(self.sandbox.items("Invoices").len(), 3);
            let names = |folder: &str| fs::read_dir(self.place.root().join(folder)).unwrap().count();
            assert_eq!((names("erp/inbox"), names("erp/done"), names("erp/failed")), (0, 2, 0));
        }
    }

    #[test]
    fn the_crontab_loads_the_inbox_and_says_nothing() {
        let machine = Machine::new();
        let crontab = machine.ours(&text("samples/nightly.cron"));
        let mut variables = BTreeMap::from([(String::from("UIQ_STATE_DIR"), machine.ours("/state"))]);
        let mut command = None;
        for line in crontab.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            match line
                .split_once('=')
                .filter(|(name, _)| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'))
            {
                Some((name, value)) => drop(variables.insert(name.to_owned(), value.to_owned())),
                // Five fields for the time; cron gives the rest to a shell.
                None => command = Some(line.splitn(6, ' ').last().unwrap().to_owned()),
            }
        }
        let command = command.unwrap();
        for _night in 0..2 {
            let mut shell = Command::new("sh");
            shell.args(["-c", &command]);
            let output = machine.run(shell, &variables);
            assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
            machine.has_loaded_the_inbox();
        }
        // What goes wrong is told by mail.
        variables.insert(String::from("UIPATH_CLIENT_ID"), String::from("unknown"));
        machine.write("erp/inbox/c.csv", "Reference\nD\n");
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]);
        let output = machine.run(shell, &variables);
        assert!(String::from_utf8_lossy(&output.stdout).contains("error:"), "{output:?}");
    }

    #[test]
    fn the_unit_loads_the_inbox_with_the_credential_that_systemd_hands_over() {
        let machine = Machine::new();
        let unit = machine.ours(&text("samples/uiq-load.service"));
        let values = |key: &'static str| unit.lines().filter_map(move |line| line.strip_prefix(key)?.strip_prefix('='));
        let mut variables: BTreeMap<String, String> = values("Environment")
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let credentials = machine.place.root().join("credentials");
        assert_eq!(values("LoadCredentialEncrypted").next(), Some("uiq-prod"));
        variables.insert(String::from("CREDENTIALS_DIRECTORY"), credentials.to_str().unwrap().to_owned());
        let line = values("ExecStart").next().unwrap().to_owned();
        let mut words = line.split(' '); // as systemd does, which expands no pattern
        let mut command = Command::new(words.next().unwrap());
        command.args(words);
        let output = machine.run(command, &variables);
        assert!(output.status.success(), "{output:?}");
        machine.has_loaded_the_inbox();
    }

    /// The variables of a manifest that have a value.
    fn variables(manifest: &str) -> BTreeMap<String, String> {
        let lines: Vec<&str> = manifest.lines().map(str::trim).collect();
        let pairs = lines.windows(2).filter_map(|pair| {
            let name = pair[0].strip_prefix("- name: ")?;
            Some((name.to_owned(), pair[1].strip_prefix("value: ")?.to_owned()))
        });
        pairs.collect()
    }

    #[test]
    fn the_cron_job_loads_the_inbox_with_a_mounted_secret() {
        let machine = Machine::new();
        let manifest = machine.ours(&text("samples/kubernetes-cronjob.yaml"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_uiq"));
        command.args(arguments(&manifest));
        let output = machine.run(command, &variables(&manifest));
        assert!(output.status.success(), "{output:?}");
        machine.has_loaded_the_inbox();
    }

    #[test]
    fn the_pods_of_the_indexed_job_load_each_row_once() {
        let machine = Machine::new();
        let manifest = machine.ours(&text("samples/kubernetes-indexed-job.yaml"));
        let [script] = arguments(&manifest).try_into().unwrap();
        for index in 0..8 {
            let mut variables = variables(&manifest);
            for value in variables.values_mut() {
                *value = value.replace("$(JOB_COMPLETION_INDEX)", &index.to_string()); // as Kubernetes does
            }
            variables.insert(String::from("JOB_COMPLETION_INDEX"), index.to_string());
            let mut command = Command::new("sh");
            command.args(["-c", &script]);
            let output = machine.run(command, &variables);
            assert!(output.status.success(), "{index}: {output:?}");
            // Nothing but the root of the volume is there before.
            assert!(machine.place.root().join(format!("state/share-{index}/uiq/journal.sqlite3")).exists());
        }
        let mut references: Vec<_> =
            machine.sandbox.items("Invoices").into_iter().filter_map(|item| item.reference).collect();
        assert_eq!(references.len(), 40);
        references.sort();
        references.dedup();
        assert_eq!(references.len(), 40);
    }

    #[test]
    fn the_packing_of_a_release_can_be_executed() {
        for script in [".github/pack.sh", "tests/samples.sh"] {
            let path = crate::lines::project().join(script);
            assert_ne!(fs::metadata(path).unwrap().permissions().mode() & 0o444, 0, "{script}");
            let check = Command::new("sh").args(["-n", script]).current_dir(crate::lines::project()).status().unwrap();
            assert!(check.success(), "{script}");
        }
    }
}
