use std::cell::RefCell;

use super::*;
use crate::profile::{Flags, ProfileFile, UnknownProfile, resolve};

const SAVED: &str = "default = 'prod'
[profile.prod]
url = 'https://cloud.uipath.com/acme/Prod'
client_id = 'app'
";

/// A store that holds one secret, and remembers what it was asked.
#[derive(Debug, Default)]
struct OneSecret(RefCell<Vec<String>>);

impl SecretStore for OneSecret {
    fn get(&self, entry: &Entry) -> Result<Option<Secret>, StoreError> {
        self.0.borrow_mut().push(entry.account().to_owned());
        Ok((entry.account() == "prod: app at cloud.uipath.com").then(|| Secret::new("stored")))
    }
    fn set(&self, _: &Entry, _: &Secret) -> Result<(), StoreError> {
        Err(StoreError::Absent(String::from("read only")))
    }
    fn remove(&self, _: &Entry) -> Result<(), StoreError> {
        Err(StoreError::Absent(String::from("read only")))
    }
}

fn found<const N: usize>(
    saved: &str,
    flags: Flags<'_>,
    variables: [(&str, &str); N],
) -> Result<(String, SecretOrigin), CredentialsError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.toml"), saved).unwrap();
    let file = ProfileFile::read(Some(folder.path())).unwrap();
    let environment = Environment::from(variables);
    let settings = resolve(&flags, &environment, &file, UnknownProfile::Accept).unwrap();
    let found = find(&settings, &environment, &OneSecret::default())?;
    let secret = match found.credentials {
        Credentials::Application(client) => client.secret,
        Credentials::Ready { token, .. } => token,
    };
    Ok((secret.expose().to_owned(), found.origin))
}

#[test]
fn what_a_login_stored_is_used_when_the_environment_says_nothing() {
    assert_eq!(found(SAVED, Flags::default(), []).unwrap(), ("stored".into(), SecretOrigin::Keyring));
}

#[test]
fn a_ready_token_comes_first_then_the_secret_then_its_file_then_systemd() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("secret"), "from file\r\n").unwrap();
    std::fs::write(path("uiq-prod"), "from systemd\n").unwrap();
    let (file, directory) = (path("secret"), path(""));
    let token = ("UIPATH_ACCESS_TOKEN", "token");
    let secret = ("UIPATH_CLIENT_SECRET", "secret");
    let file = ("UIPATH_CLIENT_SECRET_FILE", file.as_str());
    let systemd = ("CREDENTIALS_DIRECTORY", directory.as_str());
    let first = |found: Result<(String, SecretOrigin), _>| found.unwrap().0;
    assert_eq!(first(found(SAVED, Flags::default(), [token, secret, file, systemd])), "token");
    assert_eq!(first(found(SAVED, Flags::default(), [secret, file, systemd])), "secret");
    assert_eq!(first(found(SAVED, Flags::default(), [file, systemd])), "from file");
    assert_eq!(first(found(SAVED, Flags::default(), [systemd])), "from systemd");
    let by_flag = Flags { client_id: Some("app"), ..Flags::default() };
    assert_eq!(first(found(SAVED, by_flag, [token, secret])), "secret", "an application named by flag is meant");
}

#[test]
fn a_stored_secret_is_not_given_to_another_host_or_application() {
    let elsewhere = Flags { url: Some("https://evil.example/acme/Prod"), ..Flags::default() };
    assert!(matches!(found(SAVED, elsewhere, []), Err(CredentialsError::NoSecret { .. })));
    let identity = Flags { identity_url: Some("https://evil.example/identity_"), ..Flags::default() };
    assert!(matches!(found(SAVED, identity, []), Err(CredentialsError::NoSecret { .. })));
    let error = found(SAVED, Flags::default(), [("UIPATH_CLIENT_ID", "other")]).unwrap_err();
    insta::assert_snapshot!(error, @"no secret is known for the application `other` (environment UIPATH_CLIENT_ID)");
}

#[test]
fn without_a_login_the_keyring_is_not_asked() {
    let environment = Environment::from([("UIPATH_URL", "https://a.local"), ("UIPATH_CLIENT_ID", "app")]);
    let none = ProfileFile::read(None).unwrap();
    let settings = resolve(&Flags::default(), &environment, &none, UnknownProfile::Refuse).unwrap();
    let store = OneSecret::default();
    assert!(matches!(find(&settings, &environment, &store), Err(CredentialsError::NoSecret { .. })));
    assert!(store.0.borrow().is_empty());
}

#[test]
fn an_empty_or_missing_secret_file_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let shown = |error: CredentialsError| error.to_string().replace(&folder.path().display().to_string(), "DIR");
    insta::assert_snapshot!(shown(read_secret(&path).unwrap_err()), @"cannot read the client secret from DIR/secret");
    std::fs::write(&path, "\n").unwrap();
    insta::assert_snapshot!(shown(read_secret(&path).unwrap_err()), @"the client secret in DIR/secret is empty");
}
