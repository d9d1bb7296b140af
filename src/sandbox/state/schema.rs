//! The JSON schema of a queue, and its judgement.

/// The schema that every content of a queue has to follow.
///
/// Assumption: the draft is that of `$schema`, and draft 7 where it names none.
pub(in crate::sandbox) struct QueueSchema {
    pub(in crate::sandbox) text: String,
    validator: jsonschema::Validator,
}

impl QueueSchema {
    /// Reads a schema, or says why it is none.
    pub(in crate::sandbox) fn new(text: String) -> Result<Self, String> {
        let document: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let options = jsonschema::options();
        let options = match document.get("$schema") {
            Some(_) => options,
            None => options.with_draft(jsonschema::Draft::Draft7),
        };
        let validator = options.build(&document).map_err(|error| error.to_string())?;
        Ok(Self { text, validator })
    }

    /// Tells whether a content follows it.
    pub(super) fn admits(&self, content: &str) -> bool {
        serde_json::from_str(content).is_ok_and(|content| self.validator.is_valid(&content))
    }
}

impl std::fmt::Debug for QueueSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("QueueSchema")
    }
}
