//! `uiq load --dry-run`: everything but the sending.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::prepare::{Prepared, broken_rules};
use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::load::{FileSupply, References, Supply, UniqueReferences, check};
use crate::orchestrator::write_item;
use crate::ui::{Format, LoadView};

/// How many items are shown to a person.
const SHOWN: usize = 3;

/// Checks all rows and shows items. Nobody is asked whether the queue is there, so no login is needed.
pub(super) fn run(prepared: &Prepared, context: &Context) -> Result<Exit, Failure> {
    let input = &prepared.input;
    let mut view = LoadView::new(&context.ui, input.name(), input.length()?);
    let checked = check(input, &prepared.mapping, UniqueReferences::Free, &mut view)?;
    view.close();
    if !checked.problems.is_empty() {
        return Err(broken_rules(input, checked.rows, &checked.problems));
    }
    let supply = FileSupply {
        input: input.clone(),
        fingerprint: checked.fingerprint,
        mapping: Arc::new(prepared.mapping.clone()),
    };
    let most = if context.ui.format() == Format::Json { usize::MAX } else { SHOWN };
    let (mut shown, mut written, mut failed) = (0, Vec::new(), None);
    supply.items(&mut |_, item| {
        written.clear();
        write_item(&mut written, None, item);
        failed = context.print(&String::from_utf8_lossy(&written)).err();
        shown += 1;
        if shown >= most || failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    let references = match checked.references {
        References::Distinct => "every row has a reference of its own",
        References::Ambiguous => {
            "not every row has a reference of its own, which a queue with unique references would refuse"
        }
    };
    context.ui.say(&format!("{references}; nothing was sent"));
    Ok(Exit::Done)
}
