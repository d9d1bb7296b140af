//! The checking pass of a file, and what is said about it.

use tokio::sync::watch;

use super::Load;
use super::account::Account;
use super::prepare::{Prepared, broken_rules, how_many, problem_lines};
use super::queue::Found;
use super::stop::Stop;
use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::load::{Checked, Event, Observer, check};
use crate::orchestrator::limits::ITEMS_A_REQUEST;
use crate::ui::LoadView;

/// The view of a file that is checked, which Ctrl-C ends: once something was sent, it does not end the program by itself any more.
pub(super) struct Watch<'a, 'ui> {
    pub(super) view: &'a mut LoadView<'ui>,
    pub(super) presses: Option<watch::Receiver<u32>>,
}

impl Observer for Watch<'_, '_> {
    fn notice(&mut self, event: &Event) {
        self.view.notice(event);
    }

    fn has_left(&self) -> bool {
        are_pressed(self.presses.as_ref())
    }
}

pub(super) fn are_pressed(presses: Option<&watch::Receiver<u32>>) -> bool {
    presses.is_some_and(|presses| *presses.borrow() > 0)
}

/// Reads and checks all rows. Those that break a rule end it, unless they are to be left out.
pub(super) fn checked(
    command: &Load,
    prepared: &Prepared,
    queue: &Found,
    watch: &mut Watch<'_, '_>,
    account: &mut Account,
    context: &Context,
) -> Result<Checked, Stop> {
    let checked = check(&prepared.input, &prepared.mapping, queue.unique, watch)?;
    account.checked(&checked);
    if !checked.problems.is_empty() {
        watch.view.close();
        if !command.shape.skip_invalid {
            let stays = command.folders.broken_file();
            return Err(Stop::Broken(broken_rules(&prepared.input, checked.rows, &checked.problems, stays)));
        }
        let how_many = how_many(&prepared.input, checked.rows, &checked.problems);
        context.ui.warn(&format!("{how_many}; left out, the rejects file will have them"));
        for line in problem_lines(&checked.problems) {
            context.ui.warn(&line);
        }
    }
    watch.notice(&Event::Checked { rows: checked.rows, blank: checked.blank_rows });
    let rows = command.shard.count(checked.rows);
    if command.shape.atomic && rows > ITEMS_A_REQUEST as u64 {
        let message = format!("`--atomic`: the file has {rows} rows, and one request takes at most {ITEMS_A_REQUEST}");
        return Err(Stop::Broken(
            Failure::new(Exit::Usage, message).hint("`--commit all-or-nothing` does the same for each request"),
        ));
    }
    Ok(checked)
}
