//! The checking pass: every row is read and held against the rules before any is sent.

use std::fmt;
use std::io;

use crate::items::{QueueItem, Rule, Violation};
use crate::rows::{RowNumber, RowRange};
use crate::source::{Fingerprint, Input, Mapping, SourceError};

use super::duplicates::{Duplicates, Keep, Repeated};
use super::event::{Event, Observer};
use super::plan::References;

/// How many problems of one rule are shown; the others are counted.
const SHOWN: usize = 5;

/// How often the observer hears of progress, in rows: often enough for a bar, too seldom to cost anything.
pub(super) const NOTICE: u64 = 8_192;

/// What the checking pass found.
#[derive(Debug)]
pub struct Checked {
    /// Rows with something in them.
    pub rows: u64,
    /// From the first to the last of them.
    pub span: Option<RowRange>,
    /// Rows with nothing in them, which are skipped.
    pub blank_rows: u64,
    /// What identifies the content.
    pub fingerprint: Fingerprint,
    /// What the references are good for.
    pub references: References,
    /// What is wrong.
    pub problems: Problems,
}

/// One row that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What rows are called in this input: row, line or element.
    pub unit: &'static str,
    /// The row, as its owner sees it.
    pub row: RowNumber,
    /// The line, as an editor shows it; none where only the row is known.
    pub line: Option<u64>,
    /// What is wrong.
    pub violation: Violation,
}

/// Problems by rule, in the order in which the rules were first broken.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    groups: Vec<Group>,
    /// Rows that break at least one rule.
    pub rows: u64,
}

/// The problems of one rule.
#[derive(Clone, Debug)]
pub struct Group {
    /// The rule's name.
    pub code: &'static str,
    /// How often it is broken.
    pub count: u64,
    /// The first of them.
    pub first: Vec<Problem>,
}

impl Problems {
    /// Tells whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The problems by rule.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    fn add(&mut self, problem: Problem) {
        let code = problem.violation.rule.code();
        let index = self.groups.iter().position(|group| group.code == code).unwrap_or_else(|| {
            self.groups.push(Group { code, count: 0, first: Vec::new() });
            self.groups.len() - 1
        });
        let group = &mut self.groups[index];
        group.count += 1;
        if group.first.len() < SHOWN {
            group.first.push(problem);
        }
    }

    /// Adds rows that repeat a reference, of which only some are known by number.
    fn add_repeated(&mut self, repeated: &Repeated, unit: &'static str) {
        for &(row, first) in &repeated.some {
            let violation = Violation::column("Reference", Rule::DuplicateReference { first: first.0 });
            self.add(Problem { unit, row, line: None, violation });
        }
        self.rows += repeated.rows;
        if let Some(group) = self.groups.last_mut().filter(|_| repeated.rows > 0) {
            group.count = repeated.rows;
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.unit, self.row)?;
        // Where cells are missing or too many, it is the line that is looked at, in an editor; elsewhere it is only said if it differs.
        let is_ragged = matches!(self.violation.rule, Rule::Ragged { .. });
        if let Some(line) = self.line.filter(|&line| is_ragged || line != self.row.0) {
            write!(f, " (line {line})")?;
        }
        write!(f, ", {}", self.violation)
    }
}

/// Whether the queue takes a reference only once, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UniqueReferences {
    /// It does: rows need a reference, and no two the same.
    Required,
    /// It does not, or nobody knows.
    Free,
}

/// Reads and checks all rows of `input`.
pub fn check(
    input: &Input,
    mapping: &Mapping,
    unique: UniqueReferences,
    observer: &mut dyn Observer,
) -> Result<Checked, CheckError> {
    let mut reader = input.open()?;
    let unit = reader.format().unit();
    let (mut rows, mut span, mut unreferenced) = (0, None::<RowRange>, 0_u64);
    let (mut problems, mut violations, mut duplicates) = (Problems::default(), Vec::new(), Duplicates::new(Keep::Some));
    while let Some(row) = reader.next_row()? {
        let (number, line) = (row.number, row.line);
        rows += 1;
        span = Some(RowRange { first: span.map_or(number, |span| span.first), last: number });
        match mapping.item(&row, &mut violations) {
            Some(QueueItem { reference: Some(reference), .. }) => {
                duplicates.add(number, &reference).map_err(CheckError::Aside)?;
            }
            Some(_) => {
                unreferenced += 1;
                if unique == UniqueReferences::Required {
                    violations.push(Violation::whole(Rule::ReferenceRequired));
                }
            }
            None => {}
        }
        if !violations.is_empty() {
            problems.rows += 1;
            violations
                .drain(..)
                .for_each(|violation| problems.add(Problem { unit, row: number, line: Some(line), violation }));
        }
        if rows % NOTICE == 0 {
            observer.notice(&Event::Checking { rows, bytes: reader.bytes_read() });
            if observer.has_left() {
                return Err(CheckError::Interrupted);
            }
        }
    }
    let repeated = duplicates.finish().map_err(CheckError::Aside)?;
    let references = if unreferenced == 0 && repeated.rows == 0 { References::Distinct } else { References::Ambiguous };
    if unique == UniqueReferences::Required {
        problems.add_repeated(&repeated, unit);
    }
    let (blank_rows, fingerprint) = (reader.blank_rows(), reader.fingerprint()?);
    Ok(Checked { rows, span, blank_rows, fingerprint, references, problems })
}

