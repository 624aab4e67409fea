-- How often a tenant gets a letter by mail, in which language. Times are microseconds of Unix time.
CREATE TABLE letters (
  tenant TEXT PRIMARY KEY,
  every INTEGER NOT NULL,
  language TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
