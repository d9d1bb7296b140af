//! `uiq login`: prove the credentials, then keep them.

mod browser;
mod keep;
mod opener;
mod proof;
mod secret;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::connection::AddressArgs;
use super::{Context, profiles};
use crate::auth::{Account, Found, SecretOrigin, with_secret};
use crate::failure::{Exit, Failure};
use crate::profile::{
    Login as Way, Origin, ProfileFile, Saved, Setting, Settings, SettingsError, Store, UnknownProfile, resolve,
};

use keep::Kept;
pub(super) use keep::stored_entry;
use proof::prove;

const EXAMPLES: &str = "\
Examples:
  uiq login                                             asks for address, application id and secret
  uiq login --url https://cloud.uipath.com/acme/Prod --client-id 0b5c... --folder Finance/AP
  uiq login -p test --url https://orchestrator.acme.local --tenant Default --client-id 0b5c... \\
            --client-secret-file secret.txt
  pass show uipath | uiq login --url ... --client-id ... --client-secret-stdin
  uiq login --url ... --client-id ... --credential-command 'pass show uipath'   asks that each time, keeps no secret
  uiq login --url ... --client-id ... --browser         as yourself, with the browser
  uiq login --url ... --pat-stdin < token.txt             as yourself, with a personal access token
  uiq login --url https://orchestrator.acme.local --tenant Default --username ann
  uiq login --use prod                                  makes `prod` the profile used by default

The application is made in Orchestrator, Admin > External applications > Add application:
a confidential one with the application scope OR.Queues. The page shows
its id and, once, its secret. For --browser it is a non-confidential one with the user scope
OR.Queues and the redirect URL http://localhost:12700 (not the proposed https://localhost).";

/// Log in, and keep what proves it in the system's keyring
///
/// The credentials are proved before anything is kept: a token is fetched and, where a folder is given, its queues are read.
/// Whoever is logged in is an external application, unless --browser, --pat-stdin or --username says that it is a person.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // flags as typed; what they mean is `settings.login`
pub struct Login {
    /// Read the application's secret from standard input
    #[arg(long, group = "secret")]
    client_secret_stdin: bool,
    /// Read the application's secret from a file
    #[arg(long, value_name = "F", group = "secret")]
    client_secret_file: Option<PathBuf>,
    /// Log in as a person, with the browser
    #[arg(long, group = "secret")]
    browser: bool,
    /// Show the address for a browser on this or another machine, instead of opening one
    #[arg(long, requires = "browser")]
    no_browser: bool,
    /// Where the browser comes back, as it is registered with the application: http://localhost:12700
    #[arg(long, value_name = "URL", requires = "browser")]
    redirect_uri: Option<String>,
    /// Read a personal access token from standard input
    #[arg(long, group = "secret", conflicts_with_all = ["client_id", "username"])]
    pat_stdin: bool,
    /// Read the password of --username from standard input
    #[arg(long, group = "secret")]
    password_stdin: bool,
    /// Where the secret is kept
    #[arg(long, value_name = "STORE", conflicts_with = "credential_command")]
    store: Option<StoreChoice>,
    /// Use the saved profile NAME from now on; logs in to nothing
    #[arg(long = "use", value_name = "NAME", conflicts_with_all = ["profile", "folder", "secret", "store", "AddressArgs"])]
    chosen: Option<String>,
    #[command(flatten)]
    address: AddressArgs,
}

/// Where the secret is kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum StoreChoice {
    /// The operating system's keyring
    Keyring,
    /// A file in the configuration folder that only you can read: for machines without a keyring
    File,
}

