//! Flag, then environment, then profile: every setting takes the first that says something, and remembers which it was.

use super::{
    Address, AddressError, Environment, Folder, FolderError, Given, Login, NameError, Origin, PlainHttp, ProfileFile,
    ProfileName, Saved, Setting, Store,
};

/// The flags of a command, as typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags<'a> {
    /// `--profile`
    pub profile: Option<&'a str>,
    /// `--url`
    pub url: Option<&'a str>,
    /// `--identity-url`
    pub identity_url: Option<&'a str>,
    /// `--tenant`
    pub tenant: Option<&'a str>,
    /// `--folder`
    pub folder: Option<&'a str>,
    /// `--client-id`
    pub client_id: Option<&'a str>,
    /// `--username`
    pub username: Option<&'a str>,
    /// `--scope`
    pub scope: Option<&'a str>,
    /// `--credential-command`
    pub credential_command: Option<&'a str>,
    /// `--ca`
    pub ca: Option<&'a str>,
    /// `--client-cert`
    pub client_cert: Option<&'a str>,
    /// `--allow-http`
    pub plain_http: PlainHttp,
}

/// What to do with a named profile that was never saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownProfile {
    /// A misspelt name must not quietly mean another tenant.
    Refuse,
    /// A login is about to make it, or the system's own credentials know the name.
    Accept,
}

/// What a command works with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The profile, saved or not.
    pub profile: Setting<ProfileName>,
    /// Whether a login has saved it.
    pub is_saved: bool,
    /// The tenant's address, of the origin of its URL.
    pub address: Setting<Address>,
    /// Where the identity server's address came from.
    pub identity_origin: Origin,
    /// Where the tenant came from, where there is one.
    pub tenant_origin: Origin,
    /// The folder.
    pub folder: Option<Setting<Folder>>,
    /// How to log in.
    pub login: Setting<Login>,
    /// The application's id.
    pub client_id: Option<Setting<String>>,
    /// The user's name.
    pub username: Option<Setting<String>>,
    /// The scopes to ask for.
    pub scope: Option<Setting<String>>,
    /// Where the login has put the secret.
    pub store: Store,
    /// The command that prints the secret.
    pub credential_command: Option<Setting<String>>,
    /// A file with certificates of authorities to trust besides the system's.
    pub ca: Option<Setting<String>>,
    /// A file with the certificate and key that we show to the server.
    pub client_cert: Option<Setting<String>>,
    /// Where plain HTTP may be used.
    pub plain_http: PlainHttp,
}

/// Why the settings make no sense.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Nobody said where Orchestrator is.
    #[error("no Orchestrator is known: not logged in, and no address in `--url` or `UIPATH_URL`")]
    NoAddress,
    /// A profile is named that was never saved.
    #[error("there is no profile `{name}` ({origin})")]
    NoProfile {
        /// The name.
        name: ProfileName,
        /// Who named it.
        origin: Origin,
        /// The profiles there are.
        known: Vec<String>,
    },
    /// A name that cannot be one.
    #[error("the profile's name is wrong ({origin})")]
    Name {
        /// Who gave it.
        origin: Origin,
        /// Why.
        source: NameError,
    },
    /// An address that was not understood.
    #[error("the address of Orchestrator is wrong ({origin})")]
    Address {
        /// Who gave it.
        origin: Origin,
        /// Why.
        source: AddressError,
    },
    /// A folder that was not understood.
    #[error("the folder is wrong ({origin})")]
    Folder {
        /// Who gave it.
        origin: Origin,
        /// Why.
        source: FolderError,
    },
    /// Two variables that mean different things.
    #[error("both `{0}` and `{1}` are set, and only one of them can name the folder")]
    TwoFolders(&'static str, &'static str),
}

