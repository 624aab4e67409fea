-- The sending domains whose numbers a key shows, separated by blanks; all where there are none.
ALTER TABLE api_keys ADD COLUMN domains TEXT NOT NULL DEFAULT '';
