//! From flags, environment and profile to a client that can call Orchestrator: what every command with a network does first.

use std::sync::Arc;

use clap::Args;

use super::network::NetworkArgs;
use super::{Context, profiles, stores};
use crate::auth::{
    Account, ClientCredentials, Credentials, Found, Patience, Reuse, SecretOrigin, Surroundings, TokenSource, find,
    systemd_credential, token_source,
};
use crate::failure::{Exit, Failure};
use crate::http::{Network, client};
use crate::orchestrator::{Client, Target};
use crate::profile::{
    Environment, Flags, Origin, PlainHttp, ProfileFile, ProfileName, Settings, UnknownProfile, resolve,
};
use crate::sandbox::{self, Options, QueueSpec, Robot, Running, UnknownQueues};
use crate::secret::Secret;

/// Whom to talk to, and as whom.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection")]
pub struct AddressArgs {
    /// Orchestrator's address, as the browser shows it [env: UIPATH_URL]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Another identity server, by its base, https://HOST/identity_ [env: UIPATH_IDENTITY_URI]
    #[arg(long, value_name = "URL")]
    pub identity_url: Option<String>,
    /// Tenant, where the address does not say it: standalone servers [env: UIPATH_TENANT]
    #[arg(long, value_name = "NAME")]
    pub tenant: Option<String>,
    /// The external application's id (App ID) [env: UIPATH_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// The user's name or mail address, at a standalone server [env: UIPATH_USERNAME]
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// Scopes to ask for, separated by spaces; by default all that the application has [env: UIPATH_SCOPE]
    #[arg(long, value_name = "SCOPES")]
    pub scope: Option<String>,
    /// A command that prints the secret, run without a shell: 'pass show uipath' [env: UIQ_CREDENTIAL_COMMAND]
    #[arg(long, value_name = "CMD")]
    pub credential_command: Option<String>,
    /// Allow http:// to other machines, where everybody on the way can read the secret
    #[arg(long)]
    pub allow_http: bool,
    /// How the servers are reached.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// Whom to talk to: a real Orchestrator, or the sandbox.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArgs {
    /// Rehearse: start a local Orchestrator inside this command and use it; nothing leaves the machine
    #[arg(long, conflicts_with_all = ["url", "identity_url", "tenant", "client_id", "username", "scope", "credential_command", "allow_http", "ca", "client_cert", "profile"])]
    pub sandbox: bool,
    #[command(flatten)]
    address: AddressArgs,
}

/// A client that can call Orchestrator, and how it came to be.
#[derive(Debug)]
pub struct Connection {
    /// Every setting with its origin.
    pub settings: Settings,
    /// Where the secret was found.
    pub secret_origin: SecretOrigin,
    /// The one token of this process.
    pub tokens: Arc<TokenSource>,
    /// The calls.
    pub client: Client,
    /// The sandbox that answers them, which ends with the connection.
    sandbox: Option<Running>,
}

impl AddressArgs {
    /// The flags, together with the global ones.
    pub(super) fn flags<'a>(&'a self, context: &'a Context) -> Flags<'a> {
        Flags {
            profile: context.global.profile.as_deref(),
            url: self.url.as_deref(),
            identity_url: self.identity_url.as_deref(),
            tenant: self.tenant.as_deref(),
            folder: context.global.folder.as_deref(),
            client_id: self.client_id.as_deref(),
            username: self.username.as_deref(),
            scope: self.scope.as_deref(),
            credential_command: self.credential_command.as_deref(),
            ca: self.network.ca.as_deref(),
            client_cert: self.network.client_cert.as_deref(),
            plain_http: if self.allow_http { PlainHttp::Anywhere } else { PlainHttp::LoopbackOnly },
        }
    }
}

impl ConnectionArgs {
    /// The settings of a real Orchestrator, without calling anybody.
    fn settings(&self, context: &Context) -> Result<Settings, Failure> {
        let file = profiles::read(context)?;
        let flags = self.address.flags(context);
        Ok(resolve(&flags, &context.environment, &file, unknown_profile(&flags, &context.environment))?)
    }
}

/// A connection whose settings are known, but not yet its credentials.
#[derive(Debug)]
pub struct Opening {
    settings: Settings,
    network: Network,
    reuse: Reuse,
    sandbox: Option<Running>,
}

impl Opening {
    /// Puts the settings together, and starts the sandbox where it is asked for. `queues` exist in it from the start.
    pub async fn begin(args: &ConnectionArgs, context: &Context, queues: &[&str]) -> Result<Self, Failure> {
        if !args.sandbox {
            let settings = args.settings(context)?;
            let network = args.address.network.with(&settings, context)?;
            return Ok(Self { settings, network, reuse: Reuse::Kept, sandbox: None });
        }
        let queues = queues.iter().map(|name| QueueSpec { name: (*name).to_owned(), ..QueueSpec::default() }).collect();
        // Created in whichever folder a request names: `--folder` may say another than the one with the queues.
        let unknown_queues = UnknownQueues::Created;
        let running = sandbox::start(Options { queues, unknown_queues, ..Options::default() })
            .await
            .map_err(|error| Failure::new(Exit::Failed, "cannot start the sandbox").caused_by(&error))?;
        let settings = sandbox_settings(&running, context)?;
        let network = args.address.network.with(&settings, context)?;
        Ok(Self { settings, network, reuse: Reuse::Kept, sandbox: Some(running) })
    }

