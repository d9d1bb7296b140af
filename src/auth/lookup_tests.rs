use super::*;
use crate::auth::testing::Shelf;
use crate::profile::{Flags, ProfileFile, UnknownProfile, resolve};

const SAVED: &str = "default = 'prod'
[profile.prod]
url = 'https://cloud.uipath.com/acme/Prod'
client_id = 'app'
";

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
    let shelf = Shelf::with("prod: app at cloud.uipath.com", "stored");
    let store: Arc<dyn SecretStore> = Arc::new(shelf);
    let found = find(&settings, &environment, &store)?;
    let secret = match found.credentials {
        Credentials::Application(client) => client.secret,
        Credentials::Ready { token, .. } => token,
        Credentials::Password(user) => user.password,
        Credentials::Person(_) => panic!("nobody logged in with a browser"),
    };
    Ok((secret.expose().to_owned(), found.origin))
}

#[test]
fn what_a_login_stored_is_used_when_the_environment_says_nothing() {
    assert_eq!(found(SAVED, Flags::default(), []).unwrap(), ("stored".into(), SecretOrigin::Store("shelf".into())));
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
    insta::assert_snapshot!(error, @"no client secret is known for application `other` (environment UIPATH_CLIENT_ID)");
}

#[test]
fn without_a_login_the_keyring_is_not_asked() {
    let environment = Environment::from([("UIPATH_URL", "https://a.local"), ("UIPATH_CLIENT_ID", "app")]);
    let none = ProfileFile::read(None).unwrap();
    let settings = resolve(&Flags::default(), &environment, &none, UnknownProfile::Refuse).unwrap();
    let shelf = Arc::new(Shelf::default());
    let store: Arc<dyn SecretStore> = shelf.clone();
    assert!(matches!(find(&settings, &environment, &store), Err(CredentialsError::NoSecret { .. })));
    assert!(shelf.asked.lock().unwrap().is_empty());
}

#[test]
fn an_empty_or_missing_secret_file_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let shown = |error: CredentialsError| error.to_string().replace(&folder.path().display().to_string(), "DIR");
    insta::assert_snapshot!(shown(read_secret(&path).unwrap_err()), @"cannot read the secret from DIR/secret");
    std::fs::write(&path, "\n").unwrap();
    insta::assert_snapshot!(shown(read_secret(&path).unwrap_err()), @"the secret in DIR/secret is empty");
}

#[test]
#[cfg(unix)]
fn a_command_comes_after_the_environment_and_before_the_store_unless_it_is_a_flag() {
    let command = ("UIQ_CREDENTIAL_COMMAND", "echo from command");
    let secret = ("UIPATH_CLIENT_SECRET", "secret");
    let first = |found: Result<(String, SecretOrigin), _>| found.unwrap().0;
    assert_eq!(first(found(SAVED, Flags::default(), [command])), "from command");
    assert_eq!(first(found(SAVED, Flags::default(), [command, secret])), "secret");
    let flag = Flags { credential_command: Some("echo by flag"), ..Flags::default() };
    assert_eq!(first(found(SAVED, flag, [command, secret, ("UIPATH_PAT", "token")])), "by flag");
}

#[test]
fn a_user_takes_the_password_of_the_environment_and_no_application_s_secret() {
    let names = [("UIPATH_USERNAME", "ann"), ("UIPATH_CLIENT_SECRET", "secret"), ("UIPATH_PASSWORD", "pass")];
    assert_eq!(found(SAVED, Flags::default(), names).unwrap().0, "pass");
    let error = found(SAVED, Flags::default(), [("UIPATH_USERNAME", "ann")]).unwrap_err();
    insta::assert_snapshot!(error, @"no password is known for user `ann` (environment UIPATH_USERNAME)");
}

#[test]
fn what_a_browser_login_kept_is_no_secret_of_an_application() {
    let person = "[profile.prod]\nurl = 'https://cloud.uipath.com/acme/Prod'\nlogin = 'browser'\nclient_id = 'app'\n";
    let flags = Flags { profile: Some("prod"), ..Flags::default() };
    let error = found(person, flags, [("UIPATH_CLIENT_SECRET", "secret")]).unwrap_err();
    insta::assert_snapshot!(error, @"no refresh token is known for a person, through application `app` (profile prod)");
}
