//! The wrong queue, the wrong folder, or no right to be there.

use super::load;
use crate::support::{Place, Sandboxed, uiq};

#[test]
fn unknown_queue() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    place.file("invoices.csv", "A\n1\n");
    let load = |queue| uiq(&["load", queue, "invoices.csv"]).against(&sandbox).at(&place).run().failed_with(2);
    insta::assert_snapshot!(load("Invoces"), @"
    exit: 2
    --- stderr
    error: there is no queue `Invoces` in the folder Shared

    hint: did you mean `Invoices`?
    ");
    insta::assert_snapshot!(load("Payroll"), @"
    exit: 2
    --- stderr
    error: there is no queue `Payroll` in the folder Shared

    hint: the folder has: Invoices
    hint: `--folder` names another one
    ");
}

#[test]
fn unknown_folder() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    insta::assert_snapshot!(load(&["--folder", "Finance/AP"], &place).against(&sandbox).variable("UIPATH_FOLDER_PATH", "").run().failed_with(4), @"
    exit: 4
    --- stderr
    error: the folder does not exist, or the application may not see it
      folder Finance/AP
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 400: Folder does not exist or the user does not have access to the folder (errorCode 1100, trace [trace])

    hint: in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there
    hint: a folder's number changes with the licence plan; its path and key do not
    ");
    insta::assert_snapshot!(uiq(&["add", "Invoices", "A=1", "--folder", "99"]).against(&sandbox).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: the folder does not exist, or the application may not see it
      folder 99
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 400: Folder does not exist or the user does not have access to the folder (errorCode 1100, trace [trace])

    hint: in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there
    hint: a folder's number changes with the licence plan; its path and key do not
    ");
}

#[test]
fn no_folder_at_all() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    insta::assert_snapshot!(load(&[], &place).against(&sandbox).without("UIPATH_FOLDER_PATH").run().failed_with(2), @"
    exit: 2
    --- stderr
    error: Orchestrator has to be told the folder
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 400: An organization unit is required for this action (errorCode 1101, trace [trace])

    hint: name it with `--folder`: a path (Finance/AP), the `fid` in the browser's address, or a key
    ");
    insta::assert_snapshot!(uiq(&["add", "Invoices", "A=1"]).against(&sandbox).without("UIPATH_FOLDER_PATH").run().failed_with(2), @"
    exit: 2
    --- stderr
    error: Orchestrator has to be told the folder
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 400: An organization unit is required for this action (errorCode 1101, trace [trace])

    hint: name it with `--folder`: a path (Finance/AP), the `fid` in the browser's address, or a key
    ");
}

#[test]
fn a_folder_that_is_none() {
    let (place, sandbox) = (Place::new(), Sandboxed::new());
    insta::assert_snapshot!(load(&["--folder", "/Finance//AP"], &place).against(&sandbox).run(), @"
    exit: 4
    --- stderr
    error: the folder does not exist, or the application may not see it
      folder Finance//AP
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/QueueDefinitions answered HTTP 400: Folder does not exist or the user does not have access to the folder (errorCode 1100, trace [trace])

    hint: in Orchestrator, Tenant > Folders > the folder > Assign account/group/external app: the application needs a role there
    hint: a folder's number changes with the licence plan; its path and key do not
    ");
}

#[test]
fn a_missing_scope() {
    let place = Place::new();
    let read_only = Sandboxed::with(|options| options.scopes = vec![String::from("OR.Queues.Read")]);
    insta::assert_snapshot!(load(&[], &place).against(&read_only).run().failed_with(4), @"
    exit: 4
    --- stderr
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    stopping: 127.0.0.1:[port]/.../BulkAddQueueItems answered HTTP 403: You are not authorized!
    0 of 3 rows of invoices.csv accepted into Invoices in [duration]
      3 rows not sent
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems answered HTTP 403: You are not authorized! (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: changed scopes are in new tokens only: `uiq token --fresh` gets one
    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
    insta::assert_snapshot!(uiq(&["add", "Invoices", "A=1"]).against(&read_only).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.AddQueueItem answered HTTP 403: You are not authorized! (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: changed scopes are in new tokens only: `uiq token --fresh` gets one
    ");
    let other = Sandboxed::with(|options| options.scopes = vec![String::from("OR.Folders.Read")]);
    insta::assert_snapshot!(load(&[], &place).against(&other).run().failed_with(4), @"
    exit: 4
    --- stderr
    warning: the application may not look up queues (scope OR.Queues.Read, role Queues View); going on without
    warning: if a request's fate becomes unknown, nobody will be able to find out whether its rows arrived
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    stopping: 127.0.0.1:[port]/.../BulkAddQueueItems answered HTTP 403: You are not authorized!
    0 of 3 rows of invoices.csv accepted into Invoices in [duration]
      3 rows not sent
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems answered HTTP 403: You are not authorized! (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: changed scopes are in new tokens only: `uiq token --fresh` gets one
    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
}

#[test]
fn not_allowed_any_more_in_the_middle() {
    let place = Place::new();
    let sandbox = Sandboxed::with(|options| options.faults = vec!["status-403:@2".parse().unwrap()]);
    insta::assert_snapshot!(load(&["--batch-size", "2"], &place).against(&sandbox).run().failed_with(4), @"
    exit: 4
    --- stderr
    checked 3 rows of invoices.csv
    loading 3 rows into Invoices
    stopping: 127.0.0.1:[port]/.../BulkAddQueueItems answered HTTP 403: Forbidden
    2 of 3 rows of invoices.csv accepted into Invoices in [duration]
      1 row not sent
    error: the application is not allowed to do that
      caused by: http://sandbox/sandbox/Default/orchestrator_/odata/Queues/UiPathODataSvc.BulkAddQueueItems answered HTTP 403: Forbidden (trace [trace])

    hint: scopes: Admin > External applications > the application > *Application scopes*: OR.Queues to add and look up
    hint: role in the folder: Queues View, Transactions Create and, to look up, Transactions View
    hint: changed scopes are in new tokens only: `uiq token --fresh` gets one
    hint: to go on: run the same command again, or `uiq resume [run]`
    ");
}

#[test]
fn nobody_logged_in() {
    let place = Place::new();
    insta::assert_snapshot!(load(&[], &place).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: no Orchestrator is known: not logged in, and no address in `--url` or `UIPATH_URL`

    hint: `uiq login` logs in and keeps the secret in the keyring
    hint: or set `UIPATH_URL`, `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET` (or `UIPATH_CLIENT_SECRET_FILE`)
    hint: or add `--sandbox` to rehearse on a local Orchestrator, without any account
    ");
    insta::assert_snapshot!(uiq(&["add", "Invoices", "A=1"]).run().failed_with(4), @"
    exit: 4
    --- stderr
    error: no Orchestrator is known: not logged in, and no address in `--url` or `UIPATH_URL`

    hint: `uiq login` logs in and keeps the secret in the keyring
    hint: or set `UIPATH_URL`, `UIPATH_CLIENT_ID` and `UIPATH_CLIENT_SECRET` (or `UIPATH_CLIENT_SECRET_FILE`)
    hint: or add `--sandbox` to rehearse on a local Orchestrator, without any account
    ");
}
