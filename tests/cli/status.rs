//! `uiq status`: every setting with its origin, and whether they work now.

use crate::support::{FakeServer, Sandboxed, uiq};

#[test]
fn settings_from_the_environment_are_shown_with_their_origin_and_work() {
    insta::assert_snapshot!(uiq(&["status"]).against(&Sandboxed::new()).run(), @"
    exit: 0
    --- stdout
    profile    none                                    default
    url        http://sandbox/sandbox/Default  environment UIPATH_URL
    identity   http://sandbox/identity_        from the address
    tenant     Default                                 from the address
    folder     Shared                                  environment UIPATH_FOLDER_PATH
    client_id  [client id]    environment UIPATH_CLIENT_ID
    scope      all of the application's                default
    secret     not shown                               environment UIPATH_CLIENT_SECRET
    token      good until [time], for OR.Default OR.Folders OR.Folders.Read OR.Queues OR.Queues.Read OR.Queues.Write
    queues     1 in the folder
    works      yes
    ");
}

#[test]
fn a_flag_goes_before_the_environment() {
    let output = uiq(&["status", "--folder", "Finance"]).against(&Sandboxed::new()).run().succeeded();
    let folder = output.stdout.lines().find(|line| line.starts_with("folder")).unwrap();
    assert_eq!(folder.split_whitespace().collect::<Vec<_>>(), ["folder", "Finance", "--folder"]);
}

#[test]
fn a_script_reads_json() {
    insta::assert_snapshot!(uiq(&["status", "-o", "json"]).against(&Sandboxed::new()).run(), @r#"
    exit: 0
    --- stdout
    {"problem":null,"queues":1,"settings":{"client_id":{"origin":"environment UIPATH_CLIENT_ID","value":"[client id]"},"folder":{"origin":"environment UIPATH_FOLDER_PATH","value":"Shared"},"identity":{"origin":"from the address","value":"http://sandbox/identity_"},"profile":{"origin":"default","value":"none"},"scope":{"origin":"default","value":"all of the application's"},"secret":{"origin":"environment UIPATH_CLIENT_SECRET","value":"not shown"},"tenant":{"origin":"from the address","value":"Default"},"url":{"origin":"environment UIPATH_URL","value":"http://sandbox/sandbox/Default"}},"token":{"expires_at":"[time]","scope":"OR.Default OR.Folders OR.Folders.Read OR.Queues OR.Queues.Read OR.Queues.Write"},"version":1,"works":true}
    "#);
}

#[test]
fn what_does_not_work_is_shown_all_the_same_and_ends_with_4() {
    let output = uiq(&["status"]).against(&Sandboxed::new()).variable("UIPATH_CLIENT_SECRET", "wrong").run();
    insta::assert_snapshot!(output, @"
    exit: 4
    --- stdout
    profile    none                                    default
    url        http://sandbox/sandbox/Default  environment UIPATH_URL
    identity   http://sandbox/identity_        from the address
    tenant     Default                                 from the address
    folder     Shared                                  environment UIPATH_FOLDER_PATH
    client_id  [client id]    environment UIPATH_CLIENT_ID
    scope      all of the application's                default
    secret     not shown                               environment UIPATH_CLIENT_SECRET
    works      no
    --- stderr
    error: the application id `[client id]` or its secret is wrong
      caused by: http://sandbox/identity_/connect/token answered HTTP 400: invalid_client

    hint: in Orchestrator, Admin > External applications shows the id (App ID) of each application of this organisation
    hint: a secret cannot be looked up again: Admin > External applications > the application > generate a new one, then `uiq login`
    ");
}

#[test]
fn an_unknown_folder_is_answered_with_where_to_assign_it() {
    insta::assert_snapshot!(uiq(&["status", "--folder", "Nowhere"]).against(&Sandboxed::new()).run(), @"
    exit: 4
    --- stdout
    profile    none                                    default
    url        http://sandbox/sandbox/Default  environment UIPATH_URL
    identity   http://sandbox/identity_        from the address
    tenant     Default                                 from the address
    folder     Nowhere                                 --folder
    client_id  [client id]    environment UIPATH_CLIENT_ID
    scope      all of the application's                default
    secret     not shown                               environment UIPATH_CLIENT_SECRET
    token      good until [time], for OR.Default OR.Folders OR.Folders.Read OR.Queues OR.Queues.Read OR.Queues.Write
    works      no
    --- stderr
    error: the folder does not exist, or the application may not see it
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 400: Folder does not exist or the user does not have access to the folder (errorCode 1100, trace [trace])

    hint: in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there
    hint: a folder's number changes with the licence plan; its path and key do not
    ");
}

#[test]
fn without_any_login_there_is_no_status() {
    insta::assert_snapshot!(uiq(&["status"]).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: no Orchestrator is known: not logged in, and no address in `--url` or `UIPATH_URL`

    hint: `uiq login` logs in and keeps the secret in the keyring
    hint: or set `UIPATH_URL`, `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET` (or `UIPATH_CLIENT_SECRET_FILE`)
    hint: or add `--sandbox` to rehearse on a local Orchestrator, without any account
    ");
}

#[test]
fn a_page_instead_of_orchestrators_json_comes_from_somebody_else() {
    let proxy = FakeServer::answering("200 OK", "text/html", "<html><title>Guest network</title></html>");
    let command = uiq(&["status"])
        .variable("UIPATH_URL", format!("http://{}/acme/Prod", proxy.host()))
        .variable("UIPATH_ACCESS_TOKEN", "t0ken")
        .variable("UIPATH_FOLDER_PATH", "Finance")
        .showing(proxy.host(), "[proxy]");
    insta::assert_snapshot!(command.run(), @"
    exit: 4
    --- stdout
    profile    none                              default
    url        http://[proxy]/acme/Prod  environment UIPATH_URL
    identity   http://[proxy]/identity_  from the address
    tenant     Prod                              from the address
    folder     Finance                           environment UIPATH_FOLDER_PATH
    scope      all of the application's          default
    secret     not shown                         environment UIPATH_ACCESS_TOKEN
    token      used as it is
    works      no
    --- stderr
    error: http://[proxy]/acme/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 200 with a web page instead of JSON: Guest network

    hint: is the address right (`uiq status` shows it), and does no proxy or login page answer in its place?
    ");
}