/// Puts together what is known.
pub fn resolve(
    flags: &Flags<'_>,
    environment: &Environment,
    file: &ProfileFile,
    unknown: UnknownProfile,
) -> Result<Settings, SettingsError> {
    let profile = profile(flags, environment, file)?;
    let saved = file.get(profile.value.as_str());
    if saved.is_none() && profile.origin != Origin::Default && unknown == UnknownProfile::Refuse {
        let known = file.names().map(str::to_owned).collect();
        return Err(SettingsError::NoProfile { name: profile.value, origin: profile.origin, known });
    }
    let sources = Sources { environment, name: &profile.value, saved };
    let allowed_before = saved.is_some_and(|saved| saved.allow_http);
    let plain_http = if allowed_before { PlainHttp::Anywhere } else { flags.plain_http };
    let tenant = sources.pick(flags.tenant, "--tenant", &["UIPATH_TENANT"], |saved| saved.tenant.as_deref());
    let identity = sources
        .pick(flags.identity_url, "--identity-url", &["UIPATH_IDENTITY_URI"], |saved| saved.identity_url.as_deref());
    let given = Given {
        tenant: tenant.as_ref().map(|setting| setting.value.as_str()),
        identity: identity.as_ref().map(|setting| setting.value.as_str()),
        plain_http,
    };
    let address = address(flags, &sources, given)?;
    let in_address = address.value.tenant.as_deref();
    let tenant_origin = match tenant {
        Some(setting) if in_address == Some(setting.value.trim()) => setting.origin,
        Some(Setting { value, origin: Origin::Flag(_) }) => {
            let source = AddressError::TwoTenants { address: in_address.unwrap_or_default().to_owned(), flag: value };
            return Err(SettingsError::Address { origin: address.origin, source });
        }
        _ => Origin::Url,
    };
    let client_id =
        sources.pick(flags.client_id, "--client-id", &["UIPATH_CLIENT_ID"], |saved| saved.client_id.as_deref());
    let username = sources.pick(flags.username, "--username", &["UIPATH_USERNAME"], |saved| saved.username.as_deref());
    Ok(Settings {
        folder: folder(flags, &sources, &address)?,
        login: login(&sources, client_id.as_ref(), username.as_ref()),
        credential_command: sources.credential_command(
            flags.credential_command,
            &address.value,
            client_id.as_ref(),
            username.as_ref(),
        ),
        ca: sources.pick(flags.ca, "--ca", &["UIQ_CA"], |saved| saved.ca.as_deref()),
        client_cert: sources
            .pick(flags.client_cert, "--client-cert", &["UIQ_CLIENT_CERT"], |saved| saved.client_cert.as_deref()),
        store: saved.map_or(Store::default(), |saved| saved.store),
        client_id,
        username,
        scope: sources.pick(flags.scope, "--scope", &["UIPATH_SCOPE"], |saved| saved.scope.as_deref()).map(spaced),
        identity_origin: identity.map_or(Origin::Url, |setting| setting.origin),
        tenant_origin,
        plain_http,
        address,
        is_saved: saved.is_some(),
        profile,
    })
}

/// How to log in: whoever names an application or a user more strongly than the profile does means just that.
fn login(
    sources: &Sources<'_>,
    client_id: Option<&Setting<String>>,
    username: Option<&Setting<String>>,
) -> Setting<Login> {
    let strength = |setting: Option<&Setting<String>>| match setting.map(|setting| &setting.origin) {
        Some(Origin::Flag(_)) => 2,
        Some(Origin::Environment(_)) => 1,
        _ => 0,
    };
    let saved = sources.saved.map(|saved| Setting::new(saved.login, Origin::Profile(sources.name.clone())));
    let same_application = sources.saved.is_some_and(|saved| saved.client_id.as_ref() == client_id.map(|id| &id.value));
    match (client_id, username) {
        (_, Some(name)) if strength(username) > strength(client_id) => {
            Setting::new(Login::Password, name.origin.clone())
        }
        (Some(id), _) if strength(client_id) > 0 => match saved {
            Some(saved) if same_application => saved,
            _ => Setting::new(Login::Application, id.origin.clone()),
        },
        _ => saved.unwrap_or(Setting::new(Login::Application, Origin::Default)),
    }
}

/// Scopes as the token request has them; people separate them with commas too.
fn spaced(scope: Setting<String>) -> Setting<String> {
    let words = scope.value.split([' ', ',', '\t', '\n']).filter(|word| !word.is_empty());
    Setting { value: words.collect::<Vec<_>>().join(" "), origin: scope.origin }
}

/// What can be asked after the flags.
struct Sources<'a> {
    environment: &'a Environment,
    name: &'a ProfileName,
    saved: Option<&'a Saved>,
}

impl Sources<'_> {
    fn pick(
        &self,
        flag: Option<&str>,
        flag_name: &'static str,
        variables: &[&'static str],
        from_profile: impl Fn(&Saved) -> Option<&str>,
    ) -> Option<Setting<String>> {
        let flag = flag.map(|value| (value, Origin::Flag(flag_name)));
        let variable =
            || variables.iter().find_map(|name| Some((self.environment.get(name)?, Origin::Environment(name))));
        let profile = || Some((from_profile(self.saved?)?, Origin::Profile(self.name.clone())));
        flag.or_else(variable).or_else(profile).map(|(value, origin)| Setting::new(value.to_owned(), origin))
    }
}

