//! Questions to the person at the terminal.

use std::io::{self, BufRead, Write};

use super::Ui;
use crate::secret::Secret;

impl Ui {
    /// Asks for a line of text. Only where [`Ui::can_ask`].
    pub fn ask(&self, question: &str) -> io::Result<String> {
        let mut stderr = io::stderr().lock();
        write!(stderr, "{question}: ")?;
        stderr.flush()?;
        let mut answer = String::new();
        if io::stdin().lock().read_line(&mut answer)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(answer.trim().to_owned())
    }

    /// Asks for a secret, which is not shown while it is typed. Only where [`Ui::can_ask`].
    ///
    /// The echo is off before the question appears: whoever pastes as soon as they see it pastes into the dark. Blanks around the
    /// secret come from pasting; no secret of UiPath has any.
    pub fn ask_secret(&self, question: &str) -> io::Result<Secret> {
        let _dark = echo::off()?;
        let mut stderr = io::stderr().lock();
        write!(stderr, "{question}: ")?;
        stderr.flush()?;
        let answer = rpassword::read_password();
        // The line end that was typed was not shown either.
        writeln!(stderr)?;
        Ok(Secret::new(answer?.trim()))
    }
}

#[cfg(unix)]
mod echo {
    use std::io;

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// The terminal as it was, to be restored.
    pub(super) struct Dark(Termios);

    /// Switches the echo of the terminal off until the value is dropped.
    pub(super) fn off() -> io::Result<Dark> {
        let before = tcgetattr(io::stdin())?;
        let mut dark = before.clone();
        dark.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Now, &dark)?;
        Ok(Dark(before))
    }

    impl Drop for Dark {
        fn drop(&mut self) {
            // A terminal that has gone needs no restoring.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
        }
    }
}

#[cfg(not(unix))]
mod echo {
    /// Nothing to restore: `rpassword` switches the echo off itself, a moment after the question.
    pub(super) struct Dark;

    #[allow(clippy::unnecessary_wraps)]
    pub(super) fn off() -> std::io::Result<Dark> {
        Ok(Dark)
    }
}
