use super::*;

const FILE: &str = "default = 'prod'
[profile.prod]
url = 'https://cloud.uipath.com/acme/Prod'
folder = 'Finance/AP'
client_id = 'from-profile'
[profile.old]
url = 'http://orchestrator.acme.local'
tenant = 'Default'
allow_http = true
";

fn file(text: &str) -> ProfileFile {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.toml"), text).unwrap();
    ProfileFile::read(Some(folder.path())).unwrap()
}

fn with<const N: usize>(flags: Flags<'_>, variables: [(&str, &str); N]) -> Result<Settings, SettingsError> {
    resolve(&flags, &Environment::from(variables), &file(FILE), UnknownProfile::Refuse)
}

fn from_profile(name: &str) -> Origin {
    Origin::Profile(ProfileName::parse(name).unwrap())
}

#[test]
fn a_flag_beats_the_environment_and_that_beats_the_profile() {
    let flags = Flags { client_id: Some("from-flag"), ..Flags::default() };
    let all = with(flags, [("UIPATH_CLIENT_ID", "from-environment")]).unwrap();
    assert_eq!(all.client_id, Some(Setting::new("from-flag".into(), Origin::Flag("--client-id"))));
    let two = with(Flags::default(), [("UIPATH_CLIENT_ID", "from-environment")]).unwrap();
    assert_eq!(two.client_id.unwrap().origin, Origin::Environment("UIPATH_CLIENT_ID"));
    let one = with(Flags::default(), []).unwrap();
    assert_eq!(one.client_id.unwrap().origin, from_profile("prod"));
    assert_eq!(one.address.origin, from_profile("prod"));
    assert_eq!(one.scope, None);
}

#[test]
fn the_environment_alone_is_enough() {
    let none = ProfileFile::read(None).unwrap();
    let variables =
        Environment::from([("UIPATH_ORGANIZATION", "acme"), ("UIPATH_TENANT", "Prod"), ("UIPATH_FOLDER_ID", "7")]);
    let settings = resolve(&Flags::default(), &variables, &none, UnknownProfile::Refuse).unwrap();
    assert_eq!(settings.address.value.base(), "https://cloud.uipath.com/acme/Prod");
    assert_eq!(settings.folder.unwrap().value, Folder::Id(7));
    assert_eq!(settings.tenant_origin, Origin::Environment("UIPATH_TENANT"));
}

#[test]
fn the_profile_is_the_one_named_or_the_default() {
    let named = with(Flags { profile: Some("old"), ..Flags::default() }, [("UIQ_PROFILE", "prod")]).unwrap();
    assert_eq!(named.address.value.tenant_header(), Some("Default"));
    assert_eq!(named.plain_http, PlainHttp::Anywhere, "it was allowed at login");
    assert_eq!(
        with(Flags::default(), [("UIQ_PROFILE", "old")]).unwrap().profile.origin,
        Origin::Environment("UIQ_PROFILE")
    );
}

#[test]
fn a_misspelt_profile_is_refused_even_if_the_environment_says_it_all() {
    let flags = Flags { profile: Some("pord"), url: Some("https://cloud.uipath.com/acme/Prod"), ..Flags::default() };
    let error = with(flags, []).unwrap_err();
    insta::assert_snapshot!(error, @"there is no profile `pord` (--profile)");
    let made = resolve(&flags, &Environment::default(), &file(FILE), UnknownProfile::Accept).unwrap();
    assert_eq!(made.profile.value.as_str(), "pord");
    assert_eq!(made.client_id, None, "nothing of another profile is taken");
}

#[test]
fn the_folder_of_a_pasted_page_beats_what_the_profile_remembers() {
    let flags = Flags { url: Some("https://cloud.uipath.com/acme/Prod?fid=9"), ..Flags::default() };
    let settings = with(flags, [("UIPATH_FOLDER_PATH", "Other")]).unwrap();
    assert_eq!(settings.folder, Some(Setting::new(Folder::Id(9), Origin::Url)));
    let settings = with(Flags { folder: Some("Finance"), ..flags }, []).unwrap();
    assert_eq!(settings.folder.unwrap().value, Folder::Path("Finance".into()));
}