impl Sources<'_> {
    /// The command that prints the secret. What a profile names is run only for the server and the account it was saved for: its
    /// secret must not go to another host because an address was changed by a flag or a variable.
    fn credential_command(
        &self,
        flag: Option<&str>,
        address: &Address,
        client_id: Option<&Setting<String>>,
        username: Option<&Setting<String>>,
    ) -> Option<Setting<String>> {
        self.pick(flag, "--credential-command", &["UIQ_CREDENTIAL_COMMAND"], |saved| {
            let same =
                |saved: &Option<String>, used: Option<&Setting<String>>| saved.as_ref() == used.map(|used| &used.value);
            let here = saved.address().is_ok_and(|saved| {
                (saved.api_root, saved.identity) == (address.api_root.clone(), address.identity.clone())
            });
            let command = saved.credential_command.as_deref()?;
            (here && same(&saved.client_id, client_id) && same(&saved.username, username)).then_some(command)
        })
    }
}

fn profile(
    flags: &Flags<'_>,
    environment: &Environment,
    file: &ProfileFile,
) -> Result<Setting<ProfileName>, SettingsError> {
    let named = flags
        .profile
        .map(|name| (name, Origin::Flag("--profile")))
        .or_else(|| Some((environment.get("UIQ_PROFILE")?, Origin::Environment("UIQ_PROFILE"))))
        .or_else(|| Some((file.default_name()?, Origin::Default)));
    match named {
        Some((text, origin)) => match ProfileName::parse(text) {
            Ok(name) => Ok(Setting::new(name, origin)),
            Err(source) => Err(SettingsError::Name { origin, source }),
        },
        None => Ok(Setting::new(ProfileName::first(), Origin::Default)),
    }
}

/// The address: our own `UIPATH_URL` before the three variables of UiPath's command line, which mean the cloud where `UIPATH_URI` is missing.
fn address(flags: &Flags<'_>, sources: &Sources<'_>, given: Given<'_>) -> Result<Setting<Address>, SettingsError> {
    let wrong = |origin: &Origin| {
        let origin = origin.clone();
        move |source| SettingsError::Address { origin, source }
    };
    let environment = sources.environment;
    let in_three_parts = flags.url.is_none() && environment.get("UIPATH_URL").is_none() && given.tenant.is_some();
    if let Some(organization) = environment.get("UIPATH_ORGANIZATION").filter(|_| in_three_parts) {
        let origin = Origin::Environment("UIPATH_ORGANIZATION");
        let address =
            Address::from_parts(environment.get("UIPATH_URI"), organization, given).map_err(wrong(&origin))?;
        return Ok(Setting::new(address, origin));
    }
    let url = sources
        .pick(flags.url, "--url", &["UIPATH_URL", "UIPATH_URI"], |saved| Some(&saved.url))
        .ok_or(SettingsError::NoAddress)?;
    let wrong = wrong(&url.origin);
    url.try_map(|text| Address::parse(&text, given)).map_err(wrong)
}

type ReadFolder = fn(&str) -> Result<Folder, FolderError>;

/// The folder; one that a browser's address names counts as said together with that address.
fn folder(
    flags: &Flags<'_>,
    sources: &Sources<'_>,
    address: &Setting<Address>,
) -> Result<Option<Setting<Folder>>, SettingsError> {
    let in_address = address.value.folder_id.map(|id| Setting::new(Folder::Id(id), Origin::Url));
    let read = |text: &str, origin: Origin, how: ReadFolder| match how(text) {
        Ok(folder) => Ok(Some(Setting::new(folder, origin))),
        Err(source) => Err(SettingsError::Folder { origin, source }),
    };
    if let Some(text) = flags.folder {
        return read(text, Origin::Flag("--folder"), Folder::parse);
    }
    if in_address.is_some() && matches!(address.origin, Origin::Flag(_)) {
        return Ok(in_address);
    }
    let variables: [(&'static str, ReadFolder); 3] =
        [("UIPATH_FOLDER_PATH", Folder::path), ("UIPATH_FOLDER_KEY", Folder::key), ("UIPATH_FOLDER_ID", Folder::id)];
    let mut set = variables.iter().filter_map(|(name, how)| Some((*name, sources.environment.get(name)?, *how)));
    match (set.next(), set.next()) {
        (Some((first, ..)), Some((second, ..))) => return Err(SettingsError::TwoFolders(first, second)),
        (Some((name, text, how)), None) => return read(text, Origin::Environment(name), how),
        (None, _) => {}
    }
    match sources.saved.and_then(|saved| saved.folder.as_deref()) {
        _ if in_address.is_some() && matches!(address.origin, Origin::Environment(_)) => Ok(in_address),
        Some(text) => read(text, Origin::Profile(sources.name.clone()), Folder::parse),
        None => Ok(in_address),
    }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
