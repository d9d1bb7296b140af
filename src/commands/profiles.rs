//! Where the profiles are on this system.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::Context;
use crate::failure::Failure;
use crate::profile::ProfileFile;

/// Reads the profiles of the user who runs the command.
pub(super) fn read(context: &Context) -> Result<ProfileFile, Failure> {
    Ok(ProfileFile::read(folder(context).as_deref())?)
}

/// `UIQ_CONFIG_DIR`, or `uiq` in the platform's folder for configuration; none for a user without a home.
pub(super) fn folder(context: &Context) -> Option<PathBuf> {
    let named = context.environment.get("UIQ_CONFIG_DIR").map(PathBuf::from);
    named.or_else(|| Some(etcetera::choose_base_strategy().ok()?.config_dir().join("uiq")))
}
