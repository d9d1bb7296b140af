//! A user's session with a home, a bus and a keyring of its own.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dbus::blocking::Connection;
use dbus::channel::Channel;

const SECRETS: &str = "org.freedesktop.secrets";

/// What plays the keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// gnome-keyring, opened with its password.
    Unlocked,
    /// gnome-keyring after a login that did not open it; there is no display for a dialog.
    Locked,
    /// Nobody on the bus.
    None,
    /// Somebody who owns the name and never answers.
    Mute,
    /// A bus that accepts connections and never says a word.
    MuteBus,
    /// No bus at all.
    NoBus,
    /// The address of a bus that has gone.
    BogusBus,
}

/// How a program ended, and what it said.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) struct Desktop {
    root: tempfile::TempDir,
    bus: Option<String>,
    keyring: Option<Process>,
    daemon: Option<Process>,
    mute: Option<Connection>,
    mute_bus: Option<UnixListener>,
}

impl Desktop {
    /// Starts a session; none where the programs for it are not installed, which is said.
    pub(crate) fn start(service: Service) -> Option<Self> {
        for program in ["dbus-daemon", "gnome-keyring-daemon"] {
            if Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
                assert_ne!(
                    std::env::var("UIQ_REQUIRE_KEYRING").as_deref(),
                    Ok("1"),
                    "{program} is not installed, and UIQ_REQUIRE_KEYRING=1 wants these tests"
                );
                eprintln!("skipped: {program} is not installed");
                return None;
            }
        }
        let root = tempfile::Builder::new().prefix("uiq-").tempdir().unwrap();
        for folder in ["home", "run"] {
            std::fs::create_dir(root.path().join(folder)).unwrap();
        }
        std::fs::set_permissions(root.path().join("run"), std::fs::Permissions::from_mode(0o700)).unwrap();
        let mut desktop = Self { root, bus: None, keyring: None, daemon: None, mute: None, mute_bus: None };
        desktop.restart(service);
        Some(desktop)
    }

    /// Logs out and in again; what is on disk stays.
    pub(crate) fn restart(&mut self, service: Service) {
        (self.keyring, self.daemon, self.mute, self.mute_bus) = (None, None, None, None);
        self.bus = match service {
            Service::NoBus => None,
            Service::BogusBus => Some(format!("unix:path={}", self.root.path().join("gone").display())),
            Service::MuteBus => {
                let path = self.root.path().join("mute");
                self.mute_bus = Some(UnixListener::bind(&path).unwrap());
                Some(format!("unix:path={}", path.display()))
            }
            Service::Unlocked | Service::Locked | Service::None | Service::Mute => Some(self.start_bus(service)),
        };
        match service {
            Service::Unlocked => self.start_keyring(&["--unlock"], "password of the keyring"),
            Service::Locked => self.start_keyring(&[], ""),
            Service::Mute => {
                let connection = self.connect();
                connection.request_name(SECRETS, false, true, true).unwrap();
                self.mute = Some(connection);
            }
            Service::None | Service::MuteBus | Service::NoBus | Service::BogusBus => {}
        }
    }

    /// Runs the real binary in the session.
    pub(crate) fn uiq(&self, arguments: &[&str], stdin: Option<&str>) -> Outcome {
        let mut command = self.command(env!("CARGO_BIN_EXE_uiq"));
        command.args(arguments);
        finish(command, stdin.unwrap_or_default())
    }

    /// Runs the real binary with nothing but `variables`, as a bare cron job or container would.
    pub(crate) fn bare(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let mut command = Command::new(env!("CARGO_BIN_EXE_uiq"));
        // No HOME; the folder named has no profiles, lest those of whoever runs the tests be read.
        command.env_clear().env("UIQ_CONFIG_DIR", self.root.path().join("none")).envs(variables.iter().copied());
        command.args(arguments);
        finish(command, "")
    }

    /// The files below the home that hold `text`.
    pub(crate) fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        search(&self.root.path().join("home"), text.as_bytes(), &mut found);
        found
    }

    fn command(&self, program: &str) -> Command {
        let home = self.root.path().join("home");
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", &home);
        command.env("XDG_DATA_HOME", home.join(".local/share")).env("XDG_RUNTIME_DIR", self.root.path().join("run"));
        command.envs(self.bus.iter().map(|address| ("DBUS_SESSION_BUS_ADDRESS", address)));
        command
    }

    /// A bus of our own. Only where a dialog is wanted can it start services, and those of the system are the only ones there are.
    fn start_bus(&mut self, service: Service) -> String {
        let services = if service == Service::Locked { "<standard_session_servicedirs/>" } else { "" };
        let configuration = self.root.path().join("bus.conf");
        let text = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir={}</listen><auth>EXTERNAL</auth>{services}
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#,
            self.root.path().display()
        );
        std::fs::write(&configuration, text).unwrap();
        let mut command = self.command("dbus-daemon");
        command.arg(format!("--config-file={}", configuration.display())).args([
            "--nofork",
            "--nopidfile",
            "--print-address",
        ]);
        let mut daemon = Process(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        let mut address = String::new();
        BufReader::new(daemon.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
        self.daemon = Some(daemon);
        address.trim().to_owned()
    }

    fn start_keyring(&mut self, arguments: &[&str], password: &str) {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        self.keyring = Some(Process(child));
        let connection = self.connect();
        let bus = connection.with_proxy("org.freedesktop.DBus", "/org/freedesktop/DBus", Duration::from_secs(5));
        for _ in 0..500 {
            let (owned,): (bool,) = bus.method_call("org.freedesktop.DBus", "NameHasOwner", (SECRETS,)).unwrap();
            if owned {
                return;
            }
            connection.process(Duration::from_millis(20)).unwrap();
        }
        panic!("gnome-keyring did not come up");
    }

    fn connect(&self) -> Connection {
        let mut channel = Channel::open_private(self.bus.as_ref().unwrap()).unwrap();
        channel.register().unwrap();
        channel.into()
    }
}

/// A process that ends with its handle.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn finish(mut command: Command, stdin: &str) -> Outcome {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that needs no input may have ended.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn search(folder: &Path, text: &[u8], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            search(&entry.path(), text, found);
        } else if std::fs::read(entry.path()).unwrap().windows(text.len()).any(|window| window == text) {
            found.push(entry.path());
        }
    }
}
