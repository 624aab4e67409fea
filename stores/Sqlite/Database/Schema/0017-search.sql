-- What the search index, a file of its own, has not taken in yet: every delivery behind reached, and those that were changed
-- after it got there. step names the last step of the indexer, before the one it follows: the index has done one of the two,
-- or belongs to another file. version is random, so that a change during a step is not taken for the one that was read.
CREATE TABLE search_state (id INTEGER PRIMARY KEY CHECK (id = 1), reached INTEGER NOT NULL, step INTEGER NOT NULL, before INTEGER NOT NULL) STRICT;
INSERT INTO search_state (id, reached, step, before) VALUES (1, 0, 0, 0);
CREATE TABLE search_changed (delivery INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT;
-- Deliveries that were removed, until their words are out of the index.
CREATE TABLE search_gone (delivery INTEGER PRIMARY KEY) STRICT;
-- Older programs would not say what they change.
UPDATE compatibility SET oldest = 1 + (SELECT user_version FROM pragma_user_version);
