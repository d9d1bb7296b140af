use super::*;

fn refused_with(error: &str, description: Option<&str>, scope: Option<&str>) -> Failure {
    AuthError::Refused {
        endpoint: String::from("https://cloud.uipath.com/identity_/connect/token"),
        refusal: Box::new(Refusal {
            grant: Grant::ClientCredentials,
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
    hint: a non-confidential application with *user* scopes is for `uiq login --browser`
    ");
}

#[test]
fn every_refusal_of_credentials_ends_with_four() {
    for error in ["invalid_client", "invalid_scope", "invalid_grant", "unauthorized_client", "strange"] {
        assert_eq!(refused_with(error, None, None).exit(), Exit::NotAllowed, "{error}");
    }
}

fn person(grant: Grant, error: &str) -> Failure {
    AuthError::Refused {
        endpoint: String::from("https://cloud.uipath.com/identity_/connect/token"),
        refusal: Box::new(Refusal {
            grant,
            status: 400,
            error: OAuthError::new(error),
            description: None,
            client_id: String::from("0b5c"),
            scope: None,
        }),
    }
    .into()
}

#[test]
fn a_confidential_application_in_the_browser_is_explained() {
    insta::assert_snapshot!(person(Grant::AuthorizationCode, "invalid_client"), @"
    error: the application `0b5c` cannot log people in without a secret
      caused by: https://cloud.uipath.com/identity_/connect/token answered HTTP 400: invalid_client

    hint: in Orchestrator, Admin > External applications: `--browser` needs a *non-confidential* application with *user* scopes; a confidential one is for `--client-secret-stdin`
    ");
}

#[test]
fn a_login_that_has_ended_says_how_to_begin_again() {
    insta::assert_snapshot!(person(Grant::Refresh, "invalid_grant"), @"
    error: the login has ended: the identity server does not renew it
      caused by: https://cloud.uipath.com/identity_/connect/token answered HTTP 400: invalid_grant

    hint: `uiq login --browser` logs in again
    hint: that happens when it was not used for long (60 days as a rule), when the password or the application changed, or when the profile was copied to another machine, where it renews itself too
    hint: for jobs that run by themselves an application is better: Admin > External applications, confidential, and `uiq login --client-id`
    ");
}

#[test]
fn an_expired_secret_and_a_wrong_clock_are_named() {
    let expired = refused_with("invalid_client", Some("Client secret expired"), None).to_string();
    assert!(
        expired.ends_with("hint: a secret ends at the date that Admin > External applications > the application shows"),
        "{expired}"
    );
    let clock = refused_with("invalid_grant", Some("token is not yet valid"), None).to_string();
    assert!(clock.ends_with("hint: is the clock of this machine right? `date -u` shows it"), "{clock}");
}

#[test]
fn a_password_of_a_single_sign_on_user_is_explained() {
    let refused = AuthError::PasswordRefused {
        endpoint: String::from("https://orchestrator.acme.local/api/Account/Authenticate"),
        status: 401,
        message: Some(String::from("Invalid username/email address or password.")),
        username: String::from("ann"),
        tenant: None,
    };
    insta::assert_snapshot!(Failure::from(refused), @"
    error: the server does not take the user name `ann` with this password
      caused by: https://orchestrator.acme.local/api/Account/Authenticate answered HTTP 401: Invalid username/email address or password.

    hint: the server took its default tenant; `--tenant NAME` names another
    hint: users of a directory or of single sign-on (SSO, SAML, Active Directory) have no password that Orchestrator knows: use an external application (`--client-id`) or `--browser`
    ");
}

#[test]
fn plain_http_at_a_port_that_speaks_https_is_thought_of() {
    let at = |endpoint: &str, error| {
        let refusal = Refusal {
            grant: Grant::ClientCredentials,
            status: 400,
            error,
            description: None,
            client_id: String::from("0b5c"),
            scope: None,
        };
        let refused = AuthError::Refused { endpoint: endpoint.to_owned(), refusal: Box::new(refusal) };
        Failure::from(refused).to_string().contains("should the address begin with `https://`?")
    };
    let bare = || OAuthError::Other(String::from("400 Bad Request"));
    assert!(at("http://127.0.0.1:8787/identity_/connect/token", bare()));
    assert!(!at("https://127.0.0.1:8787/identity_/connect/token", bare()));
    assert!(!at("http://127.0.0.1:8787/identity_/connect/token", OAuthError::InvalidClient));
    let password = |message: Option<&str>| {
        Failure::from(AuthError::PasswordRefused {
            endpoint: String::from("http://127.0.0.1:8787/api/Account/Authenticate"),
            status: 400,
            message: message.map(str::to_owned),
            username: String::from("ann"),
            tenant: None,
        })
    };
    insta::assert_snapshot!(password(None), @"
    error: the server does not take the user name `ann` with this password
      caused by: http://127.0.0.1:8787/api/Account/Authenticate answered HTTP 400

    hint: the server took its default tenant; `--tenant NAME` names another
    hint: users of a directory or of single sign-on (SSO, SAML, Active Directory) have no password that Orchestrator knows: use an external application (`--client-id`) or `--browser`
    hint: a port that speaks HTTPS answers plain HTTP so: should the address begin with `https://`?
    ");
    assert!(!password(Some("no such user")).to_string().contains("https://"));
}

#[test]
fn a_personal_access_token_that_has_ended_names_the_page_for_a_new_one() {
    let origin = TokenOrigin::Profile(crate::profile::ProfileName::first());
    insta::assert_snapshot!(Failure::from(AuthError::ReadyTokenRejected { origin }), @"
    error: Orchestrator does not accept the token in profile `default`: it has ended, or it is of another tenant

    hint: in Orchestrator, Preferences > Personal access token shows when it ends and makes a new one; `uiq login -p default --pat-stdin` keeps it
    hint: organisation and tenant of the token must be those of the address (`uiq status` shows it)
    ");
}