    /// Says whether a token that an earlier command kept may be used.
    #[must_use]
    pub fn reusing(mut self, reuse: Reuse) -> Self {
        self.reuse = reuse;
        self
    }

    /// The time limits, certificates and proxies in use.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Every setting with its origin.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Finds the credentials and prepares the calls.
    pub fn finish(self, context: &Context) -> Result<Connection, Failure> {
        let found = if let Some(running) = &self.sandbox {
            sandbox_credentials(running)
        } else {
            let store = stores::of(self.settings.store, Patience::Unattended, context)?;
            find(&self.settings, &context.environment, &store)?
        };
        let mut connection = Connection::with(self.settings, found, &self.network, self.reuse, context)?;
        connection.sandbox = self.sandbox;
        Ok(connection)
    }
}

impl Connection {
    /// Prepares to call Orchestrator. Nothing is called yet, save the keyring, and the sandbox is started.
    pub async fn open(args: &ConnectionArgs, context: &Context, queues: &[&str]) -> Result<Self, Failure> {
        Opening::begin(args, context, queues).await?.finish(context)
    }

    /// Tells whether the sandbox of this very command answers: nothing of it is left afterwards.
    pub fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Has a robot work in the sandbox of this very command. Tells whether there is one.
    pub(super) fn employ(&self, robot: Robot) -> bool {
        if let Some(running) = &self.sandbox {
            running.employ(robot);
        }
        self.is_sandbox()
    }

    /// As whom Orchestrator knows us: the application's id, the user's name, or the profile.
    pub(super) fn login(&self) -> String {
        match Account::of(&self.settings) {
            Some(Account::Application { client_id } | Account::Person { client_id }) => client_id,
            Some(Account::User { name }) => name,
            Some(Account::TokenHolder) | None => self.settings.profile.value.to_string(),
        }
    }

    /// Ends the connection, and the sandbox with it.
    pub(super) async fn close(self) {
        if let Some(running) = self.sandbox {
            running.stop().await;
        }
    }

    /// Prepares to call Orchestrator with what is known already.
    pub(super) fn with(
        settings: Settings,
        found: Found,
        network: &Network,
        reuse: Reuse,
        context: &Context,
    ) -> Result<Self, Failure> {
        let address = &settings.address.value;
        let http = client(network)?;
        let secret_origin = found.origin.clone();
        let surroundings = Surroundings {
            http: http.clone(),
            token_endpoint: address.token_endpoint(),
            api_root: address.api_root.clone(),
            turns: stores::turns(&settings.profile.value, context),
            reuse,
        };
        let tokens = Arc::new(token_source(found, surroundings));
        let target = Target {
            api_root: address.api_root.clone(),
            tenant: address.tenant_header().map(str::to_owned),
            folder: settings.folder.as_ref().map(|folder| folder.value.clone()),
        };
        let client = Client::new(http, target, Arc::clone(&tokens));
        Ok(Self { settings, secret_origin, tokens, client, sandbox: None })
    }
}

/// The settings of a sandbox. Environment and profiles speak of other servers and are left alone; only `--folder` is obeyed.
fn sandbox_settings(running: &Running, context: &Context) -> Result<Settings, Failure> {
    let (url, identity) = (running.url(), running.identity_url());
    let flags = Flags {
        url: Some(&url),
        identity_url: Some(&identity),
        client_id: Some(running.client_id()),
        folder: context.global.folder.as_deref().or(Some(running.folder_path())),
        ..Flags::default()
    };
    let mut settings = resolve(&flags, &Environment::default(), &ProfileFile::read(None)?, UnknownProfile::Refuse)?;
    settings.address.origin = Origin::Sandbox;
    settings.identity_origin = Origin::Sandbox;
    settings.client_id.iter_mut().for_each(|id| id.origin = Origin::Sandbox);
    if context.global.folder.is_none() {
        settings.folder.iter_mut().for_each(|folder| folder.origin = Origin::Sandbox);
    }
    Ok(settings)
}

fn sandbox_credentials(running: &Running) -> Found {
    let client = ClientCredentials {
        id: running.client_id().to_owned(),
        secret: Secret::new(running.client_secret()),
        scope: None,
    };
    Found { credentials: Credentials::Application(client), origin: SecretOrigin::Sandbox, rests_in: None }
}

/// A profile that was never saved may still be meant where systemd hands over a credential of its name.
fn unknown_profile(flags: &Flags<'_>, environment: &Environment) -> UnknownProfile {
    let name = flags.profile.or_else(|| environment.get("UIQ_PROFILE")).and_then(|name| ProfileName::parse(name).ok());
    match name.and_then(|name| systemd_credential(environment, &name)) {
        Some(_) => UnknownProfile::Accept,
        None => UnknownProfile::Refuse,
    }
}
