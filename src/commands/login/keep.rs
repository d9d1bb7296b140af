//! Keeping a login: the secret in its store, the rest in the file of profiles.

use super::proof::Proof;
use crate::auth::{Account, Entry, KeptToken, PersonTokens};
use crate::commands::{Context, state, stores};
use crate::failure::{Exit, Failure};
use crate::profile::{Login as Way, Origin, PlainHttp, ProfileFile, ProfileName, Saved, Settings, Store};
use crate::secret::Secret;

/// What a login keeps.
pub(super) enum Kept {
    /// A secret that gets a token each time.
    Secret(Secret),
    /// A person's tokens.
    Person(PersonTokens),
    /// Nothing: a command prints the secret each time.
    Nothing,
}

/// Keeps secret and profile. The file is tried first and written last, so that a failure leaves no half of a login.
pub(super) fn keep(
    mut file: ProfileFile,
    settings: &Settings,
    account: &Account,
    kept: &Kept,
    proof: &Proof,
    context: &Context,
) -> Result<(), Failure> {
    file.prepare()?;
    let _lock = file.lock(&state::holder(String::from("uiq login")))?;
    let store = stores::of(settings.store, stores::patience(context), context)?;
    let name = &settings.profile.value;
    let entry = Entry::new(name, account, &settings.address.value);
    let before = file.get(name.as_str()).cloned();
    let secret = match kept {
        Kept::Secret(secret) => Some(secret),
        Kept::Person(PersonTokens { refresh, .. }) => Some(refresh.as_ref().ok_or_else(no_refresh_token)?),
        Kept::Nothing => None,
    };
    if let Some(secret) = secret {
        store.set(&entry, secret)?;
    }
    file.put(name, saved(settings));
    let same_place = |before: &Saved| {
        before.store == settings.store && stored_entry(name, before).as_ref() == Some(&entry) && secret.is_some()
    };
    if let Err(error) = file.write() {
        // A secret that was replaced stays: the new one is proved.
        if !before.as_ref().is_some_and(same_place) {
            let _ = store.remove(&entry);
        }
        return Err(error.into());
    }
    if secret.is_some() && settings.login.value != Way::PersonalAccessToken {
        let asked = settings.scope.as_ref().map(|scope| scope.value.clone());
        let asked = asked.filter(|_| settings.login.value != Way::Password);
        KeptToken::new(store, &entry, asked).save(&proof.token);
    }
    if let Some(before) = before.filter(|before| !same_place(before)) {
        forget_former(name, &before, context);
    }
    Ok(())
}

/// Removes what a profile's former login had kept elsewhere. The new login is good whether or not that succeeds.
fn forget_former(name: &ProfileName, before: &Saved, context: &Context) {
    let Some(entry) = stored_entry(name, before) else { return };
    let removed = stores::of(before.store, stores::patience(context), context).and_then(|store| {
        store.remove(&entry.token())?;
        store.remove(&entry)?;
        Ok(())
    });
    if removed.is_err() {
        let place = before.store.word();
        context
            .ui
            .warn(&format!("the {place} still holds the former secret of this profile: uiq, {}", entry.account()));
    }
}

/// The entry of the store for what a profile remembers; none where it keeps nothing.
pub(in crate::commands) fn stored_entry(name: &ProfileName, saved: &Saved) -> Option<Entry> {
    if saved.credential_command.is_some() {
        return None;
    }
    let account = Account::new(saved.login, saved.client_id.as_deref(), saved.username.as_deref())?;
    Some(Entry::new(name, &account, &saved.address().ok()?))
}

fn saved(settings: &Settings) -> Saved {
    let address = &settings.address.value;
    let text =
        |setting: &Option<crate::profile::Setting<String>>| setting.as_ref().map(|setting| setting.value.clone());
    let way = settings.login.value;
    Saved {
        url: address.base(),
        identity_url: (settings.identity_origin != Origin::Url).then(|| address.identity.to_string()),
        tenant: address.tenant_header().map(str::to_owned),
        folder: settings.folder.as_ref().map(|folder| folder.value.to_string()),
        login: way,
        client_id: text(&settings.client_id).filter(|_| matches!(way, Way::Application | Way::Browser)),
        username: text(&settings.username).filter(|_| way == Way::Password),
        scope: text(&settings.scope),
        store: if settings.credential_command.is_some() { Store::default() } else { settings.store },
        credential_command: text(&settings.credential_command),
        ca: text(&settings.ca).map(|path| absolute(&path)),
        client_cert: text(&settings.client_cert).map(|path| absolute(&path)),
        allow_http: settings.plain_http == PlainHttp::Anywhere,
        ..Saved::default()
    }
}

/// The file as it is found from any folder.
fn absolute(path: &str) -> String {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.to_string_lossy().into_owned())
}

fn no_refresh_token() -> Failure {
    Failure::new(Exit::NotAllowed, "the identity server gave no refresh token, so the login would end within the hour")
        .hint("in Orchestrator, Admin > External applications > the application: it needs the *user* scopes, and may ask for `offline_access`")
}

/// `--use NAME`
pub(super) fn choose(name: &str, mut file: ProfileFile, context: &Context) -> Result<Exit, Failure> {
    if file.path().is_some() {
        let _lock = file.lock(&state::holder(String::from("uiq login --use")))?;
        if file.get(name).is_some() {
            file.set_default(Some(name));
            file.write()?;
            context.ui.say(&format!("using profile `{name}` from now on"));
            return Ok(Exit::Done);
        }
    }
    let known: Vec<_> = file.names().collect();
    let failure = Failure::new(Exit::NotAllowed, format!("there is no profile `{name}`"));
    Err(if known.is_empty() { failure } else { failure.hint(format!("there is {}", known.join(", "))) })
}
