//! `uiq token`: what somebody needs to go on in Postman, curl or a script.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Context;
use super::connection::{Connection, ConnectionArgs, Opening};
use crate::auth::{AccessToken, Reuse};
use crate::failure::{Exit, Failure};
use crate::orchestrator::folder_header;
use crate::profile::Settings;
use crate::ui::Format;

const EXAMPLES: &str = "\
Examples:
  uiq token                              the token and nothing else
  uiq token --as header                  Authorization: Bearer ...
  uiq token --as curl --folder Finance   a command that adds an item, to paste and to change
  curl -H \"$(uiq token --as header)\" https://cloud.uipath.com/acme/Prod/orchestrator_/odata/Folders
  UIPATH_URL=... UIPATH_CLIENT_ID=... UIPATH_CLIENT_SECRET_FILE=secret.txt uiq token

Whoever has the token can do what the application can, until it ends.";

/// Print an access token
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Token {
    /// In which form; `-o json` means json
    #[arg(long = "as", value_name = "FORM")]
    form: Option<Form>,
    /// A new one, not one that an earlier command has kept: after the scopes were changed, say
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    connection: ConnectionArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// The token alone
    Raw,
    /// An HTTP header
    Header,
    /// A curl command for Add Queue Item
    Curl,
    /// JSON with expiry and scopes
    Json,
}

impl Token {
    /// Runs the command.
    pub fn run(self, context: &Context) -> Result<Exit, Failure> {
        let form = self.form.unwrap_or(match context.ui.format() {
            Format::Text => Form::Raw,
            Format::Json => Form::Json,
        });
        let text = context.block_on(async {
            let reuse = if self.fresh { Reuse::Fresh } else { Reuse::Kept };
            let connection = Opening::begin(&self.connection, context, &[]).await?.reusing(reuse).finish(context)?;
            let token = connection.tokens.token().await?;
            Ok(match form {
                Form::Raw => token.secret().expose().to_owned(),
                Form::Header => bearer(&token),
                Form::Curl => curl(&connection, &token),
                Form::Json => json(&connection, &token),
            })
        })?;
        context.print(&text)?;
        Ok(Exit::Done)
    }
}

fn bearer(token: &AccessToken) -> String {
    format!("Authorization: Bearer {}", token.secret().expose())
}

fn json(connection: &Connection, token: &AccessToken) -> String {
    let address = &connection.settings.address.value;
    json!({
        "version": 1,
        "access_token": token.secret().expose(),
        "token_type": "Bearer",
        "expires_at": token.expires_at().map(|at| at.to_string()),
        "scope": token.scope(),
        "api_root": address.api_root.as_str(),
    })
    .to_string()
}

/// A command for a POSIX shell, one argument a line.
fn curl(connection: &Connection, token: &AccessToken) -> String {
    let address = &connection.settings.address.value;
    let url = format!("{}odata/Queues/UiPathODataSvc.AddQueueItem", address.api_root);
    let body = json!({
        "itemData": {
            "Name": "QUEUE", "Priority": "Normal", "Reference": "REFERENCE", "SpecificContent": { "Name": "value", "Amount": 1.5 },
        },
    });
    let mut headers = vec![bearer(token), String::from("Content-Type: application/json")];
    headers.extend(address.tenant_header().map(|tenant| format!("X-UIPATH-TenantName: {tenant}")));
    headers.extend(connection.settings.folder.as_ref().map(|folder| {
        let (name, value) = folder_header(&folder.value);
        format!("{name}: {value}")
    }));
    let mut lines = vec![format!("curl -sS {}", quoted(&url))];
    let Settings { ca, client_cert, .. } = &connection.settings;
    for (option, file) in [("--cacert", ca), ("--cert", client_cert)] {
        lines.extend(file.as_ref().map(|file| format!("  {option} {}", quoted(&file.value))));
    }
    lines.extend(headers.iter().map(|header| format!("  -H {}", quoted(header))));
    lines.push(format!("  -d {}", quoted(&body.to_string())));
    lines.join(" \\\n")
}

/// One word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_quote_in_a_folder_does_not_end_the_word() {
        assert_eq!(quoted("Max's"), r"'Max'\''s'");
    }
}
