//! Where runs are kept, and who keeps them.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::Context;
use crate::failure::{Exit, Failure};
use crate::fs::Holder;
use crate::journal::Operator;

/// `UIQ_STATE_DIR`, or `uiq` in the platform's folder for state (for data, where it has none for state).
pub(super) fn folder(context: &Context) -> Result<PathBuf, Failure> {
    if let Some(named) = context.environment.get("UIQ_STATE_DIR") {
        return Ok(PathBuf::from(named));
    }
    let places = etcetera::choose_base_strategy().map_err(|_| {
        Failure::new(Exit::Usage, "there is no home folder to keep the journal of loads in")
            .hint("`UIQ_STATE_DIR` names a folder")
    })?;
    Ok(places.state_dir().unwrap_or_else(|| places.data_dir()).join("uiq"))
}

/// Who runs the program, as the journal keeps it. `login` is how Orchestrator knows them.
pub(super) fn operator(context: &Context, login: String) -> Operator {
    let user =
        ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| context.environment.get(name)).unwrap_or("somebody");
    Operator { who: format!("{user}@{}", host()), login, version: String::from(env!("CARGO_PKG_VERSION")) }
}

/// This process, as a second one sees it in a lock.
pub(super) fn holder(command: String) -> Holder {
    Holder { pid: std::process::id(), host: host(), since: jiff::Timestamp::now(), command }
}

fn host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
