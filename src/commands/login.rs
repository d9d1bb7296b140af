//! `uiq login`: prove the credentials, then keep them.

use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::connection::{AddressArgs, Connection};
use super::{Context, profiles};
use crate::auth::{
    ClientCredentials, Credentials, Entry, Found, Keyring, Patience, SecretOrigin, SecretStore, read_secret,
};
use crate::failure::{Exit, Failure};
use crate::orchestrator::OrchestratorError;
use crate::profile::{
    Address, Given, Login as Way, Origin, PlainHttp, ProfileFile, Saved, Settings, SettingsError, UnknownProfile,
    resolve,
};
use crate::secret::Secret;
use crate::ui::Format;

const EXAMPLES: &str = "\
Examples:
  uiq login                                             asks for address, application id and secret
  uiq login --url https://cloud.uipath.com/acme/Prod --client-id 0b5c… --folder Finance/AP
  uiq login -p test --url https://orchestrator.acme.local --tenant Default --client-id 0b5c… \\
            --client-secret-file secret.txt
  pass show uipath | uiq login --url … --client-id … --client-secret-stdin
  uiq login --use prod                                  makes `prod` the profile used by default

The application is made in Orchestrator, Admin > External applications > Add application:
a confidential one with the application scopes OR.Queues and OR.Folders.Read. The page shows
its id and, once, its secret.";

/// Log in with an external application and keep its secret in the system's keyring
///
/// The credentials are proved before anything is kept: a token is fetched and, where a folder is given, its queues are read.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Login {
    /// Read the application's secret from standard input
    #[arg(long, conflicts_with = "client_secret_file")]
    client_secret_stdin: bool,
    /// Read the application's secret from a file
    #[arg(long, value_name = "F")]
    client_secret_file: Option<PathBuf>,
    /// Use the saved profile NAME from now on; logs in to nothing
    #[arg(long = "use", value_name = "NAME", conflicts_with_all = ["profile", "folder", "client_secret_stdin", "client_secret_file", "AddressArgs"])]
    chosen: Option<String>,
    #[command(flatten)]
    address: AddressArgs,
}

/// What the proof showed.
struct Proof {
    scope: Option<String>,
    queues: Queues,
}

enum Queues {
    NoFolder,
    Readable(usize),
    NotAllowed,
}

