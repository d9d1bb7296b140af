use super::*;
use crate::profile::Origin;

fn refused_with(error: &str, description: Option<&str>, scope: Option<&str>) -> Failure {
    AuthError::Refused {
        endpoint: String::from("https://cloud.uipath.com/identity_/connect/token"),
        refusal: Box::new(Refusal {
            status: 400,
            error: OAuthError::new(error),
            description: description.map(str::to_owned),
            client_id: String::from("0b5c"),
            scope: scope.map(str::to_owned),
        }),
    }
    .into()
}

#[test]
fn a_wrong_id_or_secret_names_the_page_where_both_are() {
    insta::assert_snapshot!(refused_with("invalid_client", None, None), @"
    error: the application id `0b5c` or its secret is wrong
      caused by: https://cloud.uipath.com/identity_/connect/token answered HTTP 400: invalid_client

    hint: in Orchestrator, Admin > External applications shows the id (App ID) of each application of this organisation
    hint: a secret cannot be looked up again: Admin > External applications > the application > generate a new one, then `uiq login`
    ");
}

#[test]
fn a_wrong_scope_is_named_and_so_is_the_tab() {
    insta::assert_snapshot!(refused_with("invalid_scope", Some("unknown scope"), Some("OR.Queues OR.Nonsense")), @"
    error: the application `0b5c` may not have all of the scopes it asks for: OR.Queues OR.Nonsense
      caused by: https://cloud.uipath.com/identity_/connect/token answered HTTP 400: invalid_scope (unknown scope)

    hint: add them in Orchestrator under Admin > External applications > the application > Add scopes > Orchestrator API Access, tab *Application scopes*
    hint: or ask for fewer with `--scope`; without scopes the application gets all it was given
    ");
}

#[test]
fn a_public_application_is_explained() {
    insta::assert_snapshot!(refused_with("unauthorized_client", None, None), @"
    error: the application `0b5c` may not log in with a secret of its own
      caused by: https://cloud.uipath.com/identity_/connect/token answered HTTP 400: unauthorized_client

    hint: in Orchestrator, Admin > External applications: it must be a *confidential* application with *application* scopes
    ");
}

#[test]
fn every_refusal_of_credentials_ends_with_four() {
    for error in ["invalid_client", "invalid_scope", "invalid_grant", "unauthorized_client", "strange"] {
        assert_eq!(refused_with(error, None, None).exit(), Exit::NotAllowed, "{error}");
    }
}

#[test]
fn a_keyring_that_gives_nothing_names_the_choices() {
    let absent = StoreError::Absent(String::from("no session bus"));
    insta::assert_snapshot!(Failure::from(absent), @"
    error: there is no keyring service on this machine or in this session (no session bus)

    hint: on a desktop, log in to a session with GNOME Keyring, KWallet or KeePassXC and try again there
    hint: a job of cron reaches the keyring only while the same user is logged in: it works by day and fails after the log-out
    hint: cron jobs, services and containers need no keyring: set `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET`,
    hint: or name a file that only you can read in `UIPATH_CLIENT_SECRET_FILE`,
    hint: or let systemd hand it over with `LoadCredential=uiq-NAME:FILE`, NAME being the profile
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
