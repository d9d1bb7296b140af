"""An outside witness: UiPath's own SDK, unchanged, works against `uiq sandbox`.

Called by sdk.sh with the sandbox's first line (`-o json`) as its argument. Prints a line for every thing it saw.
"""

import json
import sys
from datetime import datetime, timezone

import httpx
from uipath.platform import UiPath
from uipath.platform.errors import EnrichedException
from uipath.platform.identity import IdentityService
from uipath.platform.orchestrator.queues import CommitType, QueueItem, QueueItemPriority

FOLDER = {"folder_path": "Shared"}


def expect(what, seen, wanted):
    if seen != wanted:
        sys.exit(f"FAILED: {what}: saw {seen!r}, wanted {wanted!r}")
    print(f"seen: {what}")


def add_one(queues):
    content = {"Customer": "Müller & Söhne", "Amount": 42, "Rate": 0.5, "Paid": False, "Note": None, "Empty": ""}
    item = QueueItem(
        Reference="INV-1",
        Priority=QueueItemPriority.LOW,
        SpecificContent=content,
        DueDate=datetime(2026, 12, 1, 17, 0, tzinfo=timezone.utc),
    )
    created = queues.create_item(item, queue_name="Invoices", **FOLDER)
    expect("create_item: the content comes back", created["SpecificContent"], content)
    expect("create_item: reference", created["Reference"], "INV-1")
    expect("create_item: priority", created["Priority"], "Low")
    expect("create_item: due date", created["DueDate"], "2026-12-01T17:00:00Z")
    expect("create_item: a new item", created["Status"], "New")
    return created


def add_many(queues):
    batch = [{"Reference": f"B-{n}", "Priority": "Normal", "SpecificContent": {"N": str(n)}} for n in range(250)]
    answer = queues.create_items(batch, "Invoices", CommitType.PROCESS_ALL_INDEPENDENTLY, **FOLDER)
    expect("create_items: all are taken", (answer["Success"], answer["FailedItems"]), (True, []))

    twice = [{"Reference": "U-1"}, {"Reference": "U-2"}, {"Reference": "U-1"}]
    answer = queues.create_items(twice, "Unique", CommitType.PROCESS_ALL_INDEPENDENTLY, **FOLDER)
    failed = [(failure["Ordinal"], failure["ErrorCode"]) for failure in answer["FailedItems"]]
    expect("create_items: the duplicate is named", (answer["Success"], failed), (False, [(3, "DuplicateReference")]))

    answer = queues.create_items([{"Reference": "U-3"}, {"Reference": "U-1"}], "Unique", CommitType.ALL_OR_NOTHING, **FOLDER)
    expect("create_items: all or nothing names the one that failed", answer["FailedItems"][0]["Ordinal"], 2)
    answer = queues.create_items(
        [{"Reference": "U-4"}, {"Reference": "U-1"}, {"Reference": "U-5"}], "Unique", CommitType.STOP_ON_FIRST_FAILURE, **FOLDER
    )
    expect("create_items: stop on first failure", answer["FailedItems"][0]["Ordinal"], 2)


def list_them(queues, first, folder_key):
    listed = queues.list_items(queue_name="Unique", **FOLDER)["value"]
    expect("list_items: what was kept", [item["Reference"] for item in listed], ["U-1", "U-2", "U-4"])
    listed = queues.list_items(queue_name="Invoices", **FOLDER)["value"]
    expect("list_items: a page of a hundred", len(listed), 100)
    expect("list_items: oldest first", listed[0]["Id"], first["Id"])
    expect("list_items: the folder by its key", len(queues.list_items(queue_name="Unique", folder_key=folder_key)["value"]), 3)
    umlaut = queues.list_items(folder_path="Finance/Überweisungen")
    expect("list_items: a folder whose path is not ASCII", umlaut["value"], [])


def be_refused(queues):
    for what, call, status, words in [
        ("an unknown queue", lambda: queues.create_item({}, queue_name="Nope", **FOLDER), 404, "Nope does not exist."),
        ("a duplicate", lambda: queues.create_item({"Reference": "U-1"}, queue_name="Unique", **FOLDER), 409, "Duplicate"),
        ("no folder", lambda: queues.list_items(queue_name="Unique"), 400, "organization unit is required"),
    ]:
        try:
            call()
        except (EnrichedException, httpx.HTTPStatusError) as error:
            seen = getattr(error, "status_code", None) or error.response.status_code
            expect(f"{what}: {status}, and the reason in the SDK's own error", (seen, words in str(error)), (status, True))
        else:
            sys.exit(f"FAILED: {what} was accepted")


def main():
    ready = json.loads(sys.argv[1])
    identity = IdentityService(ready["identity_url"].removesuffix("/identity_"))
    token = identity.get_client_credentials_token(
        client_id=ready["client_id"], client_secret=ready["client_secret"], scope="OR.Queues"
    )
    expect("a token for the scope that was asked for", token.scope, "OR.Queues")
    queues = UiPath(base_url=ready["url"], secret=token.access_token).queues
    first = add_one(queues)
    add_many(queues)
    list_them(queues, first, ready["folder_key"])
    be_refused(queues)


main()