impl Login {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let file = profiles::read(context)?;
        if let Some(name) = &self.chosen {
            return keep::choose(name, file, context);
        }
        let mut settings = self.settings(context, &file)?;
        self.settle(&mut settings, context);
        let account = account(&mut settings, context)?;
        let network = self.address.network.with(&settings, context)?;
        let (credentials, kept) = if settings.login.value == Way::Browser {
            let person = browser::log_in(&self, &settings, &network, context)?;
            (browser::as_credentials(&person.token, &settings), Kept::Person(person))
        } else {
            let (secret, origin) = self.secret(&settings, &account, context)?;
            let credentials = with_secret(&settings, &account, secret.clone());
            let kept = match origin {
                SecretOrigin::Command(_) => Kept::Nothing,
                _ => Kept::Secret(secret),
            };
            (credentials, kept)
        };
        let found = Found { credentials, origin: SecretOrigin::Given, rests_in: None };
        let proof = context.block_on(prove(settings.clone(), found, &network, context))?;
        keep::keep(file, &settings, &account, &kept, &proof, context)?;
        proof.report(context, &settings, &account);
        Ok(Exit::Done)
    }

    /// Everything but the secret; the address is asked for where it is missing and somebody can answer.
    fn settings(&self, context: &Context, file: &ProfileFile) -> Result<Settings, Failure> {
        let mut args = self.address.clone();
        let environment = &context.environment;
        let resolved = match resolve(&args.flags(context), environment, file, UnknownProfile::Accept) {
            Err(SettingsError::NoAddress) => {
                args.url = Some(secret::ask(context, "Orchestrator's address (as the browser shows it)", "--url")?);
                resolve(&args.flags(context), environment, file, UnknownProfile::Accept)
            }
            other => other,
        };
        let settings = resolved?;
        let Some(saved) = file.get(settings.profile.value.as_str()).filter(|saved| is_elsewhere(saved, &settings))
        else {
            return Ok(settings);
        };
        let name = &settings.profile.value;
        if settings.profile.origin == Origin::Default {
            return Err(Failure::new(Exit::Usage, format!("profile `{name}` is already used for {}", saved.url))
                .hint("`-p NAME` keeps the new login beside it")
                .hint(format!("`-p {name}` replaces it")));
        }
        // Folder and application of another tenant are no good here.
        let mut without = file.clone();
        without.remove(name.as_str());
        Ok(resolve(&args.flags(context), environment, &without, UnknownProfile::Accept)?)
    }

    /// Settles how to log in and where to keep the secret, by this command's own flags.
    fn settle(&self, settings: &mut Settings, context: &Context) {
        let by = |flag, way| Some(Setting::new(way, Origin::Flag(flag)));
        let asked = if self.browser {
            by("--browser", Way::Browser)
        } else if self.pat_stdin {
            by("--pat-stdin", Way::PersonalAccessToken)
        } else if self.password_stdin {
            by("--password-stdin", Way::Password)
        } else if self.client_secret_stdin || self.client_secret_file.is_some() {
            by("--client-secret-stdin", Way::Application)
        } else {
            None
        };
        if let Some(asked) = asked {
            settings.login = asked;
        } else if settings.credential_command.is_some() && settings.client_id.is_none() && settings.username.is_none() {
            // A command without anybody's name can only print what needs no name.
            settings.login = Setting::new(Way::PersonalAccessToken, Origin::Flag("--credential-command"));
        } else if settings.login.value == Way::Application && settings.client_id.is_none() && context.ui.can_ask() {
            context.ui.say(
                "logging in as an external application; `--browser`, `--pat-stdin` and `--username` log in as a person",
            );
        }
        if self.client_secret_stdin || self.client_secret_file.is_some() || self.pat_stdin || self.password_stdin {
            settings.credential_command = None;
        }
        settings.store = match self.store {
            Some(StoreChoice::Keyring) => Store::Keyring,
            Some(StoreChoice::File) => Store::File,
            None => settings.store,
        };
    }
}

/// Who logs in; a missing name is asked for.
fn account(settings: &mut Settings, context: &Context) -> Result<Account, Failure> {
    let missing = match settings.login.value {
        Way::Application | Way::Browser => settings.client_id.is_none(),
        Way::Password => settings.username.is_none(),
        Way::PersonalAccessToken => false,
    };
    if missing && settings.login.value == Way::Password {
        let name = secret::ask(context, "User name or mail address", "--username")?;
        settings.username = Some(Setting::new(name, Origin::Flag("--username")));
    } else if missing {
        let id = secret::ask(context, "Application id (Admin > External applications)", "--client-id")?;
        settings.client_id = Some(Setting::new(id, Origin::Flag("--client-id")));
    }
    Account::of(settings).ok_or_else(|| Failure::new(Exit::Usage, "nobody to log in"))
}

/// Whether a profile was saved for another tenant than the one now asked for.
fn is_elsewhere(saved: &Saved, settings: &Settings) -> bool {
    let base = &settings.address.value.base();
    // The tenant of a standalone server is not part of its base.
    saved.address().is_ok_and(|before| before.base() != *base)
}
