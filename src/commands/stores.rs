//! Where secrets rest on this system, and how processes take turns at them.

use std::sync::Arc;

use super::{Context, profiles, state};
use crate::auth::{FileStore, Keyring, Patience, SecretStore, Turns};
use crate::failure::Failure;
use crate::profile::{FileError, ProfileName, Store};

/// The store of that kind. Nothing is opened yet.
pub(super) fn of(store: Store, patience: Patience, context: &Context) -> Result<Arc<dyn SecretStore>, Failure> {
    match store {
        Store::Keyring => Ok(Arc::new(Keyring::new(patience))),
        Store::File => {
            let folder = profiles::folder(context).ok_or(FileError::NoFolder)?;
            Ok(Arc::new(FileStore::new(&folder, state::holder(String::from("uiq")))))
        }
    }
}

/// How long a keyring may take: longer where somebody could be typing its password.
pub(super) fn patience(context: &Context) -> Patience {
    if context.ui.can_ask() { Patience::Attended } else { Patience::Unattended }
}

/// The turns at refreshing the login of a profile. Without a folder for profiles there is no login to refresh.
pub(super) fn turns(profile: &ProfileName, context: &Context) -> Turns {
    Turns {
        folder: profiles::folder(context).unwrap_or_default(),
        name: format!("refresh-{profile}"),
        holder: state::holder(String::from("uiq")),
    }
}
