//! What the sandbox says when it is ready: where it is, and how to log in.

use std::io;
use std::path::Path;

use serde::Serialize;

use crate::commands::Context;
use crate::sandbox::Running;
use crate::ui::{Format, quoted};

/// The first line of stdout with `-o json`: a promise to scripts.
#[derive(Serialize)]
struct Ready<'a> {
    version: u8,
    url: String,
    identity_url: String,
    client_id: &'a str,
    client_secret: &'a str,
    folder_path: &'a str,
    folder_id: i64,
    folder_key: &'a str,
    queues: Vec<String>,
    /// The file with the certificate of the authority, where there is TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    ca: Option<String>,
}

/// Says it. `ca` is the file with the certificate of the authority, where there is TLS.
pub(super) fn announce(context: &Context, running: &Running, ca: Option<&Path>) -> io::Result<()> {
    let ready = Ready {
        version: 1,
        url: running.url(),
        identity_url: running.identity_url(),
        client_id: running.client_id(),
        client_secret: running.client_secret(),
        folder_path: running.folder_path(),
        folder_id: running.folder_id(),
        folder_key: running.folder_key(),
        queues: running.queues(),
        ca: ca.map(|path| path.to_string_lossy().into_owned()),
    };
    match context.ui.format() {
        Format::Json => context.ui.data(&serde_json::to_string(&ready)?)?,
        Format::Text => {
            context.ui.data(&in_words(&ready, running.standalone_url()))?;
            context.ui.data(&other_ways_in(running, &login(&ready)))?;
        }
    }
    context.ui.say(&format!("watch it at {}/; it runs until Ctrl-C, and nothing is kept", running.standalone_url()));
    Ok(())
}

/// How to log in: under a name of its own, so that nobody's real login is replaced, and into a file, for the secret is worth nothing
/// and ends with the sandbox.
fn login(ready: &Ready<'_>) -> String {
    let ca = ready.ca.as_ref().map(|path| format!(" --ca {}", quoted(path)));
    format!("uiq login -p sandbox --store file{}", ca.unwrap_or_default())
}

/// The secret goes through a pipe: as a flag it would stand in the list of processes.
fn in_words(ready: &Ready<'_>, standalone_url: &str) -> String {
    let Ready { url, identity_url, client_id, client_secret, folder_path, folder_id, folder_key, queues, ca, .. } =
        ready;
    let login = login(ready);
    let ca = ca.as_ref().map(|path| format!("authority      {path}\n")).unwrap_or_default();
    let queues = if queues.is_empty() { String::from("created when first named") } else { queues.join(", ") };
    format!(
        "URL            {url}\n\
         standalone     {standalone_url}\n\
         identity       {identity_url}\n\
         client id      {client_id}\n\
         client secret  {client_secret}\n\
         folder         {folder_path} (id {folder_id}, key {folder_key})\n\
         queues         {queues}\n\
         {ca}\
         \n\
         printf %s {client_secret} | {login} --url {url} --folder {folder_path} --client-id {client_id} --client-secret-stdin"
    )
}

/// The ways in that the first line does without: a person's.
fn other_ways_in(running: &Running, login: &str) -> String {
    let (url, standalone) = (running.url(), running.standalone_url());
    format!(
        "\nor as a person:\n\
         {login} --url {url} --folder {} --client-id {} --browser\n\
         printf %s {} | {login} --url {url} --folder {} --pat-stdin\n\
         printf %s {} | {login} --url {standalone} --tenant Default --folder {} --username {} --password-stdin",
        running.folder_path(),
        running.public_client_id(),
        running.personal_access_token(),
        running.folder_path(),
        running.password(),
        running.folder_path(),
        running.username(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_line_takes_the_secret_from_standard_input() {
        let ready = Ready {
            version: 1,
            url: "http://127.0.0.1:8787/sandbox/Default".into(),
            identity_url: "http://127.0.0.1:8787/identity_".into(),
            client_id: "id",
            client_secret: "secret",
            folder_path: "Shared",
            folder_id: 4242,
            folder_key: "key",
            queues: Vec::new(),
            ca: None,
        };
        insta::assert_snapshot!(in_words(&ready, "http://127.0.0.1:8787"), @"
        URL            http://127.0.0.1:8787/sandbox/Default
        standalone     http://127.0.0.1:8787
        identity       http://127.0.0.1:8787/identity_
        client id      id
        client secret  secret
        folder         Shared (id 4242, key key)
        queues         created when first named

        printf %s secret | uiq login -p sandbox --store file --url http://127.0.0.1:8787/sandbox/Default --folder Shared --client-id id --client-secret-stdin
        ");
        insta::assert_snapshot!(serde_json::to_string(&ready).unwrap(), @r#"{"version":1,"url":"http://127.0.0.1:8787/sandbox/Default","identity_url":"http://127.0.0.1:8787/identity_","client_id":"id","client_secret":"secret","folder_path":"Shared","folder_id":4242,"folder_key":"key","queues":[]}"#);
    }

    #[test]
    fn with_tls_each_login_names_the_authority_from_wherever_it_is_pasted() {
        let ready = Ready {
            version: 1,
            url: "https://127.0.0.1:8787/sandbox/Default".into(),
            identity_url: "https://127.0.0.1:8787/identity_".into(),
            client_id: "id",
            client_secret: "secret",
            folder_path: "Shared",
            folder_id: 4242,
            folder_key: "key",
            queues: vec!["Invoices".into()],
            ca: Some("/tmp/Ann's/ca.pem".into()),
        };
        insta::assert_snapshot!(in_words(&ready, "https://127.0.0.1:8787"), @r"
        URL            https://127.0.0.1:8787/sandbox/Default
        standalone     https://127.0.0.1:8787
        identity       https://127.0.0.1:8787/identity_
        client id      id
        client secret  secret
        folder         Shared (id 4242, key key)
        queues         Invoices
        authority      /tmp/Ann's/ca.pem

        printf %s secret | uiq login -p sandbox --store file --ca '/tmp/Ann'\''s/ca.pem' --url https://127.0.0.1:8787/sandbox/Default --folder Shared --client-id id --client-secret-stdin
        ");
        let json = serde_json::to_value(&ready).unwrap();
        assert_eq!(json["ca"], "/tmp/Ann's/ca.pem");
    }
}
