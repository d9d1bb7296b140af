-- Format 2: shares of a file, and which file it was.

-- 3/8 where the run is for a share of the rows only; NULL for all of them. Part of what a run is, beside content and queue.
ALTER TABLE runs ADD COLUMN shard TEXT;

-- What the system calls the file that was read last (its number and the time of its last change); NULL where nobody wanted to know.
-- The same content under the same name with another one was delivered again.
ALTER TABLE runs ADD COLUMN file TEXT;
