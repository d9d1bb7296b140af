use super::*;
use crate::auth::Account;
use crate::profile::{Address, Given, ProfileName};

fn entry(client_id: &str) -> Entry {
    let address = Address::parse("https://cloud.uipath.com/acme/Prod", Given::default()).unwrap();
    let account = Account::Application { client_id: client_id.to_owned() };
    Entry::new(&ProfileName::first(), &account, &address)
}

fn store(folder: &Path) -> FileStore {
    let since = "2026-11-24T05:40:12Z".parse().unwrap();
    FileStore::new(folder, Holder { pid: 1, host: String::from("here"), since, command: String::from("uiq login") })
}

fn read(store: &FileStore, client_id: &str) -> Option<String> {
    store.get(&entry(client_id)).unwrap().map(|secret| secret.expose().to_owned())
}

#[test]
fn what_was_put_in_is_there_until_it_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder.path().join("a/b"));
    assert_eq!(read(&store, "one"), None);
    store.set(&entry("one"), &Secret::new("first \"quoted\"")).unwrap();
    store.set(&entry("two"), &Secret::new("second")).unwrap();
    store.set(&entry("two"), &Secret::new("replaced")).unwrap();
    assert_eq!(read(&store, "one").as_deref(), Some("first \"quoted\""));
    assert_eq!(read(&store, "two").as_deref(), Some("replaced"));
    store.remove(&entry("one")).unwrap();
    store.remove(&entry("one")).unwrap();
    assert_eq!((read(&store, "one"), read(&store, "two").as_deref()), (None, Some("replaced")));
}

#[test]
fn processes_that_write_at_the_same_moment_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let store = store(folder.path());
            scope.spawn(move || store.set(&entry(&format!("app{number}")), &Secret::new("s")).unwrap());
        }
    });
    let store = store(folder.path());
    assert!((0..4).all(|number| read(&store, &format!("app{number}")).is_some()));
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn problem(store: &FileStore, folder: &Path) -> String {
        store.get(&entry("one")).unwrap_err().to_string().replace(&folder.display().to_string(), "DIR")
    }

    #[test]
    fn a_file_that_others_can_read_is_neither_read_nor_added_to() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        store.set(&entry("one"), &Secret::new("s")).unwrap();
        let path = folder.path().join("secrets.json");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o644, 0o620, 0o604] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(store.get(&entry("one")), Err(StoreError::Exposed { .. })), "{mode:o}");
            assert!(matches!(store.set(&entry("one"), &Secret::new("t")), Err(StoreError::Exposed { .. })), "{mode:o}");
        }
        insta::assert_snapshot!(problem(&store, folder.path()), @"the file of secrets DIR/secrets.json is not used: others can read or change it (mode 0604)");
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        std::fs::write(folder.path().join("other"), "{}").unwrap();
        symlink(folder.path().join("other"), folder.path().join("secrets.json")).unwrap();
        assert!(problem(&store, folder.path()).contains("it is a symbolic link"));
        assert!(store.set(&entry("one"), &Secret::new("s")).is_err());
        assert_eq!(std::fs::read_to_string(folder.path().join("other")).unwrap(), "{}");
    }

    #[test]
    fn a_file_of_somebody_else_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        std::fs::write(&path, "{}").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        if std::os::unix::fs::chown(&path, Some(12345), None).is_err() {
            return; // only root can give a file away
        }
        insta::assert_snapshot!(problem(&store(folder.path()), folder.path()), @"the file of secrets DIR/secrets.json is not used: it belongs to user 12345");
    }

    #[test]
    fn a_damaged_file_is_said_without_showing_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        std::fs::write(&path, "{\n\"one\": \"marker\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        insta::assert_snapshot!(problem(&store(folder.path()), folder.path()), @"the file of secrets DIR/secrets.json cannot be used (line 3: no JSON object of texts)");
    }
}
