use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), text).unwrap();
        Self(folder)
    }

    fn read(&self) -> Result<ProfileFile, FileError> {
        ProfileFile::read(Some(self.0.path()))
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.0.path().join("config.toml")).unwrap()
    }

    fn problem(&self) -> String {
        self.read().unwrap_err().to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

fn prod() -> Saved {
    Saved {
        url: String::from("https://cloud.uipath.com/acme/Prod"),
        folder: Some(String::from("Finance/AP")),
        client_id: Some(String::from("0b5c")),
        ..Saved::default()
    }
}

#[test]
fn a_first_login_makes_folder_and_file() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a/b");
    let mut file = ProfileFile::read(Some(&folder)).unwrap();
    file.put(&name("prod"), prod());
    file.write().unwrap();
    insta::assert_snapshot!(std::fs::read_to_string(folder.join("config.toml")).unwrap(), @r#"
    default = "prod"

    [profile.prod]
    url = "https://cloud.uipath.com/acme/Prod"
    folder = "Finance/AP"
    login = "application"
    client_id = "0b5c"
    "#);
    assert_eq!(ProfileFile::read(Some(&folder)).unwrap().get("prod"), Some(&prod()));
}

#[test]
fn comments_and_other_profiles_stay() {
    let folder = Folder::with(
        "# mine\ndefault = \"test\" # for now\n\n[profile.test]\nurl = 'https://a.local' # old server\n\n[profile.prod]\nurl = \"x\" # replaced\nscope = \"OR.Jobs\"\n",
    );
    let mut file = folder.read().unwrap();
    file.put(&name("prod"), prod());
    file.write().unwrap();
    insta::assert_snapshot!(folder.text(), @r#"
    # mine
    default = "prod" # for now

    [profile.test]
    url = 'https://a.local' # old server

    [profile.prod]
    url = "https://cloud.uipath.com/acme/Prod" # replaced
    folder = "Finance/AP"
    login = "application"
    client_id = "0b5c"
    "#);
}

#[test]
fn the_last_profile_left_becomes_the_default() {
    let folder = Folder::with(
        "default = 'b'\n[profile]\na = { url = 'https://a.local' }\n[profile.b]\nurl = 'https://b.local'\n",
    );
    let mut file = folder.read().unwrap();
    file.remove("b");
    assert_eq!(file.default_name(), Some("a"));
    file.remove("a");
    assert_eq!(file.default_name(), None);
    file.write().unwrap();
    assert_eq!(folder.read().unwrap().names().count(), 0);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    insta::assert_snapshot!(Folder::with("default = 'a'\n[profile.a\n").problem(), @"config.toml, line 2: unclosed table, expected `]`");
    insta::assert_snapshot!(Folder::with("[profile.a]\nurl = 'u'\nfoldr = 'x'\n").problem(), @"config.toml, line 3: unknown field `foldr`, expected one of `url`, `identity_url`, `tenant`, `folder`, `login`, `client_id`, `username`, `scope`, `store`, `credential_command`, `ca`, `client_cert`, `allow_http`, `queue`");
    insta::assert_snapshot!(Folder::with("[profile.a]\nurl = 3\n").problem(), @"config.toml, line 2: invalid type: integer `3`, expected a string");
    insta::assert_snapshot!(Folder::with("profile = 3\n").problem(), @"config.toml, line 1: invalid type: integer `3`, expected a map");
}

#[test]
fn without_a_folder_there_are_no_profiles_and_none_can_be_kept() {
    let file = ProfileFile::read(None).unwrap();
    assert_eq!(file.names().count(), 0);
    assert!(matches!(file.prepare(), Err(FileError::NoFolder)));
}

#[test]
fn two_logins_at_the_same_moment_keep_both_profiles() {
    let folder = Folder::with("");
    let holder = Holder {
        pid: 1,
        host: String::from("here"),
        since: jiff::Timestamp::now(),
        command: String::from("uiq login"),
    };
    let (mut first, mut second) = (folder.read().unwrap(), folder.read().unwrap());
    let lock = first.lock(&holder).unwrap();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            let _lock = second.lock(&holder).unwrap();
            second.put(&name("second"), prod());
            second.write().unwrap();
        });
        first.put(&name("first"), prod());
        first.write().unwrap();
        drop(lock);
        other.join().unwrap();
    });
    assert_eq!(folder.read().unwrap().names().collect::<Vec<_>>(), ["first", "second"]);
}

#[test]
fn what_the_rows_of_a_queue_mean_survives_a_new_login() {
    let folder = Folder::with("[profile.prod]\nurl = 'u'\n\n[profile.prod.queue.Invoices]\ntypes = 'auto' # ours\n");
    let mut file = folder.read().unwrap();
    file.put(&name("prod"), prod());
    file.write().unwrap();
    let again = folder.read().unwrap();
    assert_eq!(again.get("prod").unwrap().queue["Invoices"].types.as_deref(), Some("auto"));
    assert_eq!(file.get("prod"), again.get("prod"));
}
