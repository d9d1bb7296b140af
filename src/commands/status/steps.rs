//! What was tried, step by step.

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It works.
    Works,
    /// It does not, and nothing after it was tried.
    Failed,
    /// It cannot be known, and the step says why.
    Unknown,
    /// This login does without it.
    NotNeeded,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Works => "ok",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotNeeded => "not needed",
        }
    }
}

/// A step that was taken.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) state: State,
    pub(super) words: String,
}

/// The steps that were taken, and what scripts ask for by name.
#[derive(Default)]
pub(super) struct Steps {
    pub(super) taken: Vec<Step>,
    pub(super) token: bool,
    pub(super) expires_at: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) queues: Option<usize>,
}

impl Steps {
    pub(super) fn note(&mut self, name: &'static str, state: State, words: impl Into<String>) {
        self.taken.push(Step { name, state, words: words.into() });
    }

    /// Notes a step that fails with `failure`, and gives the failure on.
    pub(super) fn failed<F: Into<crate::failure::Failure>>(
        &mut self,
        name: &'static str,
        failure: F,
    ) -> crate::failure::Failure {
        let failure = failure.into();
        self.note(name, State::Failed, failure.message());
        failure
    }
}