#[test]
fn the_tenant_of_an_address_is_not_changed_by_the_environment_and_contradicting_it_is_an_error() {
    let settings = with(Flags::default(), [("UIPATH_TENANT", "Test")]).unwrap();
    assert_eq!(settings.address.value.tenant.as_deref(), Some("Prod"));
    assert_eq!(settings.tenant_origin, Origin::Url);
    let error = with(Flags { tenant: Some("Test"), ..Flags::default() }, []).unwrap_err();
    insta::assert_snapshot!(std::error::Error::source(&error).unwrap(), @"the address is of tenant `Prod`, but `--tenant` says `Test`");
}

#[test]
fn two_variables_for_one_folder_are_refused() {
    let error = with(Flags::default(), [("UIPATH_FOLDER_PATH", "a"), ("UIPATH_FOLDER_ID", "7")]).unwrap_err();
    insta::assert_snapshot!(error, @"both `UIPATH_FOLDER_PATH` and `UIPATH_FOLDER_ID` are set, and only one of them can name the folder");
}

#[test]
fn without_any_address_nobody_is_logged_in() {
    let none = ProfileFile::read(None).unwrap();
    let error = resolve(&Flags::default(), &Environment::default(), &none, UnknownProfile::Refuse).unwrap_err();
    assert!(matches!(error, SettingsError::NoAddress));
}

#[test]
fn scopes_are_separated_by_single_spaces() {
    let flags = Flags { scope: Some("OR.Queues,  OR.Folders.Read"), ..Flags::default() };
    assert_eq!(with(flags, []).unwrap().scope.unwrap().value, "OR.Queues OR.Folders.Read");
}

const OTHER_WAYS: &str = "[profile.me]
url = 'https://cloud.uipath.com/acme/Prod'
login = 'browser'
client_id = 'public'
[profile.pass]
url = 'https://orchestrator.acme.local'
login = 'password'
username = 'ann'
credential_command = 'pass show uipath'
";

fn other<const N: usize>(flags: Flags<'_>, variables: [(&str, &str); N]) -> Settings {
    resolve(&flags, &Environment::from(variables), &file(OTHER_WAYS), UnknownProfile::Refuse).unwrap()
}

#[test]
fn the_profile_says_how_to_log_in_unless_somebody_else_is_named() {
    let me = Flags { profile: Some("me"), ..Flags::default() };
    assert_eq!(other(me, []).login.value, Login::Browser);
    assert_eq!(other(me, [("UIPATH_CLIENT_ID", "public")]).login.value, Login::Browser, "the same one");
    let robot = other(me, [("UIPATH_CLIENT_ID", "robot")]).login;
    assert_eq!(robot, Setting::new(Login::Application, Origin::Environment("UIPATH_CLIENT_ID")));
    assert_eq!(other(me, [("UIPATH_USERNAME", "bob")]).login.value, Login::Password);
    let both = [("UIPATH_USERNAME", "bob"), ("UIPATH_CLIENT_ID", "robot")];
    assert_eq!(other(me, both).login.value, Login::Application, "an application before a person");
    assert_eq!(other(Flags { username: Some("bob"), ..me }, both).login.value, Login::Password);
}

#[test]
fn a_saved_command_is_run_for_the_saved_server_and_account_only() {
    let pass = Flags { profile: Some("pass"), ..Flags::default() };
    let command = |flags, variable| other(flags, [variable]).credential_command.map(|command| command.value);
    let nothing = ("NOTHING", "");
    assert_eq!(command(pass, nothing).as_deref(), Some("pass show uipath"));
    assert_eq!(command(Flags { url: Some("https://evil.example"), ..pass }, nothing), None);
    assert_eq!(command(Flags { identity_url: Some("https://evil.example/identity"), ..pass }, nothing), None);
    assert_eq!(command(pass, ("UIPATH_USERNAME", "bob")), None);
    let given = command(pass, ("UIQ_CREDENTIAL_COMMAND", "op read x"));
    assert_eq!(given.as_deref(), Some("op read x"));
}
