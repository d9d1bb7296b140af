//! `uiq logout`: forget the secret, then the profile.

use clap::Args;

use super::{Context, login, profiles, state, stores};
use crate::failure::{Exit, Failure};
use crate::profile::{ProfileFile, ProfileName};

const EXAMPLES: &str = "\
Examples:
  uiq logout            forgets the profile in use
  uiq logout -p test    forgets the profile `test`
  uiq logout --all      forgets every profile";

/// Forget a saved login: its secret and its profile
///
/// A token that was issued before stays valid at the server until it ends, an hour at most as a rule.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Logout {
    /// Forget all profiles
    #[arg(long, conflicts_with = "profile")]
    all: bool,
}

impl Logout {
    /// Runs the command.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let mut file = profiles::read(context)?;
        let names = if self.all { file.names().map(str::to_owned).collect() } else { vec![chosen(context, &file)?] };
        if names.is_empty() {
            context.ui.say("there was no login to forget");
        }
        if names.is_empty() {
            return Ok(Exit::Done);
        }
        let _lock = file.lock(&state::holder(String::from("uiq logout")))?;
        let default = file.default_name().map(str::to_owned);
        for name in names {
            forget(&name, &mut file, context)?;
            context.ui.say(&format!("logged out of profile `{name}`"));
        }
        // From now on other commands, those of cron among them, talk to somebody else or to nobody.
        match file.default_name() {
            Some(name) if default.as_deref() != Some(name) => {
                context.ui.say(&format!("profile `{name}` is the default from now on"));
            }
            None if file.names().next().is_some() => {
                context.ui.say("no profile is the default now: `uiq login --use NAME` chooses one");
            }
            _ => {}
        }
        Ok(Exit::Done)
    }
}

fn chosen(context: &Context, file: &ProfileFile) -> Result<String, Failure> {
    let named = context.global.profile.as_deref().or_else(|| context.environment.get("UIQ_PROFILE"));
    match named.or_else(|| file.default_name()) {
        Some(name) if file.get(name).is_some() => Ok(name.to_owned()),
        Some(name) => Err(Failure::new(Exit::NotAllowed, format!("there is no profile `{name}`"))),
        None => Err(Failure::new(Exit::NotAllowed, "not logged in")),
    }
}

/// Secret first: as long as it could not be removed, the profile stays and says where it is.
fn forget(name: &str, file: &mut ProfileFile, context: &Context) -> Result<(), Failure> {
    let saved = ProfileName::parse(name).ok().and_then(|parsed| file.get(name).map(|saved| (parsed, saved)));
    if let Some((parsed, saved)) = saved
        && let Some(entry) = login::stored_entry(&parsed, saved)
    {
        let store = stores::of(saved.store, stores::patience(context), context)?;
        store.remove(&entry.token())?;
        store.remove(&entry)?;
    }
    file.remove(name);
    file.write()?;
    Ok(())
}
