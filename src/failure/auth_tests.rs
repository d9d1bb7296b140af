use super::*;
use crate::profile::Origin;

#[test]
fn a_keyring_that_gives_nothing_names_the_choices() {
    let absent = StoreError::Absent(String::from("no session bus"));
    insta::assert_snapshot!(Failure::from(absent), @"
    error: there is no keyring service on this machine or in this session (no session bus)

    hint: on a desktop, log in to a session with GNOME Keyring, KWallet or KeePassXC and try again there
    hint: a job of cron reaches the keyring only while the same user is logged in: it works by day and fails after the log-out
    hint: cron jobs, services and containers need no keyring: set `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET`,
    hint: or name a file that only you can read in `UIPATH_CLIENT_SECRET_FILE`,
    hint: or let systemd hand it over with `LoadCredential=uiq-NAME:FILE`, NAME being the profile,
    hint: or name a command that prints it, as a password manager has one, with `--credential-command`,
    hint: or log in with `--store file`, which keeps the secret in a plain file that only you can read
    ");
    let locked = StoreError::Locked(String::from("unlock prompt was dismissed"));
    insta::assert_snapshot!(Failure::from(locked).to_string().lines().nth(2).unwrap(), @"hint: logging in to the desktop with a password unlocks it, as a rule");
    let silent = StoreError::Silent(std::time::Duration::from_secs(3));
    insta::assert_snapshot!(Failure::from(silent).to_string().lines().next().unwrap(), @"error: the keyring did not answer within 3 s");
}

#[test]
fn nobody_logged_in_hears_of_all_three_ways() {
    let failure = Failure::from(SettingsError::NoAddress);
    assert_eq!(failure.exit(), Exit::NotAllowed);
    insta::assert_snapshot!(failure, @"
    error: no Orchestrator is known: not logged in, and no address in `--url` or `UIPATH_URL`

    hint: `uiq login` logs in and keeps the secret in the keyring
    hint: or set `UIPATH_URL`, `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET` (or `UIPATH_CLIENT_SECRET_FILE`)
    hint: or add `--sandbox` to rehearse on a local Orchestrator, without any account
    ");
}

#[test]
fn an_address_without_tenant_is_answered_with_one() {
    let source = AddressError::NoTenant(String::from("acme"));
    insta::assert_snapshot!(Failure::from(SettingsError::Address { origin: Origin::Flag("--url"), source }), @"
    error: the address of Orchestrator is wrong (--url)
      caused by: the address names the organisation `acme` but no tenant

    hint: add the tenant, as in https://cloud.uipath.com/acme/DefaultTenant, or `--tenant`
    ");
}
