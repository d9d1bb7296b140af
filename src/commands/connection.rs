//! From flags, environment and profile to a client that can call Orchestrator: what every command with a network does first.

use std::sync::Arc;

use clap::Args;

use super::{Context, profiles};
use crate::auth::{Endpoint, Found, Keyring, Patience, SecretOrigin, TokenSource, find, systemd_credential};
use crate::failure::Failure;
use crate::http::{Network, client};
use crate::orchestrator::{Client, Target};
use crate::profile::{Environment, Flags, PlainHttp, ProfileName, Settings, UnknownProfile, resolve};

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
    /// Scopes to ask for, separated by spaces; by default all that the application has [env: UIPATH_SCOPE]
    #[arg(long, value_name = "SCOPES")]
    pub scope: Option<String>,
    /// Allow http:// to other machines, where everybody on the way can read the secret
    #[arg(long)]
    pub allow_http: bool,
}

/// Whom to talk to: a real Orchestrator, or the sandbox.
#[derive(Args, Clone, Debug, Default)]
pub struct ConnectionArgs {
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
            scope: self.scope.as_deref(),
            plain_http: if self.allow_http { PlainHttp::Anywhere } else { PlainHttp::LoopbackOnly },
        }
    }
}

impl ConnectionArgs {
    /// Puts the settings together, without calling anybody.
    pub(super) fn settings(&self, context: &Context) -> Result<Settings, Failure> {
        let file = profiles::read(context)?;
        let flags = self.address.flags(context);
        Ok(resolve(&flags, &context.environment, &file, unknown_profile(&flags, &context.environment))?)
    }
}

impl Connection {
    /// Prepares to call Orchestrator. Nothing is called yet, save the sandbox's start and the keyring.
    #[allow(clippy::unused_async)]
    pub async fn open(args: &ConnectionArgs, context: &Context, queues: &[&str]) -> Result<Self, Failure> {
        let _ = queues;
        let settings = args.settings(context)?;
        let found = find(&settings, &context.environment, &Keyring::new(Patience::Unattended))?;
        Self::with(settings, found)
    }

    /// Prepares to call Orchestrator with what is known already.
    pub(super) fn with(settings: Settings, found: Found) -> Result<Self, Failure> {
        let address = &settings.address.value;
        // Loopback is no exception to proxies in the environment, and no proxy reaches our own machine.
        let http = client(&Network { proxies: !address.is_loopback(), ..Network::default() })?;
        let endpoint = Endpoint::new(http.clone(), address.token_endpoint());
        let tokens = Arc::new(TokenSource::new(found.credentials, endpoint));
        let target = Target {
            api_root: address.api_root.clone(),
            tenant: address.tenant_header().map(str::to_owned),
            folder: settings.folder.as_ref().map(|folder| folder.value.clone()),
        };
        let client = Client::new(http, target, Arc::clone(&tokens));
        Ok(Self { settings, secret_origin: found.origin, tokens, client })
    }
}

/// A profile that was never saved may still be meant where systemd hands over a credential of its name.
fn unknown_profile(flags: &Flags<'_>, environment: &Environment) -> UnknownProfile {
    let name = flags.profile.or_else(|| environment.get("UIQ_PROFILE")).and_then(|name| ProfileName::parse(name).ok());
    match name.and_then(|name| systemd_credential(environment, &name)) {
        Some(_) => UnknownProfile::Accept,
        None => UnknownProfile::Refuse,
    }
}
