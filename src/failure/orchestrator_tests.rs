use super::*;
use crate::orchestrator::Page;

fn refused_with(status: u16, code: Option<i64>, message: &str) -> Failure {
    OrchestratorError::Refused(Refusal {
        endpoint: String::from("https://cloud.uipath.com/acme/Prod/orchestrator_/odata/QueueDefinitions"),
        status,
        code,
        message: message.to_owned(),
        trace_id: None,
        obstacle: None,
    })
    .into()
}

#[test]
fn a_folder_that_is_not_visible_names_the_page_where_it_is_assigned() {
    let message = "Folder does not exist or the user does not have access to the folder.";
    insta::assert_snapshot!(refused_with(400, Some(1100), message), @"
    error: the folder does not exist, or the application may not see it
      caused by: https://cloud.uipath.com/acme/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 400: Folder does not exist or the user does not have access to the folder (errorCode 1100)

    hint: in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there
    hint: a folder's number changes with the licence plan; its path and key do not
    ");
}

#[test]
fn a_token_that_is_not_accepted_may_be_a_matter_of_the_clock() {
    insta::assert_snapshot!(refused_with(401, None, "unauthorized"), @"
    error: Orchestrator does not accept the token
      caused by: https://cloud.uipath.com/acme/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 401: unauthorized

    hint: is it the right organisation and tenant (`uiq status` shows them), and was the application made in that organisation?
    hint: is the clock of this machine right? a token that is not valid yet, or no more, is refused; `uiq status` compares it with the server's
    ");
}

#[test]
fn a_missing_scope_or_role_is_told_by_name() {
    insta::assert_snapshot!(refused_with(403, Some(0), "You are not authorized!"), @"
    error: the application is not allowed to do that
      caused by: https://cloud.uipath.com/acme/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 403: You are not authorized!

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: changed scopes are in new tokens only: `uiq token --fresh` gets one
    ");
}

#[test]
fn a_robot_s_licence_is_explained() {
    insta::assert_snapshot!(refused_with(403, Some(0), "The user has no license for this."), @"
    error: the licence of this account does not cover the API of Orchestrator
      caused by: https://cloud.uipath.com/acme/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 403: The user has no license for this

    hint: an account with a robot licence alone cannot do what a person or an application can
    hint: in Orchestrator, Admin > Licenses: give the user an attended or developer licence, or use an external application
    ");
}

#[test]
fn a_login_page_means_a_misspelt_tenant_and_another_page_a_proxy() {
    let page = |status, title: &str| {
        Failure::from(OrchestratorError::NotOrchestrator(Page {
            endpoint: String::from("https://cloud.uipath.com/acne/Prod/orchestrator_/odata/QueueDefinitions"),
            status,
            title: Some(title.to_owned()),
        }))
    };
    insta::assert_snapshot!(page(302, "redirect to https://cloud.uipath.com/portal_/login"), @"
    error: https://cloud.uipath.com/acne/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 302 with a web page instead of JSON: redirect to https://cloud.uipath.com/portal_/login

    hint: the server sends browsers to its login page: as a rule organisation or tenant in the address are misspelt (`uiq status` shows them)
    ");
    insta::assert_snapshot!(page(200, "Guest network"), @"
    error: https://cloud.uipath.com/acne/Prod/orchestrator_/odata/QueueDefinitions answered HTTP 200 with a web page instead of JSON: Guest network

    hint: is the address right (`uiq status` shows it), and does no proxy or login page answer in its place?
    hint: a proxy that wants a login of its own answers so as well; `NO_PROXY` names hosts to be reached without it
    ");
}
