//! A store for tests.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::{Account, Entry, SecretStore, StoreError};
use crate::profile::{Address, Given, ProfileName};
use crate::secret::Secret;

/// A store in memory, which remembers what it was asked for.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) secrets: Mutex<BTreeMap<String, String>>,
    pub(super) asked: Mutex<Vec<String>>,
    pub(super) longest: usize,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { secrets: Mutex::default(), asked: Mutex::default(), longest: usize::MAX }
    }
}

impl Shelf {
    pub(super) fn with(account: &str, secret: &str) -> Self {
        let shelf = Self::default();
        shelf.secrets.lock().unwrap().insert(account.to_owned(), secret.to_owned());
        shelf
    }
}

impl SecretStore for Shelf {
    fn get(&self, entry: &Entry) -> Result<Option<Secret>, StoreError> {
        self.asked.lock().unwrap().push(entry.account().to_owned());
        Ok(self.secrets.lock().unwrap().get(entry.account()).map(Secret::new))
    }

    fn set(&self, entry: &Entry, secret: &Secret) -> Result<(), StoreError> {
        if secret.expose().len() > self.longest {
            return Err(StoreError::TooLong(0));
        }
        self.secrets.lock().unwrap().insert(entry.account().to_owned(), secret.expose().to_owned());
        Ok(())
    }

    fn remove(&self, entry: &Entry) -> Result<(), StoreError> {
        self.secrets.lock().unwrap().remove(entry.account());
        Ok(())
    }

    fn place(&self) -> String {
        String::from("shelf")
    }
}

/// The entry of an application in the profile `prod`.
pub(super) fn entry(client_id: &str) -> Entry {
    let address = Address::parse("https://cloud.uipath.com/acme/Prod", Given::default()).unwrap();
    let account = Account::Application { client_id: client_id.to_owned() };
    Entry::new(&ProfileName::parse("prod").unwrap(), &account, &address)
}
