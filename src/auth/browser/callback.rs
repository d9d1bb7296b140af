//! What the browser brings back.

use url::form_urlencoded;

use crate::secret::Secret;

/// What the browser brings back, once it is known to be the answer to our invitation.
#[derive(Debug)]
pub enum Callback {
    /// The code that is exchanged for tokens.
    Code(Secret),
    /// The identity server said no.
    Denied {
        /// Its code.
        error: String,
        /// Its explanation, where it gives one.
        description: Option<String>,
    },
}

/// Why the browser brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// It belongs to another login, or somebody made it up.
    #[error("the answer belongs to another login: its `state` is not the one that was sent")]
    OtherState,
    /// There is neither a code nor an error in it, or one of them twice.
    #[error("there is no `code` in it")]
    NoCode,
    /// What was pasted is not the address at which the browser ended.
    #[error("that is not an address that begins with the redirect URL")]
    NotTheRedirect,
    /// The identity server said no.
    #[error("the identity server refuses the login: {error}{}", .description.as_ref().map(|words| format!(" ({words})")).unwrap_or_default())]
    Denied {
        /// Its code.
        error: String,
        /// Its explanation.
        description: Option<String>,
    },
    /// Nobody came back.
    #[error("the browser did not come back within {} minutes", .0.as_secs() / 60)]
    TimedOut(std::time::Duration),
    /// Something else listens at the redirect URL.
    #[error("cannot listen at {at}")]
    Listen {
        /// The address.
        at: String,
        /// Why.
        source: std::io::Error,
    },
    /// The operating system gives no random numbers.
    #[error("the operating system gives no random numbers ({0})")]
    Random(String),
}

impl Callback {
    /// Reads the query of the redirect URL. The state comes first: without ours, nothing of the rest is looked at.
    pub(super) fn read(query: &str, state: &Secret) -> Result<Self, CallbackError> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let only = |name: &str| {
            let mut found = fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
            found.next().filter(|value| !value.is_empty() && found.next().is_none())
        };
        if only("state") != Some(state.expose()) {
            return Err(CallbackError::OtherState);
        }
        match (only("code"), only("error")) {
            (Some(code), None) => Ok(Self::Code(Secret::new(code))),
            (_, Some(error)) => {
                Ok(Self::Denied { error: printable(error), description: only("error_description").map(printable) })
            }
            (None, None) => Err(CallbackError::NoCode),
        }
    }

    /// The code, or the refusal as an error.
    pub(super) fn into_code(self) -> Result<Secret, CallbackError> {
        match self {
            Self::Code(code) => Ok(code),
            Self::Denied { error, description } => Err(CallbackError::Denied { error, description }),
        }
    }
}

/// Text from an address, fit for a terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> String {
        match Callback::read(query, &Secret::new("s1")) {
            Ok(Callback::Code(code)) => format!("code {}", code.expose()),
            Ok(Callback::Denied { error, description }) => format!("{error} {description:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_code_is_taken_only_with_our_state() {
        assert_eq!(read("code=c%2B1&state=s1&scope=x"), "code c+1");
        for other in ["code=c1", "code=c1&state=", "code=c1&state=s2", "code=c1&state=s1&state=s1", "error=x&state=s2"]
        {
            assert!(read(other).starts_with("the answer belongs to another login"), "{other}");
        }
        assert_eq!(read("state=s1"), "there is no `code` in it");
        assert_eq!(read("state=s1&code=a&code=b"), "there is no `code` in it");
    }

    #[test]
    fn a_refusal_is_fit_for_a_terminal() {
        assert_eq!(read("state=s1&error=access%1b%5b1mdenied"), "access[1mdenied None");
        assert_eq!(read("state=s1&code=c&error=no&error_description=a+b"), "no Some(\"a b\")");
    }
}