/// The checking pass could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The input cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Nobody waits for it any more.
    #[error("interrupted while the file was checked; nothing is under way")]
    Interrupted,
    /// The temporary files for finding repeated references cannot be written.
    #[error("cannot write to the folder for temporary files, which finding repeated references needs")]
    Aside(#[source] io::Error),
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::items::Calendar;
    use crate::source::{MappingOptions, Options};

    /// Checks a file, and shows what was found: groups with their counts, then the problems that are named.
    fn checked(file: &str, unique: UniqueReferences) -> (Checked, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, file).unwrap();
        let input = Input::new(path, Options::default());
        let calendar = Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() };
        let mapping = Mapping::new(input.open().unwrap().columns(), MappingOptions::new(calendar)).unwrap();
        let checked = check(&input, &mapping, unique, &mut |_: &Event| {}).unwrap();
        let mut words = Vec::new();
        for group in checked.problems.groups() {
            words.push(format!("{} x{}", group.code, group.count));
            words.extend(group.first.iter().map(|problem| format!("  {problem}")));
        }
        (checked, words.join("\n"))
    }

    #[test]
    fn a_file_without_problems_is_counted() {
        let (checked, words) = checked("No\na\n\nb\nc\n", UniqueReferences::Free);
        assert_eq!((checked.rows, checked.blank_rows, words.as_str()), (3, 1, ""));
        assert_eq!(checked.span.unwrap().to_string(), "2-5");
        assert_eq!(checked.references, References::Ambiguous);
    }

    #[test]
    fn a_check_that_nobody_waits_for_ends_early() {
        struct Gone(u64);
        impl Observer for Gone {
            fn notice(&mut self, event: &Event) {
                let Event::Checking { rows, .. } = event else { return };
                self.0 = *rows;
            }

            fn has_left(&self) -> bool {
                true
            }
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "No\n".to_owned() + &"a\n".repeat(20_000)).unwrap();
        let input = Input::new(file.path(), Options::default());
        let calendar = Calendar { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH.into() };
        let mapping = Mapping::new(input.open().unwrap().columns(), MappingOptions::new(calendar)).unwrap();
        let mut observer = Gone(0);
        let error = check(&input, &mapping, UniqueReferences::Free, &mut observer).unwrap_err();
        assert!(matches!(error, CheckError::Interrupted));
        assert_eq!(observer.0, NOTICE);
    }

    #[test]
    fn references_are_good_for_telling_rows_apart_where_every_row_has_its_own() {
        for (file, references) in [
            ("Reference,No\nA,1\nB,1\n", References::Distinct),
            ("Reference,No\nA,1\na,1\n", References::Distinct),
            ("Reference,No\nA,1\nA,2\n", References::Ambiguous),
            ("Reference,No\nA,1\n,2\n", References::Ambiguous),
        ] {
            let (checked, words) = checked(file, UniqueReferences::Free);
            assert_eq!((checked.references, words.as_str()), (references, ""), "{file}");
        }
    }

    #[test]
    fn problems_are_grouped_counted_and_shown_in_part() {
        let (checked, words) = checked(&format!("Priority,No\n{}", "urgent,1\n".repeat(7)), UniqueReferences::Required);
        assert_eq!(checked.problems.rows, 7);
        let counts: Vec<_> = checked.problems.groups().iter().map(|group| (group.count, group.first.len())).collect();
        assert_eq!(counts, [(7, SHOWN)], "{words}");
    }

    #[test]
    fn a_unique_queue_wants_a_reference_in_every_row_and_none_twice() {
        let (checked, words) = checked("Reference,No\nA,1\n,2\nA,3\nA,4\n", UniqueReferences::Required);
        assert_eq!(checked.problems.rows, 3);
        insta::assert_snapshot!(words, @r"
        ReferenceRequired x1
          row 3, the row has no reference, and the queue enforces unique references
        DuplicateReference x2
          row 4, column `Reference`: row 2 has the same reference
          row 5, column `Reference`: row 2 has the same reference
        ");
    }
}
