//! What to do about rows that are not in the queue.

use super::account::Known;
use crate::ui::report::quoted;

/// The steps, with commands in backticks; none where every row is there, or the run goes on.
pub fn rejects_steps(known: &Known) -> Vec<String> {
    let Some(file) = &known.rejects_file else { return Vec::new() };
    let file = file.display().to_string();
    let load = format!("`uiq load {} {}`", quoted(&known.run.key.queue), quoted(&file));
    let (open, left) = (known.run.counts.abandoned, known.run.rows.saturating_sub(known.run.counts.accepted));
    if open == 0 {
        return vec![format!("mend the rows in `{file}`, where each has its reason, then {load}")];
    }
    // To load rows again that were only not sent again may double them.
    let look = format!("look into the queue: take out of `{file}` the rows with `InDoubt` that are there");
    let then = if open == left { format!("then {load}") } else { format!("mend the others, then {load}") };
    vec![look, then]
}
