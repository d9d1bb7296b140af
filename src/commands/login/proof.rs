//! The proof: a token, and a look at the queues.

use serde_json::json;

use crate::auth::{AccessToken, Account, Found, Reuse, SECRET_VARIABLES};
use crate::commands::Context;
use crate::commands::connection::Connection;
use crate::failure::Failure;
use crate::http::Network;
use crate::orchestrator::OrchestratorError;
use crate::orchestrator::limits::QUEUES_A_PAGE;
use crate::profile::Settings;
use crate::ui::Format;

/// What the proof showed.
pub(super) struct Proof {
    pub(super) token: AccessToken,
    queues: Queues,
}

enum Queues {
    NoFolder,
    Readable(usize),
    NotAllowed,
}

/// Gets a token and reads the queues of the folder. Without the scope to read them items can still be added. Where no folder is
/// given, the same call shows whether the tenant knows the token: it is then refused for the folder alone.
pub(super) async fn prove(
    settings: Settings,
    found: Found,
    network: &Network,
    context: &Context,
) -> Result<Proof, Failure> {
    let connection = Connection::with(settings, found, network, Reuse::Fresh, context)?;
    let token = connection.tokens.token().await?;
    let in_folder = connection.settings.folder.is_some();
    let queues = match connection.client.queues(QUEUES_A_PAGE).await {
        Ok(queues) if in_folder => Queues::Readable(queues.len()),
        Ok(_) => Queues::NoFolder,
        Err(OrchestratorError::Refused(refusal)) if !in_folder && refusal.is_folder_missing() => Queues::NoFolder,
        Err(OrchestratorError::Refused(refusal)) if refusal.status == 403 && !refusal.is_folder() => {
            if in_folder {
                Queues::NotAllowed
            } else {
                Queues::NoFolder
            }
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Proof { token, queues })
}

impl Proof {
    /// Says what was proved.
    pub(super) fn report(&self, context: &Context, settings: &Settings, account: &Account) {
        let (name, base) = (&settings.profile.value, settings.address.value.base());
        let ui = &context.ui;
        let folder = settings.folder.as_ref().map(|folder| folder.value.to_string());
        if ui.format() == Format::Json {
            let json = json!({
                "version": 1,
                "profile": name.as_str(),
                "url": base,
                "folder": folder,
                "login": settings.login.value.word(),
                "client_id": settings.client_id.as_ref().map(|id| &id.value),
                "scope": self.token.scope(),
            });
            let _ = ui.data(&json.to_string());
        }
        ui.say(&format!("logged in to {base} as {account}, profile `{name}`"));
        if let Some(scope) = self.token.scope() {
            ui.say(&format!("scopes: {scope}"));
        }
        let folder = folder.unwrap_or_default();
        match &self.queues {
            Queues::Readable(1) => ui.say(&format!("folder `{folder}` has 1 queue")),
            Queues::Readable(count) => ui.say(&format!("folder `{folder}` has {count} queues")),
            Queues::NotAllowed => ui.warn(&format!(
                "the queues of folder `{folder}` may not be read: adding works with OR.Queues.Write, checking needs OR.Queues or OR.Queues.Read"
            )),
            Queues::NoFolder => ui.say("no folder is set; name one with `--folder`, at login or with each command"),
        }
        for variable in SECRET_VARIABLES.iter().chain(&["UIPATH_CLIENT_SECRET_FILE", "UIPATH_PASSWORD_FILE"]) {
            if context.environment.get(variable).is_some() {
                ui.warn(&format!("`{variable}` is set and goes before what was just stored"));
            }
        }
    }
}