impl Login {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut file = profiles::read(context)?;
        if let Some(name) = &self.chosen {
            return choose(name, &mut file, context);
        }
        let settings = self.settings(context, &file)?;
        let client = self.client(context, &settings)?;
        let proof = context.block_on(prove(settings.clone(), client.clone()))?;
        keep(&mut file, &settings, &client, context)?;
        report(context, &settings, &client.id, &proof);
        Ok(Exit::Done)
    }

    /// Everything but the secret; what is missing is asked for where somebody can answer.
    fn settings(&self, context: &Context, file: &ProfileFile) -> Result<Settings, Failure> {
        let mut args = self.address.clone();
        let environment = &context.environment;
        let resolved = match resolve(&args.flags(context), environment, file, UnknownProfile::Accept) {
            Err(SettingsError::NoAddress) => {
                args.url = Some(ask(context, "Orchestrator's address (as the browser shows it)", "--url")?);
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

    fn client(&self, context: &Context, settings: &Settings) -> Result<ClientCredentials, Failure> {
        let id = match &settings.client_id {
            Some(id) => id.value.clone(),
            None => ask(context, "Application id (Admin > External applications)", "--client-id")?,
        };
        let scope = settings.scope.as_ref().map(|scope| scope.value.clone());
        Ok(ClientCredentials { id, secret: self.secret(context)?, scope })
    }

    fn secret(&self, context: &Context) -> Result<Secret, Failure> {
        let variable = |name| context.environment.get(name);
        let secret = if self.client_secret_stdin {
            let mut text = String::new();
            io::stdin().lock().read_to_string(&mut text).map_err(|error| {
                Failure::new(Exit::Usage, "cannot read the secret from standard input").caused_by(&error)
            })?;
            Secret::from_file_text(&text)
        } else if let Some(path) = &self.client_secret_file {
            read_secret(path)?
        } else if let Some(secret) = variable("UIPATH_CLIENT_SECRET") {
            Secret::new(secret)
        } else if let Some(path) = variable("UIPATH_CLIENT_SECRET_FILE") {
            read_secret(path.as_ref())?
        } else if context.ui.can_ask() {
            context.ui.ask_secret("Application secret (not shown)").map_err(|error| unanswered(&error))?
        } else {
            return Err(Failure::new(Exit::Usage, "no secret, and nobody at a terminal to ask for it")
                .hint("give it with `--client-secret-stdin` or `--client-secret-file F`"));
        };
        if secret.is_empty() { Err(Failure::new(Exit::Usage, "the secret is empty")) } else { Ok(secret) }
    }
}

/// `--use NAME`
fn choose(name: &str, file: &mut ProfileFile, context: &Context) -> Result<Exit, Failure> {
    if file.get(name).is_none() {
        let known: Vec<_> = file.names().collect();
        let failure = Failure::new(Exit::NotAllowed, format!("there is no profile `{name}`"));
        return Err(if known.is_empty() { failure } else { failure.hint(format!("there is {}", known.join(", "))) });
    }
    file.set_default(Some(name));
    file.write()?;
    context.ui.say(&format!("using profile `{name}` from now on"));
    Ok(Exit::Done)
}

/// Whether a profile was saved for another tenant than the one now asked for.
fn is_elsewhere(saved: &Saved, settings: &Settings) -> bool {
    let given = Given { tenant: saved.tenant.as_deref(), plain_http: PlainHttp::Anywhere, ..Given::default() };
    Address::parse(&saved.url, given).is_ok_and(|before| before.base() != settings.address.value.base())
}

/// Gets a token and, where a folder is given, reads its queues. Without the scope to read them items can still be added.
async fn prove(settings: Settings, client: ClientCredentials) -> Result<Proof, Failure> {
    let origin = SecretOrigin::Keyring;
    let connection = Connection::with(settings, Found { credentials: Credentials::Application(client), origin })?;
    let token = connection.tokens.token().await?;
    let queues = if connection.settings.folder.is_none() {
        Queues::NoFolder
    } else {
        match connection.client.queues(crate::orchestrator::limits::QUEUES_A_PAGE).await {
            Ok(queues) => Queues::Readable(queues.len()),
            Err(OrchestratorError::Refused(refusal)) if refusal.status == 403 && !refusal.is_folder() => {
                Queues::NotAllowed
            }
            Err(error) => return Err(error.into()),
        }
    };
    Ok(Proof { scope: token.scope().map(str::to_owned), queues })
}

/// Keeps secret and profile. The file is tried first and written last, so that a failure leaves no half of a login.
fn keep(
    file: &mut ProfileFile,
    settings: &Settings,
    client: &ClientCredentials,
    context: &Context,
) -> Result<(), Failure> {
    file.prepare()?;
    let patience = if context.ui.can_ask() { Patience::Attended } else { Patience::Unattended };
    let keyring = Keyring::new(patience);
    let name = &settings.profile.value;
    let entry = Entry::new(name, &client.id, &settings.address.value.identity);
    let before = file.get(name.as_str()).and_then(|saved| stored_entry(name, saved));
    keyring.set(&entry, &client.secret)?;
    file.put(name, saved(settings, client));
    if let Err(error) = file.write() {
        // A secret that was replaced stays: the new one is proved.
        if before.as_ref() != Some(&entry) {
            let _ = keyring.remove(&entry);
        }
        return Err(error.into());
    }
    if let Some(before) = before.filter(|before| *before != entry)
        && keyring.remove(&before).is_err()
    {
        context
            .ui
            .warn(&format!("the keyring still holds the former secret of this profile: uiq, {}", before.account()));
    }
    Ok(())
}

/// The keyring's entry for what a profile remembers.
pub(super) fn stored_entry(name: &crate::profile::ProfileName, saved: &Saved) -> Option<Entry> {
    let given = Given {
        tenant: saved.tenant.as_deref(),
        identity: saved.identity_url.as_deref(),
        plain_http: PlainHttp::Anywhere,
    };
    let address = Address::parse(&saved.url, given).ok()?;
    Some(Entry::new(name, saved.client_id.as_deref()?, &address.identity))
}

fn saved(settings: &Settings, client: &ClientCredentials) -> Saved {
    let address = &settings.address.value;
    Saved {
        url: address.base(),
        identity_url: (settings.identity_origin != Origin::Url).then(|| address.identity.to_string()),
        tenant: address.tenant_header().map(str::to_owned),
        folder: settings.folder.as_ref().map(|folder| folder.value.to_string()),
        login: Way::Application,
        client_id: Some(client.id.clone()),
        scope: client.scope.clone(),
        allow_http: settings.plain_http == PlainHttp::Anywhere,
        ..Saved::default()
    }
}

fn report(context: &Context, settings: &Settings, client_id: &str, proof: &Proof) {
    let (name, base) = (&settings.profile.value, settings.address.value.base());
    let ui = &context.ui;
    if ui.format() == Format::Json {
        let folder = settings.folder.as_ref().map(|folder| folder.value.to_string());
        let json = json!({
            "version": 1, "profile": name.as_str(), "url": base, "folder": folder, "client_id": client_id, "scope": proof.scope,
        });
        let _ = ui.data(&json.to_string());
    }
    ui.say(&format!("logged in to {base} as application `{client_id}`, profile `{name}`"));
    if let Some(scope) = &proof.scope {
        ui.say(&format!("scopes: {scope}"));
    }
    let folder = settings.folder.as_ref().map(|folder| folder.value.to_string()).unwrap_or_default();
    match &proof.queues {
        Queues::Readable(1) => ui.say(&format!("folder `{folder}` has 1 queue")),
        Queues::Readable(count) => ui.say(&format!("folder `{folder}` has {count} queues")),
        Queues::NotAllowed => ui.warn(&format!(
            "the application may not read the queues of folder `{folder}`: adding works with OR.Queues.Write, checking needs OR.Queues or OR.Queues.Read"
        )),
        Queues::NoFolder => ui.say("no folder is set; name one with `--folder`, at login or with each command"),
    }
    for variable in ["UIPATH_ACCESS_TOKEN", "UIPATH_PAT", "UIPATH_CLIENT_SECRET", "UIPATH_CLIENT_SECRET_FILE"] {
        if context.environment.get(variable).is_some() {
            ui.warn(&format!("`{variable}` is set and goes before what was just stored"));
        }
    }
}

fn ask(context: &Context, question: &str, flag: &str) -> Result<String, Failure> {
    if !context.ui.can_ask() {
        return Err(Failure::new(
            Exit::Usage,
            format!("`uiq login` needs `{flag}`, and nobody is at a terminal to ask"),
        ));
    }
    let answer = context.ui.ask(question).map_err(|error| unanswered(&error))?;
    if answer.is_empty() {
        Err(Failure::new(Exit::Usage, format!("nothing was entered for `{flag}`")))
    } else {
        Ok(answer)
    }
}

fn unanswered(error: &io::Error) -> Failure {
    Failure::new(Exit::Usage, "the question was not answered").caused_by(error)
}
