//! Rows that break a rule, written down before the others are sent (`--skip-invalid`).

use jiff::Timestamp;

use crate::items::{QueueItem, Rule, Violation};
use crate::journal::{Entry, Fault, JournalError, Run};
use crate::source::{Fingerprint, Input, Mapping};

use super::check::{CheckError, UniqueReferences};
use super::duplicates::{Duplicates, Keep};

/// Rows that are written down at a time: one sync each would be slow, all of them at once could be more than the memory holds.
const PACK: usize = 1_000;

/// The rows could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum LeaveOutError {
    /// The input cannot be read again.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Writes down every row that breaks a rule, with its first one; the journal takes it as never to be sent. Saying so twice changes
/// nothing, so that a resumed run may do it again.
pub fn leave_out(
    input: &Input,
    fingerprint: &Fingerprint,
    mapping: &Mapping,
    unique: UniqueReferences,
    run: &mut Run,
) -> Result<(), LeaveOutError> {
    let mut reader = input.open_again(fingerprint).map_err(CheckError::from)?;
    let (mut violations, mut faults, mut duplicates) = (Vec::new(), Vec::new(), Duplicates::new(Keep::All));
    while let Some(row) = reader.next_row().map_err(CheckError::from)? {
        match mapping.item(&row, &mut violations) {
            Some(QueueItem { reference: Some(reference), .. }) if unique == UniqueReferences::Required => {
                duplicates.add(row.number, &reference).map_err(CheckError::Aside)?;
            }
            Some(QueueItem { reference: None, .. }) if unique == UniqueReferences::Required => {
                violations.push(Violation::whole(Rule::ReferenceRequired));
            }
            _ => {}
        }
        if let Some(first) = violations.first() {
            let words: Vec<String> = violations.iter().map(ToString::to_string).collect();
            let code = first.rule.code().to_owned();
            faults.push(Fault { row: row.number, code, rule: words.join("; ") });
        }
        violations.clear();
        if faults.len() >= PACK {
            write_down(&mut faults, run)?;
        }
    }
    reader.verify(fingerprint).map_err(CheckError::from)?;
    for (row, first) in duplicates.finish().map_err(CheckError::Aside)?.some {
        let rule = Rule::DuplicateReference { first: first.0 };
        faults.push(Fault { row, code: rule.code().to_owned(), rule: rule.to_string() });
        if faults.len() >= PACK {
            write_down(&mut faults, run)?;
        }
    }
    write_down(&mut faults, run)
}

fn write_down(faults: &mut Vec<Fault>, run: &mut Run) -> Result<(), LeaveOutError> {
    if !faults.is_empty() {
        run.record(&[Entry::LeftOut(std::mem::take(faults))], Timestamp::now())?;
    }
    Ok(())
}
