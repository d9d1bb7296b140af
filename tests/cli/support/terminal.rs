//! A terminal with somebody before it: what stands on its screen, what was typed, and whether a line was ever too long.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Far longer than anything should take on a busy machine; what is not there by then never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lines of the screen; more than any test shows, so that nothing scrolls away.
const LINES: u16 = 200;

/// A program on a terminal of its own.
pub(crate) struct Terminal {
    keyboard: File,
    shown: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    raw: Vec<u8>,
    was_too_narrow: bool,
    program: Child,
}

impl Terminal {
    /// Starts `command` on a terminal of so many columns.
    pub(crate) fn of(columns: u16, mut command: Command) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let name = ptsname(&keyboard, Vec::new()).unwrap();
        let line = File::from(open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
        tcsetwinsize(&line, Winsize { ws_row: LINES, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let end = || Stdio::from(line.try_clone().unwrap());
        command.stdin(end()).stdout(end()).stderr(end());
        let program = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        drop((command, line)); // and with them our own copies of its end, which would keep it open
        let keyboard = File::from(keyboard);
        let mut output = keyboard.try_clone().unwrap();
        let (send, shown) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Once nobody has the other end any more, Linux gives an error and macOS nothing.
            while let Ok(read @ 1..) = output.read(&mut bytes) {
                if send.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let nonzero = |count| NonZero::new(count).unwrap();
        let screen = vt100::Parser::new(nonzero(LINES), nonzero(columns), 0);
        Self { keyboard, shown, screen, raw: Vec::new(), was_too_narrow: false, program }
    }

    /// Types, as on a keyboard.
    pub(crate) fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until `text` stands on the screen.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) {
        while !self.screen().contains(text) {
            assert!(self.goes_on(), "the program ended without showing `{text}`:\n{}", self.screen());
        }
    }

    /// Waits for the end of the program, and gives its exit code.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> Option<i32> {
        while self.goes_on() {}
        self.program.wait().unwrap().code()
    }

    /// What stands on the screen.
    pub(crate) fn screen(&self) -> String {
        self.screen.screen().contents()
    }

    /// All that was written, with every code for the terminal.
    pub(crate) fn raw(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// Whether a line was ever longer than the screen is wide.
    pub(crate) fn was_too_narrow(&self) -> bool {
        self.was_too_narrow
    }

    /// Takes in what comes next; false at the end.
    #[track_caller]
    fn goes_on(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        match self.shown.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(bytes) => {
                // Byte by byte: a bar that was too long may be gone with the next.
                for byte in bytes {
                    self.screen.process(&[byte]);
                    self.raw.push(byte);
                    let screen = self.screen.screen();
                    let (row, _) = screen.cursor_position();
                    self.was_too_narrow |= row > 0 && screen.row_wrapped(row - 1);
                }
                true
            }
            Err(RecvTimeoutError::Disconnected) => false,
            Err(RecvTimeoutError::Timeout) => panic!("nothing happened for {PATIENCE:?}:\n{}", self.screen()),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // One that was waited for is gone, and killing it again changes nothing.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
