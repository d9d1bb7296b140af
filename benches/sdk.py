"""UiPath's own SDK loads a CSV file; benches/whole.py starts this in an environment that has it.

    python sdk.py FILE URL ROWS_A_REQUEST

Prints the seconds from opening the file to the last answer: neither the interpreter's start nor the import of the SDK counts.
"""

import csv
import itertools
import sys
import time

from uipath.platform import UiPath
from uipath.platform.orchestrator.queues import CommitType


def items(rows):
    for row in rows:
        reference = row.pop("Reference")
        yield {"Reference": reference, "Priority": "Normal", "SpecificContent": row}


def main():
    path, url, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
    queues = UiPath(base_url=url, secret="sink").queues
    began = time.perf_counter()
    with open(path, newline="", encoding="utf-8") as file:
        waiting = items(csv.DictReader(file))
        while batch := list(itertools.islice(waiting, size)):
            answer = queues.create_items(batch, "Bench", CommitType.PROCESS_ALL_INDEPENDENTLY, folder_path="Shared")
            assert answer["Success"]
    print(time.perf_counter() - began)


main()
