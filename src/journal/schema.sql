-- The journal of loads, format 1. Times are milliseconds since 1970 in UTC. Row numbers are those that the user sees.
-- No contents of rows and no secrets; a message of Orchestrator's in `rejects` may repeat a value that it refused.

-- A run: this content into this queue, once.
CREATE TABLE runs (
    id              INTEGER PRIMARY KEY,  -- in the order of their beginnings
    name            TEXT NOT NULL UNIQUE, -- what people type: 20261124-0540-k3f9
    content         BLOB NOT NULL,        -- SHA-256 of the input
    length          INTEGER NOT NULL,     -- its bytes
    api_root        TEXT NOT NULL,
    tenant          TEXT,
    folder          TEXT NOT NULL,
    queue           TEXT NOT NULL,
    queue_id        INTEGER,              -- its number, which identifies it however the folder was named
    input           TEXT NOT NULL,        -- as it was typed
    path            TEXT,                 -- absolute; NULL if it is not Unicode
    spool           TEXT,                 -- our copy of standard input
    rows            INTEGER NOT NULL,
    first_row       INTEGER,              -- NULL if there are none
    last_row        INTEGER,
    commit_type     TEXT NOT NULL,
    largest_item    INTEGER,              -- the largest item id in the queue before the first item left
    clock_offset_ms INTEGER,              -- how far the server's clock is ahead of ours
    quiet_item      INTEGER,              -- the same at the latest moment at which nothing was under way; NULL: at the beginning
    quiet_settled   TEXT NOT NULL DEFAULT '', -- the rows that were settled then: 2-501, 503
    rejects_file    TEXT,                 -- what this run wrote, and may replace
    accepted        INTEGER NOT NULL DEFAULT 0 -- rows that are in the queue
) STRICT;
CREATE INDEX runs_by_content ON runs (content);

-- The options that shape items.
CREATE TABLE options (
    run   INTEGER NOT NULL REFERENCES runs,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

-- Each time the program worked on a run. One that has not ended goes on, or was killed.
CREATE TABLE sittings (
    run       INTEGER NOT NULL REFERENCES runs,
    ordinal   INTEGER NOT NULL,
    began     INTEGER NOT NULL,
    who       TEXT NOT NULL, -- user@host
    login     TEXT NOT NULL, -- client id or profile
    version   TEXT NOT NULL, -- of the program
    ended     INTEGER,
    ending    TEXT CHECK (ending IN ('finished', 'stopped', 'interrupted')),
    reason    TEXT,          -- why it was stopped
    PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;

-- The rows whose fate is known: ranges that neither overlap nor touch, so a finished run has about one.
-- A row in them that is not in `rejects` is in the queue. The ranges span blank lines too; runs.accepted counts rows.
CREATE TABLE settled (
    run       INTEGER NOT NULL REFERENCES runs,
    first_row INTEGER NOT NULL,
    last_row  INTEGER NOT NULL,
    PRIMARY KEY (run, first_row)
) STRICT, WITHOUT ROWID;

-- The rows that are not in the queue for good.
CREATE TABLE rejects (
    run     INTEGER NOT NULL REFERENCES runs,
    row     INTEGER NOT NULL,
    cause   TEXT NOT NULL CHECK (cause IN ('refused', 'rolled back', 'left out', 'abandoned')),
    code    TEXT NOT NULL, -- name or number of the error
    message TEXT NOT NULL, -- its first 500 bytes
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;

-- The requests whose outcome is not written down yet. `doubt` is NULL while one is under way, as far as is known:
-- if the program is not running any more, it is in doubt.
CREATE TABLE attempts (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    run       INTEGER NOT NULL REFERENCES runs,
    first_row INTEGER NOT NULL,
    last_row  INTEGER NOT NULL,
    ranges    TEXT NOT NULL,    -- the row numbers: 2-501, 503
    rows      INTEGER NOT NULL, -- how many real rows
    ordinal   INTEGER NOT NULL, -- 2 for rows that had been in doubt once before
    sent      INTEGER NOT NULL,
    doubt     TEXT
) STRICT;
CREATE INDEX attempts_by_run ON attempts (run, first_row);

-- Doubts that were settled, the latest 1,000 of each run.
CREATE TABLE doubts (
    id        INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL REFERENCES runs,
    first_row INTEGER NOT NULL,
    last_row  INTEGER NOT NULL,
    ranges    TEXT NOT NULL,
    rows      INTEGER NOT NULL,
    sent      INTEGER NOT NULL,
    doubt     TEXT NOT NULL,
    settled   INTEGER NOT NULL,
    evidence  TEXT NOT NULL CHECK (evidence IN ('answer', 'references', 'content', 'user')),
    accepted  INTEGER NOT NULL, -- rows that were in the queue
    rejected  INTEGER NOT NULL,
    missing   INTEGER NOT NULL  -- rows that were not, and were to be sent again
) STRICT;
CREATE INDEX doubts_by_run ON doubts (run, id);
