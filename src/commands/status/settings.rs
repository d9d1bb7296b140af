//! Every setting with its origin.

use crate::commands::Context;
use crate::http::{Network, https_proxy};
use crate::profile::{Login, Origin, Setting, Settings};

/// A setting as shown.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) origin: String,
}

pub(super) fn line(name: &'static str, value: &str, origin: &impl ToString) -> Line {
    Line { name, value: value.to_owned(), origin: origin.to_string() }
}

/// The settings as lines, in the order of the way to the server.
pub(super) fn describe(settings: &Settings, network: &Network, context: &Context) -> Vec<Line> {
    let address = &settings.address.value;
    let profile = if settings.is_saved { settings.profile.value.to_string() } else { String::from("none") };
    let mut lines = vec![
        line("profile", &profile, &settings.profile.origin),
        line("url", &address.base(), &settings.address.origin),
        line("identity", address.identity.as_str().trim_end_matches('/'), &settings.identity_origin),
    ];
    lines.extend(address.tenant.as_deref().map(|tenant| line("tenant", tenant, &settings.tenant_origin)));
    lines.push(match &settings.folder {
        Some(folder) => line("folder", &folder.value.to_string(), &folder.origin),
        None => line("folder", "none", &Origin::Default),
    });
    let optional = |name, setting: &Option<Setting<String>>| {
        setting.as_ref().map(|setting| line(name, &setting.value, &setting.origin))
    };
    if settings.login.value != Login::Application {
        lines.push(line("login", settings.login.value.word(), &settings.login.origin));
    }
    lines.extend(optional("client_id", &settings.client_id));
    lines.extend(optional("username", &settings.username));
    lines.push(match &settings.scope {
        Some(scope) => line("scope", &scope.value, &scope.origin),
        None => line("scope", "all of the application's", &Origin::Default),
    });
    lines.extend(optional("ca", &settings.ca));
    lines.extend(optional("client_cert", &settings.client_cert));
    if let Some(variable) = https_proxy(|name| context.environment.get(name)).filter(|_| network.proxies) {
        // Its value may hold a password.
        lines.push(line("proxy", "used", &Origin::Environment(variable)));
    }
    lines
}
