//! The names of queues and folders that commands come across, kept for the shell to complete.
//!
//! A convenience that never gets in the way: what cannot be written is not written, and nothing of a rehearsal is kept.

use super::connection::Connection;
use super::{Context, state};
use crate::profile::{Known, Learnt};

/// Takes note of what the folder of this connection has.
pub(super) fn learn(learnt: Learnt<'_>, connection: &Connection, context: &Context) {
    if connection.is_sandbox() {
        return;
    }
    let Ok(state) = state::folder(context) else { return };
    let profile = &connection.settings.profile.value;
    let target = connection.client.target();
    let folder = target.folder.as_ref().map(ToString::to_string).unwrap_or_default();
    let before = Known::read(&state, profile);
    let mut known = before.clone();
    known.learn(target.api_root.as_str(), &folder, learnt);
    if known != before
        && let Err(error) = known.write(&state, profile)
    {
        tracing::debug!(%error, "known.not_written");
    }
}
