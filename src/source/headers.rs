//! Which columns are fields of the item, and which are its content.

/// Which column names are special; `--headers`.
///
/// Names are matched exactly: Orchestrator's guide lists its headers in one spelling, UiPath's own clients match them so, and a
/// custom column `priority` of a file made for the upload must stay content. [`super::Mapping::lookalikes`] names the near misses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Headers {
    /// The upload's headers and the API's names.
    #[default]
    Both,
    /// The upload's headers only: `Reference`, `Priority`, `Deadline`, `Postpone`. Its page puts a column `DueDate` into the content.
    Upload,
    /// None: every column is content.
    None,
}

impl Headers {
    /// Tells whether a column of this name holds dates of the item.
    pub fn is_date(self, name: &str) -> bool {
        matches!(self.field(name), Some(Field::Due | Field::Defer | Field::RiskSla))
    }
}

/// A field of the item that a column can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Reference,
    Priority,
    Due,
    Defer,
    RiskSla,
    Progress,
}

/// Source: "Bulk uploading queue items using a CSV file" in Orchestrator's user guide.
const UPLOAD: [(&str, Field); 4] = [
    ("Reference", Field::Reference),
    ("Priority", Field::Priority),
    ("Deadline", Field::Due),
    ("Postpone", Field::Defer),
];

/// Source: QueueItemDataDto of Orchestrator's published definition. Reference and Priority are the same in both.
const API: [(&str, Field); 4] = [
    ("DueDate", Field::Due),
    ("DeferDate", Field::Defer),
    ("RiskSlaDate", Field::RiskSla),
    ("Progress", Field::Progress),
];

impl Headers {
    /// The field that a column of this name is.
    pub(super) fn field(self, name: &str) -> Option<Field> {
        self.special().find(|(special, _)| *special == name).map(|(_, field)| field)
    }

    /// The special name that this one differs from by nothing but case and spaces around it.
    pub(super) fn meant(self, name: &str) -> Option<&'static str> {
        let trimmed = name.trim();
        let near = self.special().find(|(special, _)| special.eq_ignore_ascii_case(trimmed));
        near.map(|(special, _)| special).filter(|special| *special != name)
    }

    fn special(self) -> impl Iterator<Item = (&'static str, Field)> {
        let (upload, api): (&[_], &[_]) = match self {
            Self::Both => (&UPLOAD, &API),
            Self::Upload => (&UPLOAD, &[]),
            Self::None => (&[], &[]),
        };
        upload.iter().chain(api).copied()
    }
}
