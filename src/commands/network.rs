//! How the servers are reached: certificates, time limits, proxies.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

use super::{Context, duration};
use crate::failure::Failure;
use crate::http::{Network, Roots, check_proxies};
use crate::profile::Settings;

/// How the servers are reached.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Network")]
pub struct NetworkArgs {
    /// PEM file with certificates of authorities to trust besides the system's; kept by `uiq login` [env: UIQ_CA]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca: Option<String>,
    /// PEM file with the certificate and key to show to a server that asks; kept by `uiq login` [env: UIQ_CLIENT_CERT]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub client_cert: Option<String>,
    /// How long a connection may take, 15s by default [env: UIQ_CONNECT_TIMEOUT]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub connect_timeout: Option<Duration>,
    /// How long a server may say nothing, 100s by default [env: UIQ_ANSWER_TIMEOUT]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub answer_timeout: Option<Duration>,
    /// How long a request may take as a whole, 5m by default [env: UIQ_TIMEOUT]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
}

impl NetworkArgs {
    /// The way to the servers of `settings`.
    pub(super) fn with(&self, settings: &Settings, context: &Context) -> Result<Network, Failure> {
        let file = |setting: &Option<crate::profile::Setting<String>>| {
            setting.as_ref().map(|setting| PathBuf::from(&setting.value))
        };
        // Loopback is no exception to proxies in the environment, and no proxy reaches our own machine.
        let proxies = !settings.address.value.is_loopback();
        if proxies {
            check_proxies(|name| context.environment.get(name))?;
        }
        // A proxy may be one that is reached by HTTPS.
        let roots = if settings.address.value.is_plain() && !proxies { Roots::None } else { Roots::System };
        let standard = Network::default();
        let limit = |flag: Option<Duration>, variable: &str, standard: Duration| match flag {
            Some(limit) => Ok(limit),
            None => Ok::<_, Failure>(duration::from_environment(variable, context)?.unwrap_or(standard)),
        };
        Ok(Network {
            proxies,
            connect_within: limit(self.connect_timeout, "UIQ_CONNECT_TIMEOUT", standard.connect_within)?,
            answer_within: limit(self.answer_timeout, "UIQ_ANSWER_TIMEOUT", standard.answer_within)?,
            whole_within: limit(self.timeout, "UIQ_TIMEOUT", standard.whole_within)?,
            roots,
            ca: file(&settings.ca),
            client_cert: file(&settings.client_cert),
        })
    }
}
