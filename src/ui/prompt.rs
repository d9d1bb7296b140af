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
    /// Blanks around it come from pasting; no secret of UiPath has any.
    pub fn ask_secret(&self, question: &str) -> io::Result<Secret> {
        Ok(Secret::new(rpassword::prompt_password(format!("{question}: "))?.trim()))
    }
}
