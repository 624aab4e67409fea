-- The secret checks signatures and passwords, so it is kept as it is. Times are microseconds of Unix time.
CREATE TABLE webhook_sources (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  secret TEXT NOT NULL,
  sender TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_sources_by_tenant ON webhook_sources (tenant, created_at, id);
